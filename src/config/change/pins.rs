//! Whether pins ask for no less than before.

use super::Change;
use crate::pin::{Clause, Limit, Mode, Pin, Scope};
use crate::show;

/// Every difference between two sets of pins. Their order is none: the strictest wins.
pub(super) fn changes(old: &[Pin], new: &[Pin]) -> Vec<Change> {
    let mut changes = Vec::new();
    for pin in old {
        match new.iter().find(|other| other.id == pin.id) {
            None => changes.push(Change::loosens(format!("pin `{}` is taken away", pin.id))),
            Some(other) => changes.extend(differences(pin, other)),
        }
    }
    let added = new.iter().filter(|pin| !old.iter().any(|other| other.id == pin.id));
    changes.extend(added.map(|pin| Change::tightens(format!("pin `{}` is new: {}", pin.id, show::escape_short(pin.text.as_str(), 120)))));
    if changes.is_empty() && old.iter().map(|pin| &pin.id).ne(new.iter().map(|pin| &pin.id)) {
        changes.push(Change::tightens("the pins stand in another order"));
    }
    changes
}

fn differences(old: &Pin, new: &Pin) -> Vec<Change> {
    let id = &new.id;
    let mut changes = Vec::new();
    let mut note = |is_looser: bool, words: &str| {
        changes.push(Change { loosens: is_looser, ..Change::tightens(format!("pin `{id}` {words}")) });
    };
    if old.text != new.text {
        note(true, "has other words");
    }
    if old.mode != new.mode {
        note(new.mode == Mode::Shadow, if new.mode == Mode::Shadow { "only watches (shadow)" } else { "is enforced" });
    }
    if old.clauses != new.clauses {
        let is_looser = !old.clauses.iter().all(|clause| new.clauses.iter().any(|other| asks_no_less(clause, other)));
        note(is_looser, if is_looser { "may ask for less" } else { "asks for more" });
    }
    if old.agents != new.agents {
        let is_looser = !new.agents.is_empty() && (old.agents.is_empty() || !old.agents.iter().all(|agent| new.agents.contains(agent)));
        note(is_looser, if is_looser { "is for fewer agents" } else { "is for more agents" });
    }
    if old.approvers != new.approvers {
        note(new.approvers < old.approvers, &format!("needs {} approvers, not {}", new.approvers, old.approvers));
    }
    if old.by_reply != new.by_reply {
        note(new.by_reply, if new.by_reply { "can be approved in the chat" } else { "cannot be approved in the chat any more" });
    }
    if old.waives_named != new.waives_named {
        note(new.waives_named, if new.waives_named { "stands back for what the user names" } else { "stands back for nobody any more" });
    }
    changes
}

/// Whether every call that `old` matches is matched by `new`, with no milder verdict.
fn asks_no_less(old: &Clause, new: &Clause) -> bool {
    new.then >= old.then
        && old.on.iter().all(|kind| new.on.iter().any(|other| other.covers(*kind)))
        && is_as_wide(&old.tools, &new.tools)
        && is_as_open(&old.scope, &new.scope)
        && counts_no_less(old.limit, new.limit)
}

fn is_as_open(old: &Scope, new: &Scope) -> bool {
    let lists = [
        (&old.target, &new.target),
        (&old.recipient, &new.recipient),
        (&old.host, &new.host),
        (&old.table, &new.table),
        (&old.branch, &new.branch),
        (&old.currency, &new.currency),
    ];
    lists.into_iter().all(|(old, new)| is_as_wide(old, new))
        && (new.amount.is_none() || new.amount == old.amount)
        && (new.count.is_none() || new.count == old.count)
        && (new.text.is_none() || new.text == old.text)
}

/// Whether a list of globs matches whatever the older one does. An empty list, and one
/// of exceptions only, matches everything else.
fn is_as_wide(old: &[String], new: &[String]) -> bool {
    let inside = |list: &[String]| list.iter().filter(|glob| !glob.starts_with('!')).cloned().collect::<Vec<_>>();
    let outside = |list: &[String]| list.iter().filter(|glob| glob.starts_with('!')).cloned().collect::<Vec<_>>();
    let (wanted, offered) = (inside(old), inside(new));
    let is_wide = offered.is_empty() || !wanted.is_empty() && wanted.iter().all(|glob| offered.contains(glob));
    let excepted = outside(old);
    is_wide && outside(new).iter().all(|glob| excepted.contains(glob))
}

/// No limit, or one with less room in no shorter time.
fn counts_no_less(old: Option<Limit>, new: Option<Limit>) -> bool {
    match (old, new) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(old), Some(new)) => new.items <= old.items && new.per >= old.per,
    }
}
