//! What a message asks for in so many words: an effect, on things it names.
//!
//! This is the one reading that loosens (`waive = "named"`), so it is the other way
//! round from all the rest of this room: whatever is not plainly understood is not
//! asked. A sentence counts if it begins with its verb (after "please", "can you"),
//! if nothing in it forbids, asks, doubts or narrows, and if each name stands where
//! a verb's object stands, with nothing beside it that would make it another. "Delete
//! the comments mentioning report-7.pdf" names no file to delete.

mod lists;

use super::lexicon::{self, Bit};
use super::mark::{Mark, Object, Verb};
use super::token::{fold, is_spaceless, tokens};
use super::{effect, read};
use crate::kind::Kind;
use lists::{AND, DETERMINERS, JOINTS, LATER, OPENERS, POLITE, SORTS, TOWARDS, ends_as_request, holds};

/// The longest message that is read so.
const MESSAGE_BYTES_MAX: usize = 2_048;

/// Something that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Every kind that the verb means here.
    pub kinds: Vec<Kind>,
    /// The things it is asked for, as they were written.
    pub names: Vec<String>,
}

/// What a message asks for. Nothing, if there is a rule or a restriction anywhere in it.
pub fn asked(message: &str) -> Vec<Asked> {
    if message.len() > MESSAGE_BYTES_MAX || !read(message).clauses.is_empty() {
        return Vec::new();
    }
    sentences(message).flat_map(|sentence| Clause::read(&sentence).unwrap_or_default()).collect()
}

/// One sentence, without the sign at its end.
struct Sentence<'a> {
    text: &'a str,
    is_question: bool,
}

fn sentences(message: &str) -> impl Iterator<Item = Sentence<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        let mut ends = rest.char_indices().peekable();
        while let Some((at, c)) = ends.next() {
            let is_wide = matches!(c, '\n' | '。' | '！' | '？' | '；' | '।');
            let closes = matches!(c, '.' | '!' | '?' | ';') && ends.peek().is_none_or(|(_, next)| next.is_whitespace());
            if is_wide || closes {
                let text = rest.get(..at).unwrap_or_default().trim();
                rest = rest.get(at + c.len_utf8()..).unwrap_or_default();
                return Some(Sentence { text, is_question: matches!(c, '?' | '？') });
            }
        }
        let text = std::mem::take(&mut rest).trim();
        (!text.is_empty()).then_some(Sentence { text, is_question: false })
    })
}

/// "Can you": what makes a request of a question. Folded, two words joined by a dot.
const ASKING: &str = "can.you could.you would.you will.you kannst.du konntest.du konnen.sie wurdest.du peux.tu pouvez.vous puoi puedes podrias voce.pode pode";

/// A word of a sentence, and what it is here.
struct Word {
    text: String,
    folded: String,
    is_quoted: bool,
    /// A comma follows.
    is_parted: bool,
    /// A colon follows.
    is_announcing: bool,
    bits: Vec<Bit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before the verb.
    Start,
    /// Behind a name before the verb.
    Before,
    /// Where an object may come.
    Open,
    /// Behind a name: only what leaves it what it is.
    Named,
    /// Behind a joining word: an object or a verb.
    Joined,
    /// Behind what narrows or places: no more names.
    Closed,
}

/// One sentence on its way.
struct Clause {
    at: At,
    verb: Option<Verb>,
    object: Option<Object>,
    names: Vec<String>,
    found: Vec<Asked>,
    /// "Please": names may come before the verb.
    is_request: bool,
}

impl Clause {
    /// What the sentence asks for. `None`: it is not plain.
    fn read(sentence: &Sentence<'_>) -> Option<Vec<Asked>> {
        let words = words(sentence.text);
        let mut clause = Self { at: At::Start, verb: None, object: None, names: Vec::new(), found: Vec::new(), is_request: false };
        let asking = asking(&words);
        if sentence.is_question && asking == 0 {
            return None;
        }
        clause.is_request = asking > 0 || ends_as_request(sentence.text);
        for word in words.get(asking..)? {
            clause.take(word)?;
        }
        clause.finish()?;
        Some(clause.found)
    }

