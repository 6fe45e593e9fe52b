//! A stop: a short message that tells the agent to stop what it is doing.
//!
//! "STOP", "stop, don't do anything", "stop deleting my emails". "Stop the server" is a
//! task, "don't stop" the opposite, "stop using semicolons" style, "stop asking" a waiver.

use super::only_stop;
use crate::language::mark::{Mark, Verb};
use regex::Regex;
use std::sync::LazyLock;

/// The longest message that is a stop, in characters: who wants the agent to stop is brief.
const STOP_CHARACTERS_MAX: usize = 160;

type Pattern = LazyLock<Option<Regex>>;

/// A word that stops, at the beginning, with nothing or a sign behind it, or words that
/// only press it.
static BARE: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[^\p{L}]{0,4}(?:(?:please|stop|sofort|no+|hey|wait|oh no|omg|ok|bitte|nein|halt|por favor|wtf|arrete|y|ya|ah|agent|now)[,.! ]+|(?:non|não|nao)[,.!]+ *){0,3}",
        r"(?:stop+|halt|abort|freeze|cease|stoppen|stopp|anhalten|aufhören|hör(?:t)? auf|schluss|abbrechen|abbruch|lass das sofort|arrête(?:z)?|arrete(?:z)?|stoppe(?:z)? tout|para|pare|parad|detente|detén|deténte|alto|basta|fermati|fermo|ferma|fermatevi|smettila|interrompi|ruko|ruk jao|ruk ja|rok do|rok de|rok lo|bas karo|band karo|रुको|रुकिए|रुक जाओ|रोक दो|बस करो|बंद करो|停止|停下来?|停|住手|快停|打住|止まって|止まれ|止めて|やめて|やめろ|ストップ|中止)",
        r"(?:ください|下さい|吧|啊|!|！)*",
        r"(?:[,.!:;—–…！。，、 ]+(?:and |und |et |y |e )?(?:(?:it|this|that|now|right now|right there|immediately|at once|please|everything|all|all of (?:it|this|that)|all actions?|all work|everything now|here|there|doing (?:that|this|it|anything|everything|what(?:ever)? you(?: are|['’]re) doing)|what(?:ever)? you(?: are|['’]re) doing|the agent|agent|bot|assistant|you|work(?:ing)?|acting|executing|jetzt|sofort|bitte|alles|damit|das|auf damit|mit allem|tout(?: de suite)?|maintenant|immédiatement|ça|ahora(?: mismo)?|ya|todo|todo ya|inmediatamente|eso|ahí|aquí|agora|tudo|já|imediatamente|isso|subito|ora|tutto|adesso|immediatamente|abhi|turant|sab|sab kuch|अभी|तुरंत|सब|सब कुछ|現在|立即|马上|一切|全部|所有操作|今すぐ|全部|すぐに)[,.!！。 ]*)*)?[\s!.！。]*$",
    ))
    .ok()
});

/// The same words at the front of a message that goes on after a sign.
static FIRST: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^[^\p{L}]{0,4}(?:(?:please|no+|hey|wait|oh no|omg|bitte|nein|wtf)[,.! ]+){0,3}(?:stop+|halt|abort|stopp|arrête(?:z)?|para|pare|detente|detén|alto|basta|fermati|fermo|ruko|ruk jao|रुको|停下|停|住手|止まって|やめて|ストップ)(?:[!.,;:—–…！。，、]+| -)\s*(.*)$").ok()
});

/// What everything is told to wait for: "do not do that", "don't do anything".
static NOTHING: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[^\p{L}]{0,4}(?:(?:no+|please|stop|hey|wait)[,.! ]+){0,3}(?:do not|don['’]?t|dont) (?:do (?:that|this|it|anything(?: (?:more|else|further))?)|move|touch anything)(?: now| please| again)?[\s!.]*$",
        r"|^(?:halt|stop|abort|cancel|freeze|kill|pause|cease) (?:everything|all|all (?:of )?(?:it|actions?|operations?|activity|work)|what(?:ever)? you(?: are|['’]re) doing|the agent|yourself|right now|immediately|now|at once)[^\n,]{0,24}$",
        r"|^(?:cut it out|knock it off|hands off|stand down|pull the plug|emergency stop|kill switch|notaus|not-aus|lass das|hör sofort auf|mach nichts mehr|tu das nicht|mach das nicht|ne fais (?:plus )?rien|ne fais pas ça|no hagas (?:nada(?: más)?|eso)|não fa(?:ç|c)a (?:mais )?(?:nada|isso)|non fare (?:più )?(?:niente|nulla)|别动|不要动|别做了|什么都别做|何もしないで|それはしないで|कुछ मत करो|kuch mat karo|mat karo|sab(?: kuch)? (?:rok do|band karo)|सब(?: कुछ)? (?:रोक दो|बंद करो))[\s!.！。]*$",
    ))
    .ok()
});

