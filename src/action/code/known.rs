//! What known calls do.

use super::Language;
use super::calls::Call;
use crate::action::http::{self, Request};
use crate::action::lexicon::{Verb, meaning};
use crate::action::name::Phrase;
use crate::action::reading::{Reading, evidence, target};
use crate::action::{fields, fold, paths, shell, sql};
use crate::call::{Action, Count, TargetSort};
use crate::kind::Kind;

/// What one call does.
pub(super) fn read(reading: &mut Reading, language: Language, call: &Call, text: &str) {
    let path = call.path.as_str();
    let method = call.method();
    if runs_text(language, path, method) {
        return text_call(reading, language, call);
    }
    if runs_shell(path, method) {
        return shell_call(reading, call);
    }
    // The mongo shell: `db.users.drop()`.
    if path.starts_with("db.") && matches!(method, "drop" | "remove") {
        return file_call(reading, Kind::Delete, call);
    }
    if let Some(kind) = exact(path, method) {
        return file_call(reading, kind, call);
    }
    let is_statement = |text: &&String| sql::looks_like(text) || text.trim_start().to_uppercase().starts_with("TRUNCATE ");
    if is_statement_call(method) && call.texts.iter().any(|t| is_statement(&t)) {
        return call.texts.iter().filter(is_statement).for_each(|t| sql::read(reading, t));
    }
    if matches!(method, "sendmail" | "send_mail" | "sendMail") {
        return reading.note(Kind::Send, "the call", path);
    }
    // A model that is asked is asked, whatever the noun on the way there.
    if path.contains("completions") || path.contains("embeddings") {
        return reading.note(Kind::ReadNetwork, "asks a model by", path);
    }
    // `User.destroy({…})`: a class of records, not a value in memory.
    if matches!(method, "destroy" | "truncate") && path.starts_with(|c: char| c.is_uppercase()) {
        return file_call(reading, Kind::Delete, call);
    }
    if sent_out(reading, call) || request(reading, call) || opened(reading, call, text) {
        return;
    }
    by_name(reading, call);
}

fn runs_shell(path: &str, method: &str) -> bool {
    matches!(
        path,
        "os.system"
            | "os.popen"
            | "system"
            | "exec"
            | "shell_exec"
            | "passthru"
            | "popen"
            | "proc_open"
            | "IO.popen"
            | "Open3.capture2e"
            | "Open3.capture3"
            | "Kernel.system"
            | "Deno.run"
            | "Bun.$"
            | "pty.spawn"
            | "commands.getoutput"
    ) || path.starts_with("subprocess.")
        || (matches!(method, "spawn" | "spawnSync" | "execSync" | "execFile" | "execFileSync" | "exec" | "fork")
            && (path.contains("child_process")
                || path.starts_with("cp.")
                || path.starts_with("require.")
                || method.ends_with("Sync")
                || path == method))
        || matches!(
            method,
            "create_subprocess_shell"
                | "create_subprocess_exec"
                | "execvp"
                | "execv"
                | "execl"
                | "execlp"
                | "spawnvp"
                | "exec_command"
                | "system"
                | "check_output"
                | "check_call"
                | "getoutput"
                | "getstatusoutput"
        )
}

fn shell_call(reading: &mut Reading, call: &Call) {
    let inside = call.inside.trim_start();
    let is_list = inside.starts_with('[') || (call.texts.len() > 1 && inside.contains('['));
    if is_list {
        let list = inside.split_once(']').map_or(inside, |(list, _)| list);
        let is_computed =
            list.trim_start_matches('[').split(',').next().is_some_and(|first| !first.trim_start().starts_with(['"', '\'', '`']));
        if is_computed {
            return reading.unknown("a command that is computed", &call.path);
        }
        return shell::read_arguments(reading, &call.texts);
    }
    match &call.first {
        Some(line) if !line.is_empty() => shell::read(reading, line),
        _ if call.inside.trim().is_empty() => {}
        _ => match call.texts.first().filter(|t| t.contains(' ') && call.inside.trim_start().starts_with(['"', '\'', 'f', '`'])) {
            Some(line) => shell::read(reading, line),
            None => {
                reading.note(Kind::Execute, "runs a command that is computed", &call.path);
                reading.unknown("a command that is computed", &call.path);
            }
        },
    }
}

