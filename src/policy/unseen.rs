//! A tool that is run where nobody sees its calls, judged before there is one.
//!
//! Providers run some tools themselves: a call is over before linchpin hears of it. All
//! that can be asked is what the tool *could* do. What is not known of it counts against
//! it: its texts meet every pattern, a set is what it touches, no limit has room for it,
//! and behind a server whose tools nobody has named any tool may stand.

use super::Policy;
use super::clause::Seen;
use super::names::Names;
use super::texts::Texts;
use crate::action;
use crate::call::{Action, Count, Input, ToolName};
use crate::json::read_arguments;
use crate::kind::Kind;
use crate::verdict::{Judgement, Objection};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What may be called unseen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unseen {
    /// A tool that does these, as is known of it.
    Known {
        /// Its name.
        tool: ToolName,
        /// What it does.
        kinds: Vec<Kind>,
        /// How that is known.
        evidence: &'static str,
    },
    /// A tool of which there is no more than the name.
    Named(ToolName),
    /// Whichever tool a server has.
    Any(ToolName),
}

impl Unseen {
    /// How it is called in the record.
    pub fn tool(&self) -> &ToolName {
        match self {
            Self::Known { tool, .. } | Self::Named(tool) | Self::Any(tool) => tool,
        }
    }

    /// What it could do. A name that says no more than that something is changed, or run,
    /// does not say what: that stands in the arguments.
    fn actions(&self) -> Vec<Action> {
        let counted = |action: Action| if action.kind.broad() == Kind::Read { action } else { action.counting(Count::Set) };
        match self {
            Self::Known { kinds, evidence, .. } => kinds.iter().map(|kind| counted(Action::new(*kind, *evidence))).collect(),
            Self::Any(_) => vec![Action::new(Kind::Unknown, "nobody can say which tools the server has")],
            Self::Named(tool) => {
                let nothing = read_arguments(&Input::Json("{}".to_owned()));
                // A reading that fell over has read nothing.
                let read = || nothing.map(|nothing| action::understand(tool, &nothing, None)).unwrap_or_default();
                let mut actions = catch_unwind(AssertUnwindSafe(read)).unwrap_or_default();
                let is_open = |action: &Action| matches!(action.kind.broad(), Kind::Write | Kind::Execute);
                if actions.is_empty() || actions.iter().any(is_open) || takes_language(&tool.name) {
                    actions.push(Action::new(Kind::Unknown, "what it does stands in arguments that nobody would see"));
                }
                actions.into_iter().map(counted).collect()
            }
        }
    }
}

/// Words of names whose tool is handed a language that can say anything.
const LANGUAGES: [&str; 12] =
    ["sql", "graphql", "cypher", "gremlin", "sparql", "eval", "evaluate", "shell", "script", "command", "javascript", "python"];

/// What a query in one of them is put to.
const BASES: [&str; 11] =
    ["database", "db", "postgres", "postgresql", "mysql", "sqlite", "table", "warehouse", "bigquery", "snowflake", "mongodb"];