    fn take(&mut self, word: &Word) -> Option<()> {
        // What a colon announces is told, written or logged, not asked for.
        if word.is_announcing {
            return None;
        }
        if word.is_quoted {
            self.name(word)?;
        } else if let [_, _, ..] = word.bits.as_slice()
            && word.text.chars().all(is_spaceless)
        {
            // A script without spaces: several words in one.
            for bit in &word.bits {
                self.take_plain(&Word {
                    text: bit.raw.clone(),
                    folded: fold(&bit.raw),
                    is_quoted: false,
                    is_parted: false,
                    is_announcing: false,
                    bits: vec![bit.clone()],
                })?;
            }
        } else {
            self.take_plain(word)?;
        }
        match self.at {
            At::Named | At::Open if word.is_parted => self.at = At::Joined,
            At::Before if word.is_parted => self.at = At::Start,
            _ => {}
        }
        Some(())
    }

    fn take_plain(&mut self, word: &Word) -> Option<()> {
        let is = |list: &str| holds(list, &word.folded);
        if self.at == At::Start && is(OPENERS) {
            self.is_request = true;
            return Some(());
        }
        if matches!(self.at, At::Start | At::Open | At::Joined) && is(DETERMINERS) {
            return Some(());
        }
        // The sign of an object before its verb: を, को.
        if self.at == At::Before && is(DETERMINERS) && !word.folded.is_ascii() {
            return Some(());
        }
        if is(AND) && self.at != At::Start {
            self.at = match self.at {
                At::Closed => At::Closed,
                At::Before => At::Start,
                _ => At::Joined,
            };
            return Some(());
        }
        if is(POLITE) && self.verb.is_some() {
            return Some(());
        }
        let mark = match word.bits.as_slice() {
            [one] => one.mark,
            _ => Mark::Literal,
        };
        match mark {
            Mark::Verb(verb) => self.verb(verb, word),
            Mark::Object(object) => self.object(object, word),
            _ if is(LATER) => None,
            _ if is(SORTS) => self.object(Object::File, word),
            Mark::Small | Mark::Literal | Mark::Unknown | Mark::Number(_) if is(JOINTS) => self.joint(word),
            Mark::Literal | Mark::Unknown | Mark::Number(_) => self.name(word),
            // Where something is, or whose: "from my drive".
            Mark::Small if self.at == At::Closed || (self.at == At::Open && self.is_sent()) => Some(()),
            // The endings of a verb in a script without spaces.
            Mark::Small if self.verb.is_some() && word.text.chars().all(is_spaceless) => Some(()),
            _ => None,
        }
    }

    /// A verb where one may stand, in the form of a request.
    fn verb(&mut self, verb: Verb, word: &Word) -> Option<()> {
        let noun = word.bits.first().and_then(|bit| bit.noun);
        let is_free = matches!(self.at, At::Start | At::Joined) || (self.verb.is_none() && self.is_request);
        match noun {
            Some(object) if !is_free => return self.object(object, word),
            None if !is_free => return None,
            _ => {}
        }
        let ends = |end: &str| word.folded.ends_with(end);
        let is_told = word.folded.is_ascii() && (ends("ed") || ends("ing") || (ends("s") && !ends("ss")));
        if is_told {
            return None;
        }
        if self.verb.is_some() {
            self.finish()?;
        } else if !self.names.is_empty() && !self.is_request {
            return None;
        }
        self.verb = Some(verb);
        self.at = if self.names.is_empty() { At::Open } else { At::Named };
        Some(())
    }

    fn object(&mut self, object: Object, word: &Word) -> Option<()> {
        match self.at {
            At::Named | At::Before if !holds(SORTS, &word.folded) => None,
            At::Closed | At::Named | At::Before => Some(()),
            At::Start | At::Open | At::Joined => {
                self.object = Some(object);
                self.at = if self.at == At::Start { At::Start } else { At::Open };
                Some(())
            }
        }
    }

    /// A word that places or narrows what comes after it, "to" where something is sent.
    fn joint(&mut self, word: &Word) -> Option<()> {
        self.at = match self.at {
            At::Start | At::Before => return None,
            _ if self.is_sent() && holds(TOWARDS, &word.folded) => At::Open,
            _ => At::Closed,
        };
        Some(())
    }

    /// Whether what is asked for goes to somebody.
    fn is_sent(&self) -> bool {
        matches!(self.verb, Some(Verb::Send | Verb::Push | Verb::Upload | Verb::Share | Verb::Comment | Verb::Publish))
    }

