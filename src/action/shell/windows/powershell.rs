//! PowerShell: every command of every pipeline, block and bracket.
//!
//! Blocks count as run whoever they are given to. What is called by a computed name,
//! what `Invoke-Expression` makes of computed text, and what does not parse is `unknown`.

use super::super::bindings::Value;
use super::super::expand::Argument;
use super::super::walk::Walker;
use super::super::{Feed, redirect};
use super::methods;
use super::scan::{Scanner, Token};
use super::{Dialect, aliases, cmdlets, inside};
use crate::action::paths;
use crate::kind::Kind;

/// Words that begin a construct; brackets and blocks follow.
const KEYWORDS: [&str; 23] = [
    "if", "elseif", "else", "while", "foreach", "for", "switch", "try", "catch", "finally", "do", "until", "function", "filter", "param",
    "return", "throw", "begin", "process", "end", "trap", "exit", "using",
];

/// Reads a script; what its last command writes.
pub(super) fn script(walker: &mut Walker<'_>, text: &str, feed: &Feed) -> Feed {
    let mut scanner = Scanner::new(text);
    let mut out = Feed::default();
    let mut input = feed.clone();
    let mut tokens: Vec<(Token, bool)> = Vec::new();
    loop {
        let token = scanner.next(&walker.bindings);
        let is_pipe = matches!(token, Some(Token::Pipe));
        match token {
            Some(Token::Pipe | Token::End) | None => {
                if !tokens.is_empty() {
                    out = command(walker, &tokens, &input);
                    tokens.clear();
                }
                input = if is_pipe { out.clone() } else { feed.clone() };
                if token.is_none() {
                    break;
                }
            }
            Some(token) => tokens.push((token, scanner.is_glued)),
        }
        if !walker.reading.spend(1) {
            break;
        }
    }
    if scanner.is_broken {
        walker.reading.unknown("brackets or quotes that are not closed", text);
    }
    out
}

/// One command or expression: its tokens, and whether each stands directly behind the one before.
fn command(walker: &mut Walker<'_>, tokens: &[(Token, bool)], feed: &Feed) -> Feed {
    let Some(((first, _), rest)) = tokens.split_first() else { return Feed::default() };
    if !walker.reading.command() {
        return Feed::default();
    }
    if let (Token::Word(_, Some(name)), Some((Token::Assign, _))) = (first, rest.first()) {
        return assigned(walker, name, rest.get(1..).unwrap_or_default(), feed);
    }
    match first {
        Token::Call => called(walker, rest, feed),
        Token::Word(word, None) if !word.is_quoted && KEYWORDS.contains(&word.text.to_lowercase().as_str()) => {
            keyword(walker, &word.text.to_lowercase(), rest, feed)
        }
        Token::Word(word, variable) if is_expression(word, variable.as_deref()) => expression(walker, tokens, feed),
        Token::Word(word, _) => named(walker, word, rest, feed),
        Token::Assign | Token::Redirect => {
            walker.reading.unknown("a command is missing", "");
            Feed::default()
        }
        Token::Paren(_) | Token::Block(_) | Token::Table(_) | Token::Pipe | Token::End => expression(walker, tokens, feed),
    }
}

fn is_expression(word: &Argument, variable: Option<&str>) -> bool {
    let is_number = word.text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    variable.is_some() || word.is_quoted || word.is_computed || is_number || word.text.starts_with(['[', '-', '+', '!'])
}

fn assigned(walker: &mut Walker<'_>, name: &str, value: &[(Token, bool)], feed: &Feed) -> Feed {
    let known = literal(value, walker);
    let out = match (&known, value) {
        (Some(_), _) | (None, []) => Feed::default(),
        (None, value) => command(walker, value, feed),
    };
    let is_preference = name.ends_with("preference");
    walker.bindings.assign(&format!("${name}"), known.map_or(Value::Unknown, Value::Known));
    walker.reading.note(if name.starts_with("env:") && !is_preference { Kind::Write } else { Kind::Read }, "a variable is set", name);
    out
}

/// The text that these tokens are: one literal, or literals joined by `+`.
fn literal(tokens: &[(Token, bool)], walker: &Walker<'_>) -> Option<String> {
    let mut text = String::new();
    let mut is_joined = true;
    for (token, _) in tokens {
        match token {
            Token::Word(word, _) if word.text == "+" && !word.is_quoted => is_joined = true,
            Token::Word(word, variable) if is_joined && !word.is_computed && (word.is_quoted || variable.is_some()) => {
                is_joined = false;
                text.push_str(&word.text);
            }
            Token::Paren(inner) if is_joined && inner.len() <= 4096 => {
                is_joined = false;
                text.push_str(&literal(&tokens_of(inner, walker), walker)?);
            }
            _ => return None,
        }
    }
    (!tokens.is_empty()).then_some(text)
}

fn tokens_of(text: &str, walker: &Walker<'_>) -> Vec<(Token, bool)> {
    let mut scanner = Scanner::new(text);
    let mut tokens = Vec::new();
    while let Some(token) = scanner.next(&walker.bindings) {
        tokens.push((token, scanner.is_glued));
        if tokens.len() > 64 {
            break;
        }
    }
    tokens
}

/// `& name …`, `& { … }`, `& ('Remove' + '-Item') …`
fn called(walker: &mut Walker<'_>, tokens: &[(Token, bool)], feed: &Feed) -> Feed {
    let Some(((first, _), rest)) = tokens.split_first() else { return Feed::default() };
    let name = match first {
        Token::Block(_) => {
            brackets(walker, tokens, feed);
            return Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() };
        }
        Token::Word(word, _) if !word.is_computed => Some(word.text.clone()),
        other => literal(&[(other.clone(), false)], walker),
    };
    match name {
        Some(name) => named(walker, &Argument::known(name), rest, feed),
        None => {
            brackets(walker, tokens, feed);
            walker.reading.unknown("a command name that is computed", "");
            Feed::default()
        }
    }
}

