//! What it costs to understand a call: everyday ones, and ones made to be costly.
//!
//! `cargo bench --bench judging` prints median and worst time for everyday calls of
//! every language, and for texts that a hostile model could write to keep the reader
//! busy, scaled to time per 10 kB of code. Two promises are checked and end the run
//! with an error: an everyday shell call takes at most 50 µs (median), and no text more
//! than 5 ms per 10 kB (the quickest of some rounds: on a busy machine the others measure
//! what else it does). What keeps them is counted work, never a clock.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use linchpin::action::understand;
use linchpin::call::{Input, ToolName};
use linchpin::json::{Arguments, read_arguments};
use std::time::{Duration, Instant};

const EVERYDAY_ROUNDS: usize = 2_000;
const COSTLY_ROUNDS: usize = 15;
const EVERYDAY_MEDIAN_MAX: Duration = Duration::from_micros(50);
const TEN_KB_MAX: Duration = Duration::from_millis(5);
const BYTES: usize = 10_000;

/// Everyday calls: tool, key, text.
const EVERYDAY: [(&str, &str, &str); 14] = [
    ("bash", "command", "git status"),
    ("bash", "command", "cd /srv/app && cargo test --workspace 2>&1 | tail -40"),
    ("bash", "command", "grep -rn \"TODO\" src --include='*.rs' | head -20"),
    ("bash", "command", "rm -rf build dist && npm run build"),
    ("bash", "command", "for f in *.md; do sed -i 's/foo/bar/' \"$f\"; done"),
    ("bash", "command", "curl -sS -X POST https://api.example.com/v1/items -H 'Content-Type: application/json' -d '{\"name\":\"x\"}'"),
    ("bash", "command", "docker compose up -d && docker compose logs --tail 50 web"),
    ("bash", "command", "python3 - <<'E'\nimport json\nprint(json.load(open('a.json'))['x'])\nE"),
    ("powershell", "command", "Get-ChildItem -Recurse *.log | Where-Object { $_.Length -gt 1MB } | Remove-Item"),
    ("cmd", "command", "if exist build (rd /s /q build) & mkdir build"),
    ("python", "code", "import shutil\nshutil.rmtree('/tmp/x')\n"),
    ("query", "sql", "UPDATE users SET name = 'x' WHERE id = 4"),
    ("http_request", "url", "https://api.example.com/v1/items/4"),
    ("gmail_send", "body", "Dear all, the meeting is at ten."),
];

fn main() {
    println!("{:52} {:>9} {:>12} {:>12} {:>14}", "call", "bytes", "median", "worst", "per 10 kB");
    let mut is_kept = true;
    for (tool, key, text) in EVERYDAY {
        let times = times(tool, key, text, EVERYDAY_ROUNDS);
        is_kept &= tool != "bash" || times.median <= EVERYDAY_MEDIAN_MAX;
        print(&format!("{tool}: {}", text.lines().next().unwrap_or_default()), text.len(), &times);
    }
    for (name, unit) in units() {
        for (tool, key) in [
            ("bash", "command"),
            ("powershell", "command"),
            ("python", "code"),
            ("javascript", "code"),
            ("query", "sql"),
            ("apply_patch", "input"),
        ] {
            let text = filled(&unit);
            let times = times(tool, key, &text, COSTLY_ROUNDS);
            is_kept &= per_ten_kb(&times, text.len()) <= TEN_KB_MAX;
            print(&format!("{tool}: {name}"), text.len(), &times);
        }
    }
    for (name, text) in large() {
        let times = times("bash", "command", &text, COSTLY_ROUNDS);
        is_kept &= per_ten_kb(&times, text.len()) <= TEN_KB_MAX;
        print(&format!("bash: {name}"), text.len(), &times);
    }
    assert!(is_kept, "a call took longer than is promised");
}

