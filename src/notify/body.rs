//! What a notice says, as each kind of receiver wants it.
//!
//! Names that an agent or a model chose are the only foreign text in it. They are
//! cut short, and of everything that some receiver could take for markup, a link, a
//! mention or a new line only the number of the character is shown.

use crate::config::WebhookKind;
use crate::record::Untold;
use crate::show;
use serde::Serialize;
use serde_json::json;
use url::Url;

/// How many calls a text names one by one.
const NAMED_MAX: usize = 10;

/// How long a text gets: Telegram and ntfy take 4096 and refuse what is longer, and no
/// name that an agent chose may keep people from being told.
const TEXT_BYTES_MAX: usize = 3600;

/// How much of a foreign name is shown, with what stands for its characters.
const NAME_CHARACTERS_MAX: usize = 64;

/// How many kinds or pins of one call are named.
const LIST_MAX: usize = 4;

/// Where people decide.
#[derive(Debug, Clone)]
pub(super) struct Desk(Url);

/// A request's body, and what stands in its head because of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) body: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Desk {
    pub(super) fn new(url: Url) -> Self {
        Self(url)
    }

    /// The page of one hold.
    fn link(&self, code: &str) -> String {
        format!("{}/holds/{}", self.0.as_str().trim_end_matches('/'), plain(code))
    }
}

/// The notice about these holds, of so many in all.
pub(super) fn message(kind: WebhookKind, holds: &[Untold], in_all: usize, desk: &Desk) -> Message {
    match kind {
        WebhookKind::Generic => as_json(generic(holds, in_all, desk)),
        WebhookKind::Slack => as_json(json!({"text": text(holds, in_all, desk, &Spelling::SLACK)})),
        WebhookKind::Telegram => {
            let text = text(holds, in_all, desk, &Spelling::TELEGRAM);
            as_json(json!({"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": true}}))
        }
        WebhookKind::Ntfy => ntfy(holds, in_all, desk),
    }
}

fn as_json(value: impl Serialize) -> Message {
    // A value of texts, numbers and lists always has a JSON form.
    let body = show::json_line(&value).unwrap_or_default();
    Message { body, headers: vec![("content-type", "application/json".into())] }
}

/// The body for a program of the operator's own. Its keys are a promise.
#[derive(Debug, Serialize)]
struct Generic {
    event: &'static str,
    /// How many calls wait of which nobody was told; `holds` may name fewer.
    count: usize,
    holds: Vec<GenericHold>,
}

#[derive(Debug, Serialize)]
struct GenericHold {
    code: String,
    at: String,
    expires: String,
    conversation: String,
    agent: Option<String>,
    tool: String,
    actions: Vec<String>,
    pins: Vec<String>,
    link: String,
}

fn generic(holds: &[Untold], in_all: usize, desk: &Desk) -> Generic {
    let one = |hold: &Untold| GenericHold {
        code: hold.code.clone(),
        at: hold.at.clone(),
        expires: hold.expires.clone(),
        conversation: plain(&hold.conversation),
        agent: hold.agent.as_deref().map(plain),
        tool: plain(&hold.tool),
        actions: hold.actions.iter().map(|kind| plain(kind)).collect(),
        pins: hold.pins.iter().map(|pin| plain(pin)).collect(),
        link: desk.link(&hold.code),
    };
    Generic { event: "holds", count: in_all, holds: holds.iter().map(one).collect() }
}

/// How a name is set apart in a text.
struct Spelling {
    before: &'static str,
    after: &'static str,
    /// Whether a dot in a name could make a link of it.
    links_dots: bool,
}

impl Spelling {
    const SLACK: Self = Self { before: "`", after: "`", links_dots: false };
    const TELEGRAM: Self = Self { before: "<code>", after: "</code>", links_dots: false };
    const PLAIN: Self = Self { before: "", after: "", links_dots: true };

    fn name(&self, name: &str) -> String {
        let name = plain(name);
        let name = if self.links_dots { name.replace('.', "\\u{2e}") } else { name };
        format!("{}{}{}", self.before, if name.is_empty() { "(no name)" } else { &name }, self.after)
    }

    fn list(&self, names: &[String]) -> String {
        let shown: Vec<String> = names.iter().take(LIST_MAX).map(|name| self.name(name)).collect();
        format!("{}{}", shown.join(", "), if names.len() > LIST_MAX { " and others" } else { "" })
    }
}

