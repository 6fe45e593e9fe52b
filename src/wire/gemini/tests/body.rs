//! Answers that were not streamed.

use super::*;
use crate::dialect::Dialect::Gemini;
use crate::wire::BodyGate;
use crate::wire::testing::{release, replay_body, withhold, withhold_rm};

#[test]
fn a_body_is_changed_where_a_call_is_withheld_and_nowhere_else() {
    assert_eq!(replay_body(Gemini, WHOLE, &release).text(), WHOLE);
    let seen = replay_body(Gemini, WHOLE, &withhold_rm);
    let calls: Vec<String> = seen.calls().iter().map(|call| call.split_whitespace().collect()).collect();
    assert_eq!(
        calls,
        [r#"rm_files({"paths":["/srv/s3"]})"#, r#"list_dir({"path":"/srv","depth":1.0e0})"#, r#"rm_dir({"path":"/srv/s3/old"})"#]
    );
    let text = seen.text();
    assert!(!text.contains("s3"), "{text}");
    let value: Value = serde_json::from_str(&text).expect("still JSON");
    let chunks = [value];
    assert_eq!(
        parts_of(&chunks, 0),
        ["I will look \u{2014} first.", "[withheld rm_files]", r#"list_dir({"depth":1.0,"path":"/srv"}) #EpYBCpMBAXLI2nw="#]
    );
    assert_eq!(parts_of(&chunks, 1), ["[withheld rm_dir]"]);
    for kept in
        [r#""text":"I will look \u2014 first.""#, "-0.012345678901234567", r#""depth": 1.0e0 }"#, "\n  \"usageMetadata\": { \"prompt"]
    {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert_eq!(text.matches("\"finishReason\": \"STOP\"").count(), 2);
}

#[test]
fn the_id_is_kept_and_a_call_without_a_name_is_none() {
    let seen = replay_body(Gemini, WHOLE, &withhold);
    assert_eq!(seen.proposals[0].call.id, "call-7");
    let nameless = last(r#"{"functionCall":{"args":{"s3":1}}}"#);
    let seen = replay_body(Gemini, &nameless, &release);
    assert!(seen.proposals[0].flaw.is_some() && !seen.text().contains("s3"), "{}", seen.text());
}

#[test]
fn bodies_without_a_call_pass_and_those_that_hide_one_do_not() {
    for body in [
        r#"{"totalTokens":31,"promptTokensDetails":[{"modality":"TEXT","tokenCount":31}]}"#,
        r#"{"error":{"code":400,"message":"functionCall","status":"INVALID_ARGUMENT","details":[{"a":"functionCall"}]}}"#,
        r#"{"name":"cachedContents/x","model":"models/m"}"#,
    ] {
        assert_eq!(replay_body(Gemini, body, &release).text(), body);
    }
    for body in [
        "",
        "[]",
        "not JSON",
        r#"{"candidates":[],"candidates":[]}"#,
        r#"{"Candidates":[{"content":{"parts":[{"functionCall":{"name":"rm"}}]}}]}"#,
        r#"{"candidates":{"0":{"content":{"parts":[{"functionCall":{"name":"rm"}}]}}}}"#,
        r#"{"response":{"candidates":[{"content":{"parts":[{"functionCall":{"name":"rm"}}]}}]}}"#,
        r#"{"error":{"details":[{"function_call":{"name":"rm"}}]}}"#,
        r#"{"automaticFunctionCallingHistory":[{"parts":[{"functionCall":{"name":"rm"}}]}]}"#,
        r#"{"functionCalls":[{"name":"rm"}]}"#,
    ] {
        assert!(BodyGate::read(Gemini, body.as_bytes()).is_err(), "{body}");
    }
}
