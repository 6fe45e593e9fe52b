//! The traps in which JSON parsers disagree, one line each.

use super::*;
use proptest::prelude::*;

fn flaw(text: &str) -> Option<Flaw> {
    read_arguments(&Input::Json(text.to_owned())).err()
}

#[test]
fn whatever_two_parsers_could_read_differently_is_a_flaw() {
    assert_eq!(flaw(r#"{"name":"ls","name":"rm"}"#), Some(Flaw::DuplicateKey("name".into())));
    assert_eq!(flaw(r#"{"name":"ls","na\u006de":"rm"}"#), Some(Flaw::DuplicateKey("name".into())));
    assert_eq!(flaw(r#"{"a":{"b":[{"c":1,"c":1}]}}"#), Some(Flaw::DuplicateKey("c".into())));
    assert_eq!(flaw(r#"{"a":1}{"a":2}"#), Some(Flaw::Trailing));
    assert_eq!(flaw(r#"{"a":1} // no"#), Some(Flaw::Trailing));
    assert!(matches!(flaw(r#"{"a":1e400}"#), Some(Flaw::Ambiguous(_))));
    assert!(matches!(flaw(r#"{"a":"\ud800"}"#), Some(Flaw::Ambiguous(_))));
    assert!(matches!(flaw(r#"{"a":"\ud800\u0041"}"#), Some(Flaw::Ambiguous(_))));
    assert!(matches!(flaw(r#"{"a":"\udc00"}"#), Some(Flaw::Ambiguous(_))));
}

#[test]
fn a_cut_text_is_truncated_and_never_a_smaller_object() {
    let whole = r#"{"a":1,"cmd":"rm -rf \u00e9","b":[true,null,-1.5e3]}"#;
    for end in 1..whole.len() {
        if whole.is_char_boundary(end) {
            assert!(matches!(flaw(&whole[..end]), Some(Flaw::Truncated)), "{:?} gave {:?}", &whole[..end], flaw(&whole[..end]));
        }
    }
}

#[test]
fn what_lenient_parsers_would_repair_is_no_json() {
    for text in [
        "\u{feff}{}",
        "{'a':1}",
        r#"{"a":1,}"#,
        "{a:1}",
        r#"{"a":NaN}"#,
        r#"{"a":Infinity}"#,
        r#"{"a":01}"#,
        r#"{"a":.5}"#,
        r#"{"a":+1}"#,
        "{\"a\":\"x\ny\"}",
        r#"{"a":"\x41"}"#,
        r#"{"a" 1}"#,
        r#"{"a":1 "b":2}"#,
        "/* */{}",
        r#"{"a":1.e5}"#,
        r#"{"a":0x10}"#,
        r#"{"a":1"b":2}"#,
    ] {
        assert!(matches!(flaw(text), Some(Flaw::InvalidJson(_))), "{text:?} gave {:?}", flaw(text));
    }
}

#[test]
fn only_an_object_is_arguments() {
    for text in ["null", "[]", "\"rm\"", "7", "true"] {
        assert_eq!(flaw(text), Some(Flaw::NotAnObject), "{text}");
    }
    assert_eq!(flaw(""), None);
    assert_eq!(flaw(" \n"), None);
}

#[test]
fn depth_is_bounded() {
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(flaw(&nested(DEPTH_MAX)), None);
    assert_eq!(flaw(&nested(DEPTH_MAX + 1)), Some(Flaw::TooDeep));
    assert_eq!(flaw(&nested(200_000)), Some(Flaw::TooDeep));
}

#[test]
fn keys_that_only_lenient_readers_confuse_are_reported_not_refused() {
    let read = read_arguments(&Input::Json(r#"{"path":"/a","Path":"/b"}"#.into())).expect("readable");
    let Arguments::Object { folded, .. } = read else { panic!("an object") };
    assert_eq!(folded, Some(Folded { first: "Path".into(), second: "path".into() }));
}

#[test]
fn big_integers_keep_their_digits_and_say_that_they_are_not_exact() {
    let Ok(Value::Number(number)) = read_value("123456789012345678901234567890") else { panic!("a number") };
    assert_eq!(number.as_str(), "123456789012345678901234567890");
    assert!(!number.is_exact());
    let Ok(Value::Number(number)) = read_value("9007199254740992") else { panic!("a number") };
    assert!(number.is_exact());
}

#[test]
fn escapes_are_decoded() {
    assert_eq!(read_value(r#""\u0072m\t\ud83d\ude00\/""#), Ok(Value::String("rm\t😀/".into())));
}

proptest! {
    /// The strict reader takes nothing that serde_json refuses.
    #[test]
    fn nothing_is_read_that_the_reference_parser_refuses(text in r#"[{}\[\]:,"a0-9.eE+\- \\utrfn]{0,24}"#) {
        if read_value(&text).is_ok() {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
    }

    /// And reads what serde_json wrote.
    #[test]
    fn what_the_reference_parser_writes_is_read_back(key in ".{0,8}", text in ".{0,20}", number in any::<i32>()) {
        let mut map = serde_json::Map::new();
        map.insert(key.clone(), serde_json::json!([text, number]));
        let written = serde_json::Value::Object(map).to_string();
        let read = read_value(&written).expect("valid JSON");
        let inner = read.as_object().and_then(|o| o.get(&key)).and_then(Value::as_array).map(<[Value]>::to_vec);
        prop_assert_eq!(inner.as_ref().and_then(|e| e[0].as_str().map(str::to_owned)), Some(text));
    }
}
