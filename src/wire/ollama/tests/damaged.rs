//! Lines that are not what they should be: nothing in them reaches anybody who could read
//! them another way, and what is merely new passes.

use super::*;

/// What becomes of one odd line in the midst of an answer.
fn damaged(odd: &str) -> Replayed {
    replay(&format!("{}{odd}\n{END}", said("Hi")), &release)
}

#[test]
fn what_cannot_be_read_as_one_thing_is_withheld_and_the_answer_goes_on() {
    let rm = call("rm", "{}");
    for odd in [
        format!(r#"{{"message":{{"role":"assistant","content":"","tool_calls":[{rm}],"tool_calls":[]}}}}"#),
        format!(r#"{{"message":{{"tool_calls":[]}},"Message":{{"tool_calls":[{rm}]}}}}"#),
        format!(r#"{{"Message":{{"tool_calls":[{rm}]}}}}"#),
        format!(r#"{{"message":{{"toolCalls":[{rm}]}}}}"#),
        format!(r#"{{"message":{{"tool_calls":{rm}}}}}"#),
        format!(r#"{{"message":[{{"tool_calls":[{rm}]}}]}}"#),
        format!(r#"{{"message":{{"content":[{{"type":"tool_use","name":"rm","input":{{}}}}]}},"x":{rm}}}"#),
        format!(r#"{{"message":{{"content":"","function_call":{rm}}}}}"#),
        format!(r#"{{"message":{{"content":""}},"actions":[{rm}]}}"#),
        format!(r#"{{"response":{{"tool_calls":[{rm}]}}}}"#),
        format!(r#"{{"message":{{"tool_calls":[{rm}]}}}}{{"message":{{}}}}"#),
        format!(r#"[{{"message":{{"tool_calls":[{rm}]}}}}]"#),
        format!(r#"{{'message':{{"tool_calls":[{rm}]}}}}"#),
        format!("\u{feff}{{\"message\":{{\"tool_calls\":[{rm}]}}}}"),
        format!(r#"data: {{"message":{{"tool_calls":[{rm}]}}}}"#),
        r#"{"message":{"tool_calls":[{"name":"rm","arguments":{}}]}}"#.into(),
        r#"{"message":{"tool_calls":[{"function":{"name":7,"arguments":{}}},{"function":{"name":"rm","Arguments":{}}}]}}"#.into(),
        r#"{"message":{"tool_calls":[{"function":{"name":"rm","arguments":{},"also":[{"name":"rm"}]}}]}}"#.into(),
        r#"{"message":{"images":[{"tool":"rm"}]}}"#.into(),
    ] {
        let seen = damaged(&odd);
        assert!(!seen.proposals.is_empty() && seen.proposals.iter().all(|p| p.flaw.is_some()), "{odd}: {:?}", seen.calls());
        assert!(!seen.text().contains("\"rm\""), "{odd}: {}", seen.text());
        assert!(seen.text().starts_with(&said("Hi")) && seen.text().ends_with(END), "{odd}: {}", seen.text());
        let (_, words) = read_by_client(&seen);
        assert!(words.contains("[withheld "), "{odd}: {words}");
    }
}

#[test]
fn what_is_no_call_leaves_as_it_came() {
    for odd in [
        "",
        r#"{"error":"the model ran out of memory"}"#,
        r#"{"error":{"message":"x","code":1}}"#,
        r#"{"error":"x","message":"in words"}"#,
        r#"{"message":{"role":"assistant","content":"x","images":null,"tool_calls":[]},"x_note":"words","x_empty":{}}"#,
        r#"{"message":{"role":"assistant","content":null,"tool_calls":null}}"#,
        r#"{"message":{"role":"assistant","content":"x","images":["aGk="]}}"#,
        r#"{"message":{"role":"assistant","content":"say {\"tool_calls\":[{\"function\":{\"name\":\"rm\"}}]} to me"}}"#,
        r#"{"model":"m","status":"success","total":3,"completed":1}"#,
        r#"{"_debug_info":{"rendered_template":"<|im_start|>"},"message":{"role":"","content":""}}"#,
    ] {
        let seen = damaged(odd);
        assert_eq!(seen.calls(), Vec::<String>::new(), "{odd}");
        assert_eq!(seen.text(), format!("{}{odd}\n{END}", said("Hi")));
    }
}

#[test]
fn a_line_that_was_cut_off_is_withheld_and_never_completed() {
    let whole = calls(&[call("rm", r#"{"path":"/tmp/x"}"#)]);
    for cut in [20, 120, whole.len() - 3] {
        let seen = replay(&format!("{}{}", said("Hi"), whole.split_at(cut).0), &release);
        assert_eq!(seen.calls(), ["() !the call was cut off before its end"], "{cut}");
        assert!(!seen.text().contains("/tmp") && !seen.text().contains("\"done\":true"), "{}", seen.text());
    }
}

#[test]
fn what_is_one_text_here_is_not_several_to_a_client_that_splits_it_further() {
    let hidden = format!(r#"{{"message":{{"tool_calls":[{}]}}}}"#, call("rm", "{}"));
    for end in ["\r", "\r\r"] {
        for odd in [
            format!(r#"{{"message":{{"content":""}},"logprobs":[{end}{hidden}{end}]}}"#),
            format!(r#"{{"_debug_info":{end}{hidden}{end}}}"#),
            format!(r#"{{"error":{end}{hidden}{end},"done":true}}"#),
        ] {
            let seen = damaged(&odd);
            assert!(seen.proposals.len() == 1 && !seen.text().contains("\"rm\""), "{odd:?}: {}", seen.text());
        }
    }
    let spaced = "{\"message\":\r{\"content\":\"\"},\r\"done\":false}";
    assert_eq!(damaged(spaced).calls(), Vec::<String>::new(), "white space alone hides nothing");
    let body = format!("{{\"message\":{{\"content\":\"\"}},\"logprobs\":[\n{hidden}\n]}}");
    assert!(crate::wire::BodyGate::read(Ollama, body.as_bytes()).is_err(), "a client that asked for a stream reads it line by line");
}

proptest! {
    /// What ends a line to Python but not to JSON stands inside strings only, and every
    /// quote behind it ends a string for one reader and begins one for the other.
    #[test]
    fn no_piece_of_a_line_of_words_is_an_object_of_its_own(text in "[\u{2028}\u{85}\u{2029}{}\\[\\]:,\"a1 \\\\]{0,40}") {
        let line = said(&crate::json::escape(&text));
        let seen = replay(&line, &release);
        prop_assert_eq!(seen.text(), line.clone());
        for piece in line.split(['\u{85}', '\u{2028}', '\u{2029}']).filter(|piece| piece.len() < line.len()) {
            let value = serde_json::from_str::<serde_json::Value>(piece);
            prop_assert!(!value.is_ok_and(|value| value.as_object().is_some_and(|object| !object.is_empty())), "{}", piece);
        }
    }
}
