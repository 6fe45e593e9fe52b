//! A history of which next to nothing is left: the client kept an answer that stood in
//! no request yet, or a block in which the provider sealed the rest. Seen with
//! LangChain's summaries, the Agents SDK's sessions and Anthropic's tool runner.

use crate::office::Office;
use crate::stage::{Answered, Provider, Script, events, json};
use serde_json::{Value, json as value};
use std::time::Duration;

const QUIET: &str = "[hold]\nwait = \"0s\"\n[[pin]]\nid = \"tone\"\ntext = \"Be kind.\"\nenforce = false\n";
const RULE: &str = "Do not send anything until I tell you to";
const CHAT: &str = "/openai/v1/chat/completions";
const RESPONSES: &str = "/openai/v1/responses";
const MESSAGES: &str = "/anthropic/v1/messages";
const SEAL: &str = "gAAAAABnc2VhbGVkIGJ5IHRoZSBwcm92aWRlcg";
const TOO_LONG: &str = "Here is a summary of the conversation to date:\n\nPrevious conversation was too long to summarize.";

fn said(role: &str, text: &str) -> Value {
    value!({"role": role, "content": text})
}

fn task() -> Value {
    said("user", &format!("Have a look at my mails please. {RULE}."))
}

fn call(id: &str) -> Value {
    value!({"id": id, "type": "function", "function": {"name": "send_email", "arguments": "{\"to\":\"bob@x.example\",\"body\":\"hi\"}"}})
}