    fn name(&mut self, word: &Word) -> Option<()> {
        match self.at {
            At::Closed => return Some(()),
            At::Named | At::Before => return None,
            At::Start if !self.is_request => return None,
            At::Start | At::Open | At::Joined => {}
        }
        self.names.push(word.text.clone());
        self.at = if self.verb.is_none() { At::Before } else { At::Named };
        Some(())
    }

    /// The verb is done with: what it asks for.
    fn finish(&mut self) -> Option<()> {
        let verb = self.verb.take()?;
        let mut kinds = effect::of(verb, self.object.take()).to_vec();
        kinds.sort_unstable();
        kinds.dedup();
        let names = std::mem::take(&mut self.names);
        if !names.is_empty() && !kinds.is_empty() {
            self.found.push(Asked { kinds, names });
        }
        Some(())
    }
}

/// How many words "can you" takes at the beginning.
fn asking(words: &[Word]) -> usize {
    let start = words.iter().take_while(|word| holds(OPENERS, &word.folded)).count();
    let folded = |at: usize| words.get(at).map_or("", |word| word.folded.as_str());
    let pairs = ASKING.split_ascii_whitespace().map(|pair| pair.split_once('.').unwrap_or((pair, "")));
    let found = pairs.into_iter().find(|(first, second)| folded(start) == *first && (second.is_empty() || folded(start + 1) == *second));
    found.map_or(0, |(_, second)| start + if second.is_empty() { 1 } else { 2 })
}

/// The words of a sentence: cut at spaces, and where a script without spaces begins or ends.
fn words(sentence: &str) -> Vec<Word> {
    const OPENING: [char; 8] = ['"', '\'', '`', '“', '„', '«', '(', '「'];
    const CLOSING: [char; 15] = ['"', '\'', '`', '”', '“', '»', ')', '」', ',', ':', '：', '，', '、', '.', '!'];
    let mut found = Vec::new();
    for chunk in sentence.split_whitespace().flat_map(by_script) {
        let opened = chunk.trim_start_matches(OPENING);
        let bare = opened.trim_end_matches(CLOSING);
        let tail = opened.get(bare.len()..).unwrap_or_default();
        let is_quoted = opened.len() < chunk.len() && !chunk.starts_with('(') && tail.contains(['"', '\'', '`', '”', '“', '»', '」']);
        let is_parted = tail.contains([',', '，', '、']);
        let is_announcing = tail.contains([':', '：']);
        if bare.is_empty() {
            if let (true, Some(last)) = (is_parted, found.last_mut()) {
                let last: &mut Word = last;
                last.is_parted = true;
            }
            continue;
        }
        let bits = lexicon::mark(&tokens(bare)).map(|marked| marked.bits).unwrap_or_default();
        let bits = bits.into_iter().filter(|bit| bit.mark != Mark::Break).collect();
        found.push(Word { text: bare.to_owned(), folded: fold(bare), is_quoted, is_parted, is_announcing, bits });
    }
    found
}

