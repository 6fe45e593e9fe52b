//! What speaks of a rule without giving one.
//!
//! Questions, quotations, stories, wishes about a product, texts to be written: all of
//! them use the words of a rule. Each test here says why its sentence is none.

use super::cut::Clause;
use crate::language::group;
use crate::language::lexicon::Bit;
use crate::language::mark::{Mark, Verb};
use crate::language::{Reading, effect, kinds};
use regex::Regex;
use std::sync::LazyLock;

type Pattern = LazyLock<Option<Regex>>;

/// Sentences that ask for a text, a program or an explanation, in which a rule may stand.
static MAKES: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:(?:please|now|can you|could you|bitte|kannst du|por favor|ok(?:ay)?|and|then|also)[, ]+){0,3}",
        r"(?:write|draft|create|add|implement|build|make (?:a|an|the|sure (?:the|that|we|our|users|it))|code|design|generate|compose|explain|describe|summari[sz]e|translate|rewrite|rephrase|proofread|role-?play|act as|pretend|imagine|give (?:me|us)|list|name|show|tell (?:him|her|them|us|me (?:if|whether|why|how|about|what))|define|compare|document|set (?:up )?the|set up|change the (?:code|text|label|rule|policy|docs?)|update the (?:docs?|text|policy|rule|label|readme)|configure|remove the|delete the|drop the|forget the|turn|quote|find (?:all|every|the)|check (?:if|whether|that)|search|look up|print|say|ask (?:[a-ln-z][\w'’]*|m[^e ]\w*|me\w+) (?:if|whether|to|about|for|when|what)|email|remind (?:him|her|them|everyone|the)",
        r"|schreib\w*|erstell\w*|erklär\w*|übersetz\w*|baue?|implementier\w*|füge?|spiel|formulier\w*|fasse?",
        r"|écri\w*|rédige\w*|crée\w*|ajoute\w*|explique\w*|traduis\w*|implémente\w*|résume\w*",
        r"|escrib\w*|redact\w*|crea|cree|añad\w*|agrega\w*|explica\w*|traduc\w*|implementa\w*|resume",
        r"|escrev\w*|redij\w*|crie|adicion\w*|explique|traduz\w*|implemente\w*|resuma",
        r"|scriv\w*|aggiung\w*|spieg\w*|traduci|implementa|riassum\w*)(?-u:\b)",
        r"|^(?:please )?(?:update|change|edit|put|append|insert)[^:.!,]{1,60}:",
        r"|^(?:请|帮我|麻烦)?(?:写|翻译|解释|总结|实现|添加|增加|生成)",
    ))
    .ok()
});

/// The same where the verb comes last.
static MAKES_BEHIND: Pattern = LazyLock::new(|| {
    Regex::new(r"(?:追加|作成|実装|表示|翻訳|書いて|要約|जोड़|बनाओ|लिखो|लिख दो|दिखाओ)(?:して|ください|下さい|しろ|く|दो|।|。|\s)*$").ok()
});

/// What shows that the text to be made is to hold a rule.
static TO_HOLD: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:that|which|who|whose|where|with|so|for|says|saying|to|if|when|whether|before|dass|die|der|das|wer|que|qui|che|quien)(?-u:\b)|:|：|的")
        .ok()
});

