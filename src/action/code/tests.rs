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
