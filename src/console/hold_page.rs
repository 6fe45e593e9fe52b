//! The page of one hold: everything a person has to see before they decide, and the
//! form with which they do.
//!
//! The button that approves is only on a page on which the whole call stands; the
//! form carries a proof of that, which the server asks for.

use super::operators::Operator;
use super::pages::{WAITING, age, all_targets, framed, told};
use super::sheet::{Decoded, Member, Sheet, members};
use super::{OPEN_FIRST_BYTES, html};
use crate::record::{ActionShape, OriginShape, Voice};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;

/// How much of a long text is shown before it is opened, in characters.
const BEGINNING: usize = 2000;

/// How long a call is, in bytes, whose members stand on the page without a box to scroll in.
const UNSCROLLED_BYTES_MAX: usize = 4096;

/// Enter in a field pushes a form's first button: here it is one that does nothing.
const NO_DEFAULT: &str = "<button disabled hidden></button>\n";

/// The page of this hold. With a proof the whole call stands on it.
pub(super) fn page(operator: &Operator, sheet: &Sheet, proof: Option<&str>) -> Response {
    let hold = &sheet.hold;
    let body = format!(
        "<h1><code>{}</code> {}</h1>\n<p class=\"row\"><span class=\"tag{}\">{}</span> <span class=\"faint\">{}</span></p>\n{}{}{}{}{}{}{}",
        html::short(&hold.tool, 120),
        heading(sheet),
        colour(sheet.standing()),
        sheet.standing(),
        html::text(&age(&hold.at, Timestamp::now())),
        deeds(&hold.actions),
        sources(sheet),
        pins(sheet),
        people(sheet),
        call(sheet, proof.is_some()),
        origin(sheet),
        form(operator, sheet, proof),
    );
    framed(StatusCode::OK, operator, "", &html::short(&hold.tool, 60), "", &body)
}

fn heading(sheet: &Sheet) -> &'static str {
    match sheet.standing() {
        "pending" => "waits for a person",
        "approved" => "is approved and goes to its agent once",
        "released" => "was approved and delivered",
        "denied" => "was denied",
        _ => "is over",
    }
}

/// The colour of an outcome.
pub(super) fn colour(standing: &str) -> &'static str {
    match standing {
        "denied" | "blocked" | "expired" | "halted" => " bad",
        "approved" | "released" => " good",
        _ => "",
    }
}

fn deeds(actions: &[ActionShape]) -> String {
    let item = |action: &ActionShape| {
        let all = action.targets.len();
        let rest = if all > 8 { targets(action) } else { String::new() };
        let evidence =
            if action.evidence.is_empty() { String::new() } else { format!(" <span>seen from {}</span>", html::text(&action.evidence)) };
        format!("<li><strong>{}</strong>{evidence}{rest}</li>\n", html::text(&told(action)))
    };
    let items: String = actions.iter().map(item).collect();
    let items = if items.is_empty() { "<li>It could not be told.</li>\n".to_owned() } else { items };
    format!("<h2>What it would do</h2>\n<ul>\n{items}</ul>\n")
}

/// Where the targets came from: what stands in the user's own words is another matter
/// than what a tool's result brought in.
fn sources(sheet: &Sheet) -> String {
    let item = |origin: &OriginShape| {
        let place = origin.place.as_ref().map_or_else(String::new, |place| format!(", {}", html::text(place)));
        let target = html::short(&origin.target, 200);
        let brought = if origin.origin == "nowhere" { " (the model brought it up)" } else { "" };
        format!("<li><code>{target}</code> <span class=\"tag\">{}</span>{brought}{place}</li>\n", html::text(&origin.origin))
    };
    let known = sheet.hold.origin.as_deref().unwrap_or_default();
    match known.iter().map(item).collect::<String>() {
        items if items.is_empty() => items,
        items => format!("<h2>Where its targets were named</h2>\n<ul>\n{items}</ul>\n"),
    }
}