/// Somebody else says, said or wants it, or a text does.
static REPORTED: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:(?:but|and|because|so|hey|hi),? )?(?:(?:my|our|the|a|an|their|his|her|your|some|this|that)(?: [\w'’-]+){1,4}?|he|she|they|someone|somebody|people|everyone|one|guests|customers|users|legal|security|hr)",
        r"(?:'s [\w]+)? (?:just |also |always |once |already |only )?(?:says?|said|told|tells|asked|asks|wants|wanted|thinks?|thought|wrote|writes|forbids?|forbade|requires?|required|claims?|claimed|insists?|insisted|mentions?|mentioned|states?|stated|warns?|warned|keeps? (?:saying|telling)|prohibits?|prohibited|mandates?|used to|should|shouldn't|never)(?-u:\b)",
        r"|^(?:i was|i've been|i have been|we were|we've been|he was|she was|they were) (?:told|asked|instructed|warned|advised|forbidden|not allowed)(?-u:\b)",
        r"|^(?:according to|as per|in our (?:policy|handbook|docs)|per our)(?-u:\b)",
        r"|^(?:mein|meine|unser|unsere|der|die|das|sein|ihre?) (?:[\w-]+ ){0,2}[\w-]+ (?:sagt|sagte|meint|meinte|hat gesagt|will|wollte|schreibt|verbietet)(?-u:\b)",
        r"|^(?:mon|ma|mes|notre|nos|le|la) (?:[\w-]+ ){0,2}(?:dit|disait|a dit|m'a dit|interdit|veut)(?-u:\b)",
        r"|^(?:mi|mis|nuestr[oa]|el|la) (?:[\w-]+ ){0,2}(?:dice|dijo|decía|prohíbe|quiere|me dijo)(?-u:\b)",
        r"|^(?:meu|minha|nosso|nossa|o|a) (?:[\w-]+ ){0,2}(?:diz|disse|proíbe|quer|falou)(?-u:\b)",
        r"|^(?:il|la|lo) (?:mio|mia|nostro|nostra) (?:[\w-]+ ){0,2}(?:dice|ha detto|vieta|vuole)(?-u:\b)",
        r"|(?:说过?|规定)(?:：|:|,|，)?.{0,30}(?:不能|不要|不许|不得)|(?:と言って(?:い|ま|た)|と言った|と言われ)|(?:ने कहा|कहता है|कहते हैं)",
    ))
    .ok()
});

/// The speaker tells of themselves: what they do not have, know, want or remember.
static TOLD: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:[^,.]{0,40}[,:] )?(?:\d\. ?)?(?:unfortunately,? |no,? |yes,? |sorry,? |but |and |alright,? |that's fine,? )*(?:i|we|they|he|she|it)(?:'ve|'d|'m|['’]s| is| have| had| am|'re| are| was| were)? ?(?:never|don['’]?t|do not|didn['’]?t|did not|haven['’]?t|have not|hadn['’]?t|can['’]?t|cannot|couldn['’]?t|won['’]?t|wasn['’]?t|isn['’]?t|doesn['’]?t|not|no longer|only)(?-u:\b)",
        r"|^(?:i|we) (?:already |just )?(?:forgot|meant|wish|wonder|thought|remember|remembered|told|noticed|should have|heard|read|saw|used to)(?-u:\b)",
        r"|^no[,.] [^\n]*(?-u:\b)(?:that one|this one|not that|the other|those two|the others)(?-u:\b)",
        r"|^(?:ich|wir) (?:habe|haben|hab|kann|weiß|will|brauche|möchte|bin) (?:[\w]+ ){0,4}(?:nie|nicht|kein\w*)(?-u:\b)",
        r"|^(?:nunca|no|jamás) (?:recib|tengo|sé |puedo|encuentro|he |hice|necesito|quiero el |quiero la )",
        r"|^(?:je|nous) (?:n['’]|ne )|^(?:nunca|não) (?:recebi|tenho|sei |posso|consigo|fiz|preciso)",
        r"|^non (?:ho|so|posso|riesco|trovo|ricordo|mi serve)(?-u:\b)|^(?:我|我们)(?:从来|从没|没有?|不知道|不记得|不想|之前)|कभी नहीं (?:मिल|देख|कि)|^(?:why|warum|por qué|pourquoi|perché|为什么|なぜ)",
    ))
    .ok()
});

/// "I don't want you to …", "I don't want anything deleted": told, and meant as a rule.
static WANTED: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:don['’]?t|do not|never|wouldn['’]?t|nicht|ne) (?:want|like|wish|ever want|need) (?:you|anything|anyone|anybody|any|to see any|it (?:to|sent|pushed|published|deleted|shared|posted)|them (?:to|sent|pushed|published|deleted|shared)|this (?:sent|pushed|published|deleted|shared|to)|(?:\w+ ){1,4}(?:sent|pushed|published|deleted|shared|posted|removed|changed|touched|merged|deployed|modified|going out|without))|(?-u:\b)i(?:'d| would) (?:rather|prefer)(?-u:\b)").ok()
});

