//! Methods of .NET that a PowerShell expression calls: `[IO.File]::Delete('x')`.

use super::super::walk::Walker;
use crate::action::reading::{evidence, target};
use crate::action::shell::subcommand;
use crate::call::{Action, TargetSort};
use crate::kind::Kind;

/// What a method of this dotted name does.
pub(super) fn call(walker: &mut Walker<'_>, spelled: &str, arguments: &str) {
    let method = spelled.rsplit(['.', ':']).next().unwrap_or_default().to_lowercase();
    if !spelled.contains(['.', ':']) || method.is_empty() {
        return;
    }
    let piece = arguments.trim().trim_matches(['\'', '"']);
    let at_path = |kind| Action::new(kind, evidence("the method", spelled)).on([target(TargetSort::Path, piece)]);
    match method.as_str() {
        "delete" | "deletesubkey" | "deletesubkeytree" | "deletevalue" => walker.reading.add(at_path(Kind::Delete)),
        "writealltext"
        | "writeallbytes"
        | "writealllines"
        | "appendalltext"
        | "createdirectory"
        | "copy"
        | "copyto"
        | "move"
        | "moveto"
        | "setvalue"
        | "save"
        | "setenvironmentvariable"
        | "downloadfile"
        | "extracttodirectory" => walker.reading.add(at_path(Kind::Write)),
        "downloadstring" | "downloaddata" | "getstringasync" | "getasync" | "getresponse" => {
            walker.reading.note(Kind::ReadNetwork, "the method", spelled)
        }
        "uploadstring" | "uploadfile" | "uploaddata" | "uploadvalues" | "postasync" => {
            walker.reading.note(Kind::Disclose, "the method", spelled)
        }
        "start" | "load" | "loadfile" | "loadfrom" | "shellexecute" | "run" | "exec" | "unsafeloadfrom" | "addscript" => {
            walker.reading.note(Kind::Execute, "the method", spelled)
        }
        "invoke" | "invokescript" | "invokecommand" | "invokemember" | "createinstance" | "invokereturnasis" => {
            walker.reading.note(Kind::Execute, "the method", spelled);
            walker.reading.unknown("what is invoked is not told by", spelled);
        }
        "setaccesscontrol" | "addaccessrule" | "setpassword" => walker.reading.note(Kind::Permission, "the method", spelled),
        "kill" | "stop" | "pause" | "reboot" | "shutdown" | "win32shutdown" => walker.reading.note(Kind::Deploy, "the method", spelled),
        "send" | "sendmailasync" | "sendasync" => walker.reading.note(Kind::Send, "the method", spelled),
        // A list's or a text's own `Remove`, `Replace`, `Clear` changes nothing outside.
        "remove" | "removeat" | "removerange" | "replace" | "clear" | "add" | "insert" | "trim" | "split" | "create" | "open" => {}
        other => {
            let kinds = subcommand::kinds(std::iter::once(other)).unwrap_or_default();
            kinds.into_iter().filter(|kind| kind.is_consequential()).for_each(|kind| walker.reading.note(kind, "the method", spelled));
        }
    }
}
