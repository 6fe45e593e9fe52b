//! Settings that are one word of a closed list.

use super::{Mistake, shown};
use crate::config::{Capture, Hosted, WebhookKind, shape};
use crate::dialect::Family;
use crate::kind::Kind;
use crate::pin::Mode;
use crate::verdict::Verdict;

/// One word of a closed list.
fn word<T>(text: &str, what: &str, known: &[(&str, T)]) -> Result<T, Mistake>
where
    T: Copy,
{
    if let Some((_, value)) = known.iter().find(|(word, _)| *word == text) {
        return Ok(*value);
    }
    let mut words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
    words.sort_unstable();
    Err(Mistake::new(format!("unknown {what} `{}`", shown(text)), format!("use one of: {}", words.join(", "))))
}

/// `on`.
pub(in crate::config) fn kind(text: &str) -> Result<Kind, Mistake> {
    word(text, "kind", &Kind::ALL.map(|kind| (kind.name(), kind))).map_err(|mistake| {
        let names = Kind::ALL.map(Kind::name);
        match shape::nearest(text, &names) {
            Some(near) => Mistake { help: format!("did you mean `{near}`? {}", mistake.help), ..mistake },
            None => mistake,
        }
    })
}

/// `then`.
pub(in crate::config) fn response(text: &str) -> Result<Verdict, Mistake> {
    word(text, "response", &[Verdict::Warn, Verdict::Hold, Verdict::Block].map(|verdict| (verdict.name(), verdict)))
}

/// `mode`.
pub(in crate::config) fn mode(text: &str) -> Result<Mode, Mistake> {
    word(text, "mode", &[("enforce", Mode::Enforce), ("shadow", Mode::Shadow)])
}

/// `dialect` of an upstream.
pub(in crate::config) fn family(text: &str) -> Result<Family, Mistake> {
    word(text, "dialect", &Family::ALL.map(|family| (family.name(), family)))
}

/// `waive`.
pub(in crate::config) fn waiver(text: &str) -> Result<(), Mistake> {
    word(text, "waiver", &[("named", ())])
}

/// `approve_by`: whether it is the chat.
pub(in crate::config) fn approve_by(text: &str) -> Result<bool, Mistake> {
    word(text, "way to approve", &[("console", false), ("reply", true)])
}

/// `[conversation] capture`.
pub(in crate::config) fn capture(text: &str) -> Result<Capture, Mistake> {
    use Capture::{Enforce, Off, Propose};
    word(text, "capture mode", &[("enforce", Enforce), ("propose", Propose), ("off", Off)])
}

/// `[tools] hosted`.
pub(in crate::config) fn hosted(text: &str) -> Result<Hosted, Mistake> {
    use Hosted::{Gate, Pass, Refuse};
    word(text, "treatment", &[("gate", Gate), ("refuse", Refuse), ("pass", Pass)])
}

/// `[notify] kind`.
pub(in crate::config) fn webhook_kind(text: &str) -> Result<WebhookKind, Mistake> {
    use WebhookKind::{Generic, Ntfy, Slack, Telegram};
    word(text, "webhook kind", &[("generic", Generic), ("ntfy", Ntfy), ("slack", Slack), ("telegram", Telegram)])
}
