//! curl, wget, netcat, scp, rsync: what goes over the network, and from where.

use super::super::expand::Argument;
use super::super::walk::Walker;
use super::super::{Feed, redirect};
use super::operands;
use crate::action::http::{self, Request};
use crate::action::paths;
use crate::action::reading::{evidence, target};
use crate::call::{Action, Target, TargetSort};
use crate::kind::Kind;

/// curl's options that take a value, besides those that are read.
const CURL_VALUES: [&str; 42] = [
    "-A",
    "-b",
    "-c",
    "-e",
    "-E",
    "-m",
    "-u",
    "-U",
    "-w",
    "-x",
    "-y",
    "-Y",
    "-z",
    "-C",
    "-r",
    "-K",
    "-D",
    "-Q",
    "-P",
    "-t",
    "--user",
    "--user-agent",
    "--cookie",
    "--cookie-jar",
    "--max-time",
    "--connect-timeout",
    "--retry",
    "--retry-delay",
    "--proxy",
    "--cacert",
    "--cert",
    "--key",
    "--referer",
    "--write-out",
    "--resolve",
    "--limit-rate",
    "--config",
    "--dump-header",
    "--range",
    "--retry-max-time",
    "--max-redirs",
    "--interface",
];

/// curl, wget and httpie.
pub(super) fn request(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    let mut request = Request::default();
    let mut urls: Vec<&Argument> = Vec::new();
    let mut files: Vec<String> = Vec::new();
    let (mut others, mut ways): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut written, mut is_get, mut sends_input) = (None, false, false);
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        at += 1;
        let (flag, glued) = split_option(&argument.text);
        if flag.is_empty() {
            urls.push(argument);
            continue;
        }
        let mut value = || {
            glued.map(str::to_owned).or_else(|| {
                let value = rest.get(at).map(|a| a.text.clone());
                at += 1;
                value
            })
        };
        match flag {
            "-X" | "--request" | "--method" => request.method = value(),
            "-H" | "--header" => {
                if let Some((key, text)) = value().as_deref().and_then(|header| header.split_once(':')) {
                    request.headers.push((key.trim().to_owned(), text.trim().to_owned()));
                }
            }
            "-d" | "--data" | "--data-ascii" | "--data-binary" | "--data-raw" | "--data-urlencode" | "--json" | "--post-data"
            | "--body-data" | "--raw" => {
                let text = value().unwrap_or_default();
                match text
                    .strip_prefix('@')
                    .or_else(|| text.split_once('@').filter(|(k, _)| flag == "--data-urlencode" && !k.contains('=')).map(|(_, f)| f))
                {
                    Some("-") if flag != "--data-raw" => sends_input = true,
                    Some(file) if flag != "--data-raw" && flag != "--post-data" => files.push(file.to_owned()),
                    _ => request.add_body(&text),
                }
            }
            "-F" | "--form" => {
                let text = value().unwrap_or_default();
                match text.split_once('=').and_then(|(_, v)| v.strip_prefix('@').or_else(|| v.strip_prefix('<'))) {
                    Some("-") => sends_input = true,
                    Some(file) => files.push(file.split(';').next().unwrap_or(file).to_owned()),
                    None => request.add_body(&text),
                }
            }
            "-T" | "--upload-file" => match value() {
                Some(file) if file == "-" || file == "." => sends_input = true,
                Some(file) => files.push(file),
                None => {}
            },
            "--post-file" | "--body-file" => files.extend(value()),
            "-o" | "--output" | "-O" if name != "wget" || flag == "-O" => {
                written = if flag == "-O" && name == "curl" { Some(String::new()) } else { value() }
            }
            "--remote-name" | "--remote-name-all" | "-J" => written = Some(String::new()),
            "-G" | "--get" => is_get = true,
            "-I" | "--head" => request.method = Some("HEAD".to_owned()),
            "--url" if request.url.is_empty() => request.url = value().unwrap_or_default(),
            "--url" => others.extend(value()),
            // What goes by way of another host, or to one under another's name, goes there.
            "-x" | "--proxy" | "--preproxy" | "--socks4" | "--socks4a" | "--socks5" | "--socks5-hostname" if name == "curl" => {
                ways.extend(value())
            }
            "--resolve" | "--connect-to" if name == "curl" => ways.extend(value().as_deref().and_then(resolved_to)),
            option if CURL_VALUES.contains(&option) && name == "curl" => {
                value();
            }
            "-P" | "--directory-prefix" if name == "wget" => {
                value();
            }
            cluster if name == "curl" && !cluster.starts_with("--") && cluster.len() > 2 => {
                written = cluster_effects(cluster, &mut request, rest.get(at)).or(written);
                at += usize::from(cluster.ends_with('o'));
            }
            _ => {}
        }
    }
    if matches!(name, "http" | "https" | "xh") {
        httpie(&mut request, &mut urls);
    }
    if is_get {
        request.method.get_or_insert_with(|| "GET".to_owned());
    }
    if name == "curl" || name == "wget" {
        others.extend(urls.iter().skip(usize::from(request.url.is_empty())).map(|argument| argument.text.clone()));
    }
    let sends_local = sends_input && (feed.is_local || feed.text.is_none());
    for url in others {
        let request = Request { url, ..request.clone() };
        finish(walker, name, request, &[], &files, sends_local, None, feed);
    }
    finish(walker, name, request, &urls, &files, sends_local, written, feed);
    let ways: Vec<Target> = ways.iter().map(|way| target(TargetSort::Host, http::host_of(way))).collect();
    if !ways.is_empty() {
        walker.reading.aim_also(&ways);
    }
}

