//! What became of a history since it was last seen.
//!
//! A client sends its whole history each time. Mostly it has grown at its end. It may
//! also have been *compacted*: what was said early on is gone, or stands in a summary
//! that the client wrote; rules and permissions said there are gone with it. That has
//! to be told from what looks alike: a question asked again with other words, a branch,
//! results of tools that were blanked in place, reminders that come and go.
//!
//! A history is remembered as one number per turn. System texts and thoughts do not
//! count (clients rewrite and drop them at will), and of a tool's result only which
//! call it answers.

/// Who a turn is from, as far as it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// A person, or the client in a person's place.
    User,
    /// The model.
    Model,
    /// A tool.
    Tool,
}

/// One turn of a history, remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Step {
    /// Who.
    pub who: Who,
    /// What: a hash of its words and of the calls in it.
    pub mark: u64,
    /// How long it is, in bytes of text.
    pub bytes: u32,
    /// Whether a client tells a summary of earlier turns in it.
    pub is_summary: bool,
    /// How much it says about which conversation this is; see `trace`.
    pub weight: u8,
}

/// What became of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is the same, or grew at its end.
    Grown,
    /// Its newest turn was replaced, or turns were taken back from its end.
    Rewound,
    /// It went another way from some turn on.
    Branched,
    /// Answers of tools and calls were taken out, and nothing that a person said.
    Trimmed {
        /// How many turns.
        turns: usize,
        /// How long they were.
        bytes: u64,
    },
    /// What was said earlier is gone, or told in a summary.
    Compacted {
        /// How many turns are gone.
        turns: usize,
        /// How long they were.
        bytes: u64,
    },
}

/// What made `new` of `old`; both oldest first.
pub fn compare(old: &[Step], new: &[Step]) -> Change {
    let same = |(one, other): &(&Step, &Step)| one.who == other.who && one.mark == other.mark;
    let prefix = old.iter().zip(new).take_while(same).count();
    let (gone, come) = (old.get(prefix..).unwrap_or_default(), new.get(prefix..).unwrap_or_default());
    // Clients put reminders into the newest turn and take them out later.
    if gone.len() <= 1 && gone.iter().all(|step| step.who != Who::Model) && !come.iter().any(|step| step.is_summary) {
        return if gone.is_empty() || !come.is_empty() { Change::Grown } else { Change::Rewound };
    }
    // What the provider sealed stands for all of it, be it sent along or not.
    let is_sealed = come.iter().any(|step| step.is_summary && step.who == Who::Model);
    let lost = if gone.is_empty() && is_sealed { old.to_vec() } else { lost(gone, come) };
    let bytes = lost.iter().map(|step| u64::from(step.bytes)).sum();
    let turns = lost.len();
    let tells = come.iter().any(|step| step.is_summary);
    let kept = gone.len().saturating_sub(turns);
    match (tells, kept) {
        (true, _) => Change::Compacted { turns, bytes },
        // Something behind the gap is still there: the middle was taken out.
        (false, 1..) if lost.iter().any(|step| step.who == Who::User || is_said(step)) => Change::Compacted { turns, bytes },
        (false, 1..) => Change::Trimmed { turns, bytes },
        (false, 0) if prefix == 0 => Change::Compacted { turns, bytes },
        (false, 0) if come.len() <= 1 => Change::Rewound,
        (false, 0) => Change::Branched,
    }
}

/// Words of the model, not only calls.
fn is_said(step: &Step) -> bool {
    step.who == Who::Model && step.bytes > 0
}

