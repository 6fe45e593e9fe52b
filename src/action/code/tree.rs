//! Inline code as a tree of expressions.
//!
//! The tree knows no language's statements: a branch counts as taken and a loop as
//! run once, so a text is a list of expressions, in order. What decides a verdict
//! is kept: names and what they stand for, members, calls and their arguments,
//! lists, maps, and text that is put together from pieces.

/// One expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A string, piece by piece.
    Text(Vec<Part>),
    /// A string that a shell runs.
    Command(Vec<Part>),
    Number(String),
    Name(String),
    /// `[a, b]`, `(a, b)`.
    List(Vec<Node>),
    /// `{a: b}`; an entry without a key stands for itself.
    Map(Vec<(Option<Node>, Node)>),
    /// `a.b[c](d)`.
    Chain {
        head: Box<Node>,
        links: Vec<Link>,
    },
    /// `a + b`.
    Join(Vec<Node>),
    /// `a or b`, `x ? a : b`.
    Choice(Vec<Node>),
    /// `a - b` and whatever else gives a value that is not followed.
    Computed(Vec<Node>),
    Assign {
        to: Box<Node>,
        value: Box<Node>,
        adds: bool,
    },
    /// `for a in b`.
    Each {
        to: Box<Node>,
        of: Box<Node>,
    },
    /// A function, with or without a name: its parameters and its body, where the body is in braces.
    Own {
        name: Option<String>,
        parts: Vec<Node>,
    },
    /// Statements in braces.
    Block(Vec<Node>),
    /// A module or a thing in it, by its dotted path.
    Module(String),
}

/// A piece of a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Plain(String),
    Hole(Vec<Node>),
}

/// What follows a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Link {
    Member(String),
    Index(Vec<Node>),
    /// The arguments, and where they stand in the text.
    Call {
        arguments: Vec<Argument>,
        from: usize,
        to: usize,
    },
}

/// One argument; `name=value`, `name: value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) value: Node,
}
