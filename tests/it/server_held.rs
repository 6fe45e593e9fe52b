//! Conversations that the provider keeps: calls that were withheld from the agent live on
//! in the provider's copy, which takes no request while one of them is unanswered.

use crate::keeper::provider;
use crate::office::Office;
use crate::stage::{Answered, DELETES, Provider, Received};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

const PATH: &str = "/openai/v1/responses";

const DELETE: &str = r#"call delete_email { "ids":["m-1","m-2"]}"#;
const ARGUMENTS: &str = r#"{ "ids":["m-1","m-2"]}"#;

/// An agent that sends what is new and nothing else.
struct Agent<'a> {
    office: &'a Office,
    streams: bool,
    key: &'a str,
}

/// What an agent reads of an answer.
#[derive(Debug)]
struct Read {
    id: String,
    text: String,
    /// Id and arguments of each call.
    calls: Vec<(String, String)>,
}

impl Agent<'_> {
    fn ask(&self, after: &Value, input: Value) -> Answered {
        let tools: Vec<Value> = ["delete_email", "read_email"]
            .iter()
            .map(|name| json!({"type": "function", "name": name, "parameters": {"type": "object"}}))
            .chain([json!({"type": "custom", "name": "sweep"})])
            .collect();
        let mut body = json!({"model": "m", "stream": self.streams, "tools": tools, "input": input});
        for (key, value) in after.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        let request = crate::stage::post(PATH, &body.to_string(), "").replace("Bearer k", self.key);
        crate::stage::raw(self.office.port, request.as_bytes())
    }

    fn read(&self, answered: &Answered) -> Read {
        assert_eq!(answered.status, 200, "{}", answered.text());
        let text = answered.text();
        let response: Value = if self.streams {
            let frame = text.split("\n\n").filter_map(|frame| frame.split_once("data: ")).map(|(_, data)| data).last().expect("a frame");
            serde_json::from_str::<Value>(frame).expect("JSON")["response"].clone()
        } else {
            serde_json::from_str(&text).expect("JSON")
        };
        let items = response["output"].as_array().expect("items").clone();
        let calls = items.iter().filter(|item| item["call_id"].is_string()).map(|item| {
            let input = item["arguments"].as_str().or(item["input"].as_str()).expect("arguments");
            (item["call_id"].as_str().expect("an id").to_owned(), input.to_owned())
        });
        let said = items.iter().filter_map(|item| item["content"][0]["text"].as_str());
        Read { id: response["id"].as_str().expect("an id").to_owned(), text: said.collect(), calls: calls.collect() }
    }

    fn say(&self, after: &Value, input: impl Into<Value>) -> Read {
        self.read(&self.ask(after, input.into()))
    }
}

fn after(read: &Read) -> Value {
    json!({"previous_response_id": read.id})
}

fn output(call: &str) -> Value {
    json!({"type": "function_call_output", "call_id": call, "output": "done"})
}

fn office(provider: &Provider) -> Office {
    Office::open(provider, &settings())
}

fn settings() -> String {
    format!("[hold]\nwait = \"0s\"\n{DELETES}")
}

fn agents<'a>(office: &'a Office) -> [Agent<'a>; 2] {
    [false, true].map(|streams| Agent { office, streams, key: "Bearer k" })
}

/// Where a conversation stands after an answer: by the answer's id, or in its place.
fn places() -> [Option<Value>; 2] {
    [None, Some(json!({"conversation": "conv_1"}))]
}

fn sent(provider: &Provider) -> Value {
    provider.received().last().expect("a request").json()
}

#[test]
fn a_conversation_goes_on_behind_a_call_that_was_withheld() {
    for place in places() {
        for streams in [false, true] {
            let (provider, _) = provider();
            let office = office(&provider);
            let agent = Agent { office: &office, streams, key: "Bearer k" };
            let begun = place.clone().unwrap_or_else(|| json!({}));
            let held = agent.say(&begun, DELETE);
            assert!(held.text.contains("held by pin") && held.calls.is_empty(), "{held:?}");
            let next = agent.say(&place.clone().unwrap_or_else(|| after(&held)), "and now?");
            assert_eq!(next.text, "ok");
            let body = sent(&provider);
            assert_eq!(body["input"][0]["type"], "function_call_output");
            let told = body["input"][0]["output"].as_str().expect("text");
            assert!(told.contains("held by pin `confirm-deletes`") && !told.contains(&office.code()), "why, and no code: {told}");
            assert_eq!(body["input"].as_array().expect("items").len(), 2, "once");
            // It is the server's by now.
            let last = agent.say(&place.clone().unwrap_or_else(|| after(&next)), "thanks");
            assert_eq!(last.text, "ok");
            assert_eq!(sent(&provider)["input"], json!("thanks"), "as it came");
        }
    }
}

