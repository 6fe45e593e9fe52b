//! Words become arguments: known variables, braces, fields.
//!
//! What cannot be known stays visible as `$NAME` or `$(…)` in the argument's text
//! and marks it as computed. The caller decides what that costs: a computed file
//! name is a target of that name, a computed command name is `unknown`.

use super::bindings::{Bindings, Value};
use super::syntax::{Change, Edit, Node, Operator, Piece, Script, Variable, Word};

/// How many arguments braces and fields of one word may give.
const FIELDS_MAX: usize = 256;
/// How many bytes one expanded value may have.
const VALUE_BYTES_MAX: usize = 64 * 1024;

/// One argument as the command would get it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Argument {
    pub(super) text: String,
    /// Some of it is not known.
    pub(super) is_computed: bool,
    /// It is a pattern over files.
    pub(super) is_glob: bool,
    /// Some of it stood in quotes.
    pub(super) is_quoted: bool,
    /// Some of it was written so that nobody can read it.
    pub(super) is_encoded: bool,
    /// What the command behind `<( … )` prints, where the call shows it.
    pub(super) printed: Option<String>,
}

impl Argument {
    pub(super) fn known(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

impl Bindings {
    /// The arguments a word gives.
    pub(super) fn arguments(&self, word: &Word) -> Vec<Argument> {
        let mut all = Vec::new();
        for variant in braced_variants(word) {
            self.fields(&variant, &mut all);
            all.truncate(FIELDS_MAX);
        }
        all
    }

    /// The one value a word has where it is not split: an assignment, a redirection.
    pub(super) fn value(&self, word: &Word) -> Argument {
        let mut value = Argument::default();
        for piece in &word.pieces {
            match piece {
                Piece::Plain(text) => value.text.push_str(text),
                Piece::Quoted(text) => {
                    value.is_quoted = true;
                    value.text.push_str(text);
                }
                other => match self.expansion(other) {
                    Ok(text) => value.text.push_str(&text),
                    Err(shown) => {
                        value.is_computed = true;
                        value.text.push_str(&shown);
                    }
                },
            }
            cut(&mut value.text);
        }
        value
    }

    fn fields(&self, word: &Word, all: &mut Vec<Argument>) {
        let mut field: Option<Argument> = None;
        for piece in &word.pieces {
            match piece {
                Piece::Plain(text) => {
                    let field = field.get_or_insert_default();
                    field.is_glob |= text.contains(['*', '?']) || (text.contains('[') && text.contains(']'));
                    field.text.push_str(text);
                }
                Piece::Quoted(text) => {
                    let field = field.get_or_insert_default();
                    field.is_quoted = true;
                    field.text.push_str(text);
                }
                Piece::Process(script) => {
                    let field = field.get_or_insert_default();
                    field.text.push_str("/dev/fd/63");
                    field.printed = self.output(script);
                    field.is_encoded |= decodes(script);
                }
                other => self.expand_into(other, &mut field, all),
            }
            if let Some(field) = &mut field {
                cut(&mut field.text);
            }
        }
        all.extend(field);
    }

    fn expand_into(&self, piece: &Piece, field: &mut Option<Argument>, all: &mut Vec<Argument>) {
        let is_encoded = matches!(piece, Piece::Command { script, .. } if decodes(script));
        let first = all.len();
        self.expand_plainly(piece, field, all);
        if is_encoded {
            all.iter_mut().skip(first).chain(field.iter_mut()).for_each(|argument| argument.is_encoded = true);
        }
    }

    fn expand_plainly(&self, piece: &Piece, field: &mut Option<Argument>, all: &mut Vec<Argument>) {
        if let Piece::Variable(variable) = piece
            && let Some(elements) = self.spread(variable)
        {
            return self.spread_into(&elements, variable.quoted, field, all);
        }
        let is_quoted = match piece {
            Piece::Variable(variable) => variable.quoted && variable.name != "@",
            Piece::Command { quoted, .. } => *quoted,
            _ => true,
        };
        match self.expansion(piece) {
            Err(shown) => {
                let field = field.get_or_insert_default();
                field.is_computed = true;
                field.text.push_str(&shown);
            }
            Ok(text) if is_quoted => {
                let field = field.get_or_insert_default();
                field.is_quoted = true;
                field.text.push_str(&text);
            }
            Ok(text) => {
                self.split_into(&text, field, all);
            }
        }
    }

    /// Text that is split into fields where the script says.
    fn split_into(&self, text: &str, field: &mut Option<Argument>, all: &mut Vec<Argument>) {
        let separators = self.separators();
        let splits = separators.as_slice();
        if text.starts_with(splits) {
            all.extend(field.take());
        }
        let mut parts = text.split(splits).filter(|part| !part.is_empty()).peekable();
        while let Some(part) = parts.next() {
            let target = field.get_or_insert_default();
            target.is_glob |= part.contains(['*', '?']);
            target.text.push_str(part);
            if parts.peek().is_some() && all.len() < FIELDS_MAX {
                all.extend(field.take());
            }
        }
        if text.ends_with(splits) {
            all.extend(field.take());
        }
    }

    /// The elements of `"$@"`, `${name[@]}`, `${name[@]:1}`.
    fn spread(&self, variable: &Variable) -> Option<Vec<Argument>> {
        let is_list = variable.index.as_ref().and_then(Word::as_plain).is_some_and(|index| matches!(index, "@" | "*"));
        let is_parameters = variable.name == "@" || (variable.name == "*" && !variable.quoted);
        if !is_list && !is_parameters {
            return None;
        }
        let elements = self.elements(&variable.name)?;
        match &variable.change {
            Change::None => Some(elements.to_vec()),
            Change::Edit(Edit::Slice, argument) => {
                let argument = self.value(argument);
                let from: usize = argument.text.split(':').next()?.trim().parse().ok()?;
                let count: usize = argument.text.split_once(':').map_or(Ok(elements.len()), |(_, count)| count.trim().parse()).ok()?;
                // `$@` counts from 1.
                let from = if variable.name == "@" { from.checked_sub(1)? } else { from };
                Some(elements.iter().skip(from).take(count).cloned().collect())
            }
            Change::Default(_) | Change::Assign(_) | Change::Alternative(_) | Change::Edit(..) | Change::Other(_) => None,
        }
    }

    fn spread_into(&self, elements: &[Argument], is_quoted: bool, field: &mut Option<Argument>, all: &mut Vec<Argument>) {
        for (at, element) in elements.iter().enumerate() {
            if at > 0 && all.len() < FIELDS_MAX {
                all.extend(field.take());
            }
            if !is_quoted && !element.is_computed {
                self.split_into(&element.text, field, all);
                continue;
            }
            let target = field.get_or_insert_default();
            target.text.push_str(&element.text);
            target.is_computed |= element.is_computed;
            target.is_glob |= element.is_glob;
            target.is_quoted |= is_quoted;
        }
    }

    /// The text of an expansion, or how it is shown when it is not known.
    fn expansion(&self, piece: &Piece) -> Result<String, String> {
        match piece {
            Piece::Plain(text) | Piece::Quoted(text) => Ok(text.clone()),
            Piece::Variable(variable) => self.variable(variable),
            Piece::Command { script, .. } => self.output(script).ok_or_else(|| "$(…)".to_owned()),
            Piece::Process(_) => Ok("/dev/fd/63".to_owned()),
            Piece::Arithmetic(_) => Err("$((…))".to_owned()),
        }
    }

    fn variable(&self, variable: &Variable) -> Result<String, String> {
        let shown = || format!("${}", variable.name);
        let known = match &variable.index {
            None => self.lookup(&variable.name),
            Some(index) => Some(self.element(&variable.name, index)),
        };
        let literal = |word: &Word| {
            let value = self.value(word);
            if value.is_computed { Err(value.text) } else { Ok(value.text) }
        };
        match (&variable.change, known) {
            (Change::None, Some(Some(text))) => Ok(text),
            (Change::None, _) | (Change::Other(_), _) => Err(shown()),
            (Change::Edit(edit, argument), Some(Some(text))) => {
                let argument = literal(argument)?;
                super::edit::edited(&text, *edit, &argument).ok_or_else(shown)
            }
            (Change::Edit(..), _) => Err(shown()),
            (Change::Default(_) | Change::Assign(_), Some(Some(text))) if !text.is_empty() => Ok(text),
            // Unset as far as the call shows: then the default is what runs.
            (Change::Default(word) | Change::Assign(word), None | Some(Some(_))) => literal(word),
            (Change::Default(_) | Change::Assign(_), Some(None)) => Err(shown()),
            (Change::Alternative(word), Some(Some(text))) if !text.is_empty() => literal(word),
            (Change::Alternative(_), None | Some(Some(_))) => Ok(String::new()),
            (Change::Alternative(_), Some(None)) => Err(shown()),
        }
    }

    /// `${name[2]}`, `${name[*]}`
    fn element(&self, name: &str, index: &Word) -> Option<String> {
        let index = self.value(index);
        if matches!(index.text.as_str(), "@" | "*") {
            let elements = self.elements(name)?;
            let is_known = elements.iter().all(|element| !element.is_computed);
            return is_known.then(|| elements.iter().map(|element| element.text.as_str()).collect::<Vec<_>>().join(" "));
        }
        let named = self.get(index.text.trim()).and_then(|value| match value {
            Value::Known(text) => text.trim().parse().ok(),
            Value::List(_) | Value::Either(_) | Value::Unknown => None,
        });
        let at: usize = index.text.trim().parse().ok().or(named).filter(|_| !index.is_computed)?;
        match self.get(name)? {
            Value::List(elements) => elements.get(at).filter(|element| !element.is_computed).map(|element| element.text.clone()),
            Value::Known(text) if at == 0 => Some(text.clone()),
            Value::Known(_) | Value::Either(_) | Value::Unknown => None,
        }
    }

    /// What a script would print, where its own text tells: `echo rm`, `echo … | base64 -d`, `which rm`.
    pub(super) fn output(&self, script: &Script) -> Option<String> {
        let [node] = script.nodes.as_slice() else { return None };
        self.node_output(node).map(|text| text.trim_end_matches('\n').to_owned())
    }

    fn node_output(&self, node: &Node) -> Option<String> {
        match node {
            Node::Simple(simple) if simple.redirects.is_empty() => {
                let arguments = self.all_arguments(&simple.words)?;
                literal_output(&arguments)
            }
            Node::Simple(simple) => {
                let [redirect] = simple.redirects.as_slice() else { return None };
                let input = (redirect.operator == Operator::Herestring).then(|| self.value(&redirect.target))?;
                let arguments = self.all_arguments(&simple.words)?;
                super::decode::filter(&arguments, &input.text).filter(|_| !input.is_computed).map(|(text, _)| text)
            }
            Node::Pipeline(stages) => {
                let (first, filters) = stages.split_first()?;
                let mut text = self.node_output(first)?;
                for stage in filters {
                    let Node::Simple(simple) = stage else { return None };
                    text = super::decode::filter(&self.all_arguments(&simple.words)?, &text)?.0;
                }
                Some(text)
            }
            _ => None,
        }
    }

    fn all_arguments(&self, words: &[Word]) -> Option<Vec<String>> {
        let arguments: Vec<Argument> = words.iter().flat_map(|word| self.arguments(word)).collect();
        let is_known = arguments.iter().all(|argument| !argument.is_computed && !argument.is_glob);
        is_known.then(|| arguments.into_iter().map(|argument| argument.text).collect())
    }
}

/// What a command with these arguments prints, if it only repeats them.
pub(super) fn literal_output(arguments: &[String]) -> Option<String> {
    let (command, operands) = arguments.split_first()?;
    match command.rsplit('/').next()? {
        "echo" => {
            let flags = operands.iter().take_while(|o| matches!(o.as_str(), "-n" | "-e" | "-E" | "-ne" | "-en")).count();
            let text = operands.get(flags..)?.join(" ");
            let is_escaped = operands.iter().take(flags).any(|flag| flag.contains('e'));
            Some(format!("{}\n", if is_escaped { super::decode::backslashes(&text) } else { text }))
        }
        "printf" => match operands {
            [flag, ..] if flag == "-v" => None,
            _ => super::decode::formatted(operands),
        },
        "which" => operands.first().cloned(),
        "command" => match operands {
            [flag, name] if flag == "-v" => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a pipeline in it undoes an encoding.
pub(super) fn decodes(script: &Script) -> bool {
    let is_decoder = |node: &Node| match node {
        Node::Simple(simple) => simple.words.first().is_some_and(|word| {
            matches!(super::words::literal(word).as_str(), "base64" | "gbase64" | "xxd" | "openssl" | "rev" | "tr" | "base32")
        }),
        _ => false,
    };
    script.nodes.iter().any(|node| match node {
        Node::Pipeline(stages) => stages.iter().skip(1).any(is_decoder),
        Node::Simple(simple) => !simple.redirects.is_empty() && is_decoder(node),
        _ => false,
    })
}

fn cut(text: &mut String) {
    if text.len() > VALUE_BYTES_MAX {
        let end = (0..=VALUE_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(end);
    }
}

/// `{a,b}` outside quotes, taken apart; a word without braces is itself.
fn braced_variants(word: &Word) -> Vec<Word> {
    let at = word.pieces.iter().position(|piece| matches!(piece, Piece::Plain(text) if text.contains('{')));
    let Some((at, Piece::Plain(text))) = at.and_then(|at| Some((at, word.pieces.get(at)?))) else { return vec![word.clone()] };
    let variants = brace_texts(text, 4);
    if variants.len() < 2 {
        return vec![word.clone()];
    }
    let with = |variant: String| {
        let mut word = word.clone();
        if let Some(piece) = word.pieces.get_mut(at) {
            *piece = Piece::Plain(variant);
        }
        word
    };
    variants.into_iter().take(FIELDS_MAX).map(with).collect()
}

fn brace_texts(text: &str, depth: usize) -> Vec<String> {
    let Some((before, inside, after)) = first_braces(text) else { return vec![text.to_owned()] };
    let choices = split_commas(inside);
    if choices.len() < 2 || depth == 0 {
        return vec![text.to_owned()];
    }
    let mut all = Vec::new();
    let tails = brace_texts(after, depth - 1);
    for choice in choices {
        for middle in brace_texts(choice, depth - 1) {
            for tail in &tails {
                if all.len() >= FIELDS_MAX {
                    return all;
                }
                all.push(format!("{before}{middle}{tail}"));
            }
        }
    }
    all
}

fn first_braces(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('{')?;
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b'{' => open += 1,
            b'}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some((text.get(..start)?, text.get(start + 1..at)?, text.get(at + 1..)?));
        }
    }
    None
}

fn split_commas(inside: &str) -> Vec<&str> {
    let (mut open, mut start, mut choices) = (0_usize, 0, Vec::new());
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            b',' if open == 0 => {
                choices.extend(inside.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    choices.extend(inside.get(start..));
    choices
}
