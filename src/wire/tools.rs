//! What a request declared about the tool that was called.
//!
//! Looked up only when there is a call to judge, so that requests whose answer is
//! text never pay for it. Declarations have one of a few shapes in all dialects:
//! `{name, description, input_schema|parameters}`, the same inside `function` or
//! `custom`, namespaces that hold more tools, and in Gemini lists of functions.

use super::spelling::Keys;
use crate::call::{ToolName, ToolSpec};
use crate::json;
use std::ops::Range;

/// How deep namespaces may nest.
const DEPTH_MAX: usize = 4;

/// How many declared tools are looked at.
const TOOLS_MAX: usize = 4096;

/// Finds what `tools` (arrays inside `body`) say about a tool. `None`: it was not declared.
pub fn find(body: &[u8], tools: &[Range<usize>], tool: &ToolName) -> Option<ToolSpec> {
    let mut seen = 0;
    tools.iter().find_map(|range| find_in(body.get(range.clone())?, tool, 0, &mut seen))
}

/// Whether the request offers this tool. Tools that the API defines are declared by
/// their type alone.
pub fn offers(body: &[u8], tools: &[Range<usize>], tool: &ToolName) -> bool {
    let by_type = format!("\"{}\"", json::escape(&tool.name));
    find(body, tools, tool).is_some()
        || tool.namespace.as_deref().is_some_and(|server| serves(body, tools, server, &tool.name))
        || tools.iter().filter_map(|range| body.get(range.clone())).any(|tools| memchr::memmem::find(tools, by_type.as_bytes()).is_some())
}

/// Whether a server is declared under this label that may have a tool of this name.
fn serves(body: &[u8], tools: &[Range<usize>], label: &str, name: &str) -> bool {
    let arrays = tools.iter().filter_map(|range| json::elements(body.get(range.clone())?).ok());
    arrays.flatten().take(TOOLS_MAX).any(|declared| {
        let members = json::members(declared.get().as_bytes()).unwrap_or_default();
        let get = |key: &str| members.iter().find(|member| member.key == key).map(|member| member.value);
        let is_it = get("server_label").and_then(json::as_string).is_some_and(|own| own == label);
        let listed = get("allowed_tools").filter(|listed| listed.get() != "null");
        is_it
            && listed.is_none_or(|listed| {
                memchr::memmem::find(listed.get().as_bytes(), format!("\"{}\"", json::escape(name)).as_bytes()).is_some()
            })
    })
}

fn find_in(array: &[u8], tool: &ToolName, depth: usize, seen: &mut usize) -> Option<ToolSpec> {
    let array = std::str::from_utf8(array).ok()?;
    let name = memchr::memmem::Finder::new(&tool.name);
    if array.starts_with('{') {
        // A list of one, as some APIs take it.
        return spec_of(array.as_bytes(), tool, depth, seen).filter(|_| depth <= DEPTH_MAX);
    }
    let mut found = None;
    json::walk(array, |declared| {
        *seen += 1;
        if *seen > TOOLS_MAX || depth > DEPTH_MAX {
            return false;
        }
        if may_declare(declared, tool, &name) {
            found = spec_of(declared.as_bytes(), tool, depth, seen);
        }
        found.is_none()
    });
    found
}

/// Whether a declaration can be of this tool: one that does not hold its name, and no
/// escape that could spell it, is not parsed.
fn may_declare(declared: &str, tool: &ToolName, name: &memchr::memmem::Finder<'_>) -> bool {
    let is_plain = tool.name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    !is_plain || name.find(declared.as_bytes()).is_some() || declared.contains("\\u")
}

fn spec_of(declared: &[u8], tool: &ToolName, depth: usize, seen: &mut usize) -> Option<ToolSpec> {
    let members = json::members(declared).ok()?;
    let get = |key: &str| Keys(&members).some(key);
    if let Some(inner) = get("function").or_else(|| get("custom")) {
        return spec_of(inner.get().as_bytes(), tool, depth + 1, seen).filter(|_| depth < DEPTH_MAX);
    }
    let functions = || Keys(&members).field("functionDeclarations");
    if let Some(nested) = get("tools").filter(|value| value.get().starts_with('[')).or_else(functions) {
        return find_in(nested.get().as_bytes(), tool, depth + 1, seen);
    }
    let text = |key: &str| get(key).and_then(json::as_string).map(|text| text.into_owned());
    if text("name")? != tool.name {
        return None;
    }
    let schema = ["parameters", "input_schema", "format"].into_iter().find_map(get);
    let schema = schema.or_else(|| Keys(&members).field("parametersJsonSchema"));
    Some(ToolSpec { description: text("description"), schema: schema.map(|value| value.get().to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(tools: &str, name: &str) -> Option<String> {
        let everything = std::iter::once(0..tools.len()).collect::<Vec<_>>();
        find(tools.as_bytes(), &everything, &ToolName::plain(name)).and_then(|spec| spec.description)
    }

    #[test]
    fn a_tool_is_found_in_every_shape_it_is_declared_in() {
        for tools in [
            r#"[{"type":"function","function":{"name":"a","description":"d","parameters":{}}}]"#,
            r#"[{"type":"function","name":"a","description":"d"}]"#,
            r#"[{"name":"a","description":"d","input_schema":{}}]"#,
            r#"[{"name":"\u0061","description":"d","input_schema":{}}]"#,
            r#"[{"type":"namespace","name":"n","tools":[{"type":"custom","name":"a","description":"d"}]}]"#,
            r#"[{"googleSearch":{}},{"functionDeclarations":[{"name":"c"},{"name":"a","description":"d"}]}]"#,
            r#"[{"function_declarations":[{"name":"a","description":"d"}],"code_execution":{}}]"#,
            r#"{"functionDeclarations":{"name":"a","description":"d"}}"#,
        ] {
            assert_eq!(described(tools, "a").as_deref(), Some("d"), "{tools}");
            assert_eq!(described(tools, "b"), None, "{tools}");
        }
    }

    #[test]
    fn a_schema_is_found_under_each_of_its_names() {
        for key in ["parameters", "input_schema", "parametersJsonSchema", "parameters_json_schema"] {
            let tools = format!(r#"[{{"functionDeclarations":[{{"name":"a","{key}":{{"type":"object"}}}}]}}]"#);
            let everything = std::iter::once(0..tools.len()).collect::<Vec<_>>();
            let found = find(tools.as_bytes(), &everything, &ToolName::plain("a"));
            assert_eq!(found.and_then(|spec| spec.schema).as_deref(), Some(r#"{"type":"object"}"#), "{key}");
        }
    }
}
