//! Counts and sums, where the labelled calls state them.

use crate::action::understand;
use crate::call::{Amount, Input, ToolName, ToolSpec};
use crate::json::read_arguments;

#[test]
fn labelled_calls_have_the_count_and_the_sum_they_state() {
    let mut stated = 0;
    for line in include_str!("../../../fixtures/action/tool.jsonl").lines().filter(|line| !line.trim().is_empty()) {
        let case: serde_json::Value = serde_json::from_str(line).expect("a labelled call is JSON");
        if case.get("count").is_none() && case.get("amount").is_none() {
            continue;
        }
        stated += 1;
        let arguments = read_arguments(&Input::Json(case["arguments"].to_string())).expect("readable");
        let spec = ToolSpec { description: case["description"].as_str().map(str::to_owned), schema: None };
        let actions = understand(&ToolName::plain(case["tool"].as_str().expect("a tool")), &arguments, Some(&spec));
        if let Some(count) = case["count"].as_u64() {
            assert!(actions.iter().any(|action| action.count.stated() == Some(count)), "{line}");
        }
        if case.get("amount").is_some() {
            let wanted = Amount {
                value: case["amount"]["value"].as_f64().expect("a sum"),
                currency: case["amount"]["currency"].as_str().map(str::to_owned),
            };
            assert!(actions.iter().any(|action| action.amount.as_ref() == Some(&wanted)), "{line}");
        }
    }
    assert!(stated >= 30, "{stated} calls state a count or a sum");
}
