//! A second bash parser as a witness: no command it finds may be missing in ours.
//!
//! tree-sitter-bash is made for editors: around a fault it guesses, and in places its
//! grammar is not bash's. Where it is sure of a whole script (its tree has no error),
//! every command name it finds must be one that ours found, or ours must say that the
//! script does not parse. See docs/decisions/0037.

use super::super::parse;
use super::super::syntax::{Change, Node, Piece, Script, Word};
use super::super::words::literal;
use proptest::prelude::*;

/// The literal command names the other parser finds; `None` where it is not sure of the script.
fn theirs(script: &str) -> Option<Vec<String>> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).expect("the grammar fits the library");
    let tree = parser.parse(script, None).expect("a tree");
    if tree.root_node().has_error() {
        return None;
    }
    let mut names = Vec::new();
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        if node.kind() == "command_name" {
            let text = node.utf8_text(script.as_bytes()).unwrap_or_default();
            if matches!(
                text,
                "if" | "then" | "else" | "elif" | "fi" | "while" | "until" | "for" | "do" | "done" | "case" | "esac" | "{" | "}"
            ) {
                // It took a construct for a command: it is not sure, only silent.
                return None;
            }
            // These two are words of the grammar to bash, not commands.
            if !matches!(text, "time" | "coproc")
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'/' | b'_' | b'-'))
            {
                names.push(text.to_owned());
            }
        }
        open.extend((0..node.child_count()).filter_map(|at| node.child(at)));
    }
    Some(names)
}

/// The literal command names ours finds, and whether all of the script parsed.
fn ours(script: &str) -> (Vec<String>, bool) {
    let parsed = parse::parse(script);
    let mut names = Vec::new();
    of_script(&parsed.script, &mut names);
    parsed.heredocs.iter().for_each(|word| of_word(word, &mut names));
    (names, parsed.fault.is_none())
}

fn of_script(script: &Script, names: &mut Vec<String>) {
    script.nodes.iter().for_each(|node| of_node(node, names));
}

fn of_node(node: &Node, names: &mut Vec<String>) {
    let (words, redirects) = match node {
        Node::Simple(simple) => {
            names.extend(simple.words.first().map(literal));
            simple.assignments.iter().flat_map(|a| a.value.words()).for_each(|word| of_word(word, names));
            (&simple.words, &simple.redirects)
        }
        Node::Pipeline(stages) => return stages.iter().for_each(|stage| of_node(stage, names)),
        Node::Chain(chain) => return chain.iter().for_each(|(_, node)| of_node(node, names)),
        Node::Function { body, .. } => return of_script(body, names),
        Node::Group { body, words, redirects } | Node::For { body, words, redirects, .. } => {
            of_script(body, names);
            (words, redirects)
        }
    };
    words.iter().chain(redirects.iter().map(|redirect| &redirect.target)).for_each(|word| of_word(word, names));
}

fn of_word(word: &Word, names: &mut Vec<String>) {
    for piece in &word.pieces {
        match piece {
            Piece::Plain(_) | Piece::Quoted(_) => {}
            Piece::Command { script, .. } | Piece::Process(script) => of_script(script, names),
            Piece::Arithmetic(inner) => of_word(inner, names),
            Piece::Variable(variable) => {
                variable.index.iter().for_each(|index| of_word(index, names));
                match &variable.change {
                    Change::None => {}
                    Change::Default(inner)
                    | Change::Assign(inner)
                    | Change::Alternative(inner)
                    | Change::Edit(_, inner)
                    | Change::Other(inner) => of_word(inner, names),
                }
            }
        }
    }
}

fn missing(script: &str) -> Vec<String> {
    let Some(theirs) = theirs(script) else { return Vec::new() };
    let (ours, is_whole) = ours(script);
    if !is_whole {
        return Vec::new();
    }
    theirs.into_iter().filter(|name| !ours.contains(name)).collect()
}

#[test]
fn no_command_of_a_labelled_call_is_missed() {
    let mut wrong = Vec::new();
    let mut sure = 0;
    for line in include_str!("../../../../fixtures/action/shell.jsonl").lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("a labelled call is JSON");
        if matches!(case["tool"].as_str(), Some("powershell" | "cmd")) {
            continue;
        }
        let scripts = case["arguments"].as_object().expect("arguments").values().filter_map(|value| value.as_str());
        for script in scripts {
            sure += usize::from(theirs(script).is_some());
            let missing = missing(script);
            if !missing.is_empty() {
                wrong.push(format!("{missing:?} in {script}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(sure > 300, "the other parser is sure of {sure} scripts only: that proves little");
}

/// Scripts made of every construct, with commands named `c0` … `c9`.
fn scripts() -> impl Strategy<Value = String> {
    let leaf = (0..10_u8, "( [a-z]{1,3}| '[a-z ;|]{0,4}'| \"[a-z ;&]{0,4}\"| \\$[a-z]| >[a-z]{1,3}| <[a-z]{1,3}){0,3}")
        .prop_map(|(number, rest)| format!("c{number}{rest}"));
    leaf.prop_recursive(4, 24, 3, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone().prop_map(|(a, b)| format!("{a} && {b}")),
            two.clone().prop_map(|(a, b)| format!("{a} || {b}")),
            two.clone().prop_map(|(a, b)| format!("{a} | {b}")),
            two.clone().prop_map(|(a, b)| format!("{a}; {b}")),
            two.clone().prop_map(|(a, b)| format!("{a} & {b}")),
            two.clone().prop_map(|(a, b)| format!("{a}\n{b}")),
            two.clone().prop_map(|(a, b)| format!("if {a}; then {b}; fi")),
            two.clone().prop_map(|(a, b)| format!("if {a}; then {b}; else {a}; fi")),
            two.clone().prop_map(|(a, b)| format!("while {a}; do {b}; done")),
            two.clone().prop_map(|(a, b)| format!("case x in a) {a};; *) {b};; esac")),
            two.clone().prop_map(|(a, b)| format!("c0 \"$( {a})\" `{}`", b.replace(['`', '\\'], ""))),
            two.prop_map(|(a, b)| format!("c0 <<E\n$( {a})\nE\n{b}")),
            inner.clone().prop_map(|a| format!("( {a} )")),
            inner.clone().prop_map(|a| format!("{{ {a}; }}")),
            inner.clone().prop_map(|a| format!("for i in 1 2; do {a}; done")),
            inner.clone().prop_map(|a| format!("f() {{ {a}; }}")),
            inner.clone().prop_map(|a| format!("x=$( {a}) c1")),
            inner.clone().prop_map(|a| format!("c2 <({a})")),
            inner.clone().prop_map(|a| format!("c3 ${{x:-$( {a})}}")),
            inner.prop_map(|a| format!("! {a}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_command_of_a_generated_script_is_missed(script in scripts()) {
        let missing = missing(&script);
        prop_assert!(missing.is_empty(), "{missing:?} in {script}");
    }
}
