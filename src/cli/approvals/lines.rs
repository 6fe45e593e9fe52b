//! A hold on a terminal, line by line.
//!
//! Every line begins with a column of ours, and long lines are broken here and not by
//! the terminal: whatever an agent wrote, it cannot make a line that looks like one
//! of linchpin's.

use crate::console::{Decoded, Sheet, members};
use crate::record::ActionShape;
use crate::show;

/// How many characters of foreign text stand on one line.
const WIDTH: usize = 100;

/// How deep members are set in, and how much of a key is shown: what is longer stands
/// in the exact text.
const DEPTH_MAX: usize = 16;
const KEY_MAX: usize = 60;

/// How wide the column of names is.
const NAMES: usize = 13;

/// The sheet as lines that are safe to show.
pub(super) fn lines(sheet: &Sheet) -> Vec<String> {
    let hold = &sheet.hold;
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let mut lines = Vec::new();
    let mut say = |name: &str, text: &str| push(&mut lines, name, "", text);
    say("code", &hold.code);
    say("standing", sheet.standing());
    say("at", &hold.at);
    say("expires", &hold.expires);
    for action in &hold.actions {
        say("would do", &told(action));
    }
    for origin in hold.origin.iter().flatten() {
        let place = origin.place.as_ref().map_or_else(String::new, |place| format!(", {place}"));
        say("came from", &format!("{}: {}{place}", origin.target, origin.origin));
    }
    sheet.why.iter().for_each(|why| say("why", why));
    for pin in &sheet.pin_texts {
        let changed = if pin.changed { " (changed since: earlier yeses do not count)" } else { "" };
        let text = pin.text.as_ref().map_or_else(String::new, |text| format!(": {text}"));
        say("pin", &format!("{}{changed}{text}", pin.id));
    }
    say("yes so far", &format!("{} of {}", hold.given.len(), hold.needs));
    for voice in &sheet.voices {
        let unverified = if voice.verified { "" } else { ", unverified" };
        let reason = voice.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        say("", &format!("{} ({} over {}{unverified}){reason}", voice.name, voice.at, voice.via));
    }
    say("conversation", &hold.conversation);
    say("agent", &or_none(&hold.agent));
    say("dialect", &hold.dialect);
    say("model", &or_none(&hold.model));
    say("digest", &sheet.digest);
    say("tool", &hold.tool);
    for member in members(&hold.arguments) {
        let key = format!("{}{}", "  ".repeat(member.depth.min(DEPTH_MAX)), show::escape_short(&member.key, KEY_MAX));
        match member.value {
            Decoded::Text(text) => push(&mut lines, "decoded", &format!("{key} = "), &text),
            Decoded::Plain(text) => push(&mut lines, "decoded", &format!("{key} = "), &text),
            Decoded::Group(count) => push(&mut lines, "decoded", &format!("{key} "), &format!("({count})")),
            Decoded::More => push(&mut lines, "decoded", "", "(there are more members: the exact text has them all)"),
        }
    }
    push(&mut lines, "arguments", "", &hold.arguments);
    lines
}

/// What an action would do, in a line.
fn told(action: &ActionShape) -> String {
    let on = if action.targets.is_empty() { String::new() } else { format!(" on {}", action.targets.join(", ")) };
    let count = action.count.map_or_else(String::new, |count| format!(", {count} in all"));
    let amount = action
        .amount
        .as_ref()
        .map_or_else(String::new, |amount| format!(", {} {}", amount.value, amount.currency.as_deref().unwrap_or("(no currency)")));
    let evidence = if action.evidence.is_empty() { String::new() } else { format!(" ({})", action.evidence) };
    format!("{}{on}{count}{amount}{evidence}", action.kind)
}

/// One value, on as many lines as it needs. `lead` is safe to show already.
fn push(lines: &mut Vec<String>, name: &str, lead: &str, text: &str) {
    let mut first = true;
    for line in text.split('\n') {
        let shown: Vec<char> = show::escape(line).chars().collect();
        let mut pieces: Vec<String> = shown.chunks(WIDTH).map(|piece| piece.iter().collect()).collect();
        if pieces.is_empty() {
            pieces.push(String::new());
        }
        for (place, piece) in pieces.into_iter().enumerate() {
            let column = if first { name } else { "" };
            let mark = if first {
                lead
            } else if place == 0 {
                "| "
            } else {
                "  "
            };
            lines.push(format!("{column:<NAMES$} {mark}{piece}").trim_end().to_owned());
            first = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_an_agent_wrote_stays_in_its_column(text in any::<String>(), key in any::<String>()) {
            let mut lines = Vec::new();
            push(&mut lines, "decoded", &format!("{} = ", show::escape(&key)), &text);
            let is_plain = |line: &String| line.chars().all(show::is_plain);
            prop_assert!(lines.iter().all(is_plain), "{lines:?}");
            prop_assert!(lines.iter().skip(1).all(|line| line.is_empty() || line.starts_with("              ")), "{lines:?}");
        }
    }

    #[test]
    fn a_foreign_line_never_begins_where_ours_do() {
        let mut lines = Vec::new();
        push(&mut lines, "decoded", "body = ", &format!("hello\nstanding      approved\r\u{1b}[A{}", "x".repeat(150)));
        assert!(lines.iter().skip(1).all(|line| line.starts_with("              ")), "{lines:?}");
        assert!(lines.iter().all(|line| line.chars().count() <= NAMES + WIDTH + 10 && !line.contains(['\u{1b}', '\r'])), "{lines:?}");
        assert_eq!(lines.first().map(String::as_str), Some("decoded       body = hello"));
    }
}
