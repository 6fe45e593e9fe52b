//! How a written file is kept: one line of JSON, read back as strictly as anything from
//! a disk. One that cannot be read back counts as a file that cannot be told.

use super::{ACTIONS_MAX, Script, USES_MAX, Written, WrittenFile};
use crate::action::code::Language;
use crate::call::{Action, Amount, Count, Target, TargetSort};
use crate::kind::Kind;
use serde::{Deserialize, Serialize};

/// How many targets of one action are kept; beyond it, the action is aimed at a set.
const TARGETS_MAX: usize = 12;
/// How long a kept target and a kept evidence may be.
const TEXT_BYTES_MAX: usize = 300;

#[derive(Serialize, Deserialize)]
struct KeptFile {
    digest: String,
    script: String,
    is_open: bool,
    uses: Vec<String>,
    actions: Vec<KeptAction>,
}

#[derive(Serialize, Deserialize)]
struct KeptAction {
    kind: String,
    targets: Vec<(u8, String)>,
    /// `null`: not stated; -1: a set.
    count: Option<i64>,
    amount: Option<(f64, Option<String>)>,
    evidence: String,
}

/// The sorts of targets, by their place here.
const SORTS: [TargetSort; 6] =
    [TargetSort::Path, TargetSort::Recipient, TargetSort::Host, TargetSort::Table, TargetSort::Branch, TargetSort::Id];
/// What runs a file, by its name here.
const SCRIPTS: [(&str, Script); 11] = [
    ("shell", Script::Shell),
    ("sql", Script::Sql),
    ("python", Script::Code(Language::Python)),
    ("javascript", Script::Code(Language::JavaScript)),
    ("ruby", Script::Code(Language::Ruby)),
    ("perl", Script::Code(Language::Perl)),
    ("php", Script::Code(Language::Php)),
    ("r", Script::Code(Language::R)),
    ("go", Script::Code(Language::Go)),
    ("applescript", Script::Code(Language::AppleScript)),
    ("other", Script::Code(Language::Other)),
];

impl WrittenFile {
    /// As it is kept.
    pub fn kept(&self) -> String {
        let script = SCRIPTS.iter().find(|(_, script)| *script == self.script).map_or("other", |(name, _)| name);
        let uses = self.uses.iter().take(USES_MAX * 8).cloned().collect();
        let actions = self.actions.iter().map(kept_action).collect();
        let file = KeptFile { digest: self.digest.clone(), script: script.to_owned(), is_open: self.is_open, uses, actions };
        serde_json::to_string(&file).unwrap_or_default()
    }

    /// As it was kept under this path. Unreadable: it cannot be told what running it does.
    fn read_back(path: &str, kept: &str) -> Self {
        let path = path.to_owned();
        let unreadable = || Action::new(Kind::Unknown, "what was written there cannot be read back");
        match serde_json::from_str::<KeptFile>(kept) {
            Ok(file) => {
                let script = SCRIPTS.iter().find(|(name, _)| *name == file.script).map_or(Script::Shell, |(_, script)| *script);
                let actions =
                    file.actions.into_iter().take(ACTIONS_MAX + 1).map(|kept| read_action(kept).unwrap_or_else(unreadable)).collect();
                Self { path, digest: file.digest, actions, script, is_open: file.is_open, uses: file.uses }
            }
            Err(_) => {
                Self { path, digest: String::new(), actions: vec![unreadable()], script: Script::Shell, is_open: true, uses: Vec::new() }
            }
        }
    }
}

impl Written {
    /// What was kept, the newest last: path and form of each file, and whether files were forgotten.
    pub fn read_back(kept: impl IntoIterator<Item = (String, String)>, is_full: bool) -> Self {
        let mut written = Self { files: Vec::new(), is_full };
        kept.into_iter().for_each(|(path, form)| written.put(WrittenFile::read_back(&path, &form)));
        written
    }

    /// Whether more was written than is remembered.
    pub fn is_full(&self) -> bool {
        self.is_full
    }
}

fn kept_action(action: &Action) -> KeptAction {
    let is_long = action.targets.len() > TARGETS_MAX || action.targets.iter().any(|target| target.value.len() > TEXT_BYTES_MAX);
    let targets = action.targets.iter().filter(|target| target.value.len() <= TEXT_BYTES_MAX).take(TARGETS_MAX);
    let sort = |sort| SORTS.iter().position(|known| *known == sort).and_then(|at| u8::try_from(at).ok()).unwrap_or(5);
    let end = (0..=action.evidence.len().min(TEXT_BYTES_MAX)).rev().find(|at| action.evidence.is_char_boundary(*at)).unwrap_or_default();
    KeptAction {
        kind: action.kind.name().to_owned(),
        targets: targets.map(|target| (sort(target.sort), target.value.clone())).collect(),
        count: match action.count {
            Count::Set => Some(-1),
            _ if is_long => Some(-1),
            Count::Exactly(count) => Some(i64::try_from(count).unwrap_or(-1)),
            Count::Unstated => None,
        },
        amount: action.amount.as_ref().map(|amount| (amount.value, amount.currency.clone())),
        evidence: action.evidence.get(..end).unwrap_or_default().to_owned(),
    }
}

fn read_action(kept: KeptAction) -> Option<Action> {
    let targets = kept.targets.into_iter().map(|(sort, value)| Some(Target::new(*SORTS.get(usize::from(sort))?, value)));
    Some(Action {
        kind: Kind::from_name(&kept.kind)?,
        targets: targets.collect::<Option<_>>()?,
        count: kept.count.map_or(Count::Unstated, |count| u64::try_from(count).map_or(Count::Set, Count::Exactly)),
        amount: kept.amount.map(|(value, currency)| Amount { value, currency }),
        evidence: kept.evidence,
    })
}
