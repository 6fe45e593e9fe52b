//! Calls that run text: as a command line, or as code.

use super::Language;
use super::calls::Call;
use super::value::{HOLE, Text, Value};
use crate::action::reading::Reading;
use crate::action::shell;
use crate::kind::Kind;

/// `subprocess.run(['rm', x])`, `os.system('rm x')`, `spawn('rm', [x])`, `exec.Command("rm", x)`.
pub(super) fn command(reading: &mut Reading, call: &Call<'_>) {
    let named = call.named(&["args", "cmd", "command", "argv", "code"]);
    let Some(first) = call.positional.first().or(named) else {
        // A builder or a session is set up; what it runs comes later.
        return;
    };
    let rest = call.positional.get(1..).unwrap_or_default();
    for first in first.alternatives().into_iter().take(8) {
        match words_of(call, first, rest) {
            Some(words) => list(reading, call, &words),
            None => line(reading, call, first),
        }
    }
}

/// The words of a command that is given as a list, or as several arguments.
fn words_of<'v>(call: &'v Call<'_>, first: &'v Value, rest: &'v [Value]) -> Option<Vec<&'v Value>> {
    if let Some(items) = first.items() {
        return Some(items.collect());
    }
    let method = call.method();
    let list = rest.iter().chain(call.named.iter().map(|(_, value)| value)).find_map(Value::items);
    let is_context = method == "CommandContext";
    if let Some(items) = list.filter(|_| !method.starts_with("exec_") && (method != "exec" || call.path.starts_with("os."))) {
        // `execvp('rm', ['rm', '-rf', 'x'])` names the program twice.
        let skips = usize::from(call.path.starts_with("os."));
        return Some(std::iter::once(first).chain(items.skip(skips)).collect());
    }
    let takes_words = matches!(
        method,
        "system"
            | "exec"
            | "spawn"
            | "Command"
            | "CommandContext"
            | "capture2"
            | "capture2e"
            | "capture3"
            | "popen3"
            | "ProcessBuilder"
            | "create_subprocess_exec"
            | "cmd"
    ) || method.starts_with("execl")
        || method.starts_with("spawnl")
        || matches!(call.path.as_str(), "Bun.spawn");
    let more: Vec<&Value> = rest.iter().filter(|value| matches!(value, Value::Text(_) | Value::Thing(_) | Value::Unknown)).collect();
    if !takes_words || more.is_empty() || matches!(rest.first(), Some(Value::Map(_) | Value::Own)) {
        return None;
    }
    if is_context {
        return Some(more);
    }
    let skips = usize::from(call.path.starts_with("os.")) + usize::from(method.starts_with("spawnl"));
    Some(std::iter::once(first).chain(more.into_iter().skip(skips)).collect())
}

fn list(reading: &mut Reading, call: &Call<'_>, words: &[&Value]) {
    let Some(program) = words.first() else { return };
    if program.as_text().is_none() {
        return computed(reading, call);
    }
    let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    let encoded = words.iter().any(|word| matches!(word, Value::Text(text) if text.is_encoded));
    if encoded {
        reading.note(Kind::Execute, "runs what is spelled so that nobody can read it", &call.path);
    }
    shell::read(reading, &quoted.join(" "));
}

/// One word of a command, as a shell would have to be given it.
fn quoted(word: &Value) -> String {
    match word {
        Value::Text(text) if text.is_whole() => format!("'{}'", text.text.replace('\'', "'\\''")),
        Value::Text(text) => {
            let escaped: String =
                text.text.chars().flat_map(|c| if matches!(c, '"' | '\\' | '$' | '`') { vec!['\\', c] } else { vec![c] }).collect();
            format!("\"{}\"", escaped.replace(HOLE, "${hole}"))
        }
        Value::Number(number) => number.to_string(),
        _ => "\"${hole}\"".to_owned(),
    }
}

fn line(reading: &mut Reading, call: &Call<'_>, value: &Value) {
    match value {
        Value::Text(Text { text, .. }) if text.trim().is_empty() => {}
        Value::Text(Text { text, is_encoded }) => {
            if *is_encoded {
                reading.note(Kind::Execute, "runs what is spelled so that nobody can read it", &call.path);
            }
            shell::read(reading, &text.replace(HOLE, "${hole}"));
        }
        Value::Number(_) | Value::Own => {}
        _ => computed(reading, call),
    }
}

fn computed(reading: &mut Reading, call: &Call<'_>) {
    reading.note(Kind::Execute, "runs a command that is computed", &call.path);
    reading.unknown("a command that is computed", &call.path);
}

/// `eval(…)`, `exec(…)`, `new Function(…)`.
pub(super) fn code(reading: &mut Reading, language: Language, call: &Call<'_>) {
    // `setTimeout(f, 1)`, `x.constructor` with nothing to run.
    let Some(value) = call.positional.last().filter(|_| call.method() == "Function").or(call.positional.first()) else { return };
    let is_timer = matches!(call.method(), "setTimeout" | "setInterval" | "constructor");
    for value in value.alternatives().into_iter().take(8) {
        match value {
            Value::Text(Text { text, is_encoded }) if !text.contains(HOLE) => {
                if *is_encoded {
                    reading.note(Kind::Execute, "runs what is spelled so that nobody can read it", &call.path);
                }
                super::read(reading, language, text);
            }
            Value::Own => {}
            _ if is_timer => {}
            _ => {
                reading.note(Kind::Execute, "runs text as code", call.inside);
                let is_fetched = ["fetch(", "urlopen", "requests.get", ".read()", ".text"].iter().any(|part| call.inside.contains(part))
                    && !call.inside.contains("input(");
                if !is_fetched {
                    reading.unknown("text that is computed runs as code", call.inside);
                }
            }
        }
    }
}