fn runs_text(language: Language, path: &str, method: &str) -> bool {
    matches!(
        path,
        "exec"
            | "eval"
            | "Function"
            | "execfile"
            | "compile"
            | "vm.runInNewContext"
            | "vm.runInThisContext"
            | "instance_eval"
            | "class_eval"
            | "create_function"
            | "assert"
            | "__import__"
            | "getattr"
            | "import_module"
    ) && !(path == "assert" && language != Language::Php)
        && !(path == "exec" && language != Language::Python)
        || matches!(method, "import_module" | "run_path" | "run_module")
        || path.ends_with("new.Function")
}

fn text_call(reading: &mut Reading, language: Language, call: &Call) {
    match call.method() {
        "run_path" | "run_module" | "execfile" => reading.note(Kind::Execute, "runs a file", call.texts.first().map_or("", String::as_str)),
        "compile" => {}
        "getattr" => looked_up(reading, call),
        "import_module" | "__import__" if call.first.is_some() => {}
        "import_module" | "__import__" => reading.unknown("code that is looked up by a name that is computed", &call.inside),
        _ => match &call.first {
            Some(text) => super::read(reading, language, text),
            None => {
                reading.note(Kind::Execute, "runs text as code", &call.inside);
                let is_fetched = ["fetch(", "urlopen", "requests.get", ".read()", ".text"].iter().any(|part| call.inside.contains(part))
                    && !call.inside.contains("input(");
                if !is_fetched {
                    reading.unknown("text that is computed runs as code", &call.inside);
                }
            }
        },
    }
}

/// `getattr(os, 'rem' + 'ove')(…)`: the name is put together from literals, or not known.
fn looked_up(reading: &mut Reading, call: &Call) {
    let owner = call.inside.split(',').next().unwrap_or_default().trim();
    let name = call.texts.concat();
    let is_literal = call.inside.split_once(',').is_some_and(|(_, rest)| rest.trim_start().starts_with(['"', '\'']));
    if !is_literal {
        return reading.unknown("a function that is looked up by a name that is computed", &call.inside);
    }
    let path = format!("{owner}.{name}");
    if let Some(kind) = exact(&path, &name) {
        reading.note(kind, "the call", &path);
    } else if matches!(path.as_str(), "os.system" | "os.popen" | "builtins.exec" | "builtins.eval") {
        reading.unknown("a command that is looked up", &path);
    }
}

/// Functions of standard libraries.
fn exact(path: &str, method: &str) -> Option<Kind> {
    Some(match path {
        "os.remove" | "os.unlink" | "os.rmdir" | "os.removedirs" | "shutil.rmtree" | "unlink" | "rmdir" | "rmtree" | "remove_tree"
        | "send2trash" | "File.delete" | "File.unlink" | "Dir.rmdir" | "Dir.delete" | "Deno.remove" | "file.remove" | "fs.rm"
        | "fs.rmSync" | "fs.rmdir" | "fs.rmdirSync" | "fs.unlink" | "fs.unlinkSync" | "fs.promises.rm" | "fs.promises.unlink"
        | "fsp.rm" | "fsp.unlink" | "rimraf" | "rimraf.sync" | "del" | "fse.remove" | "fs.remove" | "fs.emptyDir" | "os.RemoveAll"
        | "os.Remove" | "rm" | "rmSync" | "unlinkSync" => Kind::Delete,
        "os.truncate" | "os.ftruncate" | "fs.truncate" | "fs.truncateSync" | "File.truncate" | "truncate" => Kind::Overwrite,
        "os.chmod" | "os.chown" | "os.lchown" | "shutil.chown" | "fs.chmod" | "fs.chmodSync" | "fs.chown" | "fs.chownSync" | "chmod"
        | "chown" | "File.chmod" => Kind::Permission,
        "os.kill" | "os.killpg" | "process.kill" | "Process.kill" => Kind::Deploy,
        "shutil.copy" => Kind::Write,
        _ if path.contains("FileUtils.rm") || path.ends_with("FileUtils.remove_entry") => Kind::Delete,
        _ if path.contains("FileUtils.chmod") || path.contains("FileUtils.chown") => Kind::Permission,
        _ if path.contains("'fs'") => return None,
        _ => match method {
            "unlink"
            | "rmtree"
            | "rmdir"
            | "unlinkSync"
            | "rmSync"
            | "rmdirSync"
            | "delete_many"
            | "delete_one"
            | "deleteMany"
            | "deleteOne"
            | "drop_collection"
            | "drop_database"
            | "dropDatabase"
            | "drop_table"
            | "flushdb"
            | "flushall"
            | "flushDb"
            | "flushAll"
            | "delete_all"
            | "destroy_all"
            | "findOneAndDelete"
            | "find_one_and_delete"
            | "findByIdAndDelete"
            | "batchDelete"
            | "delete_object"
            | "delete_objects"
            | "delete_bucket"
            | "remove_file"
            | "remove_dir_all"
            | "deleteFile"
            | "rm_rf"
            | "expunge" => Kind::Delete,
            "chmod" | "lchmod" | "fchmod" => Kind::Permission,
            "write_text" | "write_bytes" | "writeFileSync" | "writeFile" | "appendFile" | "appendFileSync" | "to_csv" | "to_excel"
            | "to_json" | "to_parquet" | "to_sql" | "to_pickle" | "savefig" | "copyfile" | "urlretrieve" | "copytree" | "copy2"
            | "copyFileSync" | "copyFile" | "mkdir" | "makedirs" | "mkdirSync" | "insert_one" | "insert_many" | "insertOne"
            | "insertMany" | "update_one" | "updateOne" | "save" | "touch" | "symlink" | "writeTextFile" | "outputFile" | "rename"
            | "renameSync" | "copy_tree" | "extractall" | "file_put_contents" => Kind::Write,
            _ => return None,
        },
    })
}

