//! Procedures and functions that a server brings with it, and what the names of others say.

use crate::action::fold;
use crate::action::lexicon::{Verb, meaning};
use crate::action::name::Phrase;
use crate::kind::Kind;

/// What a procedure does, by its name without its schema; empty where the name does not tell.
pub(super) fn kinds(name: &str) -> Vec<Kind> {
    let bare = name.rsplit('.').next().unwrap_or(name);
    let known: &[Kind] = match bare.to_lowercase().as_str() {
        "sp_help"
        | "sp_helptext"
        | "sp_helpdb"
        | "sp_helpindex"
        | "sp_who"
        | "sp_who2"
        | "sp_columns"
        | "sp_tables"
        | "sp_spaceused"
        | "sp_lock"
        | "sp_depends"
        | "sp_databases"
        | "sp_stored_procedures"
        | "sp_helpuser"
        | "sp_helprole"
        | "xp_dirtree"
        | "xp_fileexist"
        | "xp_readerrorlog"
        | "sp_readerrorlog"
        | "sp_describe_first_result_set" => &[Kind::Read],
        "sp_send_dbmail" | "sp_notify_operator" => &[Kind::Send],
        "sp_addrolemember"
        | "sp_droprolemember"
        | "sp_addsrvrolemember"
        | "sp_dropsrvrolemember"
        | "sp_grantdbaccess"
        | "sp_grantlogin"
        | "sp_addlogin"
        | "sp_adduser"
        | "sp_addrole"
        | "sp_changedbowner"
        | "sp_change_users_login" => &[Kind::Permission],
        "sp_password" => &[Kind::PermissionCredential],
        "sp_droplogin" | "sp_dropuser" => &[Kind::Delete, Kind::Permission],
        "sp_rename" | "xp_regwrite" | "sp_settriggerorder" => &[Kind::Write],
        "xp_delete_file"
        | "xp_regdeletevalue"
        | "xp_regdeletekey"
        | "sp_delete_job"
        | "sp_delete_backuphistory"
        | "sp_purge_jobhistory"
        | "sp_droptype"
        | "sp_dropserver" => &[Kind::Delete],
        "sp_configure" | "sp_detach_db" | "sp_attach_db" | "sp_dboption" | "xp_servicecontrol" => &[Kind::Deploy],
        "sp_start_job" | "sp_oacreate" | "sp_oamethod" | "sp_execute_external_script" | "sp_add_job" | "sp_add_jobstep" => &[Kind::Execute],
        _ => &[],
    };
    if !known.is_empty() {
        return known.to_vec();
    }
    let mut kinds = stated(bare);
    kinds.push(Kind::Execute);
    kinds
}

/// What the name of a function of somebody's own states: `delete_user(3)`; functions that compute have other verbs.
pub(super) fn stated(name: &str) -> Vec<Kind> {
    let words = fold::words(name);
    let first = words
        .iter()
        .find(|word| !matches!(word.as_str(), "sp" | "usp" | "fn" | "proc" | "p" | "f" | "system" | "do"))
        .map(String::as_str)
        .unwrap_or_default();
    let leads = matches!(
        meaning(first).verb,
        Some(Verb::Delete | Verb::Send | Verb::Pay | Verb::Transfer | Verb::Grant | Verb::Publish | Verb::Invite)
    );
    let is_told = leads
        && words.len() > 1
        && !matches!(words.last().map(String::as_str), Some("path" | "at" | "key" | "null" | "nulls" | "accents" | "whitespace"));
    if is_told {
        Phrase::of_words(&words).kinds().into_iter().filter(|kind| kind.is_consequential() && kind.broad() != Kind::Execute).collect()
    } else {
        Vec::new()
    }
}

/// A function of one of the server's packages: `UTL_HTTP.REQUEST(…)`.
pub(super) fn of_package(package: &str, function: &str, is_computed: bool) -> Option<Kind> {
    let goes_out = if is_computed { Kind::Disclose } else { Kind::ReadNetwork };
    Some(match (package, function) {
        ("UTL_HTTP" | "UTL_TCP" | "HTTPURITYPE" | "UTL_INADDR" | "DBMS_LDAP" | "UTL_URL", _) => goes_out,
        ("UTL_SMTP" | "UTL_MAIL" | "APEX_MAIL", _) => Kind::Send,
        ("UTL_FILE", "FREMOVE") => Kind::Delete,
        ("UTL_FILE" | "DBMS_XSLPROCESSOR" | "DBMS_ADVISOR", _) => Kind::Write,
        ("DBMS_SCHEDULER" | "DBMS_JOB" | "DBMS_JAVA" | "DBMS_CLOUD" | "DBMS_SQL", _) => Kind::Execute,
        ("DBMS_NETWORK_ACL_ADMIN" | "DBMS_RLS" | "DBMS_CREDENTIAL", _) => Kind::Permission,
        _ => return None,
    })
}
