//! What a pin asks for: what it says itself, over what its text was understood as.
//!
//! A setting replaces what the text says about it, in every clause that has to do
//! with it. A text that says nothing we understand is enforced broadly, with a note.

use crate::kind::Kind;
use crate::language::Reading;
use crate::pin::{Clause, Limit, Scope};
use crate::verdict::Verdict;

/// What a pin says itself about how it is enforced.
pub(super) struct Explicit {
    pub(super) on: Option<Vec<Kind>>,
    pub(super) then: Option<Verdict>,
    pub(super) tools: Option<Vec<String>>,
    pub(super) scope: Option<Scope>,
    pub(super) limit: Option<Limit>,
}

/// What a pin asks for: what it says itself over what its text was understood as.
pub(super) fn clauses(explicit: Explicit, reading: Reading) -> (Vec<Clause>, Vec<String>) {
    let mut notes = reading.notes;
    let mut clauses = reading.clauses;
    let says_something = explicit.then.is_some() || explicit.scope.is_some() || explicit.limit.is_some();
    if clauses.is_empty() {
        match (&explicit.on, &explicit.tools) {
            (Some(on), _) => clauses.push(Clause::new(on.clone(), Verdict::Hold)),
            (None, Some(_)) => {
                notes.push("the text names no kind of action: every call of these tools counts".into());
                let broad: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| *kind == kind.broad()).collect();
                clauses.push(Clause::new(broad, Verdict::Hold));
            }
            (None, None) if reading.advice && !says_something => {}
            (None, None) => {
                notes.push("the text was not understood: every consequential call counts".into());
                clauses.push(Clause::new(Kind::CONSEQUENTIAL, Verdict::Hold));
            }
        }
    }
    let mut asked: Vec<Clause> = Vec::with_capacity(clauses.len());
    for mut clause in relevant(clauses, explicit.on.as_deref()) {
        clause.on = explicit.on.clone().unwrap_or(clause.on);
        clause.then = explicit.then.unwrap_or(clause.then);
        clause.tools = explicit.tools.clone().unwrap_or(clause.tools);
        clause.scope = explicit.scope.clone().unwrap_or(clause.scope);
        clause.limit = explicit.limit.or(clause.limit);
        if !asked.contains(&clause) {
            asked.push(clause);
        }
    }
    (asked, notes)
}

/// Of what a text asks for, that which has to do with the kinds the pin names: "never
/// pay, and ask before you push" with `on = ["publish.push"]` asks. All of it when
/// nothing has to do with them.
fn relevant(clauses: Vec<Clause>, on: Option<&[Kind]>) -> Vec<Clause> {
    let Some(on) = on else { return clauses };
    let is_near = |clause: &Clause| clause.on.iter().any(|read| on.iter().any(|named| named.broad() == read.broad()));
    if !clauses.iter().any(is_near) {
        return clauses;
    }
    clauses.into_iter().filter(is_near).collect()
}

#[cfg(test)]
mod tests {
    //! What a pin says itself, over what its text was understood as.

    use super::*;

    fn nothing() -> Explicit {
        Explicit { on: None, then: None, tools: None, scope: None, limit: None }
    }

    fn understood(explicit: Explicit, clauses: &[(Kind, Verdict)], advice: bool) -> Vec<Clause> {
        let clauses = clauses.iter().map(|(kind, then)| Clause::new([*kind], *then)).collect();
        super::clauses(explicit, Reading { clauses, advice, ..Reading::default() }).0
    }

    #[test]
    fn what_is_left_out_is_understood_from_the_text() {
        let read = [(Kind::Pay, Verdict::Block), (Kind::PublishPush, Verdict::Hold)];
        let pushes = understood(Explicit { on: Some(vec![Kind::PublishPush]), ..nothing() }, &read, false);
        assert_eq!(pushes, [Clause::new([Kind::PublishPush], Verdict::Hold)]);
        let all = understood(Explicit { then: Some(Verdict::Warn), ..nothing() }, &read, false);
        assert_eq!(all.iter().map(|clause| clause.then).collect::<Vec<_>>(), [Verdict::Warn, Verdict::Warn]);
        let tools = understood(Explicit { tools: Some(vec!["bash".into()]), ..nothing() }, &read, false);
        assert!(tools.len() == 2 && tools.iter().all(|clause| clause.tools == ["bash"]));
    }

    #[test]
    fn kinds_the_text_does_not_name_get_the_strictest_it_asks_for() {
        let read = [(Kind::Pay, Verdict::Block), (Kind::PublishPush, Verdict::Hold)];
        let deletes = understood(Explicit { on: Some(vec![Kind::Delete]), ..nothing() }, &read, false);
        assert_eq!(deletes.iter().map(|clause| clause.then).max(), Some(Verdict::Block));
        assert!(deletes.iter().all(|clause| clause.on == [Kind::Delete]));
    }

    #[test]
    fn advice_enforces_nothing_unless_the_pin_says_more() {
        assert!(understood(nothing(), &[], true).is_empty());
        assert_eq!(understood(Explicit { on: Some(vec![Kind::Read]), ..nothing() }, &[], true), [Clause::new([Kind::Read], Verdict::Hold)]);
        assert!(!understood(Explicit { then: Some(Verdict::Block), ..nothing() }, &[], true).is_empty());
    }

    #[test]
    fn a_text_that_is_not_understood_holds_every_call_of_the_tools_it_is_about() {
        let clauses = understood(Explicit { tools: Some(vec!["crm_*".into()]), ..nothing() }, &[], false);
        assert!(
            clauses
                .iter()
                .all(|clause| clause.then == Verdict::Hold && clause.on.contains(&Kind::Read) && clause.on.contains(&Kind::Delete))
        );
    }
}
