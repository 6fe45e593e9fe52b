//! Histories as clients send them, and as nobody does.

use super::*;
use proptest::prelude::*;

/// A history in one line a turn: who, and what.
fn told(history: &str) -> Vec<String> {
    let history = History::new(history.as_bytes(), 0..history.len());
    history.turns().map(|turn| format!("{:?}: {}", turn.role, turn.parts.iter().map(part).collect::<Vec<_>>().join(" | "))).collect()
}

fn part(part: &Part<'_>) -> String {
    match part {
        Part::Text { text, .. } => format!("says {text}"),
        Part::Result { call, tool, texts } => {
            let tool = tool.as_deref().map(|tool| format!("some {tool}"));
            format!("{} gave {}", call.as_deref().or(tool.as_deref()).unwrap_or("?"), texts.join("+"))
        }
        Part::Call { id, tool } => format!("calls {} as {}", tool.as_deref().unwrap_or("?"), id.as_deref().unwrap_or("?")),
        Part::Compaction { seal } => format!("was sealed as {}", seal.as_deref().unwrap_or("?")),
        Part::Other { .. } => "something".into(),
    }
}

#[test]
fn a_chat_history_is_read_turn_by_turn() {
    let history = r#"[{"role":"system","content":"be kind"},
        {"role":"user","content":[{"type":"text","text":"caf\u00e9"},{"type":"image_url","image_url":{"url":"x"}}]},
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"ls","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"c1","content":"a.txt"}]"#;
    let expected = ["System: says be kind", "User: says café | something", "Assistant: calls ls as c1", "Tool: c1 gave a.txt"];
    assert_eq!(told(history), expected);
}

#[test]
fn a_messages_history_tells_results_from_words() {
    let history = r#"[{"role":"user","content":"go"},
        {"role":"assistant","content":[{"type":"thinking","thinking":"h","signature":"s"},{"type":"text","text":"on it"},{"type":"tool_use","id":"t1","name":"Bash","input":{}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"one"},{"type":"text","text":"two"}]},{"type":"text","text":"and this"}]}]"#;
    assert_eq!(
        told(history),
        ["User: says go", "Assistant: something | says on it | calls Bash as t1", "User: t1 gave one+two | says and this"]
    );
    let last = History::new(history.as_bytes(), 0..history.len()).turns().next_back().expect("a turn");
    assert!(last.has_results() && last.place == 2);
}

