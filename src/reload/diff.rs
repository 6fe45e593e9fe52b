//! Two texts, line by line, for a person who has to say yes to the difference.

/// How many lines that differ are compared one by one; longer parts are shown as a whole.
const COMPARED_LINES_MAX: usize = 1500;

/// How many unchanged lines stand around a change.
const AROUND: usize = 2;

/// The lines that differ and their neighbours: `- ` old, `+ ` new, two spaces before
/// what is in both, `…` where lines are left out.
pub(super) fn lines(old: &str, new: &str) -> Vec<String> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same_start = old.iter().zip(&new).take_while(|(one, other)| one == other).count();
    let rest = old.len().min(new.len()) - same_start;
    let same_end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(one, other)| one == other).count();
    let part = |lines: &[&str]| -> Vec<String> {
        lines.iter().skip(same_start).take(lines.len() - same_start - same_end).map(|line| (*line).to_owned()).collect()
    };
    let mut told: Vec<String> = old.iter().take(same_start).map(|line| format!("  {line}")).collect();
    told.extend(compared(&part(&old), &part(&new)));
    told.extend(old.iter().skip(old.len() - same_end).map(|line| format!("  {line}")));
    near_changes(told)
}

/// The longest common run of lines stays, the rest goes and comes.
fn compared(old: &[String], new: &[String]) -> Vec<String> {
    let all = |sign: char, lines: &[String]| lines.iter().map(|line| format!("{sign} {line}")).collect::<Vec<_>>();
    if old.len() > COMPARED_LINES_MAX || new.len() > COMPARED_LINES_MAX {
        return [all('-', old), all('+', new)].concat();
    }
    // `longest[i][j]`: how many lines the ends from `i` and from `j` have in common.
    let mut longest = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    let at = |table: &[Vec<usize>], i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    for (i, one) in old.iter().enumerate().rev() {
        for (j, other) in new.iter().enumerate().rev() {
            let value = if one == other { at(&longest, i + 1, j + 1) + 1 } else { at(&longest, i + 1, j).max(at(&longest, i, j + 1)) };
            longest.get_mut(i).and_then(|row| row.get_mut(j)).into_iter().for_each(|place| *place = value);
        }
    }
    let (mut told, mut i, mut j) = (Vec::new(), 0, 0);
    loop {
        match (old.get(i), new.get(j)) {
            (Some(one), Some(other)) if one == other => {
                told.push(format!("  {one}"));
                (i, j) = (i + 1, j + 1);
            }
            (Some(one), other) if other.is_none() || at(&longest, i + 1, j) >= at(&longest, i, j + 1) => {
                told.push(format!("- {one}"));
                i += 1;
            }
            (_, Some(other)) => {
                told.push(format!("+ {other}"));
                j += 1;
            }
            (Some(_), None) | (None, None) => return told,
        }
    }
}

/// Leaves out what is far from every change.
fn near_changes(told: Vec<String>) -> Vec<String> {
    let is_changed: Vec<bool> = told.iter().map(|line| !line.starts_with("  ")).collect();
    let is_near = |place: usize| is_changed.iter().take(place + AROUND + 1).skip(place.saturating_sub(AROUND)).any(|changed| *changed);
    let mut shown: Vec<String> = Vec::new();
    for (place, line) in told.into_iter().enumerate() {
        if is_near(place) {
            shown.push(line);
        } else if shown.last().is_none_or(|last| last != "…") {
            shown.push("…".into());
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn what_goes_and_what_comes_stands_with_its_neighbours() {
        let old = "-\na\nb\nc\nd\ne\nf\ng\n";
        assert_eq!(lines(old, "-\na\nb\nc\nD\ne\nf\ng\n"), ["…", "  b", "  c", "- d", "+ D", "  e", "  f", "…"]);
        assert_eq!(lines("a\nb\n", "a\nx\nb\n"), ["  a", "+ x", "  b"]);
        assert_eq!(lines("a\nb\nc\n", "c\n"), ["- a", "- b", "  c"]);
        assert_eq!(lines("", "a\n"), ["+ a"]);
    }

    #[test]
    fn long_texts_are_compared_in_bounded_time() {
        let text = |word: &str| (0..20_000).map(|line| format!("{word} {line}\n")).collect::<String>();
        let told = lines(&text("old"), &text("new"));
        assert_eq!(told.len(), 40_000);
        assert!(lines(&text("old"), &text("old")).len() <= 1);
    }
}