/// A line for each call, for people, as many as a message takes.
fn text(holds: &[Untold], in_all: usize, desk: &Desk, spelling: &Spelling) -> String {
    let mut text = title(in_all);
    let mut named = 0;
    for line in holds.iter().take(NAMED_MAX).map(|hold| line(hold, desk, spelling)) {
        if text.len() + line.len() > TEXT_BYTES_MAX {
            break;
        }
        text.push('\n');
        text.push_str(&line);
        named += 1;
    }
    let more = in_all.saturating_sub(named);
    if more > 0 {
        text.push_str(&format!("\nand {more} more: {}", desk.0));
    }
    text
}

fn title(in_all: usize) -> String {
    if in_all == 1 { "linchpin: 1 call waits for a person".into() } else { format!("linchpin: {in_all} calls wait for a person") }
}

fn line(hold: &Untold, desk: &Desk, spelling: &Spelling) -> String {
    let (tool, kinds, pins) = (spelling.name(&hold.tool), spelling.list(&hold.actions), spelling.list(&hold.pins));
    let kinds = if hold.actions.is_empty() { String::new() } else { format!(" ({kinds})") };
    format!("{tool}{kinds}, held by {pins}, code {}: {}", plain(&hold.code), desk.link(&hold.code))
}

fn ntfy(holds: &[Untold], in_all: usize, desk: &Desk) -> Message {
    let mut headers = vec![("content-type", "text/plain; charset=utf-8".to_owned()), ("title", title(in_all))];
    headers.extend(holds.first().filter(|_| in_all == 1).map(|hold| ("click", desk.link(&hold.code))));
    Message { body: text(holds, in_all, desk, &Spelling::PLAIN), headers }
}

