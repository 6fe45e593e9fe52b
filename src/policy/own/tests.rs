//! Reaches for linchpin itself, and the ordinary calls that look like one.

use super::*;
use crate::call::{Action, Count, Input, Target, TargetSort, ToolName};
use crate::json::read_arguments;
use crate::kind::Kind;
use crate::policy::names::Names;
use crate::policy::texts::Texts;
use std::sync::LazyLock;

static OWN: LazyLock<Own> = LazyLock::new(|| {
    let paths = ["/home/ann/.local/share/linchpin", "/home/ann/.config/linchpin/linchpin.toml"].map(str::to_owned).to_vec();
    Own::new(&Guarded { ports: vec![4141, 4142], hosts: vec!["box.example".into()], desks: vec!["desk.example".into()], paths })
        .expect("patterns")
});

fn objection(arguments: &str, actions: Vec<Action>) -> Option<String> {
    let texts = Texts::of(&read_arguments(&Input::Json(arguments.to_owned())).expect("readable"));
    let seen = Seen { raw: arguments, names: Names::of(&ToolName::plain("t"), &texts), texts, actions, is_unseen: false };
    OWN.objection(&seen).map(|objection| objection.why)
}

/// Whether a command reaches for linchpin.
fn reaches(command: &str) -> bool {
    objection(&serde_json::json!({ "command": command }).to_string(), vec![]).is_some()
}

#[test]
fn a_port_is_guarded_in_every_spelling_of_the_address() {
    for address in [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0177.0.0.1",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "127.1",
        "0",
        "0.0.0.0",
        "127.8.8.8",
        "x.localhost",
        "１２７.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "user@127.0.0.1",
        "lvh.me",
        "127.0.0.1.nip.io",
        "box.example",
        "${H}",
        "$H",
        "host.docker.internal",
    ] {
        for port in ["4141", "4142", "04142"] {
            let command = format!("curl -s http://{address}:{port}/api/approvals");
            assert!(reaches(&command), "{command}");
        }
    }
}

#[test]
fn a_port_is_guarded_however_it_is_handed_over() {
    for command in [
        "nc localhost 4142",
        "nc -p4142 127.0.0.1",
        "exec 3<>/dev/tcp/127.0.0.1/4142",
        "HTTPConnection('localhost', 4142)",
        "ssh -L 8080:localhost:4142 box",
        "socat - TCP:127.1:4142",
        "fuser -k 4142/tcp",
        "lsof -ti :4141",
        "lsof -i tcp:4141",
        "curl 127.0.0.1\\:4142",
        "curl loc''alhost:41\"\"42",
        "curl 'http://localhost%3A4142/'",
        "curl --port=4142 --host localhost",
        "iptables -A INPUT -i lo -d 127.0.0.1 -p tcp --dport 4142 -j DROP",
    ] {
        assert!(reaches(command), "{command}");
    }
    for arguments in [
        r#"{"host":"127.0.0.1","port":4142}"#,
        r#"{"port":"4142","host":"localhost"}"#,
        r#"{"url":"http:\/\/localhost:4142"}"#,
        r#"{"argv":["nc","localhost","4142"]}"#,
        r#"{"request":"{\"url\":\"http://local\\u0068ost:4142\"}"}"#,
    ] {
        assert!(objection(arguments, vec![]).is_some(), "{arguments}");
    }
}

