//! `${name#x}`, `${name%x}`, `${name/x/y}`, `${name^^}`, `${name:1:2}` on a value that is known.

use super::syntax::Edit;

/// How much comparing one edit may cost; past it the value is not known.
const COMPARISONS_MAX: usize = 16 * 1024;

/// The edited value; `None` where it cannot be told.
pub(super) fn edited(value: &str, edit: Edit, argument: &str) -> Option<String> {
    match edit {
        Edit::TrimStart { longest } => {
            let cuts = cuts(value, argument)?;
            let mut ends = cuts.iter().filter(|&&at| matches(argument, value.get(..at).unwrap_or_default()));
            let end = if longest { ends.next_back() } else { ends.next() }.copied().unwrap_or_default();
            Some(value.get(end..)?.to_owned())
        }
        Edit::TrimEnd { longest } => {
            let cuts = cuts(value, argument)?;
            let mut starts = cuts.iter().filter(|&&at| matches(argument, value.get(at..).unwrap_or_default()));
            let start = if longest { starts.next() } else { starts.next_back() }.copied().unwrap_or(value.len());
            Some(value.get(..start)?.to_owned())
        }
        Edit::ReplaceFirst | Edit::ReplaceAll => replaced(value, argument, edit == Edit::ReplaceAll),
        Edit::Upper { .. } | Edit::Lower { .. } if !argument.is_empty() => None,
        Edit::Upper { all: true } => Some(value.to_uppercase()),
        Edit::Lower { all: true } => Some(value.to_lowercase()),
        Edit::Upper { all: false } => Some(first_changed(value, |first| first.to_uppercase().collect())),
        Edit::Lower { all: false } => Some(first_changed(value, |first| first.to_lowercase().collect())),
        Edit::Slice => slice(value, argument),
    }
}

fn cuts(value: &str, pattern: &str) -> Option<Vec<usize>> {
    let cost = value.len().saturating_mul(value.len().max(1)).saturating_mul(pattern.len().max(1));
    let cuts = value.char_indices().map(|(at, _)| at).chain([value.len()]);
    (cost <= COMPARISONS_MAX * 16).then(|| cuts.collect())
}

fn replaced(value: &str, argument: &str, all: bool) -> Option<String> {
    let (pattern, by) = argument.split_once('/').unwrap_or((argument, ""));
    if pattern.is_empty() || pattern.contains(['*', '?', '[']) || value.len() * by.len().max(1) > COMPARISONS_MAX * 4 {
        return None;
    }
    Some(match pattern.strip_prefix('#').map_or((false, pattern), |rest| (true, rest)) {
        (true, rest) => value.strip_prefix(rest).map_or_else(|| value.to_owned(), |tail| format!("{by}{tail}")),
        (false, _) => match pattern.strip_prefix('%') {
            Some(rest) => value.strip_suffix(rest).map_or_else(|| value.to_owned(), |head| format!("{head}{by}")),
            None if all => value.replace(pattern, by),
            None => value.replacen(pattern, by, 1),
        },
    })
}

fn first_changed(value: &str, change: impl FnOnce(char) -> String) -> String {
    let mut characters = value.chars();
    characters.next().map(|first| change(first) + characters.as_str()).unwrap_or_default()
}

fn slice(value: &str, argument: &str) -> Option<String> {
    let (from, length) = argument.split_once(':').map_or((argument, None), |(from, length)| (from, Some(length)));
    let characters: Vec<char> = value.chars().collect();
    let count = i64::try_from(characters.len()).ok()?;
    let place = |text: &str| text.trim().parse::<i64>().ok();
    let from = match place(from)? {
        negative if negative < 0 => (count + negative).max(0),
        from => from.min(count),
    };
    let end = match length {
        None => count,
        Some(text) => match place(text)? {
            negative if negative < 0 => (count + negative).max(from),
            length => (from + length).min(count),
        },
    };
    let (from, end) = (usize::try_from(from).ok()?, usize::try_from(end).ok()?);
    Some(characters.get(from..end)?.iter().collect())
}

/// Whether a pattern of the shell (`*`, `?`, `[…]`) is all of the text.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if let Some(width) = one(&pattern, p, text.get(t).copied().unwrap_or_default()) {
            p += width;
            t += 1;
        } else if let Some((star_at, taken)) = star {
            star = Some((star_at, taken + 1));
            (p, t) = (star_at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|c| *c == '*')
}

/// How many characters of the pattern at `at` stand for this one, if they do.
fn one(pattern: &[char], at: usize, character: char) -> Option<usize> {
    match pattern.get(at)? {
        '?' => Some(1),
        '[' => {
            let rest = pattern.get(at + 1..)?;
            let negated = matches!(rest.first(), Some('!' | '^'));
            let set = rest.get(usize::from(negated)..)?;
            let end = set.iter().position(|c| *c == ']').filter(|end| *end > 0)?;
            let set = set.get(..end)?;
            let is_in = set.contains(&character)
                || set.windows(3).any(|w| matches!(w, [first, '-', last] if (*first..=*last).contains(&character)));
            (is_in != negated).then_some(end + 2 + usize::from(negated))
        }
        '\\' => (pattern.get(at + 1) == Some(&character)).then_some(2),
        literal => (*literal == character).then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_value_is_edited_as_the_shell_edits_it() {
        let of = |value: &str, edit, argument: &str| edited(value, edit, argument).unwrap_or_default();
        assert_eq!(of("xrm", Edit::TrimStart { longest: false }, "x"), "rm");
        assert_eq!(of("a.b.rm", Edit::TrimStart { longest: true }, "*."), "rm");
        assert_eq!(of("rm.b.c", Edit::TrimEnd { longest: true }, ".*"), "rm");
        assert_eq!(of("rm_", Edit::TrimEnd { longest: false }, "?"), "rm");
        assert_eq!(of("foo", Edit::ReplaceFirst, "foo/rm"), "rm");
        assert_eq!(of("rxm", Edit::ReplaceAll, "x"), "rm");
        assert_eq!(of("RM", Edit::Lower { all: true }, ""), "rm");
        assert_eq!(of("xxrm", Edit::Slice, "2"), "rm");
        assert_eq!(of("rmx", Edit::Slice, "0:2"), "rm");
        assert_eq!(of("xrm", Edit::Slice, " -2"), "rm");
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        assert_eq!(edited("rm", Edit::Slice, "i"), None);
        assert_eq!(edited("ram", Edit::ReplaceAll, "?"), None);
    }

    #[test]
    fn patterns_fit_as_in_the_shell() {
        for (pattern, text, fits) in [
            ("r[m]", "rm", true),
            ("r?", "rm", true),
            ("[!r]m", "rm", false),
            ("*m*", "rm", true),
            ("[a-z]m", "rm", true),
            ("r", "rm", false),
        ] {
            assert_eq!(matches(pattern, text), fits, "{pattern}");
        }
    }
}
