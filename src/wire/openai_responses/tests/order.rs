//! Streams in any order, also in orders no server sends.

use super::*;
use crate::call::Proposal;
use crate::dialect::Dialect::OpenaiResponses;
use crate::wire::testing::{release, replay, replay_pieces};
use crate::wire::{Bounds, Ruling};
use proptest::prelude::*;

#[test]
fn what_is_out_of_order_is_a_flaw_and_lets_nothing_out() {
    let secret = r#"{"s3":1}"#;
    let rm = call(0, "rm", secret);
    let streams = [
        created() + &arguments_delta(0, secret),
        created() + &text(0, "a").frames + &arguments_delta(0, secret),
        created() + &text(0, "a").frames + &rm.frames,
        created() + &text(0, "a").frames + &done(0, &rm.item),
        created() + &done(0, &rm.item),
        created() + &call(0, "ls", "{}").frames + &arguments_delta(0, secret),
        created() + &call(0, "ls", "{}").frames + &done(0, &rm.item),
        created() + &event("response.output_text.delta", r#","output_index":0,"content_index":0,"delta":"s3""#),
        created() + &rm.frames.replace("event: response.output_item.done", "event: ping"),
        created() + &rm.frames.replace("event: response.output_item", "event: response.output_text"),
        created() + &added(0, "{\"type\":\"message\"}") + &done(0, &rm.item),
        created() + &added(0, "{\"type\":\"reasoning\"}") + &done(0, &rm.item),
        created() + &event("response.thing", &format!(r#","item":{}"#, rm.item)),
        created() + &event("response.output_text.delta", &format!(r#","output_index":0,"delta":"a","extra":{}"#, rm.item)),
        created() + &event("response.output_item.added", &format!(r#","output_index":0,"Item":{}"#, rm.item)),
        created() + &text(0, "a").frames.replace("response.output_item.done", "response.output_item.finished") + &rm.frames,
        // A piece that clients who go by the index, and by the id, add to different calls.
        created()
            + &call(0, "ls", "{}").frames
            + &added(1, &function(1, "ls", "", "in_progress"))
            + &arguments_delta(0, secret).replace("\"output_index\":0", "\"output_index\":1")
            + &done(1, &function(1, "ls", secret, "completed")),
        created() + &added(0, &function(0, "ls", "", "in_progress")) + &added(1, &function(0, "rm", secret, "completed")),
    ];
    for stream in streams {
        let sent = numbered(&(stream + &ending("completed", &[])));
        let seen = replay(OpenaiResponses, &sent, &release);
        assert!(seen.proposals.iter().any(|proposal| proposal.flaw.is_some()), "{sent}");
        assert!(!seen.text().contains("s3"), "{}", seen.text());
        assert!(seen.text().contains("[withheld"), "{}", seen.text());
    }
}

#[test]
fn behind_a_cut_only_the_end_comes_through() {
    let items = [text(0, "a"), call(1, "ls", "{}"), text(2, "b")];
    let sent = answer(&items).replacen(&numbered_done(), "event: response.output_item.done\ndata: {broken\n\n", 1);
    let seen = replay(OpenaiResponses, &sent, &release);
    let expected = vec!["message:a".to_owned(), "message:[withheld ls]".to_owned()];
    assert_eq!(assembled(&seen), (expected.clone(), Some(expected)), "{}", seen.text());
}

/// The end of the call in the middle.
fn numbered_done() -> String {
    done(1, &call(1, "ls", "{}").item).replace(NUMBER, "\"sequence_number\":11")
}

#[test]
fn an_item_that_is_named_by_its_id_alone_is_found() {
    let sent = answer(&[reasoning(0), text(1, "a"), call(2, "rm", "{}"), call(3, "ls", "{}")]);
    let bare = regex::Regex::new(r#""(output|content)_index":\d+,"#).expect("a pattern").replace_all(&sent, "").into_owned();
    assert!(!bare.contains("output_index"));
    assert_eq!(replay(OpenaiResponses, &bare, &release).text(), bare);
    let seen = replay(OpenaiResponses, &bare, &crate::wire::testing::withhold_rm);
    assert_eq!(seen.calls(), ["rm({})", "ls({})"]);
    assert!(seen.text().contains(r#""output_index":2,"item":{"type":"message","id":"msg_lp_2_94183ffb3c16a74f""#), "{}", seen.text());
    assert_eq!(assembled_output(&seen), ["reasoning", "message:a", "message:[withheld rm]", "call:ls({})"]);
}

#[test]
fn words_between_a_calls_frames_wait_for_it() {
    let [start, rest] = {
        let frames = call(0, "ls", "{}").frames;
        let (start, rest) = frames.split_at(frames.find("\n\n").expect("a frame") + 2);
        [start.to_owned(), rest.to_owned()]
    };
    let stream = created() + &start + &text(1, "b").frames + &rest;
    let sent = numbered(&(stream + &ending("completed", &[call(0, "ls", "{}").item, text(1, "b").item])));
    let seen = replay(OpenaiResponses, &sent, &release);
    assert_eq!((seen.text(), seen.calls()), (sent.clone(), vec!["ls({})".to_owned()]));
    let seen = replay(OpenaiResponses, &sent, &crate::wire::testing::withhold);
    assert_eq!(assembled(&seen).0, ["message:[withheld ls]", "message:b"]);
}

#[test]
fn a_call_beyond_the_bounds_is_withheld() {
    let sent = answer(&[call(0, "ls", r#"{"p":"0123456789012345678901234567890123456789"}"#), text(1, "b")]);
    let large = Bounds { call_arguments_bytes: 32, ..Bounds::default() };
    let frame_bytes_max = sent.split_inclusive("\n\n").map(str::len).max().unwrap_or_default();
    let many = Bounds { held_frames_bytes: frame_bytes_max, ..Bounds::default() };
    for bounds in [large, many] {
        let seen = replay_pieces(OpenaiResponses, &[sent.as_bytes()], bounds, &release);
        assert_eq!(seen.proposals[0].flaw, Some(crate::call::Flaw::TooLarge));
        assert!(!seen.text().contains("0123"), "{}", seen.text());
        assert_eq!(assembled(&seen).0[0], "message:[withheld ls]");
    }
}

/// Any event at all, in a few indices, so that orders that are nearly right are common.
fn any_event() -> impl Strategy<Value = String> {
    let item = prop_oneof![
        Just(r#"{"type":"message","id":"m","role":"assistant","content":[]}"#.to_owned()),
        Just(r#"{"type":"reasoning","id":"r","summary":[]}"#.to_owned()),
        Just(r#"{"type":"mcp_call","id":"m","name":"x","arguments":""}"#.to_owned()),
        Just(r#"{"type":"other","name":"rm","payload":"s3"}"#.to_owned()),
        Just(function(0, "ls", "", "in_progress")),
        Just(function(0, "ls", "{}", "completed")),
        Just(function(0, "rm", r#"{"s3":1}"#, "completed")),
    ];
    let items = || proptest::collection::vec(item.clone(), 0..3);
    let index = || 0..3_u64;
    prop_oneof![
        6 => (index(), item.clone()).prop_map(|(index, item)| added(index, &item)),
        6 => (index(), item.clone()).prop_map(|(index, item)| done(index, &item)),
        4 => (index(), Just("{}")).prop_map(|(index, delta)| arguments_delta(index, delta)),
        2 => index().prop_map(|index| arguments_done(index, "ls", "{}")),
        2 => index().prop_map(|index| event("response.output_text.delta", &format!(r#","output_index":{index},"content_index":0,"delta":"a""#))),
        1 => Just(created()),
        1 => items().prop_map(|items| ending("completed", &items)),
        1 => Just(event("ping", "")),
        1 => Just(event("error", r#","message":"x""#)),
        1 => Just("data: {broken\n\n".to_owned()),
    ]
}

/// Items in order, each whole, with something dropped and put in here and there.
fn any_answer() -> impl Strategy<Value = String> {
    let item = prop_oneof![Just("text"), Just("reasoning"), Just("ls"), Just("rm")];
    let frames = proptest::collection::vec(item, 0..5).prop_map(|items| {
        let written = items.into_iter().enumerate().map(|(index, item)| match item {
            "text" => text(index as u64, "a"),
            "reasoning" => reasoning(index as u64),
            name => call(index as u64, name, if name == "rm" { r#"{"s3":1}"# } else { "{}" }),
        });
        answer(&written.collect::<Vec<_>>()).split_inclusive("\n\n").map(str::to_owned).collect::<Vec<_>>()
    });
    (frames, proptest::option::of(0..40_usize), proptest::collection::vec((0..40_usize, any_event()), 0..2)).prop_map(
        |(mut frames, dropped, added)| {
            if let Some(dropped) = dropped.filter(|dropped| *dropped < frames.len()) {
                frames.remove(dropped);
            }
            for (at, event) in added {
                frames.insert(at.min(frames.len()), event.replace('#', "99"));
            }
            frames.concat()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn whatever_the_order_no_call_leaves_unjudged(
        stream in prop_oneof![proptest::collection::vec(any_event(), 0..12).prop_map(|events| numbered(&(created() + &events.concat()))), any_answer()]
    ) {
        let rule = |proposal: &Proposal| match proposal.flaw.is_none() && proposal.call.tool.name == "ls" {
            true => Ruling::Release,
            false => Ruling::Withhold("[withheld]".into()),
        };
        let seen = replay_pieces(OpenaiResponses, &[stream.as_bytes()], Bounds::default(), &rule);
        let text = seen.text();
        prop_assert!(!text.contains("s3") && !text.contains("payload"), "{text}");
        let released = seen.proposals.iter().filter(|proposal| rule(proposal) == Ruling::Release).count();
        prop_assert!(text.matches("event: response.function_call_arguments.done").count() <= released, "{text}");
        if released == 0 {
            prop_assert!(!text.contains("function_call"), "{text}");
        }
        if seen.proposals.iter().all(|proposal| rule(proposal) == Ruling::Release) {
            prop_assert_eq!(&text, &stream);
        }
        let pieces: Vec<&[u8]> = stream.as_bytes().chunks(5).collect();
        prop_assert_eq!(replay_pieces(OpenaiResponses, &pieces, Bounds::default(), &rule), seen);
    }
}