#[test]
fn an_input_is_items_or_a_string() {
    let history = r#"[{"role":"developer","content":"rules"},{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]},
        {"type":"reasoning","encrypted_content":"x"},{"type":"function_call","call_id":"f1","name":"exec_command","arguments":"{}"},
        {"type":"function_call_output","call_id":"f1","output":"done"},{"type":"custom_tool_call_output","call_id":"f2","output":[{"type":"input_text","text":"more"}]}]"#;
    let expected = [
        "System: says rules",
        "User: says hi",
        "Other: something",
        "Assistant: calls exec_command as f1",
        "Tool: f1 gave done",
        "Tool: f2 gave more",
    ];
    assert_eq!(told(history), expected);
    assert_eq!(told(r#""just this""#), ["User: says just this"]);
}

#[test]
fn contents_are_read_in_both_spellings_with_and_without_ids_and_roles() {
    let history = r#"[{"parts":[{"text":"go"},{"inlineData":{"mimeType":"image/png","data":"x"}}]},
        {"role":"model","parts":[{"text":"hm","thought":true},{"text":"on it","functionCall":{"name":"ls","args":{}},"thoughtSignature":"s"},{"function_call":{"id":"c1","name":"rm"}}]},
        {"role":"user","parts":[{"functionResponse":{"name":"ls","response":{"output":"a\nb","count":2}}},{"function_response":{"id":"c1","name":"rm","response":{"result":[{"text":"done"}]}}}]},
        {"role":"function","parts":{"functionResponse":{"name":"ls","response":{"content":"one part"}}}},
        {"role":"user","parts":["and this"]},
        {"role":"model","parts":[{"executableCode":{"language":"PYTHON","code":"1"}},{"codeExecutionResult":{"outcome":"OUTCOME_OK","output":"1"}}]},
        {"role":"","parts":[{"text":"mine"}]}]"#;
    let expected = [
        "User: says go | something",
        "Assistant: something | says on it | calls ls as ? | calls rm as c1",
        "User: some ls gave a\nb+2 | c1 gave done",
        "Tool: some ls gave one part",
        "User: says and this",
        "Assistant: calls executableCode as ? | ? gave OUTCOME_OK+1",
        "User: says mine",
    ];
    assert_eq!(told(history), expected);
    assert_eq!(told(r#"{"parts":{"text":"just this"}}"#), ["User: says just this"]);
}

#[test]
fn a_content_that_two_readers_could_read_differently_says_nothing() {
    for history in [
        r#"[{"parts":[{"functionCall":{"name":"a"},"function_call":{"name":"b"}}]}]"#,
        r#"[{"role":7,"parts":[{"text":"a"}]}]"#,
        r#"[{"role":"user","parts":[{"text":7}]}]"#,
        r#"[{"role":"user","parts":[7]}]"#,
        r#"[{"role":"user","parts":7}]"#,
    ] {
        assert_eq!(told(history), ["Unreadable: "], "{history}");
    }
}

#[test]
fn a_span_is_where_the_text_stands_in_the_body() {
    let body = r#"{"messages":[{"role":"user","content":"a\nb"}]}"#;
    let turn = History::new(body.as_bytes(), 12..body.len() - 1).turns().next().expect("a turn");
    let Some(Part::Text { span, .. }) = turn.parts.first() else { panic!("no text: {turn:?}") };
    assert_eq!(&body[span.clone()], r#""a\nb""#);
}

#[test]
fn what_two_readers_could_read_differently_says_nothing() {
    for history in [
        r#"[{"role":"user","content":"a","content":"b"}]"#,
        r#"[{"role":"tool","Role":"user","content":"a"}]"#,
        r#"[{"role":"user","content":[{"type":"tool_result","type":"text","text":"a"}]}]"#,
        r#"[{"content":"a"}]"#,
        r#"[17]"#,
    ] {
        assert_eq!(told(history), ["Unreadable: "], "{history}");
    }
}

#[test]
fn of_a_very_long_history_the_newest_part_is_seen_with_its_places() {
    let mut history = String::from("[");
    for place in 0..ELEMENTS_MAX + 5 {
        history += &format!("{}{{\"role\":\"user\",\"content\":\"{place}\"}}", if place == 0 { "" } else { "," });
    }
    history.push(']');
    let seen = History::new(history.as_bytes(), 0..history.len());
    assert_eq!(seen.turns().len(), ELEMENTS_MAX);
    assert_eq!(seen.turns().next().map(|turn| turn.place), Some(5));
    let last = seen.turns().next_back().expect("a turn");
    assert_eq!((last.place, last.texts().next()), (ELEMENTS_MAX + 4, Some((ELEMENTS_MAX + 4).to_string().as_str())));
}

#[test]
fn more_parts_than_are_looked_at_are_noted() {
    let blocks = vec![r#"{"type":"text","text":"x"}"#; turn::PARTS_MAX + 1].join(",");
    let history = format!(r#"[{{"role":"user","content":[{blocks}]}}]"#);
    let turn = History::new(history.as_bytes(), 0..history.len()).turns().next().expect("a turn");
    assert!(turn.is_cut && turn.parts.len() == turn::PARTS_MAX);
}

proptest! {
    #[test]
    fn no_bytes_make_it_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..400), start in 0_usize..50, length in 0_usize..400) {
        let _ = History::new(&bytes, start..start + length).turns().count();
    }

    #[test]
    fn no_json_makes_it_fall_over(pieces in proptest::collection::vec(piece(), 0..40)) {
        let body = pieces.concat();
        for turn in History::new(body.as_bytes(), 0..body.len()).turns() {
            for part in &turn.parts {
                if let Part::Text { span, .. } | Part::Other { span } = part {
                    prop_assert!(body.get(span.clone()).is_some());
                }
            }
        }
    }
}

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "\"",
        "\\",
        "\"role\"",
        "\"user\"",
        "\"content\"",
        "\"type\"",
        "\"text\"",
        "\"tool_result\"",
        "null",
        "1",
        "{\"role\":\"user\",\"content\":",
        "{\"type\":\"text\",\"text\":\"a\\u00e9\"}",
        "\"\\ud800\"",
        " ",
        "é",
    ])
}
