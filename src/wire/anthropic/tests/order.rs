//! Streams in any order, also in orders no server sends.

use super::*;
use crate::call::Proposal;
use crate::dialect::Dialect::Anthropic;
use crate::wire::testing::replay_pieces;
use crate::wire::{Bounds, Ruling};
use proptest::prelude::*;

/// Any event at all, in a few indices, so that orders that are nearly right are common.
fn any_event() -> impl Strategy<Value = String> {
    let block = prop_oneof![
        Just(r#"{"type":"text","text":""}"#),
        Just(r#"{"type":"thinking","thinking":"","signature":""}"#),
        Just(r#"{"type":"tool_use","id":"t","name":"ls","input":{}}"#),
        Just(r#"{"type":"tool_use","id":"t","name":"rm","input":{"s3":1}}"#),
        Just(r#"{"type":"server_tool_use","id":"t","name":"web_search","input":{}}"#),
        Just(r#"{"type":"other","name":"rm","payload":"s3"}"#),
    ];
    let piece = prop_oneof![
        Just(r#"{"type":"text_delta","text":"a"}"#),
        Just(r#"{"type":"thinking_delta","thinking":"a"}"#),
        Just(r#"{"type":"input_json_delta","partial_json":""}"#),
        Just(r#"{"type":"input_json_delta","partial_json":"{}"}"#),
    ];
    let index = || 0..3_u64;
    prop_oneof![
        6 => (index(), block).prop_map(|(index, block)| start(index, block)),
        6 => (index(), piece).prop_map(|(index, piece)| delta(index, piece)),
        6 => index().prop_map(stop),
        1 => Just(message_start()),
        1 => Just(event("ping", "")),
        1 => Just(ending("tool_use")),
        1 => Just(event("error", r#","error":{"type":"api_error","message":"x"}"#)),
        1 => Just("data: {broken\n\n".to_owned()),
    ]
}

/// Blocks in order, each whole, with something dropped here and there.
fn any_message() -> impl Strategy<Value = String> {
    let block = prop_oneof![Just("text"), Just("thinking"), Just("ls"), Just("rm")];
    let frames = proptest::collection::vec(block, 0..6).prop_map(|blocks| {
        let written = blocks.into_iter().enumerate().map(|(index, block)| match block {
            "text" => text(index as u64, "a"),
            "thinking" => thinking(index as u64),
            name => call(index as u64, name, if name == "rm" { r#"{"s3":1}"# } else { "{}" }),
        });
        let stream = message_start() + &written.collect::<String>() + &ending("tool_use");
        stream.split_inclusive("\n\n").map(str::to_owned).collect::<Vec<_>>()
    });
    (frames, proptest::option::of(0..40_usize), proptest::collection::vec((0..40_usize, any_event()), 0..2)).prop_map(
        |(mut frames, dropped, added)| {
            if let Some(dropped) = dropped.filter(|dropped| *dropped < frames.len()) {
                frames.remove(dropped);
            }
            for (at, event) in added {
                frames.insert(at.min(frames.len()), event);
            }
            frames.concat()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn whatever_the_order_no_call_leaves_unjudged(
        stream in prop_oneof![proptest::collection::vec(any_event(), 0..12).prop_map(|events| message_start() + &events.concat()), any_message()]
    ) {
        let rule = |proposal: &Proposal| match proposal.flaw.is_none() && proposal.call.tool.name == "ls" {
            true => Ruling::Release,
            false => Ruling::Withhold("[withheld]".into()),
        };
        let seen = replay_pieces(Anthropic, &[stream.as_bytes()], Bounds::default(), &rule);
        let text = seen.text();
        prop_assert!(!text.contains("s3") && !text.contains("payload"), "{text}");
        let released = seen.proposals.iter().filter(|proposal| rule(proposal) == Ruling::Release).count();
        prop_assert_eq!(text.matches(r#""tool_use","id""#).count(), released);
        if seen.proposals.iter().all(|proposal| rule(proposal) == Ruling::Release) {
            let pings = |text: &str| text.replace(&event("ping", ""), "");
            prop_assert_eq!(pings(&text), pings(&stream));
        }
        let starts = text.match_indices(r#""content_block_start","index":"#).map(|(at, found)| text[at + found.len()..].chars().next());
        prop_assert!(starts.eq((0..10).map(|index| char::from_digit(index, 10)).take(text.matches(r#""content_block_start","#).count())));
        let pieces: Vec<&[u8]> = stream.as_bytes().chunks(5).collect();
        prop_assert_eq!(replay_pieces(Anthropic, &pieces, Bounds::default(), &rule), seen);
    }
}
