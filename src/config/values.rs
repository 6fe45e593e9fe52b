//! What a single text in the file means: a duration, an address, a glob.
//!
//! Pure readers, each of which says what is wrong and what would be right.

mod words;

pub(super) use words::{approve_by, capture, family, hosted, kind, mode, response, waiver, webhook_kind};

use crate::pin::{Comparison, Limit, Order};
use crate::show;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use url::{Host, Url};

/// The longest duration that is taken: ten years.
const DURATION_SECONDS_MAX: u64 = 3650 * 24 * 3600;

/// The most items a `limit` may let pass.
const LIMIT_ITEMS_MAX: u64 = 1_000_000_000;

/// The most memory one compiled regular expression may take.
pub(super) const REGEX_BYTES_MAX: usize = 1024 * 1024;

/// How many characters of a wrong value a message repeats.
const SHOWN_CHARACTERS_MAX: usize = 60;

/// Why a text does not mean what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) message: String,
    /// A way out; empty where the message says it.
    pub(super) help: String,
}

impl Mistake {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// The wrong value, safe to show.
fn shown(text: &str) -> String {
    show::escape_short(text, SHOWN_CHARACTERS_MAX)
}

/// `"45s"`, `"10m"`, `"24h"`, `"365d"`.
pub(super) fn duration(text: &str) -> Result<Duration, Mistake> {
    let wrong =
        || Mistake::new(format!("`{}` is not a duration", shown(text)), "write a whole number and a unit: `45s`, `10m`, `24h`, `365d`");
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits).ok_or_else(wrong)?;
    let seconds_each: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    match number.checked_mul(seconds_each) {
        Some(seconds) if seconds <= DURATION_SECONDS_MAX => Ok(Duration::from_secs(seconds)),
        _ => Err(Mistake::new(format!("`{}` is too long", shown(text)), "at most `3650d`")),
    }
}

/// A duration that is not zero.
pub(super) fn positive_duration(text: &str) -> Result<Duration, Mistake> {
    let duration = duration(text)?;
    if duration.is_zero() { Err(Mistake::new(format!("`{}` is no time at all", shown(text)), "use at least `1s`")) } else { Ok(duration) }
}

/// `"127.0.0.1:4141"`, `"[::1]:4141"`.
pub(super) fn address(text: &str) -> Result<SocketAddr, Mistake> {
    text.parse().map_err(|_| {
        let help = match text.rsplit_once(':') {
            Some(("localhost", port)) if port.parse::<u16>().is_ok() => format!("write the address: `127.0.0.1:{port}`"),
            _ if text.parse::<IpAddr>().is_ok() => "add a port: `127.0.0.1:4141`, `[::1]:4141`".to_owned(),
            _ => "write an IP address and a port: `127.0.0.1:4141`, `[::1]:4141`".to_owned(),
        };
        Mistake::new(format!("`{}` is not an address", shown(text)), help)
    })
}

/// A host name without a port, lower case, in ASCII.
pub(super) fn host_name(text: &str) -> Result<String, Mistake> {
    let wrong = || {
        Mistake::new(format!("`{}` is not a host name", shown(text)), "write the bare name, without scheme, port or path: `desk.example`")
    };
    match Host::parse(text).map_err(|_| wrong())? {
        Host::Domain(name) if name.is_empty() || name.contains('*') => Err(wrong()),
        Host::Domain(name) => Ok(name.trim_end_matches('.').to_lowercase()),
        address @ (Host::Ipv4(_) | Host::Ipv6(_)) => Ok(address.to_string()),
    }
}

/// An http or https URL that carries no secret and no question.
pub(super) fn web_url(text: &str) -> Result<Url, Mistake> {
    let wrong = |why: &str, help: &str| Err(Mistake::new(format!("`{}` {why}", shown(text)), help));
    let Ok(url) = Url::parse(text) else {
        return wrong("is not a URL", "write scheme, host and, if need be, port: `https://api.example.com`");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Mistake::new("the URL has credentials in it", "leave them out: linchpin passes on what the agent sends"));
    }
    if !matches!(url.scheme(), "http" | "https") {
        return wrong("is neither http nor https", "write it with `https://` or `http://`");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("has a query or a fragment", "leave off everything from `?` or `#` on");
    }
    Ok(url)
}