#[test]
fn each_branch_from_an_answer_answers_the_call_for_itself() {
    let (provider, _) = provider();
    let office = office(&provider);
    for agent in agents(&office) {
        let held = agent.say(&json!({}), DELETE);
        for words in ["one way", "another way", "one way"] {
            assert_eq!(agent.say(&after(&held), words).text, "ok");
        }
        let bodies: Vec<Value> = provider.received().iter().rev().take(3).map(Received::json).collect();
        assert_eq!(bodies[0], bodies[2], "the same request is the same bytes");
    }
}

#[test]
fn of_parallel_calls_each_is_answered_by_whoever_has_it() {
    for place in places() {
        for streams in [false, true] {
            let (provider, _) = provider();
            let office = office(&provider);
            let agent = Agent { office: &office, streams, key: "Bearer k" };
            let words = format!("{DELETE} & read_email {{\"id\":1}} & sweep DROP TABLE users");
            let begun = place.clone().unwrap_or_else(|| json!({}));
            let first = agent.say(&begun, words);
            assert!(first.calls.iter().any(|(call, _)| call == "call_1_1"), "{first:?}");
            let outputs: Vec<Value> = first
                .calls
                .iter()
                .map(|(call, _)| {
                    if call.ends_with('2') {
                        json!({"type": "custom_tool_call_output", "call_id": call, "output": "x"})
                    } else {
                        output(call)
                    }
                })
                .collect();
            let next = agent.say(&place.clone().unwrap_or_else(|| after(&first)), outputs);
            assert_eq!(next.text, "ok");
        }
    }
}

#[test]
fn what_is_not_kept_at_the_provider_is_not_owed_there() {
    let (provider, _) = provider();
    let office = office(&provider);
    for agent in agents(&office) {
        let held = agent.say(&json!({"store": false}), DELETE);
        let history =
            json!([{"role": "user", "content": "x"}, {"role": "assistant", "content": held.text}, {"role": "user", "content": "and now?"}]);
        agent.say(&json!({"store": false}), history.clone());
        assert_eq!(sent(&provider)["input"], history);
    }
}

#[test]
fn a_yes_releases_the_call_once_to_whoever_goes_on_from_its_answer() {
    for place in places() {
        for streams in [false, true] {
            let (provider, kept) = provider();
            let office = office(&provider);
            let held = Agent { office: &office, streams, key: "Bearer k" }.say(&place.clone().unwrap_or_else(|| json!({})), DELETE);
            office.approve(&office.code());
            // Everything in between is forgotten but what is on the disk.
            let office = Office::open_in(office.close(), &provider, &settings());
            let agent = Agent { office: &office, streams, key: "Bearer k" };
            let asked = provider.received().len();
            let place_after = |read: &Read| place.clone().unwrap_or_else(|| after(read));
            let released = agent.say(&place_after(&held), "I have approved it");
            assert_eq!(released.calls, [("call_1_0".to_owned(), ARGUMENTS.to_owned())], "{released:?}");
            assert_eq!(provider.received().len(), asked, "nobody asked the model");
            let office = Office::open_in(office.close(), &provider, &settings());
            let agent = Agent { office: &office, streams, key: "Bearer k" };
            let done = agent.say(&place_after(&released), json!([output("call_1_0"), {"role": "user", "content": "thanks"}]));
            assert_eq!((done.text.as_str(), done.calls.len()), ("ok", 0));
            let body = sent(&provider);
            if place.is_none() {
                assert_eq!(body["previous_response_id"], held.id, "by the id it gave");
            }
            let said: Vec<&str> = body["input"].as_array().expect("items").iter().filter_map(|item| item["content"].as_str()).collect();
            assert_eq!(said, ["I have approved it", "thanks"], "what was swallowed stands behind the call's output");
            let entry = &office.entries()[0];
            assert_eq!(entry.approval.as_ref().and_then(|approval| approval.path.as_deref()), Some("answered"));
            if place.is_none() {
                // Another branch from the same answer gets no second one.
                let again = agent.say(&after(&held), "I have approved it");
                assert!(again.calls.is_empty(), "{again:?}");
            }
            assert_eq!(agent.say(&place_after(&done), "well").text, "ok");
            assert!(kept.lock().expect("no panic").given >= 3);
        }
    }
}

