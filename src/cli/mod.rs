//! The command line: what a person types, and how linchpin answers.
//!
//! stdout is data, stderr is talk. Exit codes: 0 fine, 1 a finding or a failure,
//! 2 wrong usage. One file a command; this one only tells them apart.

mod accept;
mod actions;
mod approvals;
mod audit;
mod capture;
mod check;
mod conversations;
mod data;
mod demo;
mod explain;
mod halt;
mod init;
mod judge;
mod lines;
mod out;
mod pins;
mod progress;
mod recorded;
mod replay;
mod rules;
mod serve;
mod talk;
mod test;
mod tokens;
mod violations;
mod wanted;
mod written;

use crate::config;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Keeps an AI agent's safety rules alive: a reverse proxy between the agent and its LLM API.
#[derive(Debug, Parser)]
#[command(name = "linchpin", version, about, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the configuration and the data are; the same for every command.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The configuration file
    #[arg(long, global = true, value_name = "FILE", env = "LINCHPIN_CONFIG")]
    pub config: Option<PathBuf>,
    /// The data dir
    #[arg(long, global = true, value_name = "DIR", env = "LINCHPIN_DATA")]
    pub data: Option<PathBuf>,
}

impl Place {
    /// What the configuration is asked to be.
    pub(super) fn asked(&self) -> config::Asked {
        config::Asked { config: self.config.clone(), data: self.data.clone(), ..config::Asked::default() }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows what linchpin does, without a key or a network
    Demo(demo::Demo),
    /// Validates the configuration and prints how each pin will be enforced
    Check(check::Args),
    /// Writes a commented configuration; never over an old one
    Init(init::Args),
    /// How a sentence would be enforced as a pin
    Explain(explain::Explain),
    /// Reads chat messages as JSON Lines, prints what each asks to be kept and whether it is a stop
    Capture(capture::Capture),
    /// Runs the proxy
    Serve(serve::Serve),
    /// Reads tool calls as JSON Lines, prints a verdict for each
    Judge(judge::Judge),
    /// Runs recorded conversations through the pins
    Replay(replay::Replay),
    /// Runs cases with expected verdicts, for your own CI
    Test(test::Test),
    /// The record of everything that was not simply passed
    Violations(violations::Violations),
    /// The consequential calls that were delivered: what there is to undo
    Actions(actions::Actions),
    /// The calls that wait for a person
    Approvals(approvals::Approvals),
    /// Conversations: turns, compactions, what was said in them
    Conversations(conversations::Conversations),
    /// Stops everything, or one conversation: cuts open answers, and delivers no call
    Halt(halt::Halt),
    /// Ends halts
    Resume(halt::Resume),
    /// The rules in force, and where each came from
    Pins(pins::Pins),
    /// Counts the tokens of stdin; `serve` calls it
    #[command(name = crate::tokens::COMMAND, hide = true)]
    CountTokens,
    /// Whether the record is what was written
    Audit(audit::Audit),
}

/// Runs the program with the process's arguments.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let place = &cli.place;
    let outcome = match cli.command {
        Command::Demo(demo) => demo.run(),
        Command::Check(args) => check::run(place, &args),
        Command::Init(args) => init::run(place, &args),
        Command::Capture(capture) => capture.run(),
        Command::Explain(explain) => explain.run(),
        Command::Serve(asked) => serve::run(place, &asked),
        Command::CountTokens => tokens::run(),
        Command::Judge(judge) => judge.run(place),
        Command::Replay(replay) => replay.run(place),
        Command::Test(test) => test.run(place),
        Command::Violations(asked) => violations::run(place, &asked),
        Command::Actions(asked) => actions::run(place, &asked),
        Command::Approvals(asked) => approvals::run(place, &asked),
        Command::Conversations(asked) => conversations::run(place, &asked),
        Command::Halt(asked) => halt::halt(place, &asked),
        Command::Resume(asked) => halt::resume(place, &asked),
        Command::Pins(asked) => pins::run(place, &asked),
        Command::Audit(asked) => audit::run(place, &asked),
    };
    outcome.unwrap_or_else(|error| {
        talk::error(&error);
        ExitCode::FAILURE
    })
}
