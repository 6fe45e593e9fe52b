//! Secrets do not reach the record.

use super::*;
use crate::record::redact::Redactor;
use proptest::prelude::*;

fn redact(text: &str) -> String {
    Redactor::new(&settings().redact).expect("patterns").redact(text)
}

/// How a password, SECRET, may be spelled in a call's arguments.
const SPELLINGS: &[&str] = &[
    r#"{"password":"SECRET"}"#,
    r#"{"login":{"user":"ann","Client_Secret":"SECRET"}}"#,
    r#"{"db":{"credentials":{"name":"ann","any":["SECRET"]}}}"#,
    r#"{"p\u0061ssword" : "SECRET"}"#,
    r#"{"body":"{\"password\":\"SECRET\"}"}"#,
    r#"{"body":"{\"inner\":\"{\\\"apiKey\\\":\\\"SECRET\\\"}\"}"}"#,
    r#"{"password":"SECRET","command":"login ann SECRET"}"#,
    r#"{"password":"SECRET"#,
    r#"{"password":"SECRET","password":"SECRET"}"#,
    r#"{"note":5" wide,"password":"SECRET"}"#,
    r#"{"command":"curl -u ann:SECRET https://example.com"}"#,
    r#"{"command":"curl -H 'Authorization: Bearer SECRET' https://example.com"}"#,
    r#"{"command":"curl -H \"X-Api-Key: SECRET\" https://example.com"}"#,
    r#"{"command":"curl -d '{\"password\": \"SECRET\"}' https://example.com"}"#,
    r#"{"command":"psql postgres://ann:SECRET@db.example.com/prod"}"#,
    r#"{"command":"PGPASSWORD=SECRET psql"}"#,
    r#"{"command":"deploy --token SECRET --force"}"#,
    r#"{"command":"deploy --api-key=SECRET"}"#,
    r#"{"command":"mysql -h db -u root -pSECRET prod"}"#,
    r#"{"command":"sshpass -p SECRET ssh ann@example.com"}"#,
    r#"{"content":"[db]\nuser = ann\npassword = SECRET\n"}"#,
    r#"{"content":"export DB_PASSWORD='SECRET'\n"}"#,
    r#"{"content":"password: SECRET\n"}"#,
    r#"{"headers":{"Cookie":"session=SECRET"}}"#,
    "export API_TOKEN=SECRET",
    r#"{"env":[{"name":"DB_PASSWORD","value":"SECRET"}]}"#,
    r#"{"fields":[{"text":"SECRET","label":"Password","n":1}]}"#,
    r##"{"selector":"#password","text":"SECRET"}"##,
    r#"{"env":{"DB_PASS":"SECRET"}}"#,
    r#"{"body":"Hi Ann,\nthe password is SECRET.\nBye"}"#,
    r#"{"command":"docker login -u ann -p SECRET registry.example.com"}"#,
    r#"{"url":"https://example.com/file?X-Amz-Signature=SECRET&x=1"}"#,
    r#"{"content":"<login><password>SECRET</password></login>"}"#,
    "machine example.com login ann password SECRET",
    "DB_PASS=SECRET ./run",
];

/// Well-known keys, with SECRET as the part that matters.
const KEYS: &[&str] = &[
    "sk-SECRET",
    "sk-proj-SECRET",
    "sk-ant-api03-SECRET",
    "sk_live_SECRET",
    "ghp_SECRET",
    "github_pat_SECRET",
    "glpat-SECRET",
    "xoxb-SECRET",
    "hf_SECRET",
    "https://hooks.slack.com/services/SECRET",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SECRET",
    "-----BEGIN RSA PRIVATE KEY-----\\nSECRET\\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\\nSECRET",
];

#[test]
fn a_password_is_taken_out_however_it_is_spelled() {
    for spelling in SPELLINGS {
        let kept = redact(&spelling.replace("SECRET", "hunter2zebra"));
        assert!(!kept.contains("hunter2zebra"), "{spelling} was kept as {kept}");
    }
}

