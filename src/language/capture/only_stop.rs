//! A message, or the front of one, that says nothing but stop.
//!
//! "I said stop", "hold on, stop", "今すぐ停止してください": words that stop, and words that
//! only press them. Any other word makes it something else: "stop the server", "don't stop".

/// Signs between words.
const SIGNS: [char; 21] = [' ', '\t', '\n', ',', '.', '!', ';', ':', '—', '–', '…', '-', '！', '。', '，', '、', '¡', '।', '"', '(', ')'];

/// Signs that end a clause.
const CLAUSE_SIGNS: [char; 13] = [',', '.', '!', ';', ':', '—', '–', '…', '！', '。', '，', '、', '।'];

/// Expressions of several words that stop, or only press.
const EXPRESSIONS: [(&str, &str); 22] = [
    ("hold on", "wait"),
    ("cut it out", "stop"),
    ("knock it off", "stop"),
    ("hör sofort auf", "stopp"),
    ("hör auf", "stopp"),
    ("hört auf", "stopp"),
    ("hören sie auf", "stopp"),
    ("brich alles ab", "stopp"),
    ("brich sofort ab", "stopp"),
    ("brich ab", "stopp"),
    ("s'il te plaît", "please"),
    ("s'il vous plaît", "please"),
    ("band kar do", "ruko"),
    ("band karo", "ruko"),
    ("bas karo", "ruko"),
    ("rok do", "ruko"),
    ("ruk jao", "ruko"),
    ("बंद कर दो", "रुको"),
    ("बंद करो", "रुको"),
    ("बस करो", "रुको"),
    ("रोक दो", "रुको"),
    ("रुक जाओ", "रुको"),
];

/// Words that stop.
const STOPS: &str = " stop stopp stoppen halt abort freeze cease anhalten aufhören abbrechen abbruch schluss notaus arrête arrêtez arrete arretez \
    stoppe stoppez para pare parad paren detente detén deténgase deténganse alto basta fermati fermatevi fermo ferma smettila smettetela interrompi ruko rukiye \
    रुको रुकिए रोको ";

/// Words that only press it.
const PRESSING: &str = " please now right immediately instantly at once it this that everything all of the agent bot assistant you hey wait ok okay oh omg \
    god wtf i said told to just already doing what whatever you're you’re youre are and here there actions action work working operations activity again for sake \
    bitte sofort jetzt alles damit das mit allem endlich mal doch gleich ich sagte habe gesagt unverzüglich der agent alle aktionen \
    tout toutes de suite maintenant immédiatement immediatement ça ca cela vous toi j'ai dit \
    ya ahora mismo todo inmediatamente eso ahí aquí por favor he dicho \
    subito ora adesso immediatamente tutto per favore ho detto \
    agora já ja tudo imediatamente isso mesmo eu disse \
    abhi turant sab kuch yeh ye bhai अभी तुरंत सब कुछ यह ये कृपया ";

/// A no in front of these is one by itself; elsewhere it may deny the word behind it.
const AFTER_NO: [&str; 4] = ["stop", "stopp", "halt", "no"];

/// The same in scripts without spaces: longer ones first.
const STOPS_UNSPACED: [&str; 17] = [
    "停下来",
    "停止",
    "停下",
    "住手",
    "中止",
    "终止",
    "停",
    "ストップ",
    "止めて",
    "やめて",
    "やめろ",
    "止まって",
    "止まれ",
    "止めろ",
    "打住",
    "别动",
    "不要动",
];
const PRESSING_UNSPACED: [&str; 37] = [
    "马上",
    "立刻",
    "立即",
    "现在",
    "请",
    "快",
    "所有的",
    "所有",
    "一切",
    "全部",
    "全",
    "操作",
    "动作",
    "行动",
    "都",
    "给我",
    "吧",
    "啊",
    "今すぐ",
    "すぐに",
    "すぐ",
    "もう",
    "ください",
    "下さい",
    "全て",
    "すべて",
    "ぜんぶ",
    "を",
    "作業",
    "処理",
    "お願いします",
    "して",
    "しろ",
    "早く",
    "とにかく",
    "それ",
    "これ",
];

/// Whether a text says nothing but stop.
pub(super) fn is_only_stop(text: &str) -> bool {
    let mut text = text.to_lowercase();
    for (expression, word) in EXPRESSIONS {
        text = text.replace(expression, word);
    }
    let mut words = without_no(&text).split(SIGNS).filter(|word| !word.is_empty());
    let mut stops = false;
    words.all(|word| {
        let kind = kind_of(word);
        stops |= kind == Some(true);
        kind.is_some()
    }) && stops
}

/// The first clause of a text, and what stands behind it.
pub(super) fn first_clause(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(SIGNS);
    let end = text.find(CLAUSE_SIGNS)?;
    Some((text.get(..end)?, text.get(end..)?.trim_start_matches(SIGNS)))
}

/// Whether a word stops; `None`: it is another word.
fn kind_of(word: &str) -> Option<bool> {
    let is_in = |table: &str| table.split_whitespace().any(|known| known == word);
    if is_in(STOPS) {
        return Some(true);
    }
    if is_in(PRESSING) {
        return Some(false);
    }
    let (mut rest, mut stops) = (word, false);
    while !rest.is_empty() {
        let stopped = STOPS_UNSPACED.iter().find_map(|known| rest.strip_prefix(known));
        stops |= stopped.is_some();
        rest = stopped.or_else(|| PRESSING_UNSPACED.iter().find_map(|known| rest.strip_prefix(known)))?;
    }
    Some(stops)
}

/// Without a no at the front that stands by itself.
fn without_no(text: &str) -> &str {
    let mut text = text.trim_start_matches(SIGNS);
    while let Some(rest) = ["no", "non", "não", "nao", "nein", "nooo", "noo"].iter().find_map(|no| text.strip_prefix(no)) {
        let behind = rest.trim_start_matches(SIGNS);
        let first = behind.split(SIGNS).next().unwrap_or_default();
        let is_alone = rest.starts_with(CLAUSE_SIGNS) || (rest.starts_with(' ') && AFTER_NO.contains(&first));
        if !is_alone {
            break;
        }
        text = behind;
    }
    text
}