/// `https` only: what people reach the console under.
pub(super) fn public_url(text: &str) -> Result<Url, Mistake> {
    let url = web_url(text)?;
    if url.scheme() != "https" {
        return Err(Mistake::new(format!("`{}` is not https", shown(text)), "the console's token must not travel in clear text"));
    }
    if url.path() != "/" {
        let help = "the console's pages stand at the root: give it a host name of its own, like `https://desk.example`";
        return Err(Mistake::new(format!("`{}` has a path", shown(text)), help));
    }
    Ok(url)
}

/// Where notices go. A query is allowed: some services put their key there.
pub(super) fn webhook(text: &str) -> Result<Url, Mistake> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none() => Ok(url),
        _ => Err(Mistake::new("this is not an http or https URL without credentials", "write it like `https://hooks.example/…`")),
    }
}

/// `sqlite://FILE`: the file, inside the data dir.
pub(super) fn store(text: &str) -> Result<String, Mistake> {
    let Some(file) = text.strip_prefix("sqlite://") else {
        return Err(Mistake::new(format!("`{}` is not a store", shown(text)), "use `sqlite://FILE`: the one kind of store there is"));
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if file.is_empty() || file.starts_with('.') || !file.chars().all(is_plain) {
        let help = "name a file directly in the data dir, like `sqlite://linchpin.db`; `[server] data` moves the data dir";
        return Err(Mistake::new(format!("`{}` is not a file in the data dir", shown(text)), help));
    }
    if ["operator.token", "notify.key"].contains(&file) {
        return Err(Mistake::new("this file holds a secret of linchpin's own", "choose another name"));
    }
    Ok(file.to_owned())
}

/// Hex SHA-256.
pub(super) fn hash(text: &str) -> Result<[u8; 32], Mistake> {
    let wrong = || Mistake::new("this is not a SHA-256 in hex", "64 digits, as `printf %s \"$TOKEN\" | sha256sum` prints them");
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    let mut hash = [0; 32];
    for (byte, digits) in hash.iter_mut().zip(text.as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(digits).map_err(|_| wrong())?;
        *byte = u8::from_str_radix(digits, 16).map_err(|_| wrong())?;
    }
    Ok(hash)
}

/// A glob.
pub(super) fn glob(text: &str) -> Result<String, Mistake> {
    if text.is_empty() {
        return Err(Mistake::new("an empty glob matches nothing", "use `*` for everything"));
    }
    let compiled = globset::Glob::new(text).and_then(|glob| globset::GlobSet::builder().add(glob).build());
    match compiled {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Mistake::new(
            format!("`{}` is not a glob: {}", shown(text), show::escape(&error.kind().to_string())),
            "`*`, `?`, `**`, `[a-z]` and `{a,b}` are special",
        )),
    }
}

/// A glob, or an exception: a glob after `!`.
pub(super) fn glob_or_exception(text: &str) -> Result<String, Mistake> {
    glob(text.strip_prefix('!').unwrap_or(text)).map(|_| text.to_owned())
}

/// A regular expression of bearable size.
pub(super) fn regex(text: &str) -> Result<String, Mistake> {
    if text.is_empty() {
        return Err(Mistake::new("an empty pattern matches everything", "write a regular expression, or leave it out"));
    }
    match regex::RegexBuilder::new(text).size_limit(REGEX_BYTES_MAX).build() {
        Ok(_) => Ok(text.to_owned()),
        Err(regex::Error::CompiledTooBig(_)) => {
            Err(Mistake::new(format!("the pattern `{}` is too large", shown(text)), "make its repetitions smaller"))
        }
        Err(error) => {
            let shown_error = error.to_string();
            let why = shown_error.lines().last().unwrap_or_default().trim_start_matches("error: ");
            Err(Mistake::new(
                format!("`{}` is not a regular expression: {}", shown(text), show::escape(why)),
                "in single quotes, TOML leaves backslashes alone: `'\\d+'`",
            ))
        }
    }
}

/// ISO 4217, upper case.
pub(super) fn currency(text: &str) -> Result<String, Mistake> {
    if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Mistake::new(format!("`{}` is not a currency", shown(text)), "use its ISO 4217 code: `EUR`, `USD`, `JPY`"))
    }
}