fn file_call(reading: &mut Reading, kind: Kind, call: &Call) {
    let named = call.texts.first().cloned();
    let mut kinds = vec![kind];
    if kind == Kind::Write
        && let Some(path) = &named
    {
        kinds.extend(paths::effects_of_writing(path));
    }
    let count = if call.path.contains("tree") || call.path.contains("many") || call.method().ends_with("All") || call.path.contains("rm_rf")
    {
        Count::Set
    } else {
        Count::Unstated
    };
    for kind in kinds {
        let targets = named.iter().map(|path| target(TargetSort::Path, path));
        reading.add(Action::new(kind, evidence("the call", &call.path)).on(targets).counting(count));
    }
}

fn is_statement_call(method: &str) -> bool {
    matches!(
        method,
        "execute"
            | "executemany"
            | "executescript"
            | "query"
            | "exec"
            | "run"
            | "raw"
            | "read_sql"
            | "read_sql_query"
            | "prepare"
            | "sql"
            | "fetch"
            | "fetchrow"
            | "fetchval"
            | "all"
            | "get"
            | "each"
            | "execute_sql"
            | "select_all"
            | "text"
            | "do"
    )
}

/// `requests.delete(url)`, `axios.post(url, {…})`, `fetch(url, {method: …})`.
fn request(reading: &mut Reading, call: &Call) -> bool {
    let method = call.method();
    let is_verb = matches!(
        method,
        "get" | "post" | "put" | "patch" | "delete" | "head" | "options" | "request" | "fetch" | "urlopen" | "ofetch" | "Request"
    );
    if !is_verb {
        return false;
    }
    let is_client = ["requests", "httpx", "axios", "session", "client", "http", "got", "superagent", "aiohttp", "ky", "urllib"]
        .iter()
        .any(|c| call.path.to_lowercase().split('.').any(|part| part == *c || part.ends_with(c)));
    let url = call.texts.iter().find(|t| t.contains("://"));
    let is_fetch = matches!(method, "fetch" | "urlopen" | "ofetch" | "Request");
    let verb = match method {
        "get" | "post" | "put" | "patch" | "delete" | "head" | "options" if is_client => method.to_uppercase(),
        "request" if is_client => call.texts.first().cloned().unwrap_or_default().to_uppercase(),
        _ if is_fetch => ["DELETE", "POST", "PUT", "PATCH"]
            .iter()
            .find(|m| call.texts.iter().any(|t| t.to_uppercase() == **m))
            .map_or_else(|| if call.inside.contains("data=") { "POST" } else { "GET" }.to_owned(), |m| (*m).to_owned()),
        _ => return false,
    };
    if url.is_none() && !is_client && !is_fetch {
        return false;
    }
    let reads_file = ["open(", "readFile", "read_bytes", "read_text", "os.environ", "process.env"]
        .iter()
        .any(|part| call.inside.contains(part) && !is_header(&call.inside, part));
    let host = url.map_or("", |url| http::host_of(url));
    if reads_file && verb != "GET" {
        reading.add(
            Action::new(Kind::Disclose, evidence("local data goes to the network by", &call.path)).on([target(TargetSort::Host, host)]),
        );
    }
    let body = body_of(&call.inside);
    match url {
        Some(url) => {
            http::read(reading, &Request { method: Some(verb), url: url.clone(), body, has_file: reads_file, ..Request::default() })
        }
        None => match verb.as_str() {
            "GET" | "HEAD" | "OPTIONS" => reading.note(Kind::ReadNetwork, "the call", &call.path),
            "DELETE" => reading.note(Kind::Delete, "the call", &call.path),
            _ => reading.unknown("a request to an address that is computed", &call.path),
        },
    }
    true
}