/// Those of `gone` that do not stand in `come`, in order.
fn lost(gone: &[Step], come: &[Step]) -> Vec<Step> {
    let mut rest = come;
    let mut lost = Vec::new();
    for step in gone {
        match rest.iter().position(|other| other.who == step.who && other.mark == step.mark) {
            Some(at) => rest = rest.get(at + 1..).unwrap_or_default(),
            None => lost.push(*step),
        }
    }
    lost
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(history: &str) -> Vec<Step> {
        history.split_whitespace().map(step).collect()
    }

    /// `u1` a user's turn, `m1` words of the model, `c1` a call, `t1` a result, `s1` a summary.
    fn step(name: &str) -> Step {
        let mark = name.bytes().fold(7, |hash: u64, byte| hash.wrapping_mul(31) + u64::from(byte));
        let (who, bytes, is_summary) = match name.as_bytes()[0] {
            b'u' => (Who::User, 10, false),
            b's' => (Who::User, 90, true),
            b'm' => (Who::Model, 20, false),
            b'c' => (Who::Model, 0, false),
            _ => (Who::Tool, 5, false),
        };
        Step { who, mark, bytes, is_summary, weight: 0 }
    }

    fn told(old: &str, new: &str) -> Change {
        compare(&steps(old), &steps(new))
    }

    #[test]
    fn a_history_that_grows_or_is_sent_again_is_no_compaction() {
        assert_eq!(told("u1 m1", "u1 m1 u2 m2 u3"), Change::Grown);
        assert_eq!(told("u1 m1 u2", "u1 m1 u2"), Change::Grown);
        assert_eq!(told("u1 c1 t1 u2", "u1 c1 t1 u9 m2"), Change::Grown, "a reminder in the newest turn is gone");
        assert_eq!(told("", "u1"), Change::Grown);
    }

    #[test]
    fn what_was_said_and_is_gone_is_a_compaction() {
        assert_eq!(told("u1 m1 u2 m2 u3", "s1"), Change::Compacted { turns: 5, bytes: 70 });
        assert_eq!(told("u1 m1 u2 m2 u3", "s1 m2 u3 m3"), Change::Compacted { turns: 3, bytes: 40 });
        assert_eq!(told("u1 m1 u2 m2 u3", "u1 u2 u3 s1"), Change::Compacted { turns: 2, bytes: 40 });
        assert_eq!(told("u1 m1 u2 m2 u3 m3", "u3 m3 u4"), Change::Compacted { turns: 4, bytes: 60 });
        assert_eq!(told("u1 m1 u2 m2 u3 m3", "u1 m1 u3 m3 u4"), Change::Compacted { turns: 2, bytes: 30 });
        assert_eq!(told("u1 m1", "u1 s1"), Change::Compacted { turns: 1, bytes: 20 });
        assert_eq!(told("u1 m1 u2", "x1 m1 u2"), Change::Compacted { turns: 1, bytes: 10 });
    }

    #[test]
    fn what_the_provider_sealed_stands_for_all_before_it_though_that_is_sent_along() {
        let sealed = Step { who: Who::Model, ..step("s1") };
        let with = |before: &str, after: &str| [steps(before), vec![sealed], steps(after)].concat();
        assert_eq!(compare(&steps("u1 m1 u2"), &with("u1 m1 u2", "")), Change::Compacted { turns: 3, bytes: 40 });
        assert_eq!(compare(&steps("u1 m1 u2"), &with("", "m2 u3")), Change::Compacted { turns: 3, bytes: 40 });
        assert_eq!(compare(&with("u1 m1", ""), &with("u1 m1", "u3")), Change::Grown, "it acts once");
    }

    #[test]
    fn what_only_looks_like_one_is_told_apart() {
        assert_eq!(told("u1 m1 u2 m2", "u1 m1 u9"), Change::Rewound);
        assert_eq!(told("u1 m1 u2 m2", "u1 m1"), Change::Rewound);
        assert_eq!(told("u1 m1 u2 m2", "u1 m1 u9 m9 u8"), Change::Branched);
        assert_eq!(told("u1 c1 t1 c2 t2 m1 u2", "u1 c2 t2 m1 u2 m2"), Change::Trimmed { turns: 2, bytes: 5 });
    }
}