/// An agent's, operator's or upstream's name.
pub(super) fn label(text: &str) -> Result<String, Mistake> {
    let is_clean = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if starts_well && is_clean && text.len() <= crate::pin::PIN_ID_CHARACTERS_MAX {
        Ok(text.to_owned())
    } else {
        Err(Mistake::new(
            format!("`{}` is not a name", shown(text)),
            format!(
                "use letters, digits, `-`, `_` and `.`, beginning with a letter or digit, at most {}",
                crate::pin::PIN_ID_CHARACTERS_MAX
            ),
        ))
    }
}

/// A comparison with money, and the currency named in it.
pub(super) fn amount(text: &str) -> Result<(Comparison, Option<String>), Mistake> {
    let wrong = || {
        Mistake::new(
            format!("`{}` is not a comparison with an amount", shown(text)),
            "write `> 50`, `>= 50 EUR`, or a number that means at least that",
        )
    };
    let (order, rest) = order(text);
    if !rest.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(wrong());
    }
    let (number, named) = match rest.split_once(char::is_whitespace) {
        Some((number, named)) => (number, Some(currency(named.trim())?)),
        None => (rest, None),
    };
    let bound = bound(number).ok_or_else(wrong)?;
    if order == Order::Below && bound == 0.0 {
        return Err(Mistake::new(format!("no amount is `{}`", shown(text)), "amounts begin at 0"));
    }
    Ok((Comparison { order, bound }, named))
}

/// A comparison with a number of items.
pub(super) fn count(text: &str) -> Result<Comparison, Mistake> {
    let (order, number) = order(text);
    match bound(number) {
        Some(bound) if bound.fract() != 0.0 => Err(Mistake::new(format!("`{}` counts parts of items", shown(text)), "use a whole number")),
        Some(bound) if matches!(order, Order::Below) && bound <= 1.0 || matches!(order, Order::AtMost | Order::Exactly) && bound < 1.0 => {
            Err(Mistake::new(format!("no count is `{}`", shown(text)), "a call affects at least one item"))
        }
        Some(bound) => Ok(Comparison { order, bound }),
        None => Err(Mistake::new(
            format!("`{}` is not a comparison with a count", shown(text)),
            "write `> 10`, `<= 3`, or a number that means at least that",
        )),
    }
}

/// The comparison sign before a number; none means at least.
fn order(text: &str) -> (Order, &str) {
    let text = text.trim();
    let signs = [(">=", Order::AtLeast), ("<=", Order::AtMost), (">", Order::Above), ("<", Order::Below), ("=", Order::Exactly)];
    signs.into_iter().find_map(|(sign, order)| Some((order, text.strip_prefix(sign)?.trim()))).unwrap_or((Order::AtLeast, text))
}

/// A number as it is written in money or counts: no sign, no exponent, no infinity.
fn bound(number: &str) -> Option<f64> {
    /// Beyond it a double no longer tells cents apart.
    const DIGITS_MAX: usize = 15;
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'_');
    let starts_well = number.starts_with(|c: char| c.is_ascii_digit());
    if !is_plain || !starts_well || number.len() > DIGITS_MAX {
        return None;
    }
    number.replace('_', "").parse().ok()
}

/// `"10 per hour"`, `"100 per 30m"`, `"5/day"`.
pub(super) fn limit(text: &str) -> Result<Limit, Mistake> {
    let wrong = || Mistake::new(format!("`{}` is not a limit", shown(text)), "write how many items per time: `10 per hour`, `100 per 30m`");
    let (items, per) = text.split_once(" per ").or_else(|| text.split_once('/')).ok_or_else(wrong)?;
    let items: u64 = items.trim().parse().map_err(|_| wrong())?;
    if items == 0 || items > LIMIT_ITEMS_MAX {
        let help = format!("from 1 to {LIMIT_ITEMS_MAX} items; to let none pass, leave `limit` out");
        return Err(Mistake::new(format!("impossible limit `{}`", shown(text)), help));
    }
    let per = match per.trim() {
        "second" => Duration::from_secs(1),
        "minute" => Duration::from_secs(60),
        "hour" => Duration::from_secs(3600),
        "day" => Duration::from_secs(24 * 3600),
        "week" => Duration::from_secs(7 * 24 * 3600),
        "month" => Duration::from_secs(30 * 24 * 3600),
        "year" => Duration::from_secs(365 * 24 * 3600),
        other => positive_duration(other).map_err(|_| wrong())?,
    };
    Ok(Limit { items, per })
}
