//! Side doors: every other way by which a call could reach an agent that was withheld,
//! or act without passing the rules. One test a door, each of which fails if it is opened.

use crate::office::Office;
use crate::stage::{Answered, DELETES, Linchpin, Provider, Received, Script, events, json, raw, whole};
use serde_json::{Value, json as value};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SECRET: &str = "zebra-7731";
const RUNS: &str = "[[pin]]\nid = \"no-code\"\ntext = \"Ask me before you run code.\"\non = [\"execute\"]\nthen = \"hold\"\n";

/// A GET, or whatever else has no body.
fn request(method: &str, path: &str, headers: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer k\r\n{headers}connection: close\r\n\r\n")
}

fn get(port: u16, path: &str) -> Answered {
    raw(port, request("GET", path, "").as_bytes())
}

fn office(provider: &Provider) -> Office {
    Office::open(provider, &format!("[hold]\nwait = \"0s\"\n{DELETES}"))
}

fn call(id: &str, tool: &str, argument: &str) -> Value {
    value!({"type": "function_call", "id": format!("fc_{id}"), "call_id": id, "name": tool, "arguments": value!({"ids": [argument]}).to_string(), "status": "completed"})
}

fn words(text: &str) -> Value {
    value!({"type": "message", "id": format!("msg_{text}"), "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": text, "annotations": []}]})
}

fn response(id: &str, status: &str, output: &[Value]) -> String {
    value!({"id": id, "object": "response", "status": status, "output": output}).to_string()
}

/// A call id as providers draw them.
const DELETED: &str = "call_A8dk20fkWq19bBnM42xYzTqL";
const READ: &str = "call_Zp0fkWq19bBnM42xYzTqLr88";

/// What the provider keeps: words, a call that is withheld, and one that passes.
fn output() -> Vec<Value> {
    vec![words("hello"), call(DELETED, "delete_emails", SECRET), call(READ, "read_email", "m-9")]
}

/// Answers by method and path, without the query.
fn routes(answer: impl Fn(&str, &Received) -> Script + Send + Sync + 'static) -> Provider {
    Provider::asking(move |request| {
        let line = request.head.lines().next().unwrap_or_default();
        let target = line.rsplit_once(' ').map_or(line, |(target, _)| target);
        let place = target.split('?').next().unwrap_or_default().to_owned();
        answer(&place, request)
    })
}

fn not_found() -> Script {
    whole(
        "404 Not Found",
        "application/json",
        r#"{"error":{"message":"no such thing","type":"invalid_request_error","param":null,"code":null}}"#,
    )
}

const CONVERSE: &str = r#"{"model":"m","input":"tidy up","tools":[{"type":"function","name":"delete_emails","parameters":{}},{"type":"function","name":"read_email","parameters":{}}]}"#;

/// Nothing of the withheld call, and the same words in its place each time.
#[track_caller]
fn is_withheld(text: &str, code: &str) {
    assert!(!text.contains(SECRET) && !text.contains(DELETED), "{text}");
    assert!(text.contains("confirm-deletes") && text.contains(code), "{text}");
}

#[test]
fn an_answer_that_is_read_again_says_what_it_said_the_first_time() {
    let provider = routes(|place, _| match place {
        "post /v1/responses" | "get /v1/responses/resp_1" | "post /v1/responses/resp_1/cancel" => {
            json(response("resp_1", "completed", &output()))
        }
        _ => not_found(),
    });
    let office = office(&provider);
    let first = office.post("/v1/responses", CONVERSE, "");
    let code = office.code();
    is_withheld(&first.text(), &code);
    for path in ["/v1/responses/resp_1", "/openai/v1/responses/resp_1?include=x", "/v1/responses/resp_1?beta=true"] {
        let again = get(office.port, path);
        assert_eq!((again.status, again.text()), (200, first.text()), "{path}");
    }
    let canceled = office.post("/v1/responses/resp_1/cancel", "", "");
    assert_eq!(canceled.text(), first.text());
    assert_eq!((office.holds().len(), office.entries().len()), (1, 1), "one question, one entry");
    // A crash forgets nothing of it.
    let office = Office::open_in(office.close(), &provider, &format!("[hold]\nwait = \"0s\"\n{DELETES}"));
    assert_eq!(get(office.port, "/v1/responses/resp_1").text(), first.text());
    assert_eq!((office.holds().len(), office.entries().len()), (1, 1));
}

