//! What happens to a tool call, and which pins said so.
//!
//! `policy` makes a [`Judgement`]; `proxy` carries it out; `record` keeps it.
//! This is the file to open when the question is *why was this call held?*

use crate::call::{Action, Count};
use crate::kind::Kind;
use crate::pin::{Limit, PinId};
use std::fmt;

/// What happens to a tool call, from mildest to strictest.
///
/// The order of the variants *is* the order of severity: the strictest pin
/// wins (`max`), so adding a pin can never loosen a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Delivered unchanged.
    Pass,
    /// Delivered unchanged, with an entry in the record.
    Warn,
    /// Withheld until a person says yes.
    Hold,
    /// Withheld.
    Block,
}

impl Verdict {
    /// The word in the configuration, the record and every JSON shape.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }

    /// Reads the word in the configuration.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pass, Self::Warn, Self::Hold, Self::Block].into_iter().find(|verdict| verdict.name() == name)
    }

    /// Whether the agent gets a notice in place of the call.
    pub fn withholds(self) -> bool {
        self >= Self::Hold
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One pin's objection to one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    /// The pin that objects.
    pub pin: PinId,
    /// What it asks for; never [`Verdict::Pass`].
    pub verdict: Verdict,
    /// A pin in shadow mode: recorded, without effect on the verdict.
    pub shadow: bool,
    /// Why, in one clause for the operator.
    pub why: String,
    /// The limit before which it does not stand; `None`: it stands.
    pub limited: Option<Limited>,
}

impl Objection {
    /// Why, with what its limit says.
    pub fn why(&self) -> String {
        match self.limited.as_ref().and_then(Limited::told) {
            Some(told) => format!("{}; {told}", self.why),
            None => self.why.clone(),
        }
    }
}

/// What a limit has to do with one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limited {
    /// Which of the pin's limits, from 0; a pin seldom has more than one.
    pub place: u32,
    /// The limit.
    pub limit: Limit,
    /// How many items the call affects. A set is above every limit.
    pub items: Count,
    /// How many were used before it; `None` as long as nobody has looked.
    pub used: Option<u64>,
}

impl Limited {
    /// How many items are counted once the call is delivered: at least one. A set
    /// uses up the whole limit.
    pub fn counted(&self) -> u64 {
        match self.items {
            Count::Exactly(items) => items.max(1),
            Count::Unstated => 1,
            Count::Set => self.limit.items.max(1),
        }
    }

    /// Whether the call passes after so many items.
    pub fn has_room(&self, used: u64) -> bool {
        self.items != Count::Set && used.saturating_add(self.counted()) <= self.limit.items
    }

    /// Why it does not pass, if somebody has looked.
    pub fn told(&self) -> Option<String> {
        let Self { limit, items, used, .. } = self;
        let used = (*used)?;
        Some(match items {
            Count::Set => format!("a set is above its limit of {limit}"),
            _ if used >= limit.items => format!("its limit of {limit} is used up ({used} of {})", limit.items),
            _ if used == 0 => format!("{} items are above its limit of {limit}", self.counted()),
            _ => format!("{} more is above its limit of {limit} ({used} of {} used)", self.counted(), limit.items),
        })
    }
}

/// Everything `policy` has to say about one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The strictest of the objections that count.
    pub verdict: Verdict,
    /// All objections, strictest first, shadow ones last. One with a limit stands
    /// as if that were used up, until [`Judgement::settled`] says how far it is.
    pub objections: Vec<Objection>,
    /// What the call would do, ordinary reads and writes included.
    pub actions: Vec<Action>,
}

impl Judgement {
    /// The strictest objection that counts is the verdict.
    pub fn new(mut objections: Vec<Objection>, actions: Vec<Action>) -> Self {
        objections.sort_by_key(|objection| (objection.shadow, std::cmp::Reverse(objection.verdict)));
        let counting = objections.iter().filter(|objection| !objection.shadow);
        let verdict = counting.map(|objection| objection.verdict).max().unwrap_or(Verdict::Pass);
        Self { verdict, objections, actions }
    }

    /// What two sets of pins have to say together: every objection of both, once. Of two
    /// limits that are one pin's, the one with less room counts.
    pub fn and(mut self, other: Self) -> Self {
        for objection in other.objections {
            let is_same = |known: &&mut Objection| {
                let places = (known.limited.as_ref().map(|it| it.place), objection.limited.as_ref().map(|it| it.place));
                known.pin == objection.pin && known.verdict == objection.verdict && known.shadow == objection.shadow && places.0 == places.1
            };
            let known = self.objections.iter_mut().find(is_same);
            match (known, &objection.limited) {
                (None, _) => self.objections.push(objection),
                (Some(Objection { limited: Some(known), .. }), Some(limited)) => {
                    known.limit.items = known.limit.items.min(limited.limit.items);
                    known.limit.per = known.limit.per.max(limited.limit.per);
                }
                (Some(_), _) => {}
            }
        }
        Self::new(self.objections, self.actions)
    }

    /// Whether the call is held, or would be once a stricter limit has room.
    pub fn may_be_held(&self) -> bool {
        self.objections.iter().any(|objection| !objection.shadow && objection.verdict == Verdict::Hold)
    }

