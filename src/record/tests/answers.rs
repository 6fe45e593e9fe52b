//! What hangs on answers that providers keep.

use super::*;
use crate::wire::server_held::Debt;

fn tie(conversation: &str) -> Remembered {
    Remembered { conversation: conversation.into(), credential: "k".into(), debt: Debt::default() }
}

#[test]
fn what_is_owed_outlives_the_process_and_a_tie_is_there_at_once() {
    let dir = TempDir::new().expect("a dir");
    let owing = Remembered { debt: Debt { codes: vec!["K7Q2".into()], ..Debt::default() }, ..tie("c_1") };
    wait(async {
        let record = open(&dir);
        record.remember("a".into(), owing.clone()).await.expect("written");
        record.note_answer("b".into(), tie("c_2"));
        assert_eq!(record.remembered("b").await, Ok(Some(tie("c_2"))));
        record.close().await;
        let record = open(&dir);
        assert_eq!(record.remembered("a").await, Ok(Some(owing)));
        assert_eq!(record.remembered("b").await, Ok(Some(tie("c_2"))));
        assert_eq!(record.remembered("x").await, Ok(None));
        record.close().await;
    });
}

#[test]
fn what_was_kept_with_a_spent_grant_replaces_what_was_there() {
    let dir = TempDir::new().expect("a dir");
    let record = open(&dir);
    let code = write(&record, vec![violation(Verdict::Hold, r#"{"id":1}"#)]).remove(0).code.expect("a code");
    wait(record.remember("a".into(), tie("c_1"))).expect("written");
    let kept = tie("c_2");
    let keep = kept.clone();
    let nothing = wait(record.spend(vec![code.clone()], move |_| Some(("a".into(), keep)))).expect("asked");
    assert!(nothing.is_empty(), "nobody said yes");
    assert_eq!(wait(record.remembered("a")), Ok(Some(tie("c_1"))), "and nothing was kept");
    let by = Person { name: "alice".into(), is_verified: true, via: Via::Console };
    let decision = Decision { code: code.clone(), yes: true, by, reason: None, digest: None, conversation: None };
    wait(record.decide(decision)).expect("granted");
    let keep = kept.clone();
    assert_eq!(wait(record.spend(vec![code], move |_| Some(("a".into(), keep)))).expect("spent").len(), 1);
    assert_eq!(wait(record.remembered("a")), Ok(Some(kept)));
}