fn is_header(inside: &str, part: &str) -> bool {
    inside.split_once("headers").is_some_and(|(before, _)| !before.contains(part))
}

/// The object literal behind `json=`, `data=`, `body:`, as JSON where it is close to it.
fn body_of(inside: &str) -> Option<String> {
    let at = ["json=", "data=", "body:", "body="]
        .iter()
        .find_map(|key| inside.find(key).map(|at| at + key.len()))
        .or_else(|| inside.find('{'))?;
    let rest = inside.get(at..)?.trim_start();
    let object = rest.get(rest.find('{')?..)?;
    let end = object.rfind('}')?;
    Some(object.get(..=end)?.replace('\'', "\""))
}

/// `open(path, 'w')`.
fn opened(reading: &mut Reading, call: &Call, text: &str) -> bool {
    if !matches!(call.path.as_str(), "open" | "io.open" | "File.open" | "codecs.open" | "fopen" | "File.new")
        && !matches!(call.path.as_str(), "File.write")
    {
        return false;
    }
    let path = call.texts.first().map_or("", String::as_str);
    let mode = call.texts.get(1).map_or("r", String::as_str);
    let at = || [target(TargetSort::Path, path)];
    if call.path != "File.write" && !mode.contains(['w', 'a', 'x', '+']) {
        let kind = if paths::is_secret(path) { Kind::ReadSecret } else { Kind::Read };
        reading.add(Action::new(kind, evidence("opens", path)).on(at()));
        return true;
    }
    reading.add(Action::new(Kind::Write, evidence("writes", path)).on(at()));
    let is_only_emptied = mode.starts_with('w')
        && call.path == "open"
        && (text.contains(&format!("{}).close()", call.inside)) || text.trim_end().ends_with(&format!("open({})", call.inside)));
    for kind in paths::effects_of_writing(path).into_iter().filter(|kind| !(mode.contains('a') && *kind == Kind::Overwrite)) {
        reading.add(Action::new(kind, evidence("writes", path)).on(at()));
    }
    if is_only_emptied {
        reading.add(Action::new(Kind::Overwrite, evidence("empties", path)).on(at()));
    }
    true
}

/// Sockets, transfers, moves over a live file.
fn sent_out(reading: &mut Reading, call: &Call) -> bool {
    let reads_file = || ["open(", "readFile", "read_bytes"].iter().any(|part| call.inside.contains(part));
    match call.method() {
        "sendall" | "send" | "sendto" if reads_file() => reading.note(Kind::Disclose, "local data goes to the network by", &call.path),
        "sendall" | "sendto" => reading.note(Kind::Write, "the call", &call.path),
        "put" | "putfo" | "upload_file" | "upload_fileobj" | "upload_blob" | "upload_from_filename" | "storbinary" | "put_object" => {
            let is_transfer = call.method() != "put" || call.path.to_lowercase().contains("ftp") || call.path.contains("scp");
            if !is_transfer {
                return false;
            }
            let targets: Vec<_> = call.texts.iter().take(1).map(|t| target(TargetSort::Path, t)).collect();
            reading.add(Action::new(Kind::Disclose, evidence("local data goes to the network by", &call.path)).on(targets));
        }
        "move" | "replace" if call.path.starts_with("shutil") || call.path.starts_with("os") => {
            let is_restored = matches!(call.texts.as_slice(), [from, to, ..] if paths::is_backup_of(from, to));
            reading.note(if is_restored { Kind::Overwrite } else { Kind::Write }, "the call", &call.path);
        }
        _ => return false,
    }
    true
}

