//! README.md, run: what it shows is what linchpin prints.
//!
//! A ```` ```console ```` block is a session: lines that begin with `$ linchpin` are run,
//! a `<<'EOF'` feeds what follows to stdin, and what stands under a command is its
//! whole stdout. A ```` ```toml ```` block must pass `linchpin check`.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

/// Where a block stands, and what is in it.
struct Block<'a> {
    line: usize,
    text: Vec<&'a str>,
}

/// The fenced blocks with this mark.
fn blocks<'a>(text: &'a str, mark: &str) -> Vec<Block<'a>> {
    let (mut found, mut open): (Vec<Block<'_>>, Option<(bool, Block<'_>)>) = (Vec::new(), None);
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(said)) => open = Some((said == mark, Block { line: number + 1, text: Vec::new() })),
            (None, None) => {}
            (Some(_), Some(_)) => found.extend(open.take().filter(|(is_wanted, _)| *is_wanted).map(|(_, block)| block)),
            (Some((_, block)), None) => block.text.push(line),
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// One command of a session.
#[derive(Debug, PartialEq)]
struct Step {
    arguments: Vec<String>,
    stdin: String,
    shown: String,
}

/// The commands of a session, in order.
fn steps(block: &Block<'_>) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = block.text.iter();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ linchpin ") else {
            let step = steps.last_mut().unwrap_or_else(|| panic!("line {}: a session begins with `$ linchpin …`", block.line));
            step.shown.push_str(line);
            step.shown.push('\n');
            continue;
        };
        let (command, feeds) = command.strip_suffix(" <<'EOF'").map_or((command, false), |command| (command, true));
        let mut stdin = String::new();
        if feeds {
            lines.by_ref().take_while(|line| **line != "EOF").for_each(|line| stdin += &format!("{line}\n"));
        }
        steps.push(Step { arguments: words(command), stdin, shown: String::new() });
    }
    steps
}

/// A command's words; quotes group, nothing else means anything.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in command.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, ' ') => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            (_, c) => word.push(c),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// stdout of linchpin with a home of its own and nothing in its environment.
fn run(home: &Path, step: &Step) -> String {
    let mut command = Command::cargo_bin("linchpin").expect("the program");
    command.env_clear().env("HOME", home).current_dir(home).args(&step.arguments).write_stdin(step.stdin.as_str());
    String::from_utf8(command.output().expect("it runs").stdout).expect("text")
}

fn read(page: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).expect("the page")
}

/// Spaces at the end of a line are nobody's example.
fn tidy(text: &str) -> String {
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[test]
fn every_session_prints_what_it_shows() {
    let readme = read("README.md");
    let sessions = blocks(&readme, "console");
    assert!(sessions.len() >= 2, "the sessions are gone");
    for session in sessions {
        let home = tempfile::tempdir().expect("a home");
        for step in steps(&session) {
            assert_eq!(tidy(&run(home.path(), &step)), tidy(&step.shown), "README.md, line {}: {:?}", session.line, step.arguments);
        }
    }
}

#[test]
fn every_configuration_passes_the_check() {
    let readme = read("README.md");
    let examples = blocks(&readme, "toml");
    assert!(!examples.is_empty(), "the configuration is gone");
    for example in examples {
        let home = tempfile::tempdir().expect("a home");
        let file = home.path().join("linchpin.toml");
        fs::write(&file, example.text.join("\n") + "\n").expect("written");
        let mut command = Command::cargo_bin("linchpin").expect("the program");
        command.env_clear().env("HOME", home.path()).args(["check", "--config"]).arg(&file);
        let output = command.output().expect("it runs");
        assert!(output.status.success(), "README.md, line {}: {}", example.line, String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_page_that_a_link_names_is_there() {
    for page in ["README.md", "CONTRIBUTING.md", "docs/architecture.md"] {
        let text = read(page);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(page).parent().expect("a folder").to_owned();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|target| !target.contains(':'));
        for target in targets {
            let file = target.split('#').next().expect("a path");
            assert!(file.is_empty() || folder.join(file).exists(), "{page} names `{target}`");
        }
    }
}

#[test]
fn an_example_that_is_not_true_any_more_would_be_found() {
    let page = "a\n```console\n$ linchpin explain \"Never delete.\"\nNever delete.\n  hold: send\n```\n```toml\nx = 1\n```\n";
    let sessions = blocks(page, "console");
    let found = steps(&sessions[0]);
    assert_eq!(found[0].arguments, ["explain", "Never delete."]);
    let home = tempfile::tempdir().expect("a home");
    assert_ne!(tidy(&run(home.path(), &found[0])), tidy(&found[0].shown));
    assert_eq!((sessions.len(), blocks(page, "toml")[0].text.as_slice()), (1, &["x = 1"][..]));
    let fed = Block { line: 1, text: vec!["$ linchpin judge <<'EOF'", "{}", "EOF", "pass"] };
    assert_eq!(steps(&fed), [Step { arguments: vec!["judge".into()], stdin: "{}\n".into(), shown: "pass\n".into() }]);
}