fn sends(id: &str) -> Script {
    let message = value!({"role": "assistant", "content": null, "tool_calls": [call(id)]});
    json(value!({"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]}).to_string())
}

fn ask(office: &Office, messages: &[Value]) -> Answered {
    let tools = value!([{"type": "function", "function": {"name": "send_email"}}]);
    office.post(CHAT, &value!({"model": "m", "messages": messages, "tools": tools}).to_string(), "")
}

fn conversation(answered: &Answered) -> String {
    answered.header("x-linchpin-conversation").expect("a conversation").to_owned()
}

fn message(answered: &Answered) -> Value {
    let answer: Value = serde_json::from_slice(&answered.body).expect("JSON");
    answer["choices"][0]["message"].clone()
}

/// How often the rule stands in what the provider got last.
fn carried(provider: &Provider) -> usize {
    provider.received().pop().expect("a request").json().to_string().matches(RULE).count()
}

#[test]
fn an_answer_that_stood_in_no_history_yet_ties_what_is_left_of_it() {
    let provider = Provider::answering(vec![sends("call_x1")]);
    let office = Office::open(&provider, QUIET);
    let first = ask(&office, &[task()]);
    office.approve(&office.code());
    let rest = [said("user", TOO_LONG), message(&first), said("user", "What is next?")];
    let later = ask(&office, &rest);
    assert_eq!(conversation(&later), conversation(&first), "by the code in the notice");
    assert!(!later.text().contains("bob@x.example"), "it is withheld, and no yes outlives a compaction: {}", later.text());
    assert_eq!((later.header("x-linchpin-pins"), carried(&provider)), (Some("2"), 1));
    let office = Office::open_in(office.close(), &provider, QUIET);
    assert_eq!(conversation(&ask(&office, &rest)), conversation(&first), "after a restart, too");
}

#[test]
fn so_does_one_call_that_was_let_through() {
    let read = value!({"id": "call_A8dk20fkWq19bBnM42xYzTqL", "type": "function", "function": {"name": "read_email", "arguments": "{}"}});
    let message = value!({"role": "assistant", "content": null, "tool_calls": [read]});
    let answer = value!({"choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]});
    let provider = Provider::answering(vec![json(answer.to_string())]);
    let office = Office::open(&provider, QUIET);
    let first = ask(&office, &[task()]);
    let result = value!({"role": "tool", "tool_call_id": "call_A8dk20fkWq19bBnM42xYzTqL", "content": "a mail"});
    let later = ask(&office, &[said("user", TOO_LONG), message, result]);
    assert_eq!((conversation(&later), carried(&provider)), (conversation(&first), 1));
}

#[test]
fn histories_that_were_cut_to_the_same_words_stay_apart() {
    let provider = Provider::answering(vec![sends("call_x1"), sends("call_x2"), sends("call_x3")]);
    let office = Office::open(&provider, QUIET);
    let other = said("user", "Have a look at my calendar please. Don't share it with anybody unless I say so.");
    let rests: Vec<(String, Vec<Value>)> = [task(), said("user", "Before you send any mail, ask me."), other]
        .into_iter()
        .map(|words| {
            let first = ask(&office, &[words]);
            (conversation(&first), vec![said("user", TOO_LONG), message(&first), said("user", "What is next?")])
        })
        .collect();
    for (first, rest) in rests.iter().chain(rests.iter().rev()) {
        assert_eq!(conversation(&ask(&office, rest)), *first);
    }
    assert_ne!(conversation(&ask(&office, &[said("user", TOO_LONG), said("user", "hello")])), rests[0].0, "nothing ties it");
}

#[test]
fn a_call_for_a_summary_carries_what_was_said_in_what_it_sums_up() {
    let provider = Provider::answering(vec![sends("call_x1")]);
    let office = Office::open(&provider, QUIET);
    let first = ask(&office, &[task()]);
    let notice = message(&first)["content"].as_str().expect("a notice").to_owned();
    let asked = |text: &str, tools: Value| {
        let body = value!({"model": "m", "messages": [said("user", text)], "tools": tools});
        office.post(CHAT, &body.to_string(), "");
        carried(&provider)
    };
    let quote = format!("Extract the context of this: <ai>{notice}</ai>");
    assert_eq!(asked(&quote, Value::Null), 1);
    let tools = value!([{"type": "function", "function": {"name": "send_email"}}]);
    assert_eq!(asked(&format!("What does this mean? {notice}"), tools), 0, "a quotation with tools at hand ties nothing");
}

#[test]
fn what_a_provider_sealed_ties_the_history_that_begins_with_it() {
    let item = value!({"type": "compaction", "id": "cmp_1", "encrypted_content": SEAL});
    let compacted = json(value!({"object": "response.compaction", "output": [item]}).to_string());
    let finished = json(value!({"object": "response", "status": "completed", "output": []}).to_string());
    let provider = Provider::answering(vec![finished, compacted]);
    let office = Office::open(&provider, QUIET);
    let first = office.post(RESPONSES, &value!({"model": "m", "input": [task()]}).to_string(), "");
    office.post("/openai/v1/responses/compact", &value!({"model": "m", "input": [task()]}).to_string(), "");
    let again = value!({"model": "m", "input": [item, said("user", "next")]}).to_string();
    let later = office.post(RESPONSES, &again, "");
    assert_eq!((conversation(&later), carried(&provider)), (conversation(&first), 1));
    let stranger = again.replace(SEAL, "gAAAAABhbm90aGVyIG9uZSdz");
    assert_ne!(conversation(&office.post(RESPONSES, &stranger, "")), conversation(&first), "another seal, another conversation");
}

#[test]
fn so_does_one_that_was_streamed() {
    let frame = |event: Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().expect("a type"));
    let block = value!({"type": "compaction", "content": "what was said", "signature": SEAL});
    let frames: Vec<String> = [
        value!({"type": "message_start", "message": {"id": "m1", "type": "message", "role": "assistant", "content": []}}),
        value!({"type": "content_block_start", "index": 0, "content_block": block}),
        value!({"type": "content_block_stop", "index": 0}),
        value!({"type": "message_delta", "delta": {"stop_reason": "compaction"}}),
        value!({"type": "message_stop"}),
    ]
    .map(frame)
    .into();
    let frames: Vec<&str> = frames.iter().map(String::as_str).collect();
    let provider = Provider::answering(vec![events(&frames, Duration::ZERO), json("{}")]);
    let office = Office::open(&provider, QUIET);
    let ask = |messages: Value, stream: bool| {
        office.post(
            MESSAGES,
            &value!({"model": "claude-haiku-4-5", "max_tokens": 9, "stream": stream, "messages": messages}).to_string(),
            "",
        )
    };
    let first = ask(value!([task()]), true);
    let later = ask(value!([{"role": "assistant", "content": [block]}, said("user", "next")]), false);
    assert_eq!((conversation(&later), carried(&provider)), (conversation(&first), 1));
}
