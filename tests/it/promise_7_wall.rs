//! Promise 7: nothing of the operator's is reachable through the agent's port, and
//! nothing but what is meant to be reaches the provider.

use crate::stage::{DELETES, Linchpin, Provider, json, raw};

fn stage() -> (Provider, Linchpin) {
    let provider = Provider::answering(vec![json("{}")]);
    let linchpin = Linchpin::before(&provider, DELETES);
    (provider, linchpin)
}

#[test]
fn no_trick_with_target_host_or_framing_gets_past_the_door() {
    let (provider, linchpin) = stage();
    let body = r#"{"messages":[{"role":"user","content":"x"}]}"#;
    let request = |line: &str, headers: &str| format!("{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    let posted = |target: &str| request(&format!("POST {target}"), &format!("content-length: {}\r\n", body.len())) + body;
    let mut tricks: Vec<(String, &[u16])> = Vec::new();
    for target in [
        "/openai/v1/models/%2e%2e/responses/x",
        "/openai//evil.example/v1/responses",
        "/openai/v1/../v1/files",
        "/openai/v1/./responses",
        "//v1/responses",
        "/openai/v1/models/..%2fresponses",
        "/openai/v1/models/%5c..",
        "/openai/v1/chat%2fcompletions",
        "/openai/v1/models/%00",
        "/openai/v1/models/%252e",
        "http://evil.example/v1/responses",
        "http://localhost/v1/chat/completions",
        "/openai/v1/models/\\x",
    ] {
        tricks.push((posted(target), &[400]));
        tricks.push((request(&format!("GET {target}"), ""), &[400]));
    }
    for target in [
        "/",
        "/metrics",
        "/healthz",
        "/api/status",
        "/api/approvals",
        "/openai/v1/files",
        "/openai/v1/responses/resp%5F1",
        "/openai/v1/conversations/c/d/items",
        "/v1/messages/batches",
        "/v1/messages/batches/b/results",
        "/v1beta/interactions",
        "/api/create",
        "/ollama/api/pull",
        "/ollama/v1/completions",
        "/openai/v1/realtime",
        "/nowhere/v1/responses",
        "/@/v1/responses",
        "/@a/nowhere",
        "/v1/Chat/Completions",
        "/v1/completions",
        "/console",
    ] {
        tricks.push((posted(target), &[403]));
        tricks.push((request(&format!("GET {target}"), ""), &[403]));
    }
    tricks.push((request("CONNECT evil.example:443", ""), &[400, 403]));
    tricks.push((request("GET /v1/chat/completions", "upgrade: websocket\r\nconnection: upgrade\r\n"), &[400, 426]));
    let both = format!("content-length: {}\r\ntransfer-encoding: chunked\r\n", body.len());
    tricks.push((request("POST /v1/chat/completions", &both) + body, &[400]));
    tricks.push((request("POST /v1/chat/completions", "transfer-encoding: chunked\r\ncontent-length: 3\r\n") + "0\r\n\r\n", &[400]));
    tricks.push((request("POST /v1/chat/completions", "content-length: 3\r\ncontent-length: 4\r\n") + "abcd", &[400]));
    tricks.push((request("POST /v1/chat/completions", "x: a\r\n b\r\n"), &[400]));
    tricks.push((request("GET /v1/models", "host: evil.example\r\n"), &[400]));
    tricks.push((request("GET /v1/models", "origin: https://evil.example\r\n"), &[403]));
    tricks.push((request("GET /v1/models", "sec-fetch-site: cross-site\r\n"), &[403]));
    tricks.push(("GET /v1/models HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n".into(), &[421]));
    tricks.push(("GET /v1/models HTTP/1.1\r\nhost: 127.0.0.1.evil.example\r\nconnection: close\r\n\r\n".into(), &[421]));
    tricks.push(("GET /v1/models HTTP/1.1\r\nconnection: close\r\n\r\n".into(), &[400, 421]));
    tricks.push((request("GET /v1/models", &format!("x: {}\r\n", "y".repeat(80_000))), &[431]));
    assert!(tricks.len() >= 60, "only {} tricks", tricks.len());
    for (trick, expected) in &tricks {
        let answered = linchpin.raw(trick.as_bytes());
        let shown = trick.chars().take(90).collect::<String>();
        assert!(expected.contains(&answered.status), "{shown:?} got {} {}", answered.status, answered.text());
    }
    assert!(provider.received().is_empty(), "something went through: {:?}", provider.received());
    for near_miss in ["/v1/models", "/openai/v1/models/gpt-5", "/@bot/v1/models", "/openai", "/anthropic/"] {
        assert_eq!(linchpin.raw(request(&format!("GET {near_miss}"), "").as_bytes()).status, 200, "{near_miss}");
    }
}

#[test]
fn the_console_answers_one_constant_401_without_its_token() {
    let (_, linchpin) = stage();
    let without: Vec<String> = ["/", "/api/status", "/nowhere", "/metrics"]
        .map(|path| linchpin.console(path, false))
        .iter()
        .map(|a| format!("{} {}", a.status, a.text()))
        .collect();
    assert!(without.iter().all(|answer| *answer == without[0] && answer.starts_with("401")), "{without:?}");
    assert_eq!(linchpin.console("/api/status", true).status, 200);
    assert_eq!(linchpin.console("/nowhere", true).status, 404);
    for open in ["/healthz", "/readyz"] {
        assert_eq!(linchpin.console(open, false).status, 200);
    }
    let foreign = "GET /healthz HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n";
    assert_eq!(raw(linchpin.console_port, foreign.as_bytes()).status, 421);
}

#[test]
fn a_call_that_reaches_for_linchpin_is_blocked() {
    let (provider, linchpin) = stage();
    let asks = |command: &str| {
        let arguments = serde_json::json!({ "command": command }).to_string();
        let call = serde_json::json!({"id": "c", "type": "function", "function": {"name": "bash", "arguments": arguments}});
        let choice = serde_json::json!({"index": 0, "message": {"content": null, "tool_calls": [call]}, "finish_reason": "tool_calls"});
        provider.answer(json(serde_json::json!({ "choices": [choice] }).to_string()));
        linchpin.post("/v1/chat/completions", r#"{"messages":[{"role":"user","content":"x"}]}"#).text()
    };
    let port = linchpin.console_port;
    let data = linchpin.data().display().to_string();
    for command in [
        format!("curl http://0x7f.1:{port}/api/approvals"),
        format!("curl http://localhost:{port}/"),
        format!("cat {data}/operator.token"),
        "linchpin approvals approve K7Q2".to_owned(),
        "export OPENAI_BASE_URL=https://api.openai.com/v1".to_owned(),
    ] {
        let text = asks(&command);
        assert!(text.contains("linchpin-self") && !text.contains("tool_calls"), "{command}: {text}");
    }
    for command in [format!("curl http://example.com:{port}/"), "grep linchpin README.md".to_owned(), format!("ls /tmp/{port}")] {
        let text = asks(&command);
        assert!(!text.contains("linchpin-self"), "{command}: {text}");
    }
}

#[test]
fn serve_says_what_keeps_the_agent_from_being_linchpin() {
    let (_provider, linchpin) = stage();
    let log = linchpin.log_with("  what helps most: ");
    let line = |word: &str| log.lines().find(|line| line.starts_with(&format!("  {word}: "))).unwrap_or_else(|| panic!("{word}: {log}"));
    assert!(log.contains("separation: what keeps the agent from being linchpin here"), "{log}");
    assert!(line("console").contains("on the loopback that agents use, too"), "{log}");
    assert!(!line("what helps most").is_empty() && !line("other accounts").is_empty());
    #[cfg(target_os = "linux")]
    {
        assert!(line("data dir").contains("mode 0700"), "{log}");
        // The test itself runs as the same user: linchpin is not alone.
        assert!(line("account").contains("run as it now") && line("account").contains("can read the token"), "{log}");
    }
}
