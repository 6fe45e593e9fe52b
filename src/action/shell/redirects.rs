//! Redirections and here-documents, whose bodies begin only at the next line.

use super::parse::Parser;
use super::syntax::{Operator, Redirect, Word};

/// A here-document whose body has not been reached yet.
pub(super) struct Pending {
    pub(super) index: usize,
    pub(super) delimiter: String,
    pub(super) is_literal: bool,
    pub(super) strips_tabs: bool,
}

impl Parser<'_> {
    pub(super) fn redirects(&mut self) -> Vec<Redirect> {
        let mut redirects = Vec::new();
        loop {
            self.space();
            match self.redirect() {
                Some(redirect) => redirects.push(redirect),
                None => return redirects,
            }
        }
    }

    pub(super) fn redirect(&mut self) -> Option<Redirect> {
        let start = self.at;
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let named = rest
            .strip_prefix('{')
            .and_then(|r| r.split_once('}'))
            .filter(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        let skip = named.map_or(digits, |(name, _)| name.len() + 2);
        let operators: [(&str, Operator); 13] = [
            ("<<<", Operator::Herestring),
            ("<<-", Operator::Heredoc),
            ("<<", Operator::Heredoc),
            ("&>>", Operator::Append),
            ("&>", Operator::Write),
            ("<>", Operator::ReadWrite),
            ("<&", Operator::Duplicate),
            (">&", Operator::Duplicate),
            (">>", Operator::Append),
            (">|", Operator::Clobber),
            (">", Operator::Write),
            ("<", Operator::Read),
            ("", Operator::Read),
        ];
        let after = rest.get(skip..)?;
        let (token, operator) = operators.into_iter().find(|(token, _)| after.starts_with(token))?;
        if token.is_empty() || after.starts_with("<(") || after.starts_with(">(") || (token.starts_with('&') && skip > 0) {
            return None;
        }
        self.at = start + skip + token.len();
        self.space();
        let Some(target) = self.word() else {
            self.fail("a redirection without a target");
            return Some(Redirect { operator, target: Word::default(), heredoc: None });
        };
        let heredoc = (operator == Operator::Heredoc).then(|| self.announce_heredoc(&target, token == "<<-"));
        let operator = if operator == Operator::Duplicate && !is_descriptor(&target) { Operator::Write } else { operator };
        Some(Redirect { operator, target, heredoc })
    }

    pub(super) fn announce_heredoc(&mut self, delimiter: &Word, strips_tabs: bool) -> usize {
        let index = self.heredocs.len();
        self.heredocs.push(Word::default());
        let is_literal = delimiter.as_plain().is_none();
        self.pending.push(Pending { index, delimiter: super::words::literal(delimiter), is_literal, strips_tabs });
        index
    }

    /// The bodies that begin at this line.
    pub(super) fn read_heredocs(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let mut body = String::new();
            let mut is_closed = false;
            while !self.is_at_end() {
                let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
                self.at += line.len();
                let bare = line.trim_end_matches(['\n', '\r']);
                let bare = if pending.strips_tabs { bare.trim_start_matches('\t') } else { bare };
                if bare == pending.delimiter {
                    is_closed = true;
                    break;
                }
                body.push_str(bare);
                body.push('\n');
            }
            if !is_closed && body.is_empty() {
                self.fail("a here-document without a body");
            }
            let word = if pending.is_literal { Word::quoted(body) } else { self.expanded(&body) };
            if let Some(slot) = self.heredocs.get_mut(pending.index) {
                *slot = word;
            }
        }
    }

    /// Text that is expanded as inside double quotes.
    pub(super) fn expanded(&mut self, text: &str) -> Word {
        self.inner(text, |parser| {
            let mut word = Word::default();
            parser.double_quoted(&mut word, None);
            word
        })
    }
}

fn is_descriptor(word: &Word) -> bool {
    let text = super::words::literal(word);
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}