fn by_script(chunk: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before: Option<bool> = None;
    for (at, c) in chunk.char_indices() {
        let is_wide = is_spaceless(c);
        if before.is_some_and(|before| before != is_wide) && c.is_alphanumeric() {
            parts.extend(chunk.get(start..at));
            start = at;
        }
        before = Some(is_wide);
    }
    parts.extend(chunk.get(start..));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_message_makes_it_fall_over(parts in proptest::collection::vec(proptest::sample::select(vec![
            "delete ", "please ", "report-1.pdf ", "and ", ", ", "\"", "can you ", "?", ".\n", "削除", "して", "of ", "'", "` ", "é", "\u{301}", "1 ", "(",
        ]), 0..40), text in proptest::prelude::any::<String>()) {
            let _ = (asked(&parts.concat()), asked(&text));
        }
    }

    fn names(message: &str) -> Vec<(String, Vec<&'static str>)> {
        let each = |asked: Asked| (asked.names.join(" "), asked.kinds.iter().map(|kind| kind.name()).collect());
        asked(message).into_iter().map(each).collect()
    }

    #[test]
    fn a_plain_request_names_what_it_is_about() {
        for (message, expected) in [
            ("Delete report-2209.pdf.", "report-2209.pdf"),
            ("please delete report-2209.pdf and notes-old.txt, thanks", "report-2209.pdf notes-old.txt"),
            ("Can you delete the file report-2209.pdf?", "report-2209.pdf"),
            ("ok, now delete `report-2209.pdf` from my drive please", "report-2209.pdf"),
            ("Delete the mails msg-1881, msg-1882 and msg-1883", "msg-1881 msg-1882 msg-1883"),
            ("Remove the report-2209.pdf file", "report-2209.pdf"),
            ("remove \"drafts\"", "drafts"),
            ("Lösche bitte die Datei report-2209.pdf", "report-2209.pdf"),
            ("Bitte report-2209.pdf löschen", "report-2209.pdf"),
            ("Supprime le fichier report-2209.pdf s'il te plaît", "report-2209.pdf"),
            ("Borra report-2209.pdf por favor", "report-2209.pdf"),
            ("请删除 report-2209.pdf", "report-2209.pdf"),
            ("report-2209.pdf を削除してください", "report-2209.pdf"),
        ] {
            assert_eq!(names(message), [(expected.to_owned(), vec!["delete"])], "{message}");
        }
        assert_eq!(names("Send the summary to bob@acme.example"), [("summary bob@acme.example".into(), vec!["send"])]);
    }

    #[test]
    fn whatever_is_not_plainly_asked_is_not_asked() {
        for message in [
            "don't delete report-2209.pdf",
            "Never delete report-2209.pdf.",
            "I deleted report-2209.pdf yesterday",
            "Anna wants to delete report-2209.pdf",
            "did you delete report-2209.pdf?",
            "should I delete report-2209.pdf?",
            "why delete report-2209.pdf?",
            "if it is old, delete report-2209.pdf",
            "delete report-2209.pdf unless it is new",
            "delete the comments mentioning report-2209.pdf",
            "delete the second page of report-2209.pdf",
            "delete mails about report-2209.pdf",
            "delete everything but report-2209.pdf",
            "delete everything except report-2209.pdf",
            "delete the report-2209.pdf comments",
            "delete notes instead of report-2209.pdf",
            "keep report-2209.pdf",
            "please keep report-2209.pdf then delete the rest",
            "please keep report-2209.pdf and delete",
            "bitte behalte report-2209.pdf, lösche notes-old.txt",
            "report-2209.pdf を残してください",
            "delete notes-old.txt and keep report-2209.pdf",
            "delete notes-old.txt, not report-2209.pdf",
            "delete notes-old.txt, like report-2209.pdf",
            "please make sure report-2209.pdf is deleted",
            "please check report-2209.pdf and delete",
            "please undelete report-2209.pdf",
            "delete 3 files, report-2209.pdf stays",
            "delete things like report-2209.pdf",
            "look at report-2209.pdf and tell me what to delete",
            "before you delete report-2209.pdf ask me",
            "deleting report-2209.pdf was a mistake",
            "The script deletes report-2209.pdf",
            "suggest whether to delete report-2209.pdf",
            "write a script that deletes report-2209.pdf",
            "delete report-2209.pdf. But don't touch anything else.",
            "delete or archive report-2209.pdf",
            "ask Tom to delete report-2209.pdf",
            "delete duplicates of report-2209.pdf",
            "delete report-2209.pdf's copies",
            "delete notes-1 through report-2209.pdf",
            "delete notes-1, report-2209.pdf stays",
            "undo delete report-2209.pdf",
            "Once done delete report-2209.pdf",
            "delete report-2209.pdf pending my approval",
            "remove the label urgent from report-2209.pdf",
            "delete notes-1 blocking report-2209.pdf",
            "Supprime les commentaires de report-2209.pdf",
            "请删除 report-2209.pdf 的评论",
            "report-2209.pdfのコメントを削除してください",
            "report-2209.pdf की टिप्पणी हटा दो",
            "Kannst du prüfen, ob du report-2209.pdf löschen kannst?",
            "write: delete report-2209.pdf",
            "Mail from Tom: delete report-2209.pdf",
            "delete report-2209.pdf tomorrow",
            "delete report-2209.pdf on Friday",
            "delete report-2209.pdf (joking)",
            "",
        ] {
            assert_eq!(
                names(message).into_iter().filter(|(names, kinds)| names.contains("report-2209.pdf") && kinds.contains(&"delete")).count(),
                0,
                "{message}"
            );
        }
    }
}
