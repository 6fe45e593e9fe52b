//! What a command's words carry: local data into the network, code into another program.

use super::expand::Argument;
use super::syntax::{Node, Piece, Word};

/// Variables that make another program run code.
pub(super) fn is_hijack(name: &str, value: &str) -> bool {
    let harmless = matches!(
        value,
        "" | "cat" | "less" | "more" | "true" | ":" | "vim" | "vi" | "nano" | "less -R" | "/bin/true" | "/bin/cat" | "less -FRX"
    );
    match name {
        "LD_PRELOAD"
        | "LD_AUDIT"
        | "DYLD_INSERT_LIBRARIES"
        | "BASH_ENV"
        | "ENV"
        | "PROMPT_COMMAND"
        | "PYTHONSTARTUP"
        | "PERL5OPT"
        | "RUBYOPT"
        | "PERL5DB"
        | "GIT_SSH_COMMAND"
        | "GIT_SSH"
        | "GIT_ASKPASS"
        | "SSH_ASKPASS"
        | "GIT_EXTERNAL_DIFF"
        | "LESSOPEN"
        | "GIT_PROXY_COMMAND"
        | "JAVA_TOOL_OPTIONS"
        | "PAGER"
        | "GIT_PAGER"
        | "MANPAGER"
        | "EDITOR"
        | "VISUAL"
        | "GIT_EDITOR"
        | "GIT_SEQUENCE_EDITOR" => !harmless && !matches!((name, value), ("ENV", v) if !v.contains('/')),
        "NODE_OPTIONS" => value.contains("require") || value.contains("import") || value.contains("-r "),
        _ => false,
    }
}

/// Programs that carry their arguments to the network.
pub(super) fn is_network(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    matches!(
        name,
        "curl"
            | "wget"
            | "dig"
            | "nslookup"
            | "host"
            | "ping"
            | "nc"
            | "ncat"
            | "http"
            | "https"
            | "xh"
            | "httpie"
            | "telnet"
            | "aria2c"
            | "websocat"
            | "grpcurl"
    )
}

/// Whether a word holds what a local file or the environment says.
pub(super) fn reads_local(word: &Word) -> bool {
    word.pieces.iter().any(|piece| matches!(piece, Piece::Command { script, .. } if script.nodes.iter().any(node_reads_local)))
}

fn node_reads_local(node: &Node) -> bool {
    const READERS: [&str; 26] = [
        "cat",
        "tac",
        "head",
        "tail",
        "base64",
        "xxd",
        "od",
        "strings",
        "tar",
        "gzip",
        "zip",
        "env",
        "printenv",
        "grep",
        "sed",
        "awk",
        "jq",
        "pass",
        "security",
        "gpg",
        "pg_dump",
        "mysqldump",
        "sqlite3",
        "less",
        "hexdump",
        "find",
    ];
    match node {
        Node::Simple(simple) => {
            let name = simple.words.first().map(super::words::literal).unwrap_or_default();
            READERS.contains(&name.rsplit('/').next().unwrap_or_default())
                || (simple.words.is_empty() && !simple.redirects.is_empty())
                || simple.words.iter().any(reads_local)
        }
        Node::Pipeline(stages) => stages.iter().any(node_reads_local),
        Node::Chain(chain) => chain.iter().any(|(_, node)| node_reads_local(node)),
        Node::Group { body, .. } | Node::For { body, .. } => body.nodes.iter().any(node_reads_local),
        Node::Function { .. } => false,
    }
}

/// A secret in an `Authorization` header goes where it belongs.
pub(super) fn is_authentication(words: &[Word], arguments: &[Argument]) -> bool {
    let local_words: Vec<String> = words.iter().filter(|word| reads_local(word)).map(super::words::literal).collect();
    !local_words.is_empty()
        && local_words.iter().all(|word| {
            let word = word.to_lowercase();
            word.starts_with("authorization:")
                || word.starts_with("x-api-key:")
                || word.starts_with("private-token:")
                || word.starts_with("apikey:")
        })
        && !arguments.is_empty()
}
