//! Text that is written so that nobody can read it, and the filters that undo it.

/// What a filter makes of a literal text, and whether that was an encoding.
pub(super) fn filter(arguments: &[String], text: &str) -> Option<(String, bool)> {
    let (command, operands) = arguments.split_first()?;
    let has = |flags: &[&str]| operands.iter().any(|operand| flags.contains(&operand.as_str()));
    match command.rsplit('/').next()? {
        "base64" | "gbase64" if has(&["-d", "-D", "--decode", "-di"]) => Some((base64(text)?, true)),
        "xxd" if has(&["-r"]) || has(&["-rp", "-r-p", "-p"]) => Some((hex(text)?, true)),
        "openssl" if has(&["base64", "enc"]) && has(&["-d"]) => Some((base64(text)?, true)),
        "rev" => Some((text.lines().map(|line| line.chars().rev().collect::<String>() + "\n").collect(), true)),
        "sed" => substituted(operands, text).map(|text| (text, true)),
        "tr" => translated(operands, text).map(|text| (text, true)),
        "cat" | "tee" if operands.is_empty() || operands.iter().all(|o| o == "-") => Some((text.to_owned(), false)),
        _ => None,
    }
}

/// Base64 in either alphabet, white space skipped, padding optional; `None` when it spells no text.
pub(super) fn base64(text: &str) -> Option<String> {
    String::from_utf8(base64_bytes(text)?).ok()
}

/// Base64 of UTF-16, as PowerShell takes it.
pub(super) fn base64_wide(text: &str) -> Option<String> {
    let bytes = base64_bytes(text)?;
    let units: Vec<u16> = bytes.chunks_exact(2).filter_map(|pair| Some(u16::from_le_bytes([*pair.first()?, *pair.get(1)?]))).collect();
    String::from_utf16(&units).ok().filter(|text| !text.trim().is_empty())
}

fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut width) = (0_u32, 0_u32);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xffff;
        width += 6;
        if width >= 8 {
            width -= 8;
            bytes.push((bits >> width & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// Pairs of hexadecimal digits.
pub(super) fn hex(text: &str) -> Option<String> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .map(|b| char::from(b).to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    let bytes = digits.chunks_exact(2).filter_map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect();
    String::from_utf8(bytes).ok()
}

/// `sed s/x/y/` with plain texts.
fn substituted(operands: &[String], text: &str) -> Option<String> {
    let [script] = operands else { return None };
    let rest = script.strip_prefix('s')?;
    let mark = rest.chars().next()?;
    let mut parts = rest.get(mark.len_utf8()..)?.split(mark);
    let (from, to, flags) = (parts.next()?, parts.next()?, parts.next()?);
    let is_plain = !from.is_empty() && !from.contains(['*', '.', '[', '\\', '^', '$', '+', '?']) && !to.contains(['&', '\\']);
    let is_known = matches!(flags, "" | "g") && parts.next().is_none() && text.len() <= 4096;
    (is_plain && is_known).then(|| if flags == "g" { text.replace(from, to) } else { text.replacen(from, to, 1) })
}

/// `tr SET SET` over literal text, ranges included.
fn translated(operands: &[String], text: &str) -> Option<String> {
    let [from, to] = operands else { return None };
    if from.starts_with('-') {
        return None;
    }
    let (from, to) = (spread(from), spread(to));
    let last = *to.last()?;
    let swap = |c: char| from.iter().position(|f| *f == c).map_or(c, |at| to.get(at).copied().unwrap_or(last));
    Some(text.chars().map(swap).collect())
}

fn spread(set: &str) -> Vec<char> {
    let characters: Vec<char> = set.chars().collect();
    let mut all = Vec::new();
    let mut at = 0;
    while let Some(&first) = characters.get(at) {
        match (characters.get(at + 1), characters.get(at + 2)) {
            (Some('-'), Some(&last)) if first < last && (last as u32 - first as u32) < 256 => {
                all.extend(first..=last);
                at += 3;
            }
            _ => {
                all.push(first);
                at += 1;
            }
        }
    }
    all
}

/// What `printf` makes of a format and its values, where the format is plain.
pub(super) fn formatted(arguments: &[String]) -> Option<String> {
    let (format, values) = arguments.split_first()?;
    let mut values = values.iter().peekable();
    let mut out = String::new();
    loop {
        let left = values.len();
        let mut rest = format.as_str();
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(&backslashes(before));
            let mut letters = after.chars();
            match letters.next()? {
                '%' => out.push('%'),
                's' | 'b' | 'd' => out.push_str(&backslashes(values.next().map_or("", String::as_str))),
                'c' => out.extend(values.next().and_then(|value| value.chars().next())),
                _ => return None,
            }
            rest = letters.as_str();
        }
        out.push_str(&backslashes(rest));
        // The format is used again until there are no more values.
        if values.peek().is_none() || values.len() == left {
            return Some(out);
        }
    }
}

/// Whether a text is written in escapes, so that nobody can read it.
pub(super) fn is_spelled_out(spelled: &[String]) -> bool {
    let escapes = |text: &str| {
        let digits = text.split('\\').skip(1).filter(|after| after.starts_with(['x', '0', '1', 'u', 'U']));
        digits.count()
    };
    spelled.iter().map(|text| escapes(text)).sum::<usize>() > 1
}

/// `\n`, `\t`, `\x41`, `\101` as `printf` and `echo -e` read them.
pub(super) fn backslashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let (radix, skip, most) = match after.bytes().next() {
            Some(b'x') => (16, 1, 2),
            Some(b'0'..=b'7') => (8, 0, 3),
            _ => (0, 1, 0),
        };
        if radix == 0 {
            out.push_str(match after.bytes().next() {
                Some(b'n') => "\n",
                Some(b't') => "\t",
                Some(b'\\') => "\\",
                _ => "\\",
            });
            let is_known = matches!(after.bytes().next(), Some(b'n' | b't' | b'\\'));
            rest = after.get(usize::from(is_known)..).unwrap_or_default();
            continue;
        }
        let digits: String = after.chars().skip(skip).take(most).take_while(|c| c.is_digit(radix)).collect();
        let code = u32::from_str_radix(&digits, radix).unwrap_or_default();
        out.extend(char::from_u32(code));
        rest = after.get(skip + digits.len()..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_text_is_read_back() {
        assert_eq!(base64("cm0gLXJmIHg="), Some("rm -rf x".into()));
        assert_eq!(hex("726d2078"), Some("rm x".into()));
        assert_eq!(backslashes(r"\x72\155 x\n"), "rm x\n");
        assert_eq!(translated(&["a-y".into(), "b-z".into()], "ql"), Some("rm".into()));
    }

    #[test]
    fn what_spells_no_text_is_not_guessed_at() {
        assert_eq!(base64("rm -rf *"), None);
        assert_eq!(hex("zz"), None);
    }
}