    /// Every limit that this call comes under, by its pin.
    pub fn limits(&self) -> impl Iterator<Item = (&PinId, &Limited)> {
        self.objections.iter().filter_map(|objection| Some((&objection.pin, objection.limited.as_ref()?)))
    }

    /// The judgement once it is known how many items of each limit are used (`None`:
    /// that does not matter, the objection stands). What has room passes, and what has
    /// none says so.
    pub fn settled(&self, used: impl Fn(&PinId, &Limited) -> Option<u64>) -> Self {
        let settle = |objection: &Objection| {
            let counted = objection.limited.as_ref().and_then(|limited| Some((limited, used(&objection.pin, limited)?)));
            let Some((limited, used)) = counted else { return Some(objection.clone()) };
            let past = || Limited { used: Some(used), ..limited.clone() };
            (!limited.has_room(used)).then(|| Objection { limited: Some(past()), ..objection.clone() })
        };
        Self::new(self.objections.iter().filter_map(settle).collect(), self.actions.clone())
    }

    /// What limits say about the verdict: those of the deciding pins that are known to
    /// have no room.
    pub fn limits_told(&self) -> Vec<String> {
        let deciding = self.objections.iter().filter(|objection| !objection.shadow && objection.verdict == self.verdict);
        deciding.filter_map(|objection| objection.limited.as_ref()?.told()).collect()
    }

    /// The pins behind the verdict: of those that are not in shadow, the ones
    /// that asked for no less. Empty when the call passes.
    pub fn pins(&self) -> Vec<PinId> {
        let decided = |objection: &&Objection| !objection.shadow && objection.verdict == self.verdict;
        let mut pins = Vec::new();
        for objection in self.objections.iter().filter(decided) {
            if !pins.contains(&objection.pin) {
                pins.push(objection.pin.clone());
            }
        }
        pins
    }

    /// The reason in one line: the deciding objections, or what was read when none objects.
    pub fn why(&self) -> String {
        let deciding = self.objections.iter().filter(|o| !o.shadow && o.verdict == self.verdict);
        let mut said: Vec<String> = Vec::new();
        for why in deciding.map(Objection::why) {
            if !said.contains(&why) {
                said.push(why);
            }
        }
        if said.is_empty() { "no pin objects".into() } else { said.join("; ") }
    }

    /// Whether this judgement belongs in the record of what was not simply passed.
    pub fn is_recorded(&self) -> bool {
        !self.objections.is_empty()
    }

    /// Whether the call would do something that somebody may have to undo. What could
    /// not be told counts: a list that leaves it out would say that nothing happened.
    pub fn is_consequential(&self) -> bool {
        self.actions.iter().any(|action| action.kind.is_consequential() || action.kind == Kind::Unknown)
    }

    /// Whether an entry has to be on the disk before the call, or its notice, leaves.
    pub fn needs_entry(&self) -> bool {
        self.is_recorded() || self.is_consequential()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn limited(items: Count) -> Limited {
        Limited { place: 0, limit: Limit { items: 10, per: Duration::from_secs(3600) }, items, used: None }
    }

    fn told(items: Count, used: u64) -> String {
        Limited { used: Some(used), ..limited(items) }.told().expect("somebody looked")
    }

    #[test]
    fn a_limit_has_room_until_it_is_reached_and_says_what_was_used() {
        let one = limited(Count::Unstated);
        assert!(one.has_room(9) && !one.has_room(10) && !one.has_room(u64::MAX));
        assert_eq!(told(Count::Unstated, 10), "its limit of 10 per hour is used up (10 of 10)");
        let five = limited(Count::Exactly(5));
        assert!(five.has_room(5) && !five.has_room(6));
        assert_eq!(told(Count::Exactly(5), 6), "5 more is above its limit of 10 per hour (6 of 10 used)");
        assert_eq!(told(Count::Exactly(11), 0), "11 items are above its limit of 10 per hour");
        assert!(!limited(Count::Set).has_room(0));
    }

    #[test]
    fn only_the_objections_that_have_no_room_are_left() {
        let pin = |id: &str| PinId::new(id).expect("an id");
        let objection = |id: &str, verdict, limited| Objection { pin: pin(id), verdict, shadow: false, why: "it deletes".into(), limited };
        let objections = vec![objection("a", Verdict::Warn, None), objection("b", Verdict::Block, Some(limited(Count::Exactly(2))))];
        let judgement = Judgement::new(objections, vec![]);
        assert_eq!(judgement.verdict, Verdict::Block, "as long as nobody has counted");
        let settled = judgement.settled(|_, _| Some(8));
        assert_eq!((settled.verdict, settled.pins()), (Verdict::Warn, vec![pin("a")]));
        let settled = judgement.settled(|_, _| Some(9));
        assert_eq!((settled.verdict, settled.pins()), (Verdict::Block, vec![pin("b")]));
        assert_eq!(judgement.settled(|_, _| None), judgement, "what nobody counts stands");
        assert!(settled.why().contains("2 more is above its limit of 10 per hour (9 of 10 used)"), "{}", settled.why());
    }

    #[test]
    fn one_block_outweighs_any_number_of_warnings() {
        let asked = [Verdict::Warn, Verdict::Block, Verdict::Warn, Verdict::Pass, Verdict::Hold];
        assert_eq!(asked.into_iter().max(), Some(Verdict::Block));
    }
}