/// A thing of the program that is talked about, and what it must not do.
static PRODUCT: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:please |make sure |ensure |and |so |also )*(?:that )?(?:the|a|an|our|this|that|each|every|any|all|no)?(?: ?[\w'’-]+){1,5}? (?:must|should|may|shall|can|could|will|needs? to|ha(?:s|ve) to)(?: (?:not|never|only|always)|n['’]t|not)(?-u:\b)",
        r"|^(?:please )?make sure (?:we|users?|it|the|that|our|no)(?-u:\b)",
        r"|^(?:der|die|das|ein|eine|nutzer|benutzer)(?: [\w-]+){0,3} (?:darf|dürfen|soll|sollen|muss|müssen) (?:[\w]+ ){0,3}(?:nicht|nie|nur|kein\w*)(?-u:\b)",
        r"|^(?:le|la|les|un|une|l['’]\w+)(?: [\w-]+){0,3} (?:ne (?:doit|doivent|peut|peuvent))(?-u:\b)",
        r"|^(?:el|la|los|las|un|una)(?: [\w-]+){0,3} no (?:debe|deben|puede|pueden)(?-u:\b)",
        r"|^(?:o|a|os|as|um|uma)(?: [\w-]+){0,3} não (?:deve|devem|pode|podem)(?-u:\b)",
        r"|^(?:il|la|lo|i|gli|le|l['’]\w+)(?: [\w-]+){0,3} non (?:deve|devono|può|possono)(?-u:\b)",
        r"|^(?:用户|按钮|按鈕|页面|系统|ボタン|ユーザー|画面|उपयोगकर्ता|बटन)",
    ))
    .ok()
});

/// Who makes it a rule for the agent after all: the speaker, or a deed said to be done by it.
static TO_THE_AGENT: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?-u:\b)(?:you|your|yourself|me|my|i|dich|du|mir|mich|moi|toi|te|me|mim|tu)(?-u:\b)",
        r"|(?-u:\b)(?:nobody|nothing|no one)(?-u:\b)",
        r"|(?:not|never|n['’]t|only)(?: ever)? be (?:changed|touched|deleted|removed|modified|edited|sent|shared|published|pushed|deployed|merged|overwritten|paid|refunded|moved|renamed|restarted|committed|released|altered|emailed|contacted|spent|dropped|run|executed|installed|uploaded|posted)(?-u:\b)",
        r"|(?-u:\b)(?:nicht|nie) (?:geändert|gelöscht|verschickt|gesendet|angefasst|veröffentlicht|verändert)|(?:我|私)",
    ))
    .ok()
});

/// How a refusal begins: an answer to a question that was put, not a rule.
static REFUSES: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:no+|nope|nah|not yet|rejected|denied|nein|नहीं|nahi)(?:[ ,.!]|$)|^(?:non|não|nao|不要?)(?:[,.!，。！]|$)|^(?:不行|だめ|ダメ|いいえ|नहीं)").ok()
});

/// The longest answer that is a mere refusal, in characters.
const REFUSAL_CHARACTERS_MAX: usize = 32;

/// "Don't forget to …", "never mind": no rule in it.
static COURTESY: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:(?:and|but|please|ok|so|oh|hey)[, ]+)*(?:(?:do not|don['’]?t|never) (?:forget|worry|hesitate|bother|mind|be shy|panic|be afraid|you (?:think|want|have|need|see|agree|know|like|mean)|we|stop|give up|quit|miss|fail to (?:send|include|add))(?-u:\b)|never ?mind|no (?:need|worries|problem|rush|hurry|idea|matter)(?-u:\b)|without further|why not|can['’]?t you|couldn['’]?t you|won['’]?t you|not (?:sure|bad|only)(?-u:\b))",
        r"|^(?:vergiss|vergesst|keine sorge|kein problem|mach dir keine|no te olvides|no olvides|no te preocupes|não (?:se )?esque\w+|não se preocupe|n['’]oublie|ne t['’]inquiète|pas de (?:souci|problème)|ce n['’]est pas|non dimenticar\w*|non preoccupar\w*|non ti preoccupare|别忘了|不要忘记|别担心|不用|没关系|忘れないで|忘れずに|心配しないで|भूलना मत|मत भूलना|चिंता मत|chinta mat|bhoolna mat|mat bhoolna|ohne umschweife)",
    ))
    .ok()
});