/// The address in `host:port:address` and in `host:port:other:port`.
fn resolved_to(pair: &str) -> Option<String> {
    pair.splitn(3, ':').nth(2).map(|other| other.trim_start_matches('+').to_owned()).filter(|other| !other.is_empty())
}

/// `-sSfLo file`, `-sX DELETE`: letters with one meaning each, glued.
fn cluster_effects(cluster: &str, request: &mut Request, next: Option<&Argument>) -> Option<String> {
    if cluster.contains('I') {
        request.method = Some("HEAD".to_owned());
    }
    if cluster.contains('O') {
        return Some(String::new());
    }
    cluster.ends_with('o').then(|| next.map(|a| a.text.clone()).unwrap_or_default())
}

#[expect(clippy::too_many_arguments, reason = "one place that puts the pieces of a command line together")]
fn finish(
    walker: &mut Walker<'_>,
    name: &str,
    mut request: Request,
    urls: &[&Argument],
    files: &[String],
    sends_local: bool,
    written: Option<String>,
    feed: &Feed,
) {
    if request.url.is_empty() {
        let Some(url) = urls.first() else {
            return walker.reading.note(Kind::Read, "asks nothing of the network", name);
        };
        request.url.clone_from(&url.text);
        if url.is_computed && !url.text.contains('.') && request.has_body() {
            walker.reading.unknown("an address that is computed", &url.text);
        }
    }
    if !request.url.contains("://") {
        request.url = format!("http://{}", request.url);
    }
    for file in files.iter().filter(|file| *file != "-") {
        walker.reading.add(
            Action::new(Kind::Disclose, evidence("a local file goes to the network", file))
                .on([target(TargetSort::Path, file), target(TargetSort::Host, http::host_of(&request.url))]),
        );
    }
    let literal = if sends_local { None } else { feed.text.as_deref() };
    if let Some(text) = literal {
        request.add_body(text);
    }
    if sends_local && (feed.is_local || !feed.is_there) {
        walker.reading.add(
            Action::new(Kind::Disclose, evidence("local data goes to the network by", name))
                .on([target(TargetSort::Host, http::host_of(&request.url))]),
        );
    }
    request.has_file |= !files.is_empty() || sends_local;
    http::read(walker.reading, &request);
    if let Some(path) = written.filter(|path| path != "-" && !paths::is_nowhere(path)) {
        if path.is_empty() {
            walker.reading.note(Kind::Write, "downloads a file by", name);
        } else {
            redirect::written(walker.reading, &path, false, &Feed::default());
        }
    } else if name == "wget" && !request.has_body() && !request.has_file {
        walker.reading.note(Kind::Write, "downloads a file by", name);
    }
}

