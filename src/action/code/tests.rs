//! Inline code, what it does, and what its near misses do not.

use super::*;

fn kinds_of(language: Language, text: &str) -> String {
    let mut reading = Reading::new();
    read(&mut reading, language, text);
    let mut names: Vec<&str> = reading.actions().iter().map(|a| a.kind.name()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

#[test]
fn a_call_is_told_from_text_about_it() {
    for (code, kinds) in [
        ("import os\nos.remove('a.db')", "delete"),
        ("print(\"os.remove('a.db')\")", "read"),
        ("# os.remove('a.db')\nprint(1)", "read"),
        ("import subprocess; subprocess.run(['rm', '-rf', 'x'])", "delete"),
        ("import subprocess; subprocess.run('ls -l', shell=True)", "read"),
        ("names = ['a']; names.remove('a')", "read"),
        ("exec(compile(data, 'x', 'exec'))", "execute unknown"),
        ("cur.execute('DELETE FROM t WHERE id = 3')", "delete"),
    ] {
        assert_eq!(kinds_of(Language::Python, code), kinds, "{code}");
    }
}

#[test]
fn javascript_is_read_like_python() {
    for (code, kinds) in [
        ("require('fs').rmSync('dist', {recursive: true})", "delete"),
        ("const m = new Map(); m.delete('a'); m.clear()", "read"),
        ("require('child_process').execSync('rm -rf dist')", "delete"),
        ("// fs.rmSync('dist')\nconsole.log(1)", "read"),
    ] {
        assert_eq!(kinds_of(Language::JavaScript, code), kinds, "{code}");
    }
}

#[test]
fn what_a_name_stands_for_is_followed() {
    for (language, code, kinds) in [
        (Language::Python, "import shutil as s\ns.rmtree('x')", "delete"),
        (Language::Python, "import os\ngetattr(os, 'un' + 'link')('x')", "delete"),
        (Language::Python, "import os\nprint(getattr(os, 'sep'))", "read"),
        (Language::Python, "import os\ngetattr(os, name)('x')", "unknown"),
        (Language::Python, "f = {'a': print}\nf['a']('os.remove')", "read"),
        (Language::Python, "import os\nlist(map(os.remove, names))", "delete"),
        (Language::Python, "def remove_all(x):\n    return len(x)\nremove_all([1])", "read"),
        (Language::JavaScript, "const { rm: gone } = require('node:fs/promises'); await gone('x')", "delete"),
        (Language::JavaScript, "const fs = require('fs'); fs['unlink' + 'Sync']('x')", "delete"),
        (Language::JavaScript, "const s = new Set(['a']); s.delete('a')", "read"),
        (Language::Ruby, "system 'git', 'push'", "publish.push"),
        (Language::Perl, "my @old = glob('*.o'); unlink @old;", "delete"),
        (Language::R, "x <- 1; rm(x)", "read"),
    ] {
        assert_eq!(kinds_of(language, code), kinds, "{code}");
    }
}

#[test]
fn hostile_code_is_read_quickly_and_on_a_small_stack() {
    let hostile = [
        "(".repeat(10000),
        "[".repeat(10000) + &"]".repeat(10000),
        ";".repeat(20000),
        "a=".repeat(10000),
        "a.".repeat(10000) + "b()",
        "f(".repeat(6000),
        "x=x+x\n".repeat(4000),
        "x='a'\n".to_owned() + &"x=x+x\n".repeat(1000),
        "x=[x,x]\n".repeat(2000),
        "f'{".repeat(4000),
        "`${".repeat(4000),
        "<<AA\n".repeat(4000),
        "%w(".repeat(4000),
        "q(".repeat(4000),
        "'\\".repeat(4000),
        "/".repeat(20000),
        "\"\"\"".repeat(4000),
        "é(ü)\u{3042}.".repeat(2000),
        "/*".repeat(10000),
        "x ? ".repeat(4000),
        "lambda: ".repeat(4000),
        "a if b else ".repeat(2000),
        "import a as ".repeat(2000),
        "(x)=>".repeat(4000),
        "{a:".repeat(4000),
        "a+b*c-d/e ".repeat(2000),
        "\\u{".repeat(4000),
        "!x{\n".repeat(4000),
    ];
    let languages =
        [Language::Python, Language::JavaScript, Language::Ruby, Language::Perl, Language::Php, Language::R, Language::Go, Language::Other];
    let run = move || {
        for text in &hostile {
            for language in languages {
                let start = std::time::Instant::now();
                kinds_of(language, text);
                let spent = start.elapsed();
                assert!(spent.as_millis() < 1500, "{spent:?} for {language:?} {}", text.chars().take(20).collect::<String>());
            }
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).expect("a thread").join().expect("no overflow");
}

proptest::proptest! {
    #[test]
    fn no_code_makes_a_reader_panic(parts in proptest::collection::vec("(import os|from x import y|def f|lambda|for x in|os\\.|getattr|\\(|\\)|\\[|\\]|\\{|\\}|'|\"|`|f'|\\$\\{|#\\{|\\n|=|=>|->|::|\\.|,|;|:|\\+|%w|q\\{|<<EOF|\\\\|//|/\\*|#|ä|あ|1|if|else|new |await |\\?|exec)", 0..60)) {
        let text = parts.concat();
        for language in [Language::Python, Language::JavaScript, Language::Ruby, Language::Perl, Language::Php, Language::R, Language::Go, Language::AppleScript, Language::Other] {
            kinds_of(language, &text);
        }
    }
}
