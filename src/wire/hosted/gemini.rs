//! What Gemini runs itself. Each is a member of a tool, in either of two spellings.

use super::{FETCHES, LOOKS_UP, RUNS_CODE, Runs, SEARCHES, does, unknown};
use crate::call::ToolName;
use crate::json::fold_key;
use crate::kind::Kind;
use crate::policy::Unseen;
use crate::wire::strip::Declared;

pub(super) fn runs(declared: &Declared<'_>) -> Runs {
    let kind = declared.kind.as_ref();
    match fold_key(kind).as_str() {
        // A computer's actions come back as calls.
        "function" | "functiondeclarations" | "computeruse" => Runs::Client,
        "googlesearch" | "googlesearchretrieval" | "enterprisewebsearch" | "parallelaisearch" => {
            does(kind, &[Kind::Read, Kind::ReadNetwork], SEARCHES)
        }
        "urlcontext" => does(kind, &[Kind::ReadNetwork], FETCHES),
        "filesearch" | "googlemaps" | "retrieval" => does(kind, &[Kind::Read], LOOKS_UP),
        "codeexecution" => does(kind, &[Kind::Execute], RUNS_CODE),
        "mcpservers" => Runs::Provider(Unseen::Any(ToolName { namespace: Some("mcp".to_owned()), name: kind.to_owned() })),
        _ => unknown(kind),
    }
}
