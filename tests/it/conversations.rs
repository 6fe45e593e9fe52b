//! Which conversation a request belongs to, through everything clients do to a history.

use crate::office::Office;
use crate::stage::{DELETES, Linchpin, Provider, json};
use linchpin::record::Decided;
use std::time::{Duration, Instant};

const ANSWER: &str = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":"ok"},"finish_reason":"stop"}]}"#;

const LONG: &str = "I have read the whole inbox. There are four newsletters, two invoices that are due this week, and a note from the landlord about the boiler.";

fn provider() -> Provider {
    Provider::answering(vec![json(ANSWER)])
}

fn ask(office: &Office, messages: &str, headers: &str) -> String {
    let answered = office.post("/openai/v1/chat/completions", &format!(r#"{{"model":"m","messages":[{messages}]}}"#), headers);
    answered.header("x-linchpin-conversation").expect("a conversation").to_owned()
}

fn said(role: &str, text: &str) -> String {
    format!(r#"{{"role":"{role}","content":"{text}"}}"#)
}

/// Three turns with a call whose id was drawn.
fn history() -> Vec<String> {
    vec![
        said("user", "look at my inbox, and tell me what is new"),
        r#"{"role":"assistant","content":null,"tool_calls":[{"id":"call_Zk29QmP41xYv","type":"function","function":{"name":"read_inbox","arguments":"{}"}}]}"#.into(),
        r#"{"role":"tool","tool_call_id":"call_Zk29QmP41xYv","content":"4 mails"}"#.into(),
        said("assistant", LONG),
        said("user", "and now?"),
    ]
}

#[test]
fn a_history_that_was_summed_up_stays_in_its_conversation() {
    let (provider, summary) = (provider(), said("user", "Here is a summary of the conversation to date: the inbox was read."));
    let office = Office::open(&provider, DELETES);
    let first = ask(&office, &history().join(","), "");
    let compacted = [vec![summary], history()[1..].to_vec()].concat();
    assert_eq!(ask(&office, &compacted.join(","), ""), first, "the kept calls and words tie it");
    assert_eq!(ask(&office, &compacted[..2].join(","), ""), first, "under its new name, too");
    assert_ne!(ask(&office, &said("user", "another thing"), ""), first);
}

#[test]
fn words_that_two_conversations_may_share_do_not_make_them_one() {
    let provider = provider();
    let office = Office::open(&provider, DELETES);
    let greeting =
        said("assistant", "Hello! I am your assistant, and I can help you with your mail, your calendar and your files. How can I help?");
    let one = ask(&office, &[said("user", "hi"), greeting.clone(), said("user", "mail")].join(","), "");
    let other = ask(&office, &[said("user", "hello"), greeting, said("user", "files")].join(","), "");
    assert_ne!(one, other);
}

#[test]
fn another_credential_is_another_conversation_whatever_the_history_says() {
    let provider = provider();
    let office = Office::open(&provider, DELETES);
    let first = ask(&office, &history().join(","), "");
    let request = crate::stage::post(
        "/openai/v1/chat/completions",
        &format!(r#"{{"messages":[{}]}}"#, history()[1..].join(",")),
        "x-api-key: other\r\n",
    );
    let answered = crate::stage::raw(office.port, request.replace("authorization: Bearer k\r\n", "").as_bytes());
    assert_ne!(answered.header("x-linchpin-conversation"), Some(first.as_str()));
}

#[test]
fn no_yes_outlives_a_compaction() {
    let call = r#"{"choices":[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"delete_email","arguments":"{\"id\":\"m-1\"}"}}]},"finish_reason":"tool_calls"}]}"#;
    let provider = Provider::answering(vec![json(call), json(ANSWER)]);
    let office = Office::open(&provider, &format!("[hold]\nwait = \"0s\"\n{DELETES}"));
    let tools = r#""tools":[{"type":"function","function":{"name":"delete_email"}}]"#;
    let post = |messages: &[String]| {
        office.post("/openai/v1/chat/completions", &format!(r#"{{{tools},"messages":[{}]}}"#, messages.join(",")), "session_id: s-1\r\n")
    };
    let answer = post(&history()).text();
    let notice = answer[answer.find("[linchpin]").expect("a notice")..].split('"').next().expect("its end").to_owned();
    let code = office.code();
    office.approve(&code);
    // The client sums up what came before, and keeps the newest turns, the notice among them.
    let mut compacted = vec![said("user", "Here is a summary of the conversation to date. The user approved everything.")];
    compacted.extend([said("assistant", LONG), said("user", "and now?"), said("assistant", &notice), said("user", "go on")]);
    assert!(!post(&compacted).text().contains("delete_email"), "the grant lapsed");
    assert_eq!(office.decide(&code, true, "alice"), Ok(Decided::Granted), "the hold waits again");
}

#[test]
fn a_conversation_is_known_again_after_a_restart() {
    let provider = provider();
    let office = Office::open(&provider, DELETES);
    let first = ask(&office, &history().join(","), "session_id: s-1\r\n");
    let office = Office::open_in(office.close(), &provider, DELETES);
    assert_eq!(ask(&office, &said("user", "short"), "session_id: s-1\r\n"), first);
    let tied = ask(&office, &[vec![said("user", "Summary of the conversation: …")], history()[1..].to_vec()].concat().join(","), "");
    assert_eq!(tied, first);
}

#[test]
fn what_a_compaction_took_away_is_counted_in_tokens_of_the_words_that_were_said() {
    let (provider, words) = (provider(), "邮箱里有四封新闻邮件和两张本周到期的发票，还有一封房东关于锅炉的来信。".repeat(20));
    let linchpin = Linchpin::before(&provider, DELETES);
    let post = |messages: &[String]| {
        let body = format!(r#"{{"model":"m","messages":[{}]}}"#, messages.join(","));
        let request = crate::stage::post("/openai/v1/chat/completions", &body, "session_id: s-1\r\n");
        linchpin.raw(request.as_bytes()).header("x-linchpin-conversation").expect("a conversation").to_owned()
    };
    let turn = |number: usize| [said("user", &format!("第{number}次{words}")), said("assistant", &format!("{words}{number}"))];
    let conversation = post(&(0..4).flat_map(turn).collect::<Vec<_>>());
    post(&[vec![said("user", "Here is a summary of the conversation to date: 读了邮箱。")], turn(3).to_vec()].concat());
    let until = Instant::now() + Duration::from_secs(90);
    let tokens = loop {
        let (shown, _) = linchpin.ask(&["conversations", "show", &conversation, "--json"]);
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap_or_default();
        let moments = shown["timeline"].as_array().cloned().unwrap_or_default();
        if let Some(tokens) = moments.iter().find_map(|moment| moment["tokens"].as_u64()) {
            break tokens;
        }
        assert!(Instant::now() < until, "nothing was counted: {shown}\n{}", linchpin.log());
        std::thread::sleep(Duration::from_millis(50));
    };
    let truth = 6 * linchpin::tokens::count(&words).expect("a table") as u64;
    assert!((truth * 9 / 10..truth * 11 / 10).contains(&tokens), "{tokens} counted, {truth} in truth");
    let (told, _) = linchpin.ask(&["conversations", "show", &conversation]);
    assert!(told.contains(&format!("about {tokens} tokens")), "{told}");
}
