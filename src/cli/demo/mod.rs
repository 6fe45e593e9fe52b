//! `linchpin demo`: what linchpin is for, in ten seconds, without a key or a network.
//!
//! A scripted agent works for a user, a scripted model answers it, both over real
//! sockets, once directly and once through a real linchpin. The story is told from
//! counts (mails left, calls in the record) and the demo fails if they are not what
//! they must be: then one of linchpin's two arms did not do its work.
//!
//! `--without carriage|gate` (not in the help) takes one arm away, to show that the
//! demo notices. No setting hides an enforced pin from the model, so *without
//! carriage* the pins' texts say nothing and `on` says what they enforce; *without
//! gate* they have `enforce = false`.

mod agent;
mod chat;
mod mailbox;
mod model;
mod stage;
mod story;

use super::talk;
use clap::ValueEnum;
use stage::{DataDir, Stage};
use std::process::ExitCode;
use std::time::Duration;

/// The arguments of `linchpin demo`.
#[derive(Debug, clap::Args)]
pub(super) struct Demo {
    /// Takes one of linchpin's arms away; the demo must then fail
    #[arg(long, value_name = "ARM", hide = true)]
    without: Option<Arm>,
}

/// What a pin does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Arm {
    /// Its text is in every request.
    Carriage,
    /// Calls are judged against it.
    Gate,
}

impl Arm {
    fn name(self) -> &'static str {
        match self {
            Self::Carriage => "carriage",
            Self::Gate => "gate",
        }
    }
}

impl Demo {
    /// Tells the story; exit 1 if a count is not what it must be.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        // Declared first, so that it goes last, when nothing writes to it any more.
        let mut data_dir = None;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let told = runtime.block_on(async {
            tokio::select! {
                // First of all, so that no signal finds a folder that nobody would remove.
                biased;
                () = super::serve::asked_to_stop() => Err(anyhow::anyhow!("interrupted")),
                told = tell(&mut data_dir, self.without) => told,
            }
        });
        runtime.shutdown_timeout(Duration::from_secs(1));
        let failed = told?;
        for failure in &failed {
            talk::print(&format!("FAILED  {failure}"));
        }
        Ok(if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The whole story. Returns what did not come out as it must.
async fn tell(data_dir: &mut Option<DataDir>, without: Option<Arm>) -> anyhow::Result<Vec<String>> {
    let data_dir = data_dir.insert(DataDir::new()?);
    let mut stage = Stage::set(data_dir.path(), &story::pins(without)).await?;
    let mut story = story::Story::begin();
    story.forgotten_rule(&mut stage).await?;
    story.ignored_rule(&mut stage).await?;
    story.unasked_answer(&mut stage).await?;
    let store = stage.clear().await?;
    story.record(&store)?;
    Ok(story.end())
}