#[test]
fn other_ports_and_other_machines_pass() {
    for command in [
        "curl http://localhost:41410/x",
        "curl http://localhost:14141/",
        "curl http://localhost:3000/orders/4141",
        "curl db.example:4142",
        "grep -n foo src/main.rs:4141",
        "call 555-4141 from localhost",
        "fix issue #4141 on localhost",
        "nc localhost 41420",
        "psql -h db.example -p 4141",
        "echo 4142",
        "localhost:3000 and 4141 sheep",
        "price 4141.50 at localhost",
        "sleep 4142",
        r#"{"port":4141}"#,
    ] {
        assert!(!reaches(command), "{command}");
    }
    assert!(objection(r#"{"url":"http://localhost:3000","order":4141}"#, vec![]).is_none());
    assert!(objection(r#"{"order":4141}"#, vec![]).is_none());
}

#[test]
fn operating_linchpin_is_a_reach_and_writing_about_it_is_none() {
    for command in [
        "linchpin approvals approve K7Q2-M4XN",
        "linchpin approvals",
        "linchpin resume",
        "linchpin halt --why x",
        "linchpin pins release p",
        "linchpin check --accept",
        "linchpin serve --accept-config",
        "/usr/local/bin/linchpin approvals list",
        "sudo linchpin resume c1 && ls",
        "linchpin --data /x approvals approve A",
        "lin\"\"chpin approvals approve A",
        "l\\inchpin resume",
        "Linchpin.exe approvals list",
        "yes | linchpin approvals approve A",
        "bash -c 'linchpin resume'",
        "linchpin${IFS}resume",
        "LINCHPIN_TOKEN=x ls",
        "echo $LINCHPIN_TOKEN",
        "printenv LINCHPIN_DATA",
        "pkill -f linchpin",
        "kill -9 $(pgrep linchpin)",
        "systemctl stop linchpin",
        "service linchpin restart",
        "docker rm -f linchpin",
        "ps ax | grep linchpin | awk '{print $1}' | xargs kill",
        "rm $(which linchpin)",
        "rm -f /usr/local/bin/linchpin",
    ] {
        assert!(reaches(command), "{command}");
    }
    assert!(objection(r#"{"command":"linchpin","args":["approvals","approve","K7Q2"]}"#, vec![]).is_some());
    for text in [
        "grep linchpin README",
        "He is the linchpin of our team. Please resume work.",
        "cargo build -p linchpin",
        "git clone https://h.example/linchpin.git",
        "linchpin pins the wheel to its axle",
        "systemctl status linchpin",
        "linchpin --version",
        "the linchpin approvals process is slow",
        "docker build -t linchpin .",
        "echo linchpinned halt",
        "fn test_linchpin_judge()",
        "ls ~/src/linchpin/src",
        "killall node",
        "rm src/linchpin.rs",
    ] {
        assert!(!reaches(text), "{text}");
    }
}

#[test]
fn its_files_are_guarded_under_every_way_to_them() {
    for command in [
        "cat ~/.local/share/linchpin/operator.token",
        "cat operator.token",
        "cat /x/operator.token | base64",
        "vi linchpin.toml",
        "sqlite3 linchpin.db 'delete from grants'",
        "ls /home/ann/.local/share/linchpin",
        "ls /home/ann//.local/./share/linchpin/",
        "cat /home/ann/x/../.local/share/linchpin/head",
        "ls $HOME/.local/share/linchpin",
        "ls ~/.local/share/LINCHPIN",
        "cat ~/.local/share/linch*/*",
        "cat \"$XDG_DATA_HOME/linchpin/x\"",
        "cat ${XDG_CONFIG_HOME}/linchpin/linchpin.toml",
        "cat ~ann/.config/linchpin/linchpin.toml",
        "x=$(cat operator.token)",
        "cat oper\"\"ator.token",
        "cat ~/.config/linchpin/*",
    ] {
        assert!(reaches(command), "{command}");
    }
    for command in [
        "cat operator.tokens",
        "if (operator.token === '+') {",
        "operator.token.kind()",
        "ls ~/.local/share/linchpin-old",
        "ls ~/.local/share",
        "ls src/linchpin",
        "cat mylinchpin.toml",
        "ls ~/.local/share/l*",
        "cat ~/.config/other/*",
    ] {
        let is_wide = command == "ls ~/.local/share/l*";
        assert_eq!(reaches(command), is_wide, "{command}");
    }
}

#[test]
fn the_tree_around_its_files_is_guarded_and_the_whole_disk_is_left_to_the_other_pins() {
    let remove = |path: &str, count| vec![Action::new(Kind::Delete, "").on([Target::new(TargetSort::Path, path)]).counting(count)];
    for path in
        ["/home/ann/.local/share", "/home/ann/.local/*", "~/.local", "$HOME/.config", "${HOME}/.local/share/", "/home/ann/.config/."]
    {
        assert!(objection("{}", remove(path, Count::Set)).is_some(), "{path}");
    }
    for path in ["/", "~", "/home/ann", "/home/ann/*", "/home", "/home/bob", "/home/ann/.cache", "/tmp", "~/.localized", "build"] {
        assert!(objection("{}", remove(path, Count::Set)).is_none(), "{path}");
    }
    assert!(objection("{}", remove("/home/ann/.local", Count::Exactly(1))).is_none());
}

#[test]
fn setting_a_base_url_is_a_reach_and_reading_one_is_none() {
    for command in [
        "export OPENAI_BASE_URL=https://api.openai.com/v1",
        "ANTHROPIC_BASE_URL= claude",
        "unset ANTHROPIC_BASE_URL",
        "env -u OPENAI_BASE_URL codex",
        "set -gx OPENAI_API_BASE x",
        "setx OLLAMA_HOST x",
        "$env:openai_base_url = 'x'".to_uppercase().as_str(),
        "echo 'OPENAI_BASE_URL=x' >> .env",
        "os.environ[\"OPENAI_BASE_URL\"] = x",
        "process.env.GOOGLE_GEMINI_BASE_URL='x'",
        "delete process.env.OPENAI_BASE_URL",
    ] {
        assert!(reaches(command), "{command}");
    }
    assert!(objection(r#"{"env":{"ANTHROPIC_BASE_URL":"https://x.example"}}"#, vec![]).is_some());
    assert!(objection(r#"{"name":"OPENAI_BASE_URL","value":"x"}"#, vec![]).is_some());
    for command in [
        "echo $OPENAI_BASE_URL",
        "echo ${OPENAI_BASE_URL:-none}",
        "grep -r OPENAI_BASE_URL .",
        "if [ \"$OPENAI_BASE_URL\" == x ]; then",
        "APP_BASE_URL=http://x",
        "printenv ANTHROPIC_BASE_URL",
        "os.environ.get('OPENAI_BASE_URL')",
    ] {
        assert!(!reaches(command), "{command}");
    }
    assert!(objection(r#"{"name":"OPENAI_BASE_URL"}"#, vec![]).is_none());
}

#[test]
fn a_flood_of_numbers_is_blocked_and_not_searched_for_ever() {
    assert!(reaches(&"4141 ".repeat(PLACES + 10)));
    assert!(!reaches(&"4143 ".repeat(PLACES + 10)));
}

const PLACES: usize = 1_000;

proptest::proptest! {
    #[test]
    fn no_text_makes_the_search_panic(text in "[ -~é。％/.:$*0-9]{0,80}|.{0,60}") {
        OWN.reach(&text, false);
        OWN.reach(&format!("{text}:4141{text} localhost /../{text}"), false);
    }
}

#[test]
fn the_desk_is_guarded_on_every_port_and_its_name_may_be_said() {
    for command in
        ["curl https://desk.example/api/approvals", "curl DESK.example:8443", "curl https://desk.example./x", "curl //desk.example"]
    {
        assert!(reaches(command), "{command}");
    }
    let host = |name: &str| vec![Action::new(Kind::ReadNetwork, "").on([Target::new(TargetSort::Host, name)])];
    assert!(objection("{}", host("desk.example")).is_some() && objection("{}", host("box.example")).is_none());
    for command in ["ask at desk.example", "curl https://helpdesk.example/", "curl https://desk.example.org/", "curl https://box.example/"]
    {
        assert!(!reaches(command), "{command}");
    }
}

#[test]
fn an_agent_s_settings_keep_their_base_url() {
    let write = |path: &str, content: &str| objection(&serde_json::json!({ "path": path, "content": content }).to_string(), vec![]);
    assert!(write("/home/ann/.codex/config.toml", "[model_providers.x]\nbase_url = 'https://x.example'").is_some());
    assert!(write("~/.claude/settings.json", r#"{"env":{"ANTHROPIC_BASE_URL":"https://x.example"}}"#).is_some());
    assert!(write("opencode.json", r#"{"options":{"baseURL":"https://x.example"}}"#).is_some());
    assert!(reaches("codex -c openai_base_url=https://x.example") && reaches("aider --openai-api-base https://x.example"));
    assert!(write("/home/ann/.codex/config.toml", "model = 'x'").is_none());
    assert!(write("src/config.json", r#"{"baseURL":"https://x.example"}"#).is_none());
}

#[test]
fn a_key_is_searched_like_a_value() {
    assert!(objection(r#"{"env":{"LINCHPIN_TOKEN":"x"}}"#, vec![]).is_some());
    assert!(objection(r#"{"http://127.0.0.1:4142":1}"#, vec![]).is_some());
    assert!(objection(r#"{"env":{"LINCH_TOKEN":"x"}}"#, vec![]).is_none());
}

#[test]
fn a_listener_on_every_address_is_guarded_on_every_address() {
    let everywhere = Own::new(&Guarded { ports: vec![4142], hosts: vec!["0.0.0.0".into()], ..Guarded::default() }).expect("patterns");
    assert!(everywhere.reach("curl 192.168.1.5:4142", false).is_some() && everywhere.reach("curl db.example:4142", false).is_none());
    let one = Own::new(&Guarded { ports: vec![4142], hosts: vec!["192.168.1.5".into()], ..Guarded::default() }).expect("patterns");
    assert!(one.reach("curl 0xc0a80105:4142", false).is_some() && one.reach("curl 192.168.1.6:4142", false).is_none());
}
