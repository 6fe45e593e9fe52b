//! Lines and answers of linchpin's own.
//!
//! A chat's lines have a `message`, a bare prompt's a `response`. What else clients look
//! at, the model's name and when it was said, is taken from the answer they stand in.

use crate::json;
use crate::wire::resume::Answer;
use crate::wire::spelling::Keys;
use crate::wire::splice;

/// Where in its objects an answer has its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Shape {
    /// `message.content`
    #[default]
    Chat,
    /// `response`
    Prompt,
}

/// What the objects of one answer share, as JSON.
#[derive(Debug, Clone)]
pub(super) struct Envelope {
    model: String,
    created_at: String,
    shape: Shape,
    is_known: bool,
}

impl Default for Envelope {
    fn default() -> Self {
        Self { model: "\"\"".into(), created_at: "\"1970-01-01T00:00:00Z\"".into(), shape: Shape::Chat, is_known: false }
    }
}

/// The counters of an answer that nobody counted.
const COUNTERS: &str = r#""done_reason":"stop","total_duration":0,"load_duration":0,"prompt_eval_count":0,"prompt_eval_duration":0,"eval_count":0,"eval_duration":0"#;

impl Envelope {
    /// Learns from the first object of an answer that can be read.
    pub(super) fn learn(&mut self, data: &[u8]) {
        if self.is_known {
            return;
        }
        let Ok(members) = json::members(data) else { return };
        let keys = Keys(&members);
        let text = |key: &str| keys.some(key).filter(|value| value.get().starts_with('"')).map(|value| value.get().to_owned());
        self.model = text("model").unwrap_or_else(|| self.model.clone());
        self.created_at = text("created_at").unwrap_or_else(|| self.created_at.clone());
        self.shape = if keys.some("response").is_some() && keys.some("message").is_none() { Shape::Prompt } else { Shape::Chat };
        self.is_known = true;
    }

    fn of(answer: &Answer<'_>) -> Self {
        let shape = if answer.is_to_prompt { Shape::Prompt } else { Shape::Chat };
        let (model, created_at) = (json::escape(answer.model), moment(answer.created));
        Self { model: format!("\"{model}\""), created_at: format!("\"{created_at}\""), shape, is_known: true }
    }

    /// An object with these words and, in a chat, these calls.
    fn object(&self, text: &str, calls: &[&str], is_done: bool) -> String {
        let (model, created_at, text) = (&self.model, &self.created_at, json::escape(text));
        let calls = if calls.is_empty() { String::new() } else { format!(r#","tool_calls":[{}]"#, calls.join(",")) };
        let words = match self.shape {
            Shape::Chat => format!(r#""message":{{"role":"assistant","content":"{text}"{calls}}}"#),
            Shape::Prompt => format!(r#""response":"{text}""#),
        };
        let end = if is_done { format!(r#""done":true,{COUNTERS}"#) } else { r#""done":false"#.to_owned() };
        splice::on_one_line(&format!(r#"{{"model":{model},"created_at":{created_at},{words},{end}}}"#))
    }

    /// A line with these words; without any it is a sign of life.
    pub(super) fn line(&self, text: &str, is_done: bool, out: &mut Vec<u8>) {
        out.extend_from_slice(self.object(text, &[], is_done).as_bytes());
        out.push(b'\n');
    }
}

/// Writes an answer that consists of these calls.
pub(in crate::wire) fn compose(answer: &Answer<'_>, calls: &[&str], out: &mut Vec<u8>) {
    let envelope = Envelope::of(answer);
    if !answer.streams {
        return out.extend_from_slice(envelope.object("", calls, true).as_bytes());
    }
    for call in calls {
        out.extend_from_slice(envelope.object("", &[call], false).as_bytes());
        out.push(b'\n');
    }
    envelope.line("", true, out);
}

/// Writes an answer that consists of words.
pub(in crate::wire) fn say(answer: &Answer<'_>, words: &str, out: &mut Vec<u8>) {
    let envelope = Envelope::of(answer);
    if !answer.streams {
        return out.extend_from_slice(envelope.object(words, &[], true).as_bytes());
    }
    envelope.line(words, false, out);
    envelope.line("", true, out);
}

/// Seconds since 1970 as RFC 3339 writes them. Days are turned into a date as the
/// proleptic Gregorian calendar counts them, in eras of 400 years that begin in March.
fn moment(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let since = days + 719_468;
    let (era, day) = (since.div_euclid(146_097), since.rem_euclid(146_097));
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn seconds_are_the_moments_that_calendars_say() {
        for (seconds, said) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_795_545_105, "2026-11-24T18:31:45Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(moment(seconds), said);
        }
    }
}