#[test]
fn a_grant_is_spent_by_the_same_call_proposed_anew_where_the_server_has_its_answer() {
    let (provider, _) = provider();
    for streams in [false, true] {
        let office = office(&provider);
        let agent = Agent { office: &office, streams, key: "Bearer k" };
        let held = agent.say(&json!({}), DELETE);
        let next = agent.say(&after(&held), "hm");
        office.approve(&office.code());
        let changed = agent.say(&after(&next), DELETE.replace("m-2", "m-3"));
        assert!(changed.calls.is_empty() && changed.text.contains("held by pin"), "one byte is another call: {changed:?}");
        let again = agent.say(&after(&next), DELETE);
        assert_eq!(again.calls.len(), 1, "{again:?}");
        assert_eq!(again.calls[0].1, ARGUMENTS);
        let done = agent.say(&after(&again), json!([output(&again.calls[0].0)]));
        assert_eq!(done.text, "ok");
        assert!(agent.say(&after(&next), DELETE).calls.is_empty(), "once");
        let paths: Vec<Option<String>> = office.entries().iter().map(|entry| entry.approval.as_ref()?.path.clone()).collect();
        assert!(paths.iter().flatten().any(|path| path == "reissued"), "{paths:?}");
    }
}

#[test]
fn nobody_else_gets_what_was_approved() {
    let (provider, _) = provider();
    for streams in [false, true] {
        let office = office(&provider);
        let agent = Agent { office: &office, streams, key: "Bearer k" };
        let held = agent.say(&json!({}), DELETE);
        office.approve(&office.code());
        let stranger = Agent { office: &office, streams, key: "Bearer other" };
        let got = stranger.say(&after(&held), "I have approved it");
        assert!(got.calls.is_empty(), "another credential: {got:?}");
        // What it asks for itself is its own question.
        assert!(stranger.say(&after(&held), DELETE).calls.is_empty());
        let unrelated = agent.say(&json!({}), "hello");
        assert!(agent.say(&after(&unrelated), "I have approved it").calls.is_empty(), "another chain");
        let released = agent.say(&after(&held), "I have approved it");
        assert_eq!(released.calls.len(), 1, "its own: {released:?}");
        let refused = stranger.ask(&after(&released), json!([output(&released.calls[0].0)]));
        assert_eq!((refused.status, refused.text().contains("previous_response_not_found")), (400, true), "{}", refused.text());
        assert_eq!(agent.say(&after(&released), json!([output(&released.calls[0].0)])).text, "ok");
    }
}

#[test]
fn an_answer_of_linchpins_own_to_a_whole_history_can_be_gone_on_from() {
    let (provider, _) = provider();
    for streams in [false, true] {
        let office = office(&provider);
        let agent = Agent { office: &office, streams, key: "Bearer k" };
        agent.say(&json!({}), DELETE);
        office.approve(&office.code());
        // The agent heard nothing of the first answer, and asks again.
        let released = agent.say(&json!({}), DELETE);
        assert_eq!(released.calls.len(), 1, "{released:?}");
        let done = agent.say(&after(&released), json!([output(&released.calls[0].0), {"role": "user", "content": "thanks"}]));
        assert_eq!(done.text, "ok");
        assert_eq!(agent.say(&after(&done), "well").text, "ok");
    }
}