/// The targets, where they are many.
fn targets(action: &ActionShape) -> String {
    let (kept, all) = (&action.targets, all_targets(action));
    let told =
        if kept.len() < all { format!("{} of {all} targets; the call has them all", kept.len()) } else { format!("All {all} targets") };
    let items: String = kept.iter().map(|target| format!("<li><code>{}</code></li>", html::text(target))).collect();
    format!("<details><summary>{told}</summary><ul class=\"scroll\" tabindex=\"0\" aria-label=\"Targets\">{items}</ul></details>")
}

fn pins(sheet: &Sheet) -> String {
    let why = sheet.why.as_ref().map_or_else(String::new, |why| format!("<p>{}</p>\n", html::text(why)));
    let mut part = format!("<h2>Why it waits</h2>\n{why}");
    for pin in &sheet.pin_texts {
        let text = match &pin.text {
            Some(text) => html::block(text),
            None => "(not among the configured pins)".to_owned(),
        };
        let changed = if pin.changed {
            "<p class=\"care\">This pin was changed after it held the call. Earlier yeses do not count; what you approve is approved under the pin as it is now.</p>\n"
        } else {
            ""
        };
        part.push_str(&format!(
            "<div class=\"card\"><p class=\"faint\">pin <code>{}</code></p><p>{text}</p>{changed}</div>\n",
            html::text(&pin.id)
        ));
    }
    part
}

fn people(sheet: &Sheet) -> String {
    let hold = &sheet.hold;
    let said: String = sheet.voices.iter().map(|said| format!("<li>{}</li>\n", voice(said))).collect();
    let said = if said.is_empty() { String::new() } else { format!("<ul>\n{said}</ul>\n") };
    let needs = match hold.needs {
        1 => "One person has to say yes.".to_owned(),
        more => format!("{more} different people have to say yes; {} did.", hold.given.len()),
    };
    format!("<h2>Who decides</h2>\n<p>{needs}</p>\n{said}")
}

/// One person's say, in a line that is safe to show.
pub(super) fn voice(voice: &Voice) -> String {
    let unverified = if voice.verified { "" } else { " <span class=\"tag\">unverified</span>" };
    let reason = voice.reason.as_ref().map_or_else(String::new, |reason| format!(": {}", html::text(reason)));
    format!(
        "<strong>{}</strong>{unverified} <span class=\"faint\">{}, {}</span>{reason}",
        html::text(&voice.name),
        html::text(&voice.at),
        html::text(&voice.via)
    )
}

fn call(sheet: &Sheet, is_whole: bool) -> String {
    let hold = &sheet.hold;
    if hold.outcome.is_some() {
        return format!(
            "<h2>The call</h2>\n<p class=\"faint\">It is decided: its exact arguments are gone. The record keeps these, redacted.</p>\n{}",
            exact(&hold.arguments)
        );
    }
    if !is_whole {
        let beginning: String = hold.arguments.chars().take(BEGINNING).collect();
        return format!(
            "<h2>The call</h2>\n<p class=\"care\">This is only the beginning: the call has {} bytes. It can be approved once \
             <a href=\"/holds/{}?whole\">its whole text is open</a>.</p>\n{}",
            hold.arguments.len(),
            html::text(&hold.code),
            exact(&beginning)
        );
    }
    let members = members(&hold.arguments);
    let decoded: String = members.iter().map(member).collect();
    let decoded = if decoded.is_empty() {
        String::new()
    } else if hold.arguments.len() <= UNSCROLLED_BYTES_MAX {
        format!("<h2>The call, as the tool reads it</h2>\n<ul class=\"members\">\n{decoded}</ul>\n")
    } else {
        format!(
            "<h2>The call, as the tool reads it</h2>\n<p class=\"faint\">It has {} lines; scroll in the box to see them all.</p>\n\
             <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Members\"><ul class=\"members\">\n{decoded}</ul></div>\n",
            members.len()
        )
    };
    format!("{decoded}<h2>The exact text that would be released</h2>\n{}", exact(&hold.arguments))
}