/// `if ( … ) { … }`, `foreach ($x in …) { … }`, `return …`
fn keyword(walker: &mut Walker<'_>, keyword: &str, rest: &[(Token, bool)], feed: &Feed) -> Feed {
    let rest = match (keyword, rest) {
        ("function" | "filter", [_, rest @ ..]) => rest,
        (_, rest) => rest,
    };
    walker.reading.note(Kind::Read, "a construct", keyword);
    if matches!(keyword, "return" | "throw" | "exit") && !rest.is_empty() {
        return command(walker, rest, feed);
    }
    walker.bindings.doubts += 1;
    for (token, _) in rest {
        match token {
            Token::Paren(inner) => {
                let listed = inner.split_once(" in ").filter(|(name, _)| keyword == "foreach" && name.trim_start().starts_with('$'));
                inside(walker, Dialect::PowerShell, listed.map_or(inner.as_str(), |(_, list)| list), &Feed::default());
            }
            Token::Block(inner) => inside(walker, Dialect::PowerShell, inner, feed),
            _ => {}
        }
    }
    walker.bindings.doubts -= 1;
    Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() }
}

/// Values, members and static methods.
fn expression(walker: &mut Walker<'_>, tokens: &[(Token, bool)], feed: &Feed) -> Feed {
    brackets(walker, tokens, feed);
    for pair in tokens.windows(2) {
        if let [(Token::Word(word, _), _), (Token::Paren(inner), true)] = pair {
            methods::call(walker, &word.text, inner);
        }
    }
    walker.reading.note(Kind::Read, "an expression", "");
    let text = literal(tokens, walker);
    Feed { is_local: text.is_none(), is_foreign: text.is_none(), text, is_there: true, ..Feed::default() }
}

/// Scripts inside brackets, blocks and strings.
fn brackets(walker: &mut Walker<'_>, tokens: &[(Token, bool)], feed: &Feed) {
    for (token, _) in tokens {
        match token {
            Token::Paren(inner) => inside(walker, Dialect::PowerShell, inner, &Feed::default()),
            Token::Table(inner) => {
                for value in inner.split([';', '\n']).filter_map(|pair| pair.split_once('=')).map(|(_, value)| value) {
                    inside(walker, Dialect::PowerShell, value, &Feed::default());
                }
            }
            Token::Block(inner) => {
                walker.bindings.doubts += 1;
                inside(walker, Dialect::PowerShell, inner, feed);
                walker.bindings.doubts -= 1;
            }
            Token::Word(word, _) => {
                if let Some(inner) = &word.printed {
                    inside(walker, Dialect::PowerShell, inner, &Feed::default());
                }
            }
            Token::Assign | Token::Redirect | Token::Call | Token::Pipe | Token::End => {}
        }
    }
}

/// A command by name.
fn named(walker: &mut Walker<'_>, name: &Argument, rest: &[(Token, bool)], feed: &Feed) -> Feed {
    brackets(walker, rest, feed);
    let mut arguments = Vec::new();
    let mut is_redirected = false;
    for (token, _) in rest {
        match token {
            Token::Word(word, _) if is_redirected => {
                is_redirected = false;
                if !paths::is_nowhere(&word.text) {
                    redirect::written(walker.reading, &word.text, false, feed);
                }
            }
            Token::Word(word, _) => arguments.push(Argument { printed: None, ..word.clone() }),
            Token::Paren(inner) => {
                let text = literal(&tokens_of(inner, walker), walker);
                let is_computed = text.is_none();
                arguments.push(Argument { text: text.unwrap_or_else(|| format!("$({inner})")), is_computed, ..Argument::default() });
            }
            Token::Redirect => is_redirected = true,
            Token::Assign => arguments.push(Argument::known("=")),
            Token::Block(_) | Token::Table(_) | Token::Call | Token::Pipe | Token::End => {}
        }
    }
    let has_block = rest.iter().any(|(token, _)| matches!(token, Token::Block(_)));
    let meant = aliases::meant(&name.text, &arguments);
    if meant.eq_ignore_ascii_case("invoke-expression") {
        return evaluated(walker, &arguments, feed);
    }
    if cmdlets::is_cmdlet(&meant) {
        return cmdlets::run_with(walker, &meant, &arguments, has_block, feed);
    }
    let mut spelled = vec![Argument { text: meant, ..name.clone() }];
    spelled.extend(arguments);
    walker.run(&spelled, feed)
}

/// `Invoke-Expression`: text as code.
fn evaluated(walker: &mut Walker<'_>, arguments: &[Argument], feed: &Feed) -> Feed {
    let given = arguments.iter().find(|a| !a.text.starts_with('-') || a.is_computed);
    match given {
        Some(text) if text.is_computed => {
            walker.reading.note(Kind::Execute, "evaluates what the call does not show", &text.text);
            let lower = text.text.to_lowercase();
            let is_fetched = ["download", "invoke-webrequest", "invoke-restmethod", "iwr ", "irm ", "curl ", "get-content"];
            if !is_fetched.iter().any(|way| lower.contains(way)) {
                walker.reading.unknown("evaluates what is computed", &text.text);
            }
        }
        Some(text) => inside(walker, Dialect::PowerShell, &text.text, feed),
        None => match &feed.text {
            Some(text) => inside(walker, Dialect::PowerShell, text, &Feed::default()),
            None => walker.reading.note(Kind::Execute, "evaluates what flows in", ""),
        },
    }
    Feed { is_local: true, is_foreign: true, is_there: true, ..Feed::default() }
}