/// Whether a tool that is called so is handed a statement, which may look or destroy.
fn takes_language(name: &str) -> bool {
    let mut words: Vec<String> = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars().take(NAME_CHARACTERS_MAX) {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    let has = |listed: &[&str]| words.iter().any(|word| listed.contains(&word.as_str()));
    let is_query = words.last().is_some_and(|last| matches!(last.as_str(), "query" | "queries"));
    has(&LANGUAGES) || is_query || (has(&["query"]) && has(&BASES))
}

/// How much of a name is read.
const NAME_CHARACTERS_MAX: usize = 256;

impl Policy {
    /// Judges a tool that would be called unseen, for an agent label.
    pub fn judge_unseen(&self, unseen: &Unseen, agent: Option<&str>) -> Judgement {
        let names = match unseen {
            Unseen::Known { tool, .. } | Unseen::Named(tool) => Names::of(tool, &Texts::default()),
            Unseen::Any(tool) => Names::any(tool),
        };
        let seen = Seen { raw: "", names, texts: Texts::default(), actions: unseen.actions(), is_unseen: true };
        let objections = self.pins_for(agent).flat_map(|enforced| enforced.objections(&seen));
        let objections = objections.map(|objection| Objection { limited: None, ..objection }).collect();
        Judgement::new(objections, seen.actions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pin::{Clause, Limit, Pin, PinId, PinText, Scope};
    use crate::policy::Guarded;
    use crate::verdict::Verdict;
    use std::time::Duration;

    fn verdict(clause: Clause, unseen: &Unseen) -> Verdict {
        let pin = Pin::captured(PinId::new("p").expect("an id"), PinText::new("x").expect("a text"), vec![clause]);
        Policy::new(vec![pin], &Guarded::default()).expect("a policy").judge_unseen(unseen, None).verdict
    }

    fn named(name: &str) -> Unseen {
        Unseen::Named(ToolName { namespace: Some("wiki".into()), name: name.into() })
    }

    fn interpreter() -> Unseen {
        Unseen::Known { tool: ToolName::plain("code_interpreter"), kinds: vec![Kind::Execute], evidence: "it runs code" }
    }

    #[test]
    fn a_tool_is_judged_by_what_it_does_and_one_with_a_name_by_that() {
        let on = |kind, then| Clause::new([kind], then);
        assert_eq!(verdict(on(Kind::Execute, Verdict::Block), &interpreter()), Verdict::Block);
        assert_eq!(verdict(on(Kind::Delete, Verdict::Block), &interpreter()), Verdict::Pass);
        assert_eq!(verdict(on(Kind::Delete, Verdict::Block), &named("delete_page")), Verdict::Block);
        for reads in ["search_pages", "get_page", "list_pages", "read_wiki_structure", "query-docs", "searchCode"] {
            assert_eq!(verdict(on(Kind::Delete, Verdict::Block), &named(reads)), Verdict::Pass, "{reads}");
        }
        for open in
            ["update_page", "page", "manage_pages", "run_query", "executeSql", "postgres_query", "query_database", "run_tests", "bash"]
        {
            assert_eq!(verdict(on(Kind::Delete, Verdict::Block), &named(open)), Verdict::Hold, "{open}");
        }
        assert_eq!(verdict(on(Kind::Delete, Verdict::Warn), &named("update_page")), Verdict::Warn);
        let any = Unseen::Any(ToolName::plain("wiki"));
        assert_eq!(verdict(on(Kind::Delete, Verdict::Block), &any), Verdict::Hold);
        assert_eq!(verdict(on(Kind::Delete, Verdict::Warn), &any), Verdict::Warn);
    }

    #[test]
    fn what_nobody_would_see_meets_every_matcher_and_no_limit_has_room_for_it() {
        let scoped = |scope| Clause { scope, ..Clause::new([Kind::Execute], Verdict::Hold) };
        for scope in [
            Scope { text: Some("prod".into()), ..Scope::default() },
            Scope { target: vec!["/srv/**".into()], ..Scope::default() },
            Scope { host: vec!["*.example".into()], ..Scope::default() },
            Scope { count: Some(crate::pin::Comparison { order: crate::pin::Order::Above, bound: 50.0 }), ..Scope::default() },
        ] {
            assert_eq!(verdict(scoped(scope.clone()), &interpreter()), Verdict::Hold, "{scope:?}");
        }
        let limit = Limit { items: 1000, per: Duration::from_secs(60) };
        let limited = Clause { limit: Some(limit), ..Clause::new([Kind::Execute], Verdict::Hold) };
        assert_eq!(verdict(limited, &interpreter()), Verdict::Hold);
    }

    #[test]
    fn a_pin_about_one_tool_reaches_a_server_that_may_have_it() {
        let about = |globs: &[&str]| Clause {
            tools: globs.iter().map(|glob| (*glob).to_owned()).collect(),
            ..Clause::new([Kind::Delete, Kind::Execute], Verdict::Hold)
        };
        assert_eq!(verdict(about(&["gmail_*"]), &Unseen::Any(ToolName::plain("google"))), Verdict::Hold);
        assert_eq!(verdict(about(&["!wiki"]), &Unseen::Any(ToolName::plain("wiki"))), Verdict::Hold);
        assert_eq!(verdict(about(&["gmail_*"]), &interpreter()), Verdict::Pass);
        assert_eq!(verdict(about(&["delete_*"]), &named("delete_page")), Verdict::Hold);
        assert_eq!(verdict(about(&["gmail_*"]), &named("delete_page")), Verdict::Pass);
    }
}