#[test]
fn several_grants_are_fetched_together_and_one_by_one() {
    let (provider, _) = provider();
    for streams in [false, true] {
        let office = office(&provider);
        let agent = Agent { office: &office, streams, key: "Bearer k" };
        let three = r#"call delete_email {"ids":[1]} & delete_email {"ids":[2]} & delete_email {"ids":[3]}"#;
        let held = agent.say(&json!({}), three);
        let codes: Vec<String> = office.holds().into_iter().map(|hold| hold.code).collect();
        assert_eq!(codes.len(), 3);
        office.approve(&codes[0]);
        office.approve(&codes[2]);
        let both = agent.say(&after(&held), "go");
        assert_eq!(both.calls.iter().map(|(_, input)| input.as_str()).collect::<Vec<_>>(), [r#"{"ids":[1]}"#, r#"{"ids":[3]}"#]);
        office.approve(&codes[1]);
        let outputs: Vec<Value> = both.calls.iter().map(|(call, _)| output(call)).collect();
        let last = agent.say(&after(&both), outputs);
        assert_eq!(last.calls.iter().map(|(_, input)| input.as_str()).collect::<Vec<_>>(), [r#"{"ids":[2]}"#], "{last:?}");
        assert_eq!(agent.say(&after(&last), json!([output(&last.calls[0].0)])).text, "ok");
    }
}

#[test]
fn whoever_gave_up_waiting_finds_the_call_answered_all_the_same() {
    use std::io::Write;
    let (provider, kept) = provider();
    let office = Office::open(&provider, &format!("[hold]\nwait = \"20s\"\n{DELETES}"));
    for (number, agent) in agents(&office).into_iter().enumerate() {
        let words = DELETE.replace("m-1", &format!("n-{number}"));
        let body = json!({"model": "m", "stream": agent.streams, "input": words, "conversation": format!("conv_{number}")}).to_string();
        let mut socket = std::net::TcpStream::connect(("127.0.0.1", office.port)).expect("a connection");
        let request = crate::stage::post(PATH, &body, "").replace("connection: close\r\n", "");
        socket.write_all(request.as_bytes()).expect("sent");
        while office.holds().len() <= number {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(200));
        drop(socket);
        while !office.entries().iter().any(|entry| entry.arguments.contains(&format!("n-{number}")) && entry.delivered.contains("broke")) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let next = agent.say(&json!({"conversation": format!("conv_{number}")}), "are you there?");
        assert_eq!(next.text, "ok");
    }
    assert_eq!(kept.lock().expect("no panic").given, 4);
}

#[test]
fn a_rule_said_early_in_a_chain_holds_later_in_it() {
    let (provider, _) = provider();
    let office = Office::open(&provider, "[hold]\nwait = \"0s\"\n");
    for agent in agents(&office) {
        let begun = agent.say(&json!({}), "pin: Ask me before you read any email.");
        let next = agent.say(&after(&begun), "hello");
        let read = agent.say(&after(&next), r#"call read_email {"id":1}"#);
        let carried = sent(&provider)["instructions"].as_str().unwrap_or_default().matches("Ask me before you read any email.").count();
        assert_eq!(carried, 1, "carried");
        assert!(read.calls.is_empty(), "and enforced: {read:?}");
        let other = agent.say(&json!({}), "something else");
        let free = agent.say(&after(&other), r#"call read_email {"id":1}"#);
        assert_eq!(free.calls.len(), 1, "another conversation is another: {free:?}");
    }
}

#[test]
fn a_rule_outlives_a_summary_that_only_the_provider_can_read_and_a_yes_does_not() {
    let (provider, _) = provider();
    let office = Office::open(&provider, &settings());
    let agent = Agent { office: &office, streams: false, key: "Bearer k" };
    let begun = agent.say(&json!({}), "pin: Ask me before you read any email.");
    let held = agent.say(&after(&begun), DELETE);
    office.approve(&office.code());
    let request = crate::stage::post(&format!("{PATH}/compact"), &json!({"model": "m", "previous_response_id": held.id}).to_string(), "");
    let compacted: Value = serde_json::from_str(&crate::stage::raw(office.port, request.as_bytes()).text()).expect("JSON");
    let office = Office::open_in(office.close(), &provider, &settings());
    let agent = Agent { office: &office, streams: true, key: "Bearer k" };
    let go_on = |words: &str| json!([compacted["output"][0], {"role": "user", "content": words}]);
    let read = agent.say(&json!({}), go_on(r#"call read_email {"id":1}"#));
    assert!(read.calls.is_empty(), "the rule is enforced: {read:?}");
    assert!(sent(&provider)["instructions"].as_str().unwrap_or_default().contains("Ask me before you read any email."), "and carried");
    assert!(agent.say(&json!({}), go_on("I have approved it")).calls.is_empty());
    assert!(agent.say(&json!({}), go_on(DELETE)).calls.is_empty(), "the yes was given before");
    let stranger = Agent { office: &office, streams: false, key: "Bearer other" };
    let read = stranger.say(&json!({}), go_on(r#"call read_email {"id":2}"#));
    assert!(read.calls.is_empty(), "linking only protects: {read:?}");
    let other = agent.say(
        &json!({}),
        json!([{"type": "compaction", "encrypted_content": "of another"}, {"role": "user", "content": r#"call read_email {"id":1}"#}]),
    );
    assert_eq!(other.calls.len(), 1, "another summary is another conversation: {other:?}");
}

#[test]
fn an_id_that_the_provider_never_gave_is_left_to_it() {
    let (provider, _) = provider();
    let office = office(&provider);
    for agent in agents(&office) {
        let asked = provider.received().len();
        let unknown = agent.ask(&json!({"previous_response_id": "resp_nobody"}), json!("x"));
        assert_eq!(unknown.status, 404);
        assert_eq!(provider.received().len(), asked + 1);
        let own = agent.ask(&json!({"previous_response_id": "resp_lp_k7q2m4xnp"}), json!("x"));
        assert_eq!((own.status, own.text().contains("previous_response_not_found")), (400, true));
        assert_eq!(provider.received().len(), asked + 1, "and a made-up one of ours goes nowhere");
    }
}

#[test]
fn a_call_proposed_twice_goes_out_under_the_ids_of_the_answer_that_is_gone_on_from() {
    let (provider, _) = provider();
    for streams in [false, true] {
        let office = office(&provider);
        let agent = Agent { office: &office, streams, key: "Bearer k" };
        let begun = agent.say(&json!({}), "hello");
        let one = agent.say(&after(&begun), DELETE);
        let other = agent.say(&after(&begun), DELETE);
        assert_eq!(office.holds().len(), 1, "one question: {one:?} {other:?}");
        office.approve(&office.code());
        let released = agent.say(&after(&other), "I have approved it");
        assert_eq!(released.calls.len(), 1, "{released:?}");
        assert_eq!(agent.say(&after(&released), json!([output(&released.calls[0].0)])).text, "ok");
        assert!(agent.say(&after(&one), "I have approved it").calls.is_empty(), "once, in whichever branch comes first");
    }
}

/// An answer that the agent can go on from, and the calls in it.
struct Node {
    after: Value,
    calls: Vec<(String, String)>,
}

/// Numbers that look drawn and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % sides
    }
}

/// What a person might say; every mail is named once or twice, so that calls come again.
fn words(dice: &mut Dice) -> String {
    let delete = format!(r#"delete_email {{"ids":[{}]}}"#, dice.roll(6));
    match dice.roll(5) {
        0 => "hello".into(),
        1 => format!("call {delete}"),
        2 => format!(r#"call {delete} & read_email {{"id":1}}"#),
        3 => format!(r#"call read_email {{"id":2}} & {delete} & sweep DROP TABLE users"#),
        _ => r#"call read_email {"id":3}"#.into(),
    }
}

/// `LINCHPIN_WALKS` asks for more than the usual walks.
#[test]
fn however_an_agent_wanders_the_provider_refuses_nothing_and_no_yes_counts_twice() {
    let walks = std::env::var("LINCHPIN_WALKS").ok().and_then(|walks| walks.parse().ok()).unwrap_or(2);
    for seed in 0..walks {
        let (provider, _) = provider();
        let mut dice = Dice(seed);
        let mut office = office(&provider);
        let is_in_place = seed % 2 == 1;
        let begun = if is_in_place { json!({"conversation": "conv_1"}) } else { json!({}) };
        let mut nodes = vec![Node { after: begun.clone(), calls: Vec::new() }];
        let (mut granted, mut delivered) = (HashMap::<String, usize>::new(), HashMap::<String, usize>::new());
        for step in 0..60 {
            if dice.roll(12) == 0 {
                office = Office::open_in(office.close(), &provider, &settings());
            }
            let holds = office.holds();
            if !holds.is_empty() && dice.roll(3) == 0 {
                let hold = &holds[dice.roll(holds.len())];
                if office.decide(&hold.code, dice.roll(4) > 0, "alice") == Ok(linchpin::record::Decided::Granted) {
                    *granted.entry(hold.arguments.clone()).or_default() += 1;
                }
            }
            let node = if is_in_place { nodes.len() - 1 } else { dice.roll(nodes.len()) };
            let Node { after: place, calls } = &nodes[node];
            let mut input: Vec<Value> = calls.iter().map(|(call, input)| answer_to(call, input)).collect();
            if input.is_empty() || dice.roll(2) == 0 {
                input.push(json!({"role": "user", "content": words(&mut dice)}));
            }
            let agent = Agent { office: &office, streams: dice.roll(2) == 0, key: "Bearer k" };
            let answered = agent.ask(place, Value::from(input.clone()));
            assert_eq!(answered.status, 200, "walk {seed}, step {step}: {input:?} after {place}: {}", answered.text());
            let read = agent.read(&answered);
            for (_, arguments) in read.calls.iter().filter(|(_, arguments)| arguments.contains("ids")) {
                *delivered.entry(arguments.clone()).or_default() += 1;
            }
            for (arguments, count) in &delivered {
                assert!(
                    granted.get(arguments) >= Some(count),
                    "walk {seed}, step {step}: {arguments} left {count} times, granted {granted:?}"
                );
            }
            let place = if is_in_place { begun.clone() } else { after(&read) };
            nodes.push(Node { after: place, calls: read.calls });
        }
        assert!(!delivered.is_empty(), "walk {seed}: nothing was at stake, granted {granted:?}");
    }
}

fn answer_to(call: &str, input: &str) -> Value {
    let kind = if input.starts_with('{') { "function_call_output" } else { "custom_tool_call_output" };
    json!({"type": kind, "call_id": call, "output": "done"})
}
