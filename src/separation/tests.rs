//! What is told of each kind of place, and that what cannot be told is not told as safe.

use super::*;

/// A service of its own: nothing else runs as it, the agents are elsewhere.
fn apart() -> Facts {
    Facts {
        account: Some(Account { uid: 990, name: Some("linchpin".into()), logs_in: Some(false) }),
        company: Some(Vec::new()),
        others: Some(Vec::new()),
        is_container: false,
        data: Some(Data::There { mode: 0o700, open_above: None }),
        console: "127.0.0.1:4142".parse().expect("an address"),
        agents: vec!["10.0.0.1:4141".parse().expect("an address")],
    }
}

fn person() -> Option<Account> {
    Some(Account { uid: 1000, name: Some("ann".into()), logs_in: Some(true) })
}

fn root() -> Option<Account> {
    Some(Account { uid: 0, name: Some("root".into()), logs_in: Some(true) })
}

fn loopback() -> Vec<SocketAddr> {
    vec!["127.0.0.1:4141".parse().expect("an address")]
}

/// The line that begins with this word.
fn line(facts: &Facts, word: &str) -> String {
    let start = format!("  {word}: ");
    told(facts).into_iter().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no {word}: {:?}", told(facts)))
}

#[test]
fn a_persons_account_is_the_agents_too() {
    let facts = Facts { account: person(), company: Some(vec!["bash".into(), "node".into()]), agents: loopback(), ..apart() };
    let said = line(&facts, "account");
    assert!(said.contains("`ann` (uid 1000), which people log in to") && said.contains("2 other processes: `bash`, `node`"), "{said}");
    assert!(said.contains("is the same user") && said.contains("can read the token"), "{said}");
    assert!(line(&facts, "what helps most").contains("an account of its own"), "{:?}", told(&facts));
}

#[test]
fn an_account_that_other_programs_use_is_shared_whether_or_not_anybody_logs_in() {
    for logs_in in [Some(false), None] {
        let account = Some(Account { uid: 33, name: None, logs_in });
        let facts = Facts { account, company: Some(vec!["agent".into()]), ..apart() };
        let said = line(&facts, "account");
        assert!(said.contains("uid 33, shared (1 other process: `agent` run as it now)"), "{said}");
        assert!(line(&facts, "what helps most").contains("instead of one that is shared"), "{:?}", told(&facts));
    }
}

#[test]
fn an_account_of_its_own_is_told_as_such_and_the_next_step_is_egress() {
    let facts = apart();
    assert!(line(&facts, "account").contains("of its own"), "{:?}", told(&facts));
    assert!(!line(&facts, "account").contains("token"), "nothing to fear is said of it");
    assert!(line(&facts, "what helps most").contains("only way out"), "{:?}", told(&facts));
    assert!(!told(&facts).iter().any(|line| line.contains("container:")), "{:?}", told(&facts));
}

#[test]
fn root_is_never_an_account_of_its_own() {
    let facts = Facts { account: root(), ..apart() };
    assert!(line(&facts, "account").contains("an agent that runs as root can read the token"), "{:?}", told(&facts));
    assert!(line(&facts, "what helps most").contains("an account of its own"), "{:?}", told(&facts));
}

#[test]
fn a_container_with_the_agents_in_it_keeps_nothing_apart() {
    let within = Facts { account: root(), is_container: true, agents: loopback(), ..apart() };
    assert!(line(&within, "container").contains("the agents are in it"), "{:?}", told(&within));
    assert!(line(&within, "what helps most").contains("give the agent a container of its own"), "{:?}", told(&within));
    let outside = Facts { agents: apart().agents, ..within };
    assert!(line(&outside, "container").contains("an agent outside of it"), "{:?}", told(&outside));
    assert!(line(&outside, "what helps most").contains("another user than root"), "{:?}", told(&outside));
    let served = Facts { account: apart().account, ..outside };
    assert!(line(&served, "what helps most").contains("only way out"), "{:?}", told(&served));
}

#[test]
fn the_console_is_reached_from_where_its_address_is() {
    let near = Facts { agents: loopback(), ..apart() };
    assert!(line(&near, "console").contains("on the loopback that agents use, too"), "{:?}", told(&near));
    assert!(line(&apart(), "console").contains("an agent elsewhere does not reach it"), "{:?}", told(&apart()));
    let open = Facts { console: "0.0.0.0:4142".parse().expect("an address"), ..apart() };
    assert!(line(&open, "console").contains("keep the agent's network away"), "{:?}", told(&open));
    assert!(line(&open, "what helps most").contains("console's port out of the agent's network"), "{:?}", told(&open));
    // One agent on the loopback is enough.
    let mixed = Facts { agents: [apart().agents, loopback()].concat(), ..apart() };
    assert!(line(&mixed, "console").contains("agents use, too"), "{:?}", told(&mixed));
}

#[test]
fn a_data_dir_that_others_get_at_is_said_and_is_the_step() {
    let open_above = Some("/srv/shared".into());
    let facts = Facts { data: Some(Data::There { mode: 0o700, open_above }), ..apart() };
    assert!(line(&facts, "data dir").contains("`/srv/shared`"), "{:?}", told(&facts));
    assert!(line(&facts, "what helps most").contains("write to `/srv/shared`"), "{:?}", told(&facts));
    let loose = Facts { data: Some(Data::There { mode: 0o755, open_above: None }), ..apart() };
    assert!(line(&loose, "data dir").contains("mode 0755: other accounts get in"), "{:?}", told(&loose));
    assert!(line(&apart(), "data dir").contains("mode 0700: no other account"), "{:?}", told(&apart()));
    let new = Facts { data: Some(Data::NotThere), ..apart() };
    assert!(line(&new, "data dir").contains("made with mode 0700"), "{:?}", told(&new));
}

#[test]
fn other_accounts_are_counted_and_some_are_named() {
    let names: Vec<String> = ["ann", "bob", "cem", "dora"].map(String::from).into();
    let facts = Facts { others: Some(names), ..apart() };
    assert!(line(&facts, "other accounts").contains("4 others: `ann`, `bob`, `cem`, …"), "{:?}", told(&facts));
    assert!(line(&apart(), "other accounts").contains("nobody else"), "{:?}", told(&apart()));
}

#[test]
fn what_cannot_be_told_is_not_told_as_safe() {
    let facts = Facts { account: None, company: None, others: None, data: None, ..apart() };
    for word in ["account", "data dir", "other accounts"] {
        assert!(line(&facts, word).contains("cannot be told"), "{:?}", told(&facts));
    }
    let known = Facts { company: None, ..apart() };
    assert!(line(&known, "account").contains("cannot be told"), "{:?}", told(&known));
    for facts in [facts, known] {
        assert!(line(&facts, "what helps most").contains("an account of its own"), "{:?}", told(&facts));
    }
}