/// The words of a call's name, where its owner is a service and not a value in memory.
fn by_name(reading: &mut Reading, call: &Call) {
    let words = fold::words(call.method());
    let Some(verb) = words.iter().find_map(|word| meaning(word).verb) else { return };
    let is_simple = words.len() == 1;
    if matches!(verb, Verb::Read | Verb::Manage | Verb::Click) {
        return;
    }
    if call.names("private", "False") || call.names("private", "false") || call.inside.contains("visibility='public'") {
        reading.note(Kind::Publish, "made visible to all by", &call.path);
        if !words.iter().any(|w| matches!(w.as_str(), "upload" | "create")) {
            reading.note(Kind::Permission, "made visible to all by", &call.path);
        }
    }
    // `orders.group(…)`: an ordinary verb on a value changes nothing outside.
    if is_simple && verb == Verb::Write {
        if matches!(call.method(), "edit" | "update" | "save" | "modify") && call.inside.contains(['=', ':']) {
            reading.note(Kind::Write, "the call", &call.path);
        }
        return;
    }
    let owner: Vec<String> = call.path.rsplit_once('.').map(|(owner, _)| fold::words(owner)).unwrap_or_default();
    let noun = owner.iter().rev().find_map(|word| meaning(word).noun);
    // `list.remove(x)`, `set.delete(1)`, `map.clear()`: a value in memory.
    if is_simple && (noun.is_none() || owner.len() < 2) {
        return;
    }
    let mut all: Vec<String> = words.clone();
    if is_simple {
        all.extend(owner.iter().rev().take(2).rev().cloned());
    }
    let is_draft = call.names("draft", "true") || call.names("draft", "True");
    let label = ["TRASH", "SPAM"].iter().any(|label| call.texts.iter().any(|t| t == label)) && call.inside.contains("add");
    if label {
        return reading.note(Kind::Delete, "a label that removes, by", &call.path);
    }
    if is_draft {
        return reading.note(Kind::Write, "a draft by", &call.path);
    }
    if is_hub(&call.path) {
        return reading.note(Kind::Publish, "the call", &call.path);
    }
    let kinds = if words.len() > 1 || is_simple { named_kinds(&all) } else { Vec::new() };
    for kind in kinds {
        let mut action = Action::new(kind, evidence("the call", &call.path));
        if kind == Kind::Pay {
            let pairs = call.inside.split(',').filter_map(|pair| pair.split_once(['=', ':']));
            action.amount = fields::sum_among(pairs, call.path.to_lowercase().starts_with("stripe"));
        }
        reading.add(action);
    }
}

fn is_hub(path: &str) -> bool {
    matches!(path.rsplit('.').next().unwrap_or_default(), "upload_folder" | "push_to_hub")
}

fn named_kinds(words: &[String]) -> Vec<Kind> {
    const CLOUD: [&str; 18] = [
        "instances",
        "boto",
        "client",
        "compute",
        "iam",
        "run",
        "terminate",
        "start",
        "stop",
        "reboot",
        "ec",
        "cluster",
        "service",
        "deployment",
        "policy",
        "user",
        "role",
        "group",
    ];
    let first = words.first().map_or("", String::as_str);
    let is_grant = matches!(first, "attach" | "detach" | "put") && words.iter().any(|w| matches!(w.as_str(), "policy" | "role" | "acl"));
    if is_grant {
        return vec![Kind::Permission];
    }
    if matches!(first, "run" | "start" | "stop" | "reboot") && words.iter().any(|w| CLOUD.contains(&w.as_str())) {
        return vec![Kind::Deploy];
    }
    if first == "submit" && words.iter().any(|w| w == "order") {
        return vec![Kind::Pay];
    }
    Phrase::of_words(words).kinds()
}

/// What is no call: `$(…)` templates, `` `…` `` in Ruby and Perl, a selector that is clicked.
pub(super) fn read_statements(reading: &mut Reading, language: Language, text: &str) {
    if matches!(language, Language::Ruby | Language::Perl | Language::Php) {
        for command in text.split('`').skip(1).step_by(2) {
            shell::read(reading, command);
        }
    }
    if language == Language::JavaScript
        && text.contains(".click()")
        && let Some(selector) = text.split(".click()").next().and_then(|before| before.rsplit(['"', '\'', '`']).nth(1))
    {
        let kinds = Phrase::of_words(&fold::words(selector)).kinds();
        kinds.iter().for_each(|kind| reading.note(*kind, "a click on", selector));
        if kinds.is_empty() {
            reading.unknown("a click on what the call does not show", selector);
        }
    }
}
