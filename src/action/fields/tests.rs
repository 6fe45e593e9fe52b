//! Values that decide, and their near misses.

use super::money::sum_in;
use super::*;

fn fields_of(text: &str) -> Fields {
    let value = read_value(text).expect("JSON");
    Fields::of(value.as_object().expect("an object"))
}

#[test]
fn a_value_can_decide_what_a_name_does_not_say() {
    for (arguments, kinds) in [
        (r#"{"id":"1","addLabelIds":["TRASH"]}"#, vec![Kind::Delete]),
        (r#"{"id":"1","removeLabelIds":["TRASH"]}"#, vec![]),
        (r#"{"query":"in:trash"}"#, vec![]),
        (r#"{"id":"1","trashed":true}"#, vec![Kind::Delete]),
        (r#"{"id":"1","trashed":false}"#, vec![]),
        (r#"{"visibility":"public"}"#, vec![Kind::Publish, Kind::Permission]),
        (r#"{"settings":"{\"ask\":\"off\"}"}"#, vec![Kind::Permission]),
    ] {
        assert_eq!(fields_of(arguments).kinds, kinds, "{arguments}");
    }
}

#[test]
fn sums_are_read_with_their_currency() {
    assert_eq!(sum_in("EUR 1,200.00"), Some((1200.0, Some("EUR".into()))));
    assert_eq!(sum_in("1.200,50 €"), Some((1200.5, Some("EUR".into()))));
    assert_eq!(fields_of(r#"{"amount":"12.50","currency":"usd"}"#).amount(false).map(|a| a.value), Some(12.5));
    assert_eq!(sum_in("R$ 350,00"), Some((350.0, Some("BRL".into()))));
    assert_eq!(sum_in("¥30000"), Some((30000.0, Some("JPY".into()))));
    let minor = fields_of(r#"{"amount_cents":4550,"currency":"EUR"}"#).amount(false);
    assert_eq!(minor.map(|a| a.value), Some(45.5));
    assert_eq!(fields_of(r#"{"amount":"20.00"}"#).amount(true).map(|a| a.value), Some(20.0));
    let yen = fields_of(r#"{"amount":3000,"currency":"jpy"}"#).amount(true);
    assert_eq!(yen.map(|a| a.value), Some(3000.0));
    assert_eq!(fields_of(r#"{"amount":2500}"#).amount(true).map(|a| a.value), Some(25.0));
}

#[test]
fn a_sum_that_is_not_plain_digits_is_not_known() {
    for text in ["fifty thousand", "５０００", "5e3", "0x1388", "", "EUR"] {
        assert_eq!(sum_in(text), None, "{text}");
    }
    assert_eq!(fields_of(r#"{"amount":"49","amount_override":"9999"}"#).amount(false).map(|a| a.value), Some(9999.0));
}

fn targets_of(text: &str) -> Vec<String> {
    fields_of(text).targets.into_iter().map(|target| target.value).collect()
}

#[test]
fn whoever_is_named_anywhere_is_a_recipient() {
    for arguments in [
        r#"{"to":"a@x.example","also_notify":["b@y.example"]}"#,
        r#"{"to":["a@x.example"],"headers":{"Bcc":"b@y.example"}}"#,
        r#"{"to":[[{"address":"a@x.example"}],["b@y.example"]]}"#,
        r#"{"to":[{"name":"Ann","address":"a@x.example"},{"name":"Bob","address":"b@y.example"}]}"#,
    ] {
        assert_eq!(targets_of(arguments).iter().filter(|target| target.contains('@')).count(), 2, "{arguments}");
    }
    assert_eq!(targets_of(r#"{"to":"a@x.example","from":"me@y.example","body":"b@y.example"}"#), ["a@x.example"]);
    let named = fields_of(r#"{"to":[{"name":"Ann","address":"a@x.example"}]}"#).targets;
    assert_eq!(named.iter().filter(|target| target.sort == TargetSort::Recipient).count(), 1, "a name beside an address is no second one");
    assert_eq!(targets_of(r#"{"to":"a@x.example","subject":"hi\r\nBcc: b@y.example"}"#).len(), 2);
    assert_eq!(targets_of(r#"{"to":"a@x.example","subject":"hi: all"}"#).len(), 1);
}

#[test]
fn a_target_too_long_to_be_kept_is_not_left_out() {
    let padded = format!(r#"{{"paths":["/tmp/a","/{}srv"]}}"#, "./".repeat(TARGET_CHARACTERS_MAX));
    let targets = targets_of(&padded);
    assert!(targets.len() == 2 && targets[1].ends_with(CUT_MARK));
}

#[test]
fn a_query_selects_any_number_and_an_id_one() {
    assert!(fields_of(r#"{"query":"older_than:1y"}"#).is_selected && !fields_of(r#"{"id":"1"}"#).is_selected);
    let both = fields_of(r#"{"query":"x","message_id":"1"}"#);
    assert!(both.is_selected && both.names_one());
}

#[test]
fn what_lies_too_deep_is_told() {
    let nested = |depth: usize| fields_of(&format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth))).is_cut;
    assert!(nested(DEPTH_MAX + 2) && !nested(DEPTH_MAX));
}

#[test]
fn the_things_acted_on_are_counted_and_settings_are_not() {
    assert_eq!(fields_of(r#"{"messageIds":["a","b","c"]}"#).count, Some(3));
    assert_eq!(fields_of(r#"{"addLabelIds":["a","b","c"]}"#).count, None);
    assert_eq!(fields_of(r#"{"to":"a@x.example, b@x.example"}"#).count, Some(2));
    assert_eq!(fields_of(r#"{"ids":"1,2,3,4"}"#).count, Some(4));
}