fn exact(arguments: &str) -> String {
    format!("<pre tabindex=\"0\" role=\"region\" aria-label=\"Arguments\">{}</pre>\n", html::block(arguments))
}

fn member(member: &Member) -> String {
    // A dot a level, so that depth can be heard and needs no style.
    let key = format!("{}{}", "· ".repeat(member.depth), html::text(&member.key));
    match &member.value {
        Decoded::Text(text) => format!("<li><code>{key}</code> <pre>{}</pre></li>\n", html::block(text)),
        Decoded::Plain(text) => format!("<li><code>{key}</code> <code>{}</code></li>\n", html::text(text)),
        Decoded::Group(count) => format!("<li><code>{key}</code> <span class=\"faint\">{count}</span></li>\n"),
        Decoded::More => "<li>There are more members: the exact text has them all.</li>\n".to_owned(),
    }
}

fn origin(sheet: &Sheet) -> String {
    let hold = &sheet.hold;
    let field = |name: &str, value: &str| format!("<dt>{name}</dt><dd>{}</dd>\n", html::text(value));
    format!(
        "<h2>Where it comes from</h2>\n<dl>\n{}{}{}{}{}{}{}{}</dl>\n",
        field("code", &hold.code),
        field("conversation", &hold.conversation),
        field("agent", hold.agent.as_deref().unwrap_or("-")),
        field("model", hold.model.as_deref().unwrap_or("-")),
        field("dialect", &hold.dialect),
        field("held at", &hold.at),
        field("expires", &hold.expires),
        field("digest", &sheet.digest),
    )
}

/// What can still be decided: a granted call can be denied.
fn form(operator: &Operator, sheet: &Sheet, proof: Option<&str>) -> String {
    if sheet.hold.outcome.is_some() {
        return format!("<p><a class=\"go\" href=\"/\">{WAITING}</a></p>");
    }
    let code = html::text(&sheet.hold.code);
    let own = operator.name.to_lowercase();
    let has_said_yes = !operator.may_claim && sheet.hold.given.iter().any(|given| given.to_lowercase() == own);
    let approve = match proof.filter(|_| sheet.is_open() && operator.may_approve && !has_said_yes) {
        Some(proof) => format!(
            "<input type=\"hidden\" name=\"shown\" value=\"{}\">\n<button class=\"yes\" formaction=\"/holds/{code}/approve\">Approve</button>\n",
            html::text(proof)
        ),
        None => String::new(),
    };
    let note = if !sheet.is_open() {
        String::new()
    } else if !operator.may_approve {
        "<p class=\"care\">You use the bootstrap token. Since named operators are configured, it may deny but not approve.</p>\n".to_owned()
    } else if has_said_yes {
        "<p class=\"faint\">You said yes. Somebody else has to, too.</p>\n".to_owned()
    } else if proof.is_none() {
        format!("<p class=\"faint\">A call above {} KiB is approved only after its whole text was opened.</p>\n", OPEN_FIRST_BYTES / 1024)
    } else {
        String::new()
    };
    let name = if operator.may_claim {
        "<p><label for=\"as\">In whose name (optional, recorded as unverified)</label>\n\
         <input id=\"as\" name=\"as\" maxlength=\"64\" autocomplete=\"name\"></p>\n"
    } else {
        ""
    };
    format!(
        "<h2>Decide</h2>\n{note}<form method=\"post\" action=\"/holds/{code}/deny\">\n{NO_DEFAULT}\
         <p><label for=\"reason\">Why (optional, kept in the record)</label>\n<textarea id=\"reason\" name=\"reason\" rows=\"2\" maxlength=\"600\"></textarea></p>\n\
         {name}<div class=\"buttons\">\n{approve}<button class=\"no\" formaction=\"/holds/{code}/deny\">Deny</button>\n</div>\n</form>"
    )
}