/// "Should I …?", "what happens if …".
static ASKS: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)^(?:why|how|what|when|where|which|who|should|does|do i|do you|did|is|are|was|were|has|have (?:you|i|we)|am i|would|don['’]t you|shouldn['’]t|isn['’]t|aren['’]t|warum|wieso|wie|wann|soll ich|was|pourquoi|comment|est-ce|por qué|¿|cómo|por que|como|perché|come mai|为什么|怎么|なぜ|どう)(?-u:\b|)").ok()
});

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Whether a whole sentence gives no rule, whatever its clauses say.
pub(super) fn is_mention(sentence: &str) -> bool {
    let bare = without_quotes(sentence);
    let bare = bare.trim();
    let is_short = bare.chars().count() <= REFUSAL_CHARACTERS_MAX && !bare.contains(|c: char| c.is_ascii_digit());
    let is_question = bare.ends_with(['?', '？']) && is(&ASKS, bare);
    is_question
        || is(&COURTESY, bare)
        || (is(&MAKES, bare) && is_handed_over(bare))
        || (is(&REPORTED, bare) && !is_person_gate(bare))
        || (is(&TOLD, bare) && !is(&WANTED, bare))
        || (is_short && is(&REFUSES, bare) && !names_no_deed(bare))
}

/// "Create a rule file with: never …": what stands behind the colon belongs to the text that is made.
fn is_handed_over(text: &str) -> bool {
    let colon = text.find([':', '：']).and_then(|at| text.get(..at));
    colon.is_some_and(|head| !head.contains(['.', '!']) && !super::bits(head).iter().any(group::is_operator))
}

/// "No pushes", "No deletes, no restarts": a rule, where "no, not that one" is an answer.
fn names_no_deed(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_plain = lower.strip_prefix("no ").is_some() || lower.strip_prefix("not ").is_some() || lower.strip_prefix("不要").is_some();
    let bits = super::bits(text);
    is_plain && (group::names_effect(&bits) || bits.iter().any(|bit| bit.mark == Mark::Place))
}

/// The speaker is asked: a person who tells of others does not say so.
static BY_ME: Pattern = LazyLock::new(|| {
    Regex::new(r"(?i)(?-u:\b)(?:(?:before|until|unless|if|when|after) i|with me|ask me|asking me|tell me|show me|past me|by me|my (?:ok|okay|approval|permission|go|say|confirmation|consent|review|sign))(?-u:\b)").ok()
});

/// "They stay drafts until I approve."
fn is_person_gate(text: &str) -> bool {
    is(&BY_ME, text)
}

/// Whether a sentence makes a mention of what stands beside it: "turn this checklist into a table".
pub(super) fn is_about_the_rest(sentence: &str) -> bool {
    sentence.len() <= ABOUT_BYTES_MAX && is(&ABOUT_IT, sentence) && !super::bits(sentence).iter().any(group::is_operator)
}

/// The longest sentence that only says what to do with what stands beside it.
const ABOUT_BYTES_MAX: usize = 200;

static ABOUT_IT: Pattern = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:now |then |please |can you |could you )*(?:turn|convert|rewrite|reword|rephrase|translate|summari[sz]e|format|explain|proofread|shorten|improve|polish|critique|review) ",
        r"(?:this|that|these|those|it|the above|both)(?: (?:into|to|as|in|for|sentence|text|list|checklist|paragraph|rules?|policy|document|message|passage|above)(?-u:\b)[^\n]*|[\s.!?]*)$",
    ))
    .ok()
});

/// Whether a rule is part of what the sentence asks to be made, or of a program.
pub(super) fn is_own_task(text: &str, before: &[Clause]) -> bool {
    let forbids = |bit: &Bit| matches!(bit.mark, Mark::Not | Mark::Forbid | Mark::Closed | Mark::Frozen);
    // 帮我: "for me", in a request.
    let is_feature = !is(&TO_THE_AGENT, &text.replace("帮我", "")) && !super::bits(text).iter().any(forbids);
    let is_making = is(&MAKES, text) || is(&MAKES_BEHIND, text);
    let makes = is_making && (is_feature || operator_behind(text, &TO_HOLD));
    let is_product = is(&PRODUCT, text) && !is(&TO_THE_AGENT, text);
    makes || is_product || is_parameter(text, before)
}