fn httpie(request: &mut Request, urls: &mut Vec<&Argument>) {
    let is_method = |a: &&Argument| {
        let text = a.text.to_ascii_uppercase();
        a.text == text && a.text.bytes().all(|b| b.is_ascii_uppercase())
            || matches!(text.as_str(), "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD" | "OPTIONS")
    };
    if urls.first().is_some_and(is_method) {
        request.method = Some(urls.remove(0).text.to_ascii_uppercase());
    }
    for item in urls.iter().skip(1) {
        if let Some((_, file)) = item.text.split_once('@').filter(|(key, _)| !key.contains(['=', ':'])) {
            request.has_file = true;
            request.add_body(file);
        } else {
            request.add_body(&item.text);
        }
    }
    urls.truncate(1);
}

fn split_option(text: &str) -> (&str, Option<&str>) {
    if !text.starts_with('-') || text == "-" {
        return ("", None);
    }
    if text.starts_with("--") {
        return text.split_once('=').map_or((text, None), |(flag, value)| (flag, Some(value)));
    }
    let glues = ["-X", "-d", "-H", "-F", "-T", "-o", "-u", "-A", "-b", "-m"];
    match text.get(..2) {
        Some(flag) if text.len() > 2 && glues.contains(&flag) => (flag, text.get(2..)),
        _ => (text, None),
    }
}

/// netcat and its kin: what flows in flows out.
pub(super) fn pipe(walker: &mut Walker<'_>, name: &str, rest: &[Argument], feed: &Feed) {
    let host = operands(rest).first().map(|a| a.text.clone()).unwrap_or_default();
    let at = || [target(TargetSort::Host, &host)];
    let runs = rest
        .iter()
        .position(|a| matches!(a.text.as_str(), "-e" | "-c" | "--exec" | "--sh-exec"))
        .or_else(|| rest.iter().position(|a| a.text.to_uppercase().contains("EXEC:")));
    if runs.is_some() {
        walker.reading.add(Action::new(Kind::Execute, evidence("gives the network a program by", name)).on(at()));
    }
    if feed.is_local && feed.text.is_none() {
        return walker.reading.add(Action::new(Kind::Disclose, evidence("local data goes to the network by", name)).on(at()));
    }
    let listens_only = rest.iter().any(|a| a.text.starts_with('-') && a.text.contains('z'));
    let kind = if feed.is_there && !listens_only { Kind::Write } else { Kind::ReadNetwork };
    walker.reading.add(Action::new(kind, evidence("the command", name)).on(at()));
}

/// `gh api -X DELETE repos/…`: a request to the forge.
pub(super) fn forge_api(walker: &mut Walker<'_>, host: &str, rest: &[Argument]) {
    let mut request = Request::default();
    let mut path = String::new();
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        at += 1;
        let (flag, glued) = split_option(&argument.text);
        let takes = matches!(
            flag,
            "-X" | "--method"
                | "-f"
                | "-F"
                | "--field"
                | "--raw-field"
                | "--form"
                | "-H"
                | "--header"
                | "--input"
                | "-q"
                | "--jq"
                | "-t"
                | "--template"
                | "--hostname"
                | "-p"
                | "--preview"
                | "--cache"
        );
        if flag.is_empty() {
            path.clone_from(&argument.text);
        }
        if !takes {
            continue;
        }
        let value = glued.map(str::to_owned).or_else(|| rest.get(at).map(|a| a.text.clone())).unwrap_or_default();
        at += usize::from(glued.is_none());
        match flag {
            "-X" | "--method" => request.method = Some(value),
            "-f" | "-F" | "--field" | "--raw-field" | "--form" => request.add_body(&value),
            "--input" => request.has_file = value != "-",
            _ => {}
        }
    }
    if let Some(document) = request.body.as_deref().and_then(|body| body.strip_prefix("query=")).filter(|_| path == "graphql") {
        for kind in http::graphql::kinds(document, None) {
            walker.reading.note(kind, "the operation", document);
        }
        return;
    }
    request.url = format!("https://{host}/{}", path.trim_start_matches('/'));
    http::read(walker.reading, &request);
}