#[test]
fn a_well_known_key_is_taken_out_wherever_it_stands() {
    for key in KEYS {
        let key = key.replace("SECRET", "Ab3dEf6hIj9lMn2pQr5t");
        for text in [format!(r#"{{"text":"use {key} please"}}"#), format!("echo {key}"), format!(r#"{{"a":["{key}"]}}"#)] {
            let kept = redact(&text);
            assert!(!kept.contains("Ab3dEf6hIj9lMn2pQr5t"), "{text} was kept as {kept}");
        }
    }
    assert!(!redact(r#"{"key":"AKIAIOSFODNN7EXAMPLE"}"#).contains("AKIAIOSFODNN7EXAMPLE"));
}

#[test]
fn arguments_without_a_secret_are_kept_byte_for_byte() {
    let plain = [
        r#"{ "ids" : [1, 2], "subject":"Passwords: policy meeting", "n":1.0e2 }"#,
        r#"{"max_tokens":100,"tokens":7,"model":"m","path":"/srv/task-force-notes-2026/report.md"}"#,
        r#"{"command":"git push origin risk-assessment-for-the-annual-report"}"#,
        r#"{"digest":"sha256:0123456789abcdef0123456789abcdef","uuid":"7d444840-9dc0-11d1-b245-5ffdce74fad2"}"#,
        r#"{"text":"a basic understanding of the token economy, and a bearer of news","url":"https://example.com/a@b"}"#,
        r#"{"mapping":{"a":"b"},"author":"Ann","secret":true,"password":null,"to":"ann@example.com"}"#,
        r#"{"name":"subject","value":"Quarterly numbers","items":[{"name":"password"},{"value":"open"}]}"#,
        r#"{"text":"the password is required, and a passport is needed; the pin is round"}"#,
        "*** Begin Patch\n*** Update File: a.txt\n-old \"text\"\n+new text\n*** End Patch",
        r#"{"text":"Löschen 削除 🗑️ \u0041\n"}"#,
    ];
    for text in plain {
        assert_eq!(redact(text), text);
    }
}

#[test]
fn what_is_left_of_redacted_json_is_json() {
    for text in [r#"{"password":"a\"b\\c","n":1}"#, r#"{"pin":1234}"#, r#"{"secret":{"a":[1,"x",null]}}"#, r#"{"b":"{\"pin\":12345}"}"#] {
        let kept = redact(text);
        assert!(kept.contains("[redacted]") && serde_json::from_str::<serde_json::Value>(&kept).is_ok(), "{kept}");
    }
}

#[test]
fn long_arguments_are_cut_and_no_secret_is_cut_in_half() {
    for offset in (65_600..66_600).step_by(37).chain((73_000..74_000).step_by(37)) {
        let text = format!(r#"{{"text":"{}","key":"sk-Ab3dEf6hIj9lMn2pQr5tAb3dEf6hIj9lMn2pQr5t"}}"#, "x ".repeat(offset / 2));
        let kept = redact(&text);
        assert!(!kept.contains("Ab3d"), "at {offset}: {}", &kept[kept.len() - 200..]);
        assert!(kept.len() < 66_000 && kept.ends_with("bytes in all]"));
    }
    let all = "x ".repeat(30_000);
    assert_eq!(redact(&all), all);
}

#[test]
fn an_action_that_quotes_the_secret_alone_does_not_keep_it() {
    let dir = TempDir::new().expect("a dir");
    let mut quoting = violation(Verdict::Block, r#"{"password":"hunter2zebra","to":"ann"}"#);
    quoting.judgement.actions[0].evidence = "the value hunter2zebra".into();
    quoting.judgement.objections[0].why = "sends hunter2zebra to ann".into();
    write(&open(&dir), vec![quoting]);
    let entry = &entries(&reader(&dir), &Filter::default())[0];
    assert_eq!(entry.actions[0].evidence, "the value [redacted]");
    assert_eq!(entry.why, "sends [redacted] to ann");
}

#[test]
fn a_pattern_that_cannot_be_used_is_named() {
    for bad in ["(", "[a-", "(?:a{1000}){1000}"] {
        assert!(matches!(Redactor::new(&[bad.to_owned()]), Err(RecordError::Pattern { pattern, .. }) if pattern == bad));
    }
}

/// Everything on the disk, of a record in which nothing is pending.
fn bytes_of(dir: &TempDir) -> Vec<u8> {
    let files = std::fs::read_dir(dir.path()).expect("a dir");
    files.flat_map(|file| std::fs::read(file.expect("a file").path()).expect("bytes")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_planted_secret_is_found_in_the_file(
        secret in "[A-Za-z0-9]{12}[0-9][A-Za-z0-9]{12}",
        spelling in proptest::sample::select(SPELLINGS.iter().chain(KEYS).copied().collect::<Vec<_>>()),
        padding in 0..70_000_usize,
    ) {
        let arguments = format!("{{\"pad\":\"{}\",\"it\":[{}]}}", "y ".repeat(padding / 2), spelling.replace("SECRET", &secret));
        let dir = TempDir::new().expect("a dir");
        let record = open(&dir);
        write(&record, vec![violation(Verdict::Block, &arguments), violation(Verdict::Warn, &spelling.replace("SECRET", &secret))]);
        wait(record.close());
        prop_assert!(memchr::memmem::find(&bytes_of(&dir), secret.as_bytes()).is_none());
    }

    #[test]
    fn no_text_makes_redaction_fail_or_grow_without_bound(text in "(\\PC|\"|\\\\|\\{|\\}|:|,|password|sk-|\\\\u0041){0,200}") {
        let once = redact(&text);
        prop_assert!(once.len() <= text.len() * 12 + 64);
    }
}