/// Pieces that are repeated until there are ten kilobytes of them.
fn units() -> Vec<(&'static str, String)> {
    let known = "x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n";
    [
        ("semicolons", "; ".to_owned()),
        ("short commands", "a; ".to_owned()),
        ("deletions", "rm x; ".to_owned()),
        ("open parentheses", "(".to_owned()),
        ("open substitutions", "$(".to_owned()),
        ("open arithmetic", "$((".to_owned()),
        ("open double parentheses", "(( ".to_owned()),
        ("nested quotes", "\"$(\"".to_owned()),
        ("single quotes", "'".to_owned()),
        ("double quotes", "\"".to_owned()),
        ("backticks", "`".to_owned()),
        ("escaped backticks", "`a\\`b\\`".to_owned()),
        ("backslashes", "\\".to_owned()),
        ("braces", "{a,b}".to_owned()),
        ("nested braces", "{a,{b,".to_owned()),
        ("open braces", "${a:-".to_owned()),
        ("here-documents", "cat <<A <<B <<C\n".to_owned()),
        ("groups", "{ a; }; ".to_owned()),
        ("functions", "f() { f; }; f; ".to_owned()),
        ("values that double", format!("{known}x=$x$x\ny=$x$x; echo $y $y $y $y\n")),
        ("loops", "for i in a b c d; do for j in $i $i; do $i $j; done; done\n".to_owned()),
        ("lists", "a=(a b c d e f); \"${a[@]}\" \"${a[@]}\"; ".to_owned()),
        ("edited values", "x=abcabcabc; echo ${x//a/bb} ${x##*c} ${x%%b*}; ".to_owned()),
        ("patterns", "x=aaaaaaaaaaaaaaaaaaaaaa; echo ${x##*a*a*a*a*b}; ".to_owned()),
        ("wrappers", "sudo env nice nohup ".to_owned()),
        ("nested shells", "bash -c 'eval \"a\"'; ".to_owned()),
        ("aliases", "alias a='b'; a; alias b='a'; b; ".to_owned()),
        ("pipes", "a | ".to_owned()),
        ("encoded", "echo cm0gLXJmIHg= | base64 -d | sh; ".to_owned()),
        ("long word", "a".to_owned()),
        ("one flag after another", "-a ".to_owned()),
        ("tool with many words", "git push a:b c:d ".to_owned()),
        ("non-ASCII", "r\u{e4}\u{301}\u{3042}\u{1f600}m \u{200b}".to_owned()),
        ("calls", "f(g(h(\"x\")))\n".to_owned()),
        ("statements", "DELETE FROM a WHERE b IN (SELECT c FROM d); ".to_owned()),
        ("comments", "/* -- # // ".to_owned()),
        ("PowerShell blocks", "if (a) { b } ".to_owned()),
        ("PowerShell strings", "\"$(a \"b\")\" ".to_owned()),
        ("percent names", "set a=%a%%a%& %a% ".to_owned()),
        ("patch lines", "*** Update File: a\n@@\n-x\n+y\n".to_owned()),
    ]
    .to_vec()
}

fn large() -> Vec<(&'static str, String)> {
    vec![
        ("100,000 semicolons", ";".repeat(100_000)),
        ("100,000 commands", "a;".repeat(100_000)),
        ("a line of 200 kB", format!("echo '{}'", "a".repeat(200_000))),
        ("a brace bomb", format!("echo {}", "{a,b}".repeat(40_000))),
        ("a million blanks", " ".repeat(1_000_000)),
    ]
}

fn filled(unit: &str) -> String {
    unit.repeat(BYTES / unit.len() + 1)
}

struct Times {
    quickest: Duration,
    median: Duration,
    worst: Duration,
}

fn times(tool: &str, key: &str, text: &str, rounds: usize) -> Times {
    let json = serde_json::json!({ key: text }).to_string();
    let Ok(arguments) = read_arguments(&Input::Json(json)) else {
        return Times { quickest: Duration::ZERO, median: Duration::ZERO, worst: Duration::ZERO };
    };
    let tool = ToolName::plain(tool);
    // The tables are read at the first call.
    let mut count = once(&tool, &arguments);
    let mut all: Vec<Duration> = (0..rounds)
        .map(|_| {
            let start = Instant::now();
            count += once(&tool, &arguments);
            start.elapsed()
        })
        .collect();
    assert!(count > 0, "a call is never without an action");
    all.sort_unstable();
    let quickest = all.first().copied().unwrap_or_default();
    Times { quickest, median: all.get(rounds / 2).copied().unwrap_or_default(), worst: all.last().copied().unwrap_or_default() }
}

fn once(tool: &ToolName, arguments: &Arguments) -> usize {
    understand(tool, arguments, None).len()
}

/// What the text itself costs, scaled.
fn per_ten_kb(times: &Times, bytes: usize) -> Duration {
    times.quickest.mul_f64(BYTES as f64 / bytes.max(BYTES) as f64)
}

fn print(name: &str, bytes: usize, times: &Times) {
    let name: String = name.chars().take(52).collect();
    println!("{name:52} {bytes:>9} {:>12.1?} {:>12.1?} {:>14.1?}", times.median, times.worst, per_ten_kb(times, bytes));
}
