//! The few words that the parser itself has to know.

/// Words before an operand that change nothing about what it calls.
pub(super) fn is_prefix(word: &str) -> bool {
    matches!(
        word,
        "await"
            | "new"
            | "yield"
            | "return"
            | "const"
            | "let"
            | "var"
            | "my"
            | "our"
            | "local"
            | "not"
            | "typeof"
            | "void"
            | "async"
            | "throw"
            | "raise"
            | "defer"
            | "go"
            | "mut"
            | "static"
            | "export"
            | "default"
            | "public"
            | "private"
            | "protected"
            | "final"
            | "delete"
            | "assert"
            | "val"
            | "use"
            | "readonly"
            | "declare"
    )
}

/// Words that stand between expressions and are none.
pub(super) fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "if" | "elif"
            | "else"
            | "elsif"
            | "elseif"
            | "unless"
            | "while"
            | "until"
            | "do"
            | "then"
            | "end"
            | "try"
            | "except"
            | "finally"
            | "catch"
            | "with"
            | "case"
            | "switch"
            | "when"
            | "in"
            | "of"
            | "is"
            | "and"
            | "or"
            | "begin"
            | "rescue"
            | "ensure"
            | "pass"
            | "break"
            | "continue"
            | "next"
            | "last"
            | "redo"
            | "fi"
            | "done"
            | "global"
            | "nonlocal"
            | "as"
            | "match"
            | "foreach"
            | "for"
            | "loop"
            | "package"
            | "interface"
            | "extends"
            | "implements"
            | "instanceof"
    )
}

/// Words before a colon that name no variable.
pub(super) fn is_label(word: &str) -> bool {
    is_joint(word) || matches!(word, "lambda" | "default" | "self" | "true" | "false" | "True" | "False" | "None" | "null")
}

/// Words that begin a definition.
pub(super) fn defines(word: &str) -> bool {
    matches!(word, "def" | "function" | "func" | "fn" | "sub" | "fun" | "class" | "module" | "struct" | "enum" | "trait" | "impl" | "type")
}