/// A foreign name: letters and digits of any script, spaces, `.`, `_` and `-` as they
/// are, of everything else the character's number.
fn plain(name: &str) -> String {
    let shown = show::escape_short(name, NAME_CHARACTERS_MAX);
    let mut plain = String::with_capacity(shown.len());
    for character in shown.chars() {
        let stays = character.is_alphanumeric() || matches!(character, ' ' | '.' | '_' | '-' | '\\' | '{' | '}' | '…');
        if stays { plain.push(character) } else { plain.extend(character.escape_unicode()) }
    }
    match plain.char_indices().nth(NAME_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", plain.get(..end).unwrap_or_default().trim_end_matches('…')),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hold(tool: &str) -> Untold {
        Untold {
            code: "K7Q2-M4XN-P".into(),
            at: "2026-02-03T04:05:06.789Z".into(),
            expires: "2026-02-04T04:05:06.789Z".into(),
            conversation: "c_1".into(),
            agent: Some("inbox-bot".into()),
            tool: tool.into(),
            actions: vec!["delete".into(), "send".into()],
            pins: vec!["confirm-deletes".into()],
        }
    }

    fn desk() -> Desk {
        Desk::new("https://desk.example/".parse().expect("a URL"))
    }

    fn one(kind: WebhookKind, tool: &str) -> Message {
        message(kind, &[hold(tool)], 1, &desk())
    }

    #[test]
    fn each_kind_of_receiver_gets_its_own_body() {
        let json = || vec![("content-type", "application/json".to_owned())];
        let generic = r#"{"event":"holds","count":1,"holds":[{"code":"K7Q2-M4XN-P","at":"2026-02-03T04:05:06.789Z","expires":"2026-02-04T04:05:06.789Z","conversation":"c_1","agent":"inbox-bot","tool":"gmail.delete_email","actions":["delete","send"],"pins":["confirm-deletes"],"link":"https://desk.example/holds/K7Q2-M4XN-P"}]}"#;
        assert_eq!(one(WebhookKind::Generic, "gmail.delete_email"), Message { body: generic.into(), headers: json() });
        let slack = r#"{"text":"linchpin: 1 call waits for a person\n`gmail.delete_email` (`delete`, `send`), held by `confirm-deletes`, code K7Q2-M4XN-P: https://desk.example/holds/K7Q2-M4XN-P"}"#;
        assert_eq!(one(WebhookKind::Slack, "gmail.delete_email"), Message { body: slack.into(), headers: json() });
        let telegram = r#"{"link_preview_options":{"is_disabled":true},"parse_mode":"HTML","text":"linchpin: 1 call waits for a person\n<code>gmail.delete_email</code> (<code>delete</code>, <code>send</code>), held by <code>confirm-deletes</code>, code K7Q2-M4XN-P: https://desk.example/holds/K7Q2-M4XN-P"}"#;
        assert_eq!(one(WebhookKind::Telegram, "gmail.delete_email"), Message { body: telegram.into(), headers: json() });
        let ntfy = "linchpin: 1 call waits for a person\ngmail\\u{2e}delete_email (delete, send), held by confirm-deletes, code K7Q2-M4XN-P: https://desk.example/holds/K7Q2-M4XN-P";
        let headers = vec![
            ("content-type", "text/plain; charset=utf-8".to_owned()),
            ("title", "linchpin: 1 call waits for a person".to_owned()),
            ("click", "https://desk.example/holds/K7Q2-M4XN-P".to_owned()),
        ];
        assert_eq!(one(WebhookKind::Ntfy, "gmail.delete_email"), Message { body: ntfy.into(), headers });
    }

    #[test]
    fn many_calls_are_counted_where_they_are_not_named() {
        let holds = vec![hold("rm"); 12];
        let Message { body, headers } = message(WebhookKind::Ntfy, &holds, 30, &desk());
        assert!(
            body.starts_with("linchpin: 30 calls wait for a person\n") && body.ends_with("\nand 20 more: https://desk.example/"),
            "{body}"
        );
        assert_eq!(body.lines().count(), 12);
        assert!(headers.iter().all(|(name, _)| *name != "click"), "there is no one page for them");
        let Message { body, .. } = message(WebhookKind::Generic, &holds, 30, &desk());
        assert!(body.contains(r#""count":30"#) && body.matches("K7Q2-M4XN-P\",\"at").count() == 12);
    }

    #[test]
    fn no_name_makes_a_message_longer_than_receivers_take() {
        let mut holds = vec![hold(&"\u{e0041}".repeat(500)); 10];
        for hold in &mut holds {
            hold.pins = vec!["p".repeat(64); 9];
            hold.actions = vec!["publish.push".into(); 9];
        }
        for kind in [WebhookKind::Slack, WebhookKind::Ntfy, WebhookKind::Telegram] {
            let Message { body, .. } = message(kind, &holds, 10, &desk());
            assert!(body.len() <= 4096 && body.contains("more: https://desk.example/"), "{} {body}", body.len());
            assert!(body.contains("/holds/K7Q2-M4XN-P"));
        }
        assert!(plain(&"x".repeat(500)).chars().count() <= NAME_CHARACTERS_MAX + 1);
    }

    #[test]
    fn a_name_cannot_become_a_link_a_mention_or_markup() {
        for name in [
            "<!channel>",
            "@everyone",
            "[ok](http://e.example)",
            "`x` *y*",
            "</code><a href=\"http://e\">",
            "https://e.example/yes",
            "a\n\nb",
        ] {
            for kind in [WebhookKind::Generic, WebhookKind::Slack, WebhookKind::Ntfy, WebhookKind::Telegram] {
                let (with, without) = (one(kind, name), one(kind, ""));
                for markup in ["<!", "@", "[", "](", "*", "<a", "://e", "\n\n"] {
                    assert_eq!(with.body.matches(markup).count(), without.body.matches(markup).count(), "{name} {markup}: {}", with.body);
                }
                assert_eq!(with.headers, without.headers);
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_an_agent_calls_its_tool_a_notice_holds_no_control_and_no_markup_of_its_own(name in "\\PC{0,40}|.{0,40}|[\u{0}-\u{ffff}]{0,40}|[<>&`*_~@#\\[\\]()!|\\\\\"'/:\u{202e}\u{200b}\u{e0041}\n\r\u{1b}]{0,40}") {
            for kind in [WebhookKind::Slack, WebhookKind::Ntfy, WebhookKind::Telegram] {
                let Message { body, headers } = one(kind, &name);
                let text = if kind == WebhookKind::Ntfy {
                    body
                } else {
                    let value: serde_json::Value = serde_json::from_str(&body).expect("JSON");
                    value["text"].as_str().expect("a text").to_owned()
                };
                let line = text.strip_prefix("linchpin: 1 call waits for a person\n").expect("the title");
                let (before, after) = match kind {
                    WebhookKind::Slack => ("`", "` ("),
                    WebhookKind::Telegram => ("<code>", "</code> ("),
                    _ => ("", " (delete"),
                };
                let (shown, _) = line.strip_prefix(before).and_then(|rest| rest.split_once(after)).expect("the name");
                prop_assert!(shown.chars().all(|c| c.is_alphanumeric() || " ._-\\{}…()".contains(c)), "{shown:?}");
                prop_assert!(shown == "(no name)" || !shown.contains(['(', ')']), "{shown:?}");
                prop_assert!(shown.chars().all(show::is_plain), "{shown:?}");
                prop_assert!(headers.iter().all(|(_, value)| value.is_ascii()));
            }
        }
    }
}
