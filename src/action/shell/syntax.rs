//! What a shell script is made of, once it has been parsed.

use std::rc::Rc;

/// A list of commands. Every branch of it counts as taken, so the tree keeps no
/// conditions: only what would run, what feeds what, and which names are bound.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Script {
    pub(super) nodes: Vec<Node>,
}

/// One command or construct.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// `NAME=value command words < redirects`
    Simple(Simple),
    /// Each stage reads what the one before it writes.
    Pipeline(Vec<Node>),
    /// `a && b || c`
    Chain(Vec<(Link, Node)>),
    /// `( … )`, `{ … }`, `if`, `while`, `case` arms, with the redirects behind them.
    Group { body: Script, words: Vec<Word>, redirects: Vec<Redirect> },
    /// `for NAME in words; do body; done`
    For { name: String, words: Vec<Word>, body: Script, redirects: Vec<Redirect> },
    /// `name() { body; }`
    Function { name: String, body: Rc<Script>, bytes: usize },
}

/// A simple command.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Simple {
    pub(super) assignments: Vec<Assignment>,
    pub(super) words: Vec<Word>,
    pub(super) redirects: Vec<Redirect>,
}

/// What joins a command to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    First,
    And,
    Or,
}

/// `NAME=value` before a command or alone.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: Assigned,
    /// `NAME+=value`
    pub(super) appends: bool,
}

/// What is assigned.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Assigned {
    Text(Word),
    /// `NAME=(a b c)`
    List(Vec<Word>),
    /// `NAME[index]=value`, where the place is not a plain number or key.
    Element(Word),
}

impl Assigned {
    /// Every word in it.
    pub(super) fn words(&self) -> &[Word] {
        match self {
            Self::Text(word) | Self::Element(word) => std::slice::from_ref(word),
            Self::List(words) => words,
        }
    }
}

/// One redirection.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Redirect {
    pub(super) operator: Operator,
    pub(super) target: Word,
    /// Where the parser keeps the body of this here-document.
    pub(super) heredoc: Option<usize>,
}

/// What a redirection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    /// `<`
    Read,
    /// `>`, `&>`
    Write,
    /// `>|`
    Clobber,
    /// `>>`, `&>>`
    Append,
    /// `<>`
    ReadWrite,
    /// `<&`, `>&` onto another descriptor
    Duplicate,
    /// `<<`
    Heredoc,
    /// `<<<`
    Herestring,
}

/// A word before expansion.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Word {
    pub(super) pieces: Vec<Piece>,
}

/// One piece of a word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    /// Literal text outside quotes: globs and braces in it count.
    Plain(String),
    /// Literal text that quotes or a backslash protect.
    Quoted(String),
    /// `$name`, `${name…}`
    Variable(Variable),
    /// `$( … )`, `` `…` ``
    Command { script: Script, quoted: bool },
    /// `<( … )`, `>( … )`
    Process(Script),
    /// `$(( … ))`: a number; what is expanded inside it.
    Arithmetic(Word),
}

/// A parameter expansion.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variable {
    pub(super) name: String,
    /// What stands in `${name[…]}`.
    pub(super) index: Option<Word>,
    pub(super) change: Change,
    pub(super) quoted: bool,
}

/// What `${name…}` does with the value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// Nothing.
    None,
    /// `:-`: this where there is no value.
    Default(Word),
    /// `:=`: the same, and the name has it from then on.
    Assign(Word),
    /// `:+`: this where there is one.
    Alternative(Word),
    /// `#`, `%`, `/`, `^`, `,`, `:` and their doubles: the value, edited.
    Edit(Edit, Word),
    /// Anything else, with what is expanded inside it.
    Other(Word),
}

/// How `${name…}` edits the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    TrimStart { longest: bool },
    TrimEnd { longest: bool },
    ReplaceFirst,
    ReplaceAll,
    Upper { all: bool },
    Lower { all: bool },
    Slice,
}

impl Word {
    /// A word that is this text and nothing else.
    pub(super) fn quoted(text: impl Into<String>) -> Self {
        Self { pieces: vec![Piece::Quoted(text.into())] }
    }

    /// The text, if the word is plain literal text without quotes.
    pub(super) fn as_plain(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Plain(text)] => Some(text),
            _ => None,
        }
    }

    pub(super) fn push_plain(&mut self, text: &str) {
        if let Some(Piece::Plain(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else if !text.is_empty() {
            self.pieces.push(Piece::Plain(text.to_owned()));
        }
    }

    pub(super) fn push_quoted(&mut self, text: &str) {
        if let Some(Piece::Quoted(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Quoted(text.to_owned()));
        }
    }
}