/// Whether the words of the pattern stand before the first operator.
fn operator_behind(text: &str, pattern: &Pattern) -> bool {
    let all = super::bits(text);
    let Some(operator) = all.iter().find(|bit| group::is_operator(bit)) else { return true };
    let head = text.find(operator.raw.as_str()).and_then(|at| text.get(..at)).unwrap_or_default();
    is(pattern, head)
}

/// "…, but not to Bob", "not before 11": it names no deed of its own and belongs to the task before it.
fn is_parameter(text: &str, before: &[Clause]) -> bool {
    let all = super::bits(text);
    let first = all.iter().find(|bit| !matches!(bit.mark, Mark::Small | Mark::Break | Mark::But | Mark::And));
    let denies = first.is_some_and(|bit| match bit.mark {
        Mark::Not => !bit.raw.eq_ignore_ascii_case("no"),
        mark => matches!(mark, Mark::Except | Mark::Without | Mark::Only | Mark::AtMost),
    });
    let deed = all.iter().any(|bit| match bit.mark {
        Mark::Verb(_) | Mark::Umbrella(_) | Mark::Anything | Mark::Ask | Mark::Frozen => true,
        Mark::Object(object) => !effect::alone(object).is_empty(),
        _ => false,
    });
    denies && !deed && !before.is_empty()
}

/// The text without what stands in quotes; a quoted word or two is no rule by itself.
pub(super) fn without_quotes(text: &str) -> String {
    const WORDS_MAX: usize = 2;
    let mut kept = String::new();
    let mut quoted: Option<(char, String)> = None;
    for c in text.chars() {
        quoted = match quoted.take() {
            Some((end, inside)) if c == end => {
                if inside.split_whitespace().count() <= WORDS_MAX && inside.chars().count() < 24 {
                    kept.push_str(&inside);
                }
                None
            }
            Some((end, mut inside)) => {
                inside.push(c);
                Some((end, inside))
            }
            None => match closing(c) {
                Some(end) => Some((end, String::new())),
                None => {
                    kept.push(c);
                    None
                }
            },
        };
    }
    // A quotation that never ends is a sign that was meant otherwise.
    kept.push_str(&quoted.map(|(_, inside)| inside).unwrap_or_default());
    kept
}

fn closing(c: char) -> Option<char> {
    match c {
        '"' => Some('"'),
        '“' | '„' => Some('”'),
        '«' => Some('»'),
        '「' => Some('」'),
        '『' => Some('』'),
        '`' => Some('`'),
        _ => None,
    }
}

/// Whether all there is to a reading is that nobody knows what is forbidden: in a
/// message that is no rule, unless somebody is asked or everything is meant.
pub(super) fn is_only_unclear(reading: &Reading, bits: &[Bit]) -> bool {
    let is_vague = reading.notes.iter().any(|note| note.contains("not understood") || note.contains("no words"));
    let is_meant = bits.iter().any(|bit| match bit.mark {
        Mark::Ask
        | Mark::Anything
        | Mark::Unasked
        | Mark::Unbidden
        | Mark::Frozen
        | Mark::Closed
        | Mark::Umbrella(_)
        | Mark::Place
        | Mark::BranchName
        | Mark::Table => true,
        Mark::Verb(verb) => !kinds::is_light(verb) || verb == Verb::Touch,
        _ => false,
    });
    is_vague && !is_meant
}

#[cfg(test)]
pub(super) fn all_patterns_compile() -> bool {
    [&MAKES, &MAKES_BEHIND, &TO_HOLD, &REPORTED, &TOLD, &WANTED, &PRODUCT, &TO_THE_AGENT, &REFUSES, &COURTESY, &ASKS, &BY_ME, &ABOUT_IT]
        .iter()
        .all(|pattern| pattern.is_some())
}
