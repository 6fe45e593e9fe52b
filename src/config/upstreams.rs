//! `[upstream.NAME]`: where requests go.

use super::Upstream;
use super::finding::Finding;
use super::section::Section;
use super::values::{self, Mistake};
use crate::dialect::Family;
use std::collections::BTreeMap;
use url::Url;

/// The endpoints that are there without being configured.
const BUILT_IN: [(Family, &str); 4] = [
    (Family::Openai, "https://api.openai.com"),
    (Family::Anthropic, "https://api.anthropic.com"),
    (Family::Gemini, "https://generativelanguage.googleapis.com"),
    (Family::Ollama, "http://127.0.0.1:11434"),
];

/// First path segments that mean something without an upstream's name.
const TAKEN: [&str; 5] = ["v1", "v1beta", "v1alpha", "api", "healthz"];

/// The built-in upstreams and those of the file, by name.
pub(super) fn read(file: &Section<'_>, findings: &mut Vec<Finding>, unbuilt: &mut Vec<String>) -> BTreeMap<String, Upstream> {
    let mut upstreams: BTreeMap<String, Upstream> = BUILT_IN.into_iter().filter_map(|(family, url)| built_in(family, url)).collect();
    for (name, place, section) in file.sections("upstream", "upstream") {
        if let Err(mistake) = check_name(name) {
            findings.push(section.clone().called(String::new()).mistake(mistake, place));
            continue;
        }
        let usual = upstreams.get(name).cloned();
        let url = section.read("url", findings, upstream_url).map(|(url, _)| url);
        let family = section.read("dialect", findings, values::family).map(|(family, _)| family);
        for (key, missing) in [("url", usual.is_none()), ("dialect", usual.is_none())] {
            if missing && section.span(key).is_none() {
                let message = format!("upstream `{name}` has no `{key}`");
                findings.push(Finding::new(message, place.clone()).help(format!("add `{key} = \"…\"` under `[upstream.{name}]`")));
            }
        }
        let url = url.or_else(|| usual.as_ref().map(|usual| usual.url.clone()));
        let family = family.or_else(|| usual.as_ref().map(|usual| usual.family));
        let (Some(url), Some(family)) = (url, family) else { continue };
        if family == Family::Gemini {
            unbuilt.push(format!("`[upstream.{name}]`: the dialect `{}` is not built yet; its paths are refused", family.name()));
        }
        let built_in = usual.is_some_and(|usual| usual.built_in && usual.url == url && usual.family == family);
        upstreams.insert(name.to_owned(), Upstream { name: name.to_owned(), url, family, built_in });
    }
    upstreams
}

/// A built-in upstream under its family's name.
fn built_in(family: Family, url: &str) -> Option<(String, Upstream)> {
    let name = family.name().to_owned();
    Some((name.clone(), Upstream { name, url: Url::parse(url).ok()?, family, built_in: true }))
}

/// An origin with, perhaps, a path before the provider's own paths.
fn upstream_url(text: &str) -> Result<Url, Mistake> {
    let mut url = values::web_url(text)?;
    let path = url.path().trim_end_matches('/').to_owned();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
    if path.contains("//") || !path.chars().all(is_plain) {
        return Err(Mistake::new("the URL's path is not in normal form", "leave out `//`, `%…` and anything that is not a plain segment"));
    }
    if url.port() == Some(0) {
        return Err(Mistake::new("nothing listens on port 0", "name the provider's port"));
    }
    url.set_path(&path);
    Ok(url)
}

/// The first path segment that leads to it.
fn check_name(name: &str) -> Result<(), Mistake> {
    let name = values::label(name)?;
    if name.chars().any(|c| c.is_ascii_uppercase()) {
        return Err(Mistake::new(format!("`{name}` has capital letters"), format!("write it small: `{}`", name.to_lowercase())));
    }
    if TAKEN.contains(&name.as_str()) {
        return Err(Mistake::new(format!("`/{name}` is a path that means something already"), "call the upstream something else"));
    }
    Ok(())
}
