//! What names, members and indexes stand for while a piece of code is followed.

use super::known;
use super::tree::{Link, Node};
use super::value::Value;
use super::walk::{Walk, is_name, is_self};

/// How long a path may grow, in bytes.
const PATH_BYTES_MAX: usize = 160;

fn joined_path(owner: &str, member: &str) -> String {
    match owner {
        "globalThis" | "window" | "global" | "builtins" | "__builtins__" | "globals" | "Object" | "CORE" | "CORE.GLOBAL" => {
            member.to_owned()
        }
        _ if matches!(member, "__dict__" | "prototype") => owner.to_owned(),
        // `import fs from 'fs'; fs.promises.rm`, and a module's default is the module.
        _ if matches!(member, "promises" | "default") => owner.to_owned(),
        "sys.modules" | "require.cache" => member.to_owned(),
        _ => format!("{owner}.{member}"),
    }
}

impl Walk<'_, '_> {
    pub(super) fn bind(&mut self, to: &Node, value: Value) {
        match to {
            Node::Name(name) if name == "*" => self.stars.extend(value.as_path().map(str::to_owned)),
            Node::Name(name) => drop(self.names.insert(name.clone(), value)),
            Node::List(targets) => {
                let items: Vec<Value> = value.items().map(|items| items.cloned().collect()).unwrap_or_default();
                for (at, target) in targets.iter().enumerate() {
                    self.bind_item(target, items.get(at).cloned().unwrap_or(Value::Unknown));
                }
            }
            Node::Map(entries) => {
                for (key, target) in entries {
                    let member = match (key, target) {
                        (Some(Node::Name(key)), _) => Some(key),
                        (None, Node::Name(name)) => Some(name),
                        _ => None,
                    };
                    if let Some(member) = member {
                        let inner = self.member(&value, member);
                        self.bind_item(target, inner);
                    }
                }
            }
            Node::Chain { head, links } => match (head.as_ref(), links.as_slice()) {
                (Node::Name(owner), [Link::Member(member)]) if is_self(owner) => {
                    self.names.insert(format!("self.{member}"), value);
                }
                _ => drop(self.one(to)),
            },
            _ => drop(self.one(to)),
        }
    }

    fn bind_item(&mut self, to: &Node, value: Value) {
        if let Node::Name(name) = to {
            self.names.insert(name.clone(), value);
        }
    }

    /// `list.append(x)`: the list is longer from here on.
    pub(super) fn grow(&mut self, name: &str, method: &str, arguments: &[(Option<String>, Value)]) {
        let Some(list @ Value::List(_)) = self.names.get(name) else { return };
        let mut items: Vec<Value> = list.items().map(|items| items.cloned().collect()).unwrap_or_default();
        match method {
            "append" | "push" | "add" => items.extend(arguments.iter().map(|(_, value)| value.clone())),
            "extend" | "concat" => items.extend(arguments.iter().filter_map(|(_, value)| value.items()).flatten().cloned()),
            "insert" | "unshift" => items.insert(0, arguments.last().map_or(Value::Unknown, |(_, value)| value.clone())),
            _ => return,
        }
        self.names.insert(name.to_owned(), Value::list(items));
    }

    pub(super) fn member(&mut self, value: &Value, member: &str) -> Value {
        match value {
            Value::Thing(thing) => {
                let path = joined_path(&thing.path, member);
                match path.len() > PATH_BYTES_MAX {
                    true => Value::Unknown,
                    false => Value::thing_of(path, thing.texts.clone()),
                }
            }
            Value::Map(_) => value.get(member).cloned().unwrap_or_else(|| value.clone().bound(member)),
            Value::OneOf(many) => Value::one_of(many.items.iter().map(|(_, value)| self.member(value, member)).collect()),
            Value::Text(_) | Value::List(_) | Value::Number(_) => value.clone().bound(member),
            Value::Own if matches!(member, "call" | "apply" | "bind" | "prototype") || self.own.contains(member) => Value::Own,
            Value::Own => Value::thing(&format!("own.{member}")),
            Value::Bound(_) | Value::Unknown => Value::thing(&format!("_.{member}")),
            Value::Hidden => Value::Hidden,
        }
    }

    pub(super) fn indexed(&mut self, value: &Value, index: &Value) -> Value {
        match (value, index) {
            (Value::Map(_), index) if index.as_text().is_some() => {
                index.as_text().and_then(|key| value.get(key)).cloned().unwrap_or(Value::Unknown)
            }
            (Value::Map(many), _) => Value::one_of(many.items.iter().map(|(_, value)| value.clone()).collect()),
            (Value::List(many), Value::Number(number)) => {
                number.parse::<usize>().ok().and_then(|at| many.items.get(at)).map_or(Value::Unknown, |(_, value)| value.clone())
            }
            (Value::List(many), _) => Value::one_of(many.items.iter().map(|(_, value)| value.clone()).collect()),
            (Value::Thing(thing), index) => match index.as_text() {
                Some(key) if is_name(key) => self.member(value, key),
                // What is looked up in a module by a computed name could be any of its functions.
                _ if known::is_module(self.language, &thing.path) => Value::Hidden,
                _ => value.clone(),
            },
            (Value::OneOf(many), index) => Value::one_of(many.items.iter().map(|(_, value)| self.indexed(value, index)).collect()),
            (Value::Hidden, _) => Value::Hidden,
            _ => Value::Unknown,
        }
    }
}

/// What a loop's variable stands for.
pub(super) fn element(value: &Value) -> Value {
    match value {
        Value::List(many) => Value::one_of(many.items.iter().map(|(_, value)| value.clone()).collect()),
        Value::Thing(_) => value.clone(),
        _ => Value::Unknown,
    }
}