/// A stop that names what is being done.
static DOING: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^[^\p{L}]{0,4}(?:(?:please|no+|hey|wait|omg)[,.! ]+){0,3}(?:stop|quit|cease)(?: +immediately| +right now)? +([a-z]+ing(?-u:\b).*)$",
        r"|^(?:bitte |jetzt )?hör(?:t)? (?:bitte |sofort |jetzt )?auf[, ]+(.*zu.*)$|^arrête(?:z)? (?:tout de suite )?(?:de |d['’])(.*)$|^(?:deja|dejen|para|pare) de (.*)$|^smettila di (.*)$|^(?:不要再|别再|停止)(.+)$|^(.+?)(?:のを|を)?(?:やめて|止めて)(?:ください)?[。！!]*$|^(.+) (?:band karo|rok do|बंद करो|रोक दो)[।.!]*$",
    ))
    .ok()
});

/// "Stop using semicolons", "stop the server": it stops something, and no deed of the agent's.
pub(super) fn is_of_style(text: &str) -> bool {
    let word = text.trim_start_matches("please ").trim_start_matches("Please ").split(' ').next().unwrap_or_default().to_lowercase();
    matches!(word.as_str(), "stop" | "quit" | "cease") && !is_doing(text)
}

/// Whether a message is a stop.
pub(super) fn is_stop(message: &str) -> bool {
    let text = message.trim();
    if text.is_empty() || text.chars().count() > STOP_CHARACTERS_MAX || text.ends_with(['?', '？']) {
        return false;
    }
    let is = |pattern: &Pattern| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    only_stop::is_only_stop(text) || is(&BARE) || is(&NOTHING) || is_doing(text) || goes_on(text) || is_shouted_at(text)
}

/// "STOP OPENCLAW": in capitals, and nothing but a name behind it.
fn is_shouted_at(text: &str) -> bool {
    let Some((word, name)) = text.trim_end_matches(['!', '.']).split_once(' ') else { return false };
    let is_loud = !text.contains(char::is_lowercase);
    let is_name = super::bits(name).iter().all(|bit| bit.mark == Mark::Unknown) && !name.trim().contains(' ');
    is_loud && is_name && matches!(word, "STOP" | "HALT" | "STOPP" | "ALTO" | "BASTA")
}

/// "Stop, you are deleting the wrong ones": what follows is no task.
fn goes_on(text: &str) -> bool {
    let rest = FIRST.as_ref().and_then(|pattern| pattern.captures(text)).and_then(|found| found.get(1)).map(|rest| rest.as_str());
    // "Hör auf, Tabs zu benutzen" names what it stops.
    let names = || DOING.as_ref().is_some_and(|pattern| pattern.is_match(text));
    let pressed = || only_stop::first_clause(text).filter(|(first, _)| only_stop::is_only_stop(first) && !names()).map(|(_, rest)| rest);
    let Some(rest) = rest.or_else(pressed) else { return false };
    let bits = super::bits(rest);
    let first = bits.first().map(|bit| bit.mark);
    let is_task = matches!(first, Some(Mark::Verb(verb)) if verb != Verb::Act);
    !is_task
}

/// "Stop deleting my emails": it names an effect, not a style and not the asking.
fn is_doing(text: &str) -> bool {
    let Some(found) = DOING.as_ref().and_then(|pattern| pattern.captures(text)) else { return false };
    let doing = found.iter().skip(1).flatten().next().map_or("", |part| part.as_str());
    let bits = super::bits(doing);
    let is_effect = bits.iter().any(|bit| matches!(bit.mark, Mark::Verb(verb) if !matches!(verb, Verb::Use | Verb::Act | Verb::Create)));
    let is_other = bits.iter().any(|bit| matches!(bit.mark, Mark::Ask | Mark::Tell | Mark::Style | Mark::Saying));
    is_effect && !is_other
}

#[cfg(test)]
pub(super) fn all_patterns_compile() -> bool {
    [&BARE, &FIRST, &NOTHING, &DOING].iter().all(|pattern| pattern.is_some())
}