#[test]
fn reading_spends_no_yes() {
    let provider = routes(|place, request| match place {
        "post /v1/responses" if request.json()["previous_response_id"].is_string() => json(response("resp_2", "completed", &[words("ok")])),
        "post /v1/responses" | "get /v1/responses/resp_1" => json(response("resp_1", "completed", &output())),
        "get /v1/responses/resp_1/input_items" => json(value!({"object": "list", "data": output()}).to_string()),
        _ => not_found(),
    });
    let office = office(&provider);
    let first = office.post("/v1/responses", CONVERSE, "");
    let code = office.code();
    office.approve(&code);
    for path in ["/v1/responses/resp_1", "/v1/responses/resp_1/input_items"] {
        is_withheld(&get(office.port, path).text(), &code);
    }
    let body = CONVERSE.replacen('{', r#"{"previous_response_id":"resp_1","#, 1);
    let fetched = office.post("/v1/responses", &body, "");
    assert!(fetched.text().contains(SECRET), "{}", fetched.text());
    // It was delivered there; what the first answer said stays what it said.
    assert_eq!(get(office.port, "/v1/responses/resp_1").text(), first.text());
    let own: Value = serde_json::from_slice(&fetched.body).expect("JSON");
    let own = own["id"].as_str().expect("an id");
    for (method, path) in [
        ("GET", format!("/v1/responses/{own}")),
        ("GET", format!("/v1/responses/{own}/input_items")),
        ("DELETE", format!("/v1/responses/{own}")),
    ] {
        let unknown = raw(office.port, request(method, &path, "").as_bytes());
        assert_eq!(unknown.status, 404, "{}", unknown.text());
        assert!(unknown.text().contains("linchpin_own_answer"), "{}", unknown.text());
    }
}

#[test]
fn an_answer_that_linchpin_did_not_see_is_judged() {
    let provider = routes(|_, _| json(response("resp_7", "completed", &output())));
    let office = office(&provider);
    let text = get(office.port, "/v1/responses/resp_7").text();
    let code = office.code();
    is_withheld(&text, &code);
    assert!(text.contains(READ), "what passes is delivered: {text}");
    assert_eq!(get(office.port, "/v1/responses/resp_7").text(), text);
    assert_eq!((office.holds().len(), office.entries().len()), (1, 1), "once");
}

#[test]
fn what_another_was_told_stays_withheld_from_whoever_reads_it() {
    let provider = routes(|_, _| json(response("resp_1", "completed", &output())));
    let office = office(&provider);
    office.post("/v1/responses", CONVERSE, "");
    let code = office.code();
    let foreign = request("GET", "/v1/responses/resp_1", "").replace("Bearer k", "Bearer other");
    let text = raw(office.port, foreign.as_bytes()).text();
    assert!(!text.contains(SECRET) && !text.contains(&code) && text.contains("confirm-deletes"), "{text}");
}

/// The frames of a kept stream.
fn stream() -> Vec<String> {
    let frame = |number: usize, kind: &str, mut data: Value| {
        (data["type"], data["sequence_number"]) = (kind.into(), number.into());
        format!("event: {kind}\ndata: {data}\n\n")
    };
    let mut frames = vec![frame(0, "response.created", value!({"response": {"id": "resp_1", "status": "in_progress", "output": []}}))];
    for (index, item) in output().iter().enumerate() {
        frames.push(frame(frames.len(), "response.output_item.added", value!({"output_index": index, "item": item})));
        frames.push(frame(frames.len(), "response.output_item.done", value!({"output_index": index, "item": item})));
    }
    frames.push(frame(
        frames.len(),
        "response.completed",
        value!({"response": {"id": "resp_1", "status": "completed", "output": output()}}),
    ));
    frames
}

#[test]
fn a_stream_that_is_read_on_goes_on_behind_any_frame() {
    let provider = routes(|place, request| match place {
        "post /v1/responses" | "get /v1/responses/resp_1" => {
            assert!(!request.head.contains("starting_after"), "the provider is asked for all of it: {}", request.head);
            let frames = stream();
            events(&frames.iter().map(String::as_str).collect::<Vec<_>>(), Duration::ZERO)
        }
        _ => not_found(),
    });
    let office = office(&provider);
    let body = CONVERSE.replacen('{', r#"{"stream":true,"background":true,"#, 1);
    let first = office.post("/v1/responses", &body, "").text();
    let code = office.code();
    is_withheld(&first, &code);
    let frames: Vec<&str> = first.split_inclusive("\n\n").collect();
    assert!(frames.len() > stream().len(), "a notice has more frames than the call had");
    for after in 0..frames.len() {
        let again = get(office.port, &format!("/v1/responses/resp_1?stream=true&starting_after={after}")).text();
        assert_eq!(again, frames[after + 1..].concat(), "after {after}");
    }
    assert_eq!(get(office.port, "/v1/responses/resp_1?stream=true").text(), first);
    assert_eq!((office.holds().len(), office.entries().len()), (1, 1));
}

#[test]
fn an_answer_whose_client_hung_up_at_once_belongs_to_its_conversation() {
    let provider = routes(|place, _| match place {
        "post /v1/responses" => {
            let frames = stream();
            let mut script = events(&[&frames[0]], Duration::from_millis(300));
            script.pop();
            script
        }
        "get /v1/responses/resp_1" => json(response("resp_1", "completed", &[call(DELETED, "send_email", SECRET)])),
        _ => not_found(),
    });
    let office = Office::open(&provider, "[hold]\nwait = \"0s\"\n");
    let body = value!({"model": "m", "stream": true, "input": "Never send any email without asking me first."}).to_string();
    office.post("/v1/responses", &body, "");
    assert_eq!(office.spoken().len(), 1, "a rule was said");
    let text = get(office.port, "/v1/responses/resp_1").text();
    assert!(!text.contains(SECRET) && text.contains(&office.spoken()[0]), "{text}");
}

#[test]
fn the_items_an_answer_was_made_from_are_judged_one_by_one() {
    let provider = routes(|place, request| match place {
        "post /v1/responses" => json(response("resp_1", "completed", &output())),
        "get /v1/responses/resp_1/input_items" | "get /v1/conversations/conv_1/items" => {
            // The page behind the withheld item is asked for by the id that the provider knows.
            assert!(
                !request.head.contains("after") || request.head.contains(&format!("after=fc_{}", DELETED.to_lowercase())),
                "{}",
                request.head
            );
            let data = [
                value!({"type": "message", "id": "msg_0", "role": "user", "content": [{"type": "input_text", "text": "tidy up"}]}),
                call(DELETED, "delete_emails", SECRET),
            ];
            json(
                value!({"object": "list", "data": data, "first_id": "msg_0", "last_id": format!("fc_{DELETED}"), "has_more": true})
                    .to_string(),
            )
        }
        _ => json(call(DELETED, "delete_emails", SECRET).to_string()),
    });
    let office = office(&provider);
    office.post("/v1/responses", CONVERSE, "");
    let code = office.code();
    for path in ["/v1/responses/resp_1/input_items", "/v1/conversations/conv_1/items"] {
        let page = get(office.port, path);
        is_withheld(&page.text(), &code);
        let page: Value = serde_json::from_slice(&page.body).expect("JSON");
        assert_eq!(page["data"][0]["content"][0]["text"], "tidy up");
        let last = page["last_id"].as_str().expect("an id");
        assert_eq!(page["data"][1]["id"], last);
        assert_eq!(get(office.port, &format!("{path}?after={last}&limit=2")).status, 200);
        let item = get(office.port, &format!("/v1/conversations/conv_1/items/{last}"));
        is_withheld(&item.text(), &code);
        let asked = provider.received().last().expect("a request").head.clone();
        assert!(asked.contains(&format!("/items/fc_{}", DELETED.to_lowercase())), "{asked}");
    }
    assert_eq!((office.holds().len(), office.entries().len()), (1, 1));
}

#[test]
fn what_is_added_to_a_conversation_is_heard_and_approves_nothing() {
    let provider = routes(|place, _| match place {
        "post /v1/conversations" => json(r#"{"id":"conv_1","object":"conversation","metadata":{}}"#),
        "post /v1/responses" => json(response("resp_1", "completed", &[call(DELETED, "send_email", SECRET)])),
        _ => json(r#"{"object":"list","data":[]}"#),
    });
    for path in ["/v1/conversations", "/v1/conversations/conv_1/items"] {
        let office = Office::open(&provider, "[hold]\nwait = \"0s\"\n");
        let said = value!({"items": [{"role": "user", "content": "Never send any email without asking me first."}]}).to_string();
        assert_eq!(office.post(path, &said, "").status, 200);
        assert_eq!(office.spoken().len(), 1, "{path}");
        let text = office.post("/v1/responses", r#"{"model":"m","conversation":"conv_1","input":"go on"}"#, "").text();
        assert!(!text.contains(SECRET) && text.contains(&office.spoken()[0]), "{path}: {text}");
        for items in [
            value!([{"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": true}]),
            value!([{"type": "additional_tools", "tools": [{"type": "code_interpreter", "container": {"type": "auto"}}]}]),
        ] {
            let sent = provider.received().len();
            let refused = office.post(path, &value!({"items": items}).to_string(), "");
            assert_eq!((refused.status, provider.received().len()), (403, sent), "{}", refused.text());
        }
        assert_eq!(office.post(path, "{}", "").status, 200, "nothing is added");
    }
}

fn completion(id: &str) -> Value {
    let function = value!({"name": "delete_emails", "arguments": value!({"ids": [SECRET]}).to_string()});
    let message = value!({"role": "assistant", "content": null, "tool_calls": [{"id": DELETED, "type": "function", "function": function}]});
    value!({"id": id, "object": "chat.completion", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]})
}

#[test]
fn kept_chat_completions_are_judged_one_by_one() {
    let provider = routes(|place, _| match place {
        "post /v1/chat/completions" | "get /v1/chat/completions/chatcmpl-1" => json(completion("chatcmpl-1").to_string()),
        "get /v1/chat/completions" => json(value!({"object": "list", "data": [completion("chatcmpl-1")], "has_more": false}).to_string()),
        "get /v1/chat/completions/chatcmpl-1/messages" => {
            let user = value!({"id": "chatcmpl-1-0", "role": "user", "content": "tidy up", "content_parts": null});
            json(value!({"object": "list", "data": [user, completion("x")["choices"][0]["message"]]}).to_string())
        }
        _ => not_found(),
    });
    let office = office(&provider);
    let first = office.post("/v1/chat/completions", r#"{"model":"m","store":true,"messages":[{"role":"user","content":"tidy up"}]}"#, "");
    let code = office.code();
    is_withheld(&first.text(), &code);
    assert_eq!(get(office.port, "/v1/chat/completions/chatcmpl-1").text(), first.text());
    for path in ["/v1/chat/completions", "/v1/chat/completions/chatcmpl-1/messages"] {
        is_withheld(&get(office.port, path).text(), &code);
    }
    assert_eq!((office.holds().len(), office.entries().len()), (1, 1));
}

#[test]
fn a_call_in_a_list_of_everybodys_answers_is_not_shown_unless_it_was_seen() {
    let provider = routes(|_, _| json(value!({"object": "list", "data": [completion("chatcmpl-1")]}).to_string()));
    let office = office(&provider);
    let text = get(office.port, "/v1/chat/completions").text();
    assert!(!text.contains(SECRET) && text.contains("by its own id"), "{text}");
    assert!(office.entries().is_empty());
}

#[test]
fn an_answer_that_comes_later_is_judged_with_the_tools_it_was_asked_with() {
    let done = Arc::new(Mutex::new(false));
    let is_done = Arc::clone(&done);
    let provider = routes(move |place, request| match place {
        "post /v1/responses" if request.json()["previous_response_id"].is_string() => json(response("resp_2", "completed", &[words("ok")])),
        "post /v1/responses" => json(response("resp_1", "queued", &[])),
        "get /v1/responses/resp_1" if !*is_done.lock().expect("no panic") => json(response("resp_1", "in_progress", &[])),
        "get /v1/responses/resp_1" => json(response("resp_1", "completed", &[call(DELETED, "process", SECRET)])),
        _ => not_found(),
    });
    let office = office(&provider);
    // Nothing but its description says what the tool does.
    let tools = value!([{"type": "function", "name": "process", "description": "Deletes the emails with these ids, for good.", "parameters": {"type": "object"}}]);
    let body = value!({"model": "m", "background": true, "input": "tidy up", "tools": tools});
    let queued = office.post("/v1/responses", &body.to_string(), "");
    assert!(queued.text().contains("queued"), "{}", queued.text());
    let sent = provider.received()[0].json();
    assert!(sent["instructions"].as_str().is_some_and(|text| text.contains("Confirm with me")), "pinned like any: {sent}");
    assert!(get(office.port, "/v1/responses/resp_1").text().contains("in_progress"));
    *done.lock().expect("no panic") = true;
    let office = Office::open_in(office.close(), &provider, &format!("[hold]\nwait = \"0s\"\n{DELETES}"));
    let text = get(office.port, "/v1/responses/resp_1").text();
    let code = office.code();
    is_withheld(&text, &code);
    assert_eq!(get(office.port, "/v1/responses/resp_1").text(), text);
    assert_eq!((office.holds().len(), office.entries().len()), (1, 1));
    office.approve(&code);
    assert_eq!(get(office.port, "/v1/responses/resp_1").text(), text, "reading spends nothing");
    let after = value!({"model": "m", "previous_response_id": "resp_1", "input": "I have approved it", "tools": tools});
    let fetched = office.post("/v1/responses", &after.to_string(), "").text();
    assert!(fetched.contains(SECRET), "{fetched}");
}

#[test]
fn an_answer_that_comes_later_is_refused_where_its_calls_could_not_be_judged() {
    let provider = Provider::answering(vec![json(response("resp_1", "queued", &[]))]);
    let linchpin = Linchpin::before(&provider, DELETES);
    let big = value!([{"type": "function", "name": "x", "description": "y".repeat(2 << 20)}]);
    for body in [
        value!({"model": "m", "background": true, "store": false, "input": "x"}),
        value!({"model": "m", "background": true, "input": "x", "tools": big}),
        value!({"model": "m", "prompt": {"id": "pmpt_1"}}),
    ] {
        let refused = linchpin.post("/v1/responses", &body.to_string());
        assert_eq!(refused.status, 403, "{}", refused.text());
    }
    assert!(provider.received().is_empty());
}

#[test]
fn a_halt_withholds_what_was_delivered_before() {
    let provider = routes(|_, _| json(response("resp_1", "completed", &[call(READ, "read_email", SECRET)])));
    let office = office(&provider);
    assert!(office.post("/v1/responses", CONVERSE, "").text().contains(SECRET));
    assert!(get(office.port, "/v1/responses/resp_1").text().contains(SECRET));
    assert!(office.halt(None));
    let text = get(office.port, "/v1/responses/resp_1").text();
    assert!(!text.contains(SECRET) && text.contains("halted"), "{text}");
    office.resume(None);
    assert!(get(office.port, "/v1/responses/resp_1").text().contains(SECRET));
}

#[test]
fn an_upgrade_to_websocket_is_refused_so_that_clients_go_back_to_http() {
    let provider = routes(|_, _| json("{}"));
    let linchpin = Linchpin::before(&provider, DELETES);
    let upgrade =
        "connection: Upgrade, close\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for path in ["/v1/responses", "/openai/v1/responses?beta=true", "/v1/realtime?model=m", "/v1/models"] {
        let refused = linchpin.raw(request("GET", path, upgrade).replace("connection: close\r\n", "").as_bytes());
        assert_eq!(refused.status, 426, "{path}: {}", refused.text());
        assert_eq!(refused.header("x-should-retry"), Some("false"));
    }
    // An upgrade to another HTTP is nobody's secret; it is ignored.
    assert_eq!(linchpin.raw(request("GET", "/v1/models", "upgrade: h2c\r\n").as_bytes()).status, 200);
    assert_eq!(provider.received().len(), 1);
}

#[test]
fn a_query_opens_no_door() {
    let provider = routes(|place, _| {
        match place {
        "post /v1/responses" => json(response("resp_1", "completed", &output())),
        "post /v1/messages" => json(value!({"content": [{"type": "tool_use", "id": "toolu_1", "name": "delete_emails", "input": {"ids": [SECRET]}}], "stop_reason": "tool_use"}).to_string()),
        _ => not_found(),
    }
    });
    let office = office(&provider);
    for (path, body) in [
        ("/v1/responses?beta=true", r#"{"model":"m","input":"hi"}"#),
        ("/v1/messages?beta=true", r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#),
        ("/anthropic/v1/messages?beta=true&x=/v1/models", r#"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#),
    ] {
        let answered = office.post(path, body, "");
        assert!(!answered.text().contains(SECRET) && answered.text().contains("confirm-deletes"), "{path}: {}", answered.text());
        let sent = String::from_utf8(provider.received().last().expect("a request").body.clone()).expect("text");
        assert!(sent.contains("Confirm with me"), "{path}: {sent}");
    }
}

#[test]
fn what_the_provider_would_run_itself_is_gated_in_the_request() {
    let provider = routes(|_, _| json(response("resp_1", "completed", &[words("done")])));
    let linchpin = Linchpin::before(&provider, &format!("{DELETES}\n{RUNS}"));
    let responses = |tool: Value| ("/v1/responses", value!({"model": "m", "input": "x", "tools": [tool]}));
    let messages = |more: Value| {
        let mut body = value!({"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]});
        for (key, value) in more.as_object().expect("members") {
            body[key] = value.clone();
        }
        ("/v1/messages", body)
    };
    let mcp = value!({"type": "mcp", "server_label": "s", "server_url": "https://mcp.example", "require_approval": "never"});
    for (path, body) in [
        responses(value!({"type": "code_interpreter", "container": {"type": "auto"}})),
        responses(value!({"type": "shell", "environment": {"type": "container_auto"}})),
        responses(mcp),
        messages(value!({"tools": [{"type": "code_execution_20260120", "name": "code_execution"}]})),
        messages(
            value!({"mcp_servers": [{"type": "url", "url": "https://mcp.example", "name": "s", "authorization_token": "zebra"}], "tools": [{"type": "mcp_toolset", "mcp_server_name": "s"}]}),
        ),
    ] {
        let before = provider.received().len();
        let answered = linchpin.post(path, &body.to_string());
        // Refused, or sent without what runs unseen.
        let after = provider.received();
        let sent: Vec<String> = after[before..].iter().map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect();
        let runs_unseen = ["code_interpreter", "container_auto", "\"never\"", "code_execution", "zebra"];
        assert!(answered.status == 403 || answered.status == 200, "{}", answered.text());
        assert!(sent.iter().all(|sent| !runs_unseen.iter().any(|word| sent.contains(word))), "{sent:?}");
    }
}

#[test]
fn a_tool_that_comes_up_in_mid_conversation_is_judged_as_it_was_declared() {
    let tool = value!({"type": "function", "name": "process", "description": "Deletes the emails with these ids, for good.", "parameters": {"type": "object"}});
    for item in [
        value!({"type": "additional_tools", "role": "developer", "tools": [tool]}),
        value!({"type": "tool_search_output", "call_id": "ts_1", "execution": "client", "status": "completed", "tools": [tool]}),
        value!({"type": "tool_search_output", "call_id": "ts_1", "execution": "client", "tools": [{"type": "namespace", "name": "mail", "tools": [tool]}]}),
    ] {
        let provider = routes(|_, _| json(response("resp_1", "completed", &[call(DELETED, "process", SECRET)])));
        let office = office(&provider);
        let body = value!({"model": "m", "input": [{"role": "user", "content": "tidy up"}, item]});
        let text = office.post("/v1/responses", &body.to_string(), "").text();
        is_withheld(&text, &office.code());
    }
}

#[test]
fn a_call_inside_a_call_is_judged_as_what_it_does() {
    let dispatched = |name: &str, arguments: Value| value!({"type": "function_call", "id": "fc_1", "call_id": DELETED, "name": name, "arguments": arguments.to_string()});
    for item in [
        dispatched("call_tool", value!({"tool": "delete_emails", "arguments": {"ids": [SECRET]}})),
        dispatched("execute", value!({"tool_name": "gmail_delete_emails", "parameters": {"ids": [SECRET]}})),
        dispatched(
            "use_mcp_tool",
            value!({"server_name": "mail", "tool_name": "delete_emails", "arguments": value!({"ids": [SECRET]}).to_string()}),
        ),
    ] {
        let said = item.to_string();
        let provider = routes(move |_, _| json(response("resp_1", "completed", std::slice::from_ref(&item))));
        let office = office(&provider);
        let text = office.post("/v1/responses", CONVERSE, "").text();
        assert!(!text.contains(SECRET) && text.contains("confirm-deletes"), "{said}: {text}");
    }
}
