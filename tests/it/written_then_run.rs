//! What a delivered call wrote counts when a later call of its conversation runs it:
//! through the proxy, over a compaction and a restart.

use crate::office::Office;
use crate::stage::{Provider, Script, json};
use serde_json::json as value;

const PINS: &str =
    "[hold]\nwait = \"0s\"\n[[pin]]\nid = \"ask\"\ntext = \"Ask before deleting anything.\"\non = [\"delete\"]\nthen = \"hold\"\n";
const CHAT: &str = "/openai/v1/chat/completions";

fn calls(calls: &[(&str, serde_json::Value)]) -> Script {
    let calls: Vec<_> = calls
        .iter()
        .enumerate()
        .map(|(at, (tool, arguments))| value!({"id": format!("c{at}"), "type": "function", "function": {"name": tool, "arguments": arguments.to_string()}}))
        .collect();
    json(value!({"choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": calls}, "finish_reason": "tool_calls"}]}).to_string())
}

fn asks(text: &str) -> String {
    value!({"model": "m", "messages": [{"role": "user", "content": text}]}).to_string()
}

fn run(command: &str) -> Script {
    calls(&[("bash", value!({ "command": command }))])
}

#[test]
fn a_script_that_was_written_in_one_turn_is_known_when_it_is_run_in_another() {
    let provider = Provider::answering(vec![calls(&[("write_file", value!({"path": "/w/tidy.sh", "content": "rm -rf /srv/data\n"}))])]);
    let office = Office::open(&provider, PINS);
    let session = "session_id: s-1\r\n";
    assert!(office.post(CHAT, &asks("write a script"), session).text().contains("write_file"), "writing it is no deletion");
    provider.answer(run("cd /w && ./tidy.sh"));
    let held = office.post(CHAT, &asks("run it"), session).text();
    assert!(held.contains("held by pin `ask`"), "{held}");
    assert!(office.holds()[0].actions.iter().any(|action| format!("{action:?}").contains("earlier call wrote")), "a person is told why");
    provider.answer(run("cat /w/tidy.sh"));
    assert!(office.post(CHAT, &asks("show it"), session).text().contains("cat /w/tidy.sh"), "looking at it is not running it");
    provider.answer(run("bash tidy.sh"));
    let office = Office::open_in(office.close(), &provider, PINS);
    let after = office.post(CHAT, &asks("This session is being continued from a previous conversation."), session).text();
    assert!(after.contains("held by pin `ask`"), "after a restart and a compaction: {after}");
    let elsewhere = office.post(CHAT, &asks("hello"), "session_id: s-2\r\n").text();
    assert!(elsewhere.contains("bash tidy.sh"), "another conversation wrote nothing: {elsewhere}");
}

#[test]
fn what_one_call_of_an_answer_writes_the_next_one_runs() {
    let write = ("write_file", value!({"path": "x.py", "content": "import shutil\nshutil.rmtree('/srv')\n"}));
    let provider = Provider::answering(vec![calls(&[write, ("bash", value!({"command": "python3 x.py"}))])]);
    let office = Office::open(&provider, PINS);
    let answered = office.post(CHAT, &asks("go"), "").text();
    assert!(answered.contains("held by pin `ask`") && !answered.contains("python3 x.py"), "{answered}");
}

#[test]
fn what_was_withheld_was_not_written() {
    let write = "rm old.sh; echo 'rm -rf /srv/data' > new.sh";
    let provider = Provider::answering(vec![run(write)]);
    let office = Office::open(&provider, PINS);
    let session = "session_id: s-1\r\n";
    assert!(office.post(CHAT, &asks("go"), session).text().contains("held by pin"));
    provider.answer(run("sh new.sh"));
    assert!(office.post(CHAT, &asks("go on"), session).text().contains("sh new.sh"), "it was never delivered");
}
