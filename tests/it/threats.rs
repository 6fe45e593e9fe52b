//! The table of threats names tests: each is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Fewer rows than this: the table was not read.
const ROWS_MIN: usize = 20;

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).expect("a page")
}

/// The names of all functions that stand right below a line that makes them a test, or in a `proptest!` block.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let mut is_test = false;
            for line in text.lines().map(str::trim) {
                if let Some(rest) = line.strip_prefix("fn ").filter(|_| is_test) {
                    found.extend(rest.split('(').next().map(str::to_owned));
                }
                let goes_on = is_test && (line.starts_with("#[") || line.starts_with("//"));
                is_test = line == "#[test]" || goes_on;
            }
        }
    }
}

/// The names in the last column of every table of a page.
fn named(page: &str) -> Vec<String> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| attack") && !line.starts_with("| fault"));
    let last = rows.filter_map(|row| row.trim_end().trim_end_matches('|').rsplit('|').next());
    last.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn every_test_that_a_page_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    tests_below(&root.join("tests"), &mut tests);
    tests_below(&root.join("src"), &mut tests);
    for (name, rows) in [("threats.md", ROWS_MIN), ("faults.md", 8)] {
        // The rows of the store above it name files, not tests.
        let page = page(name);
        let page = page.split_once("## Around the store's").map_or(page.as_str(), |(_, rest)| rest);
        let named = named(page);
        assert!(named.len() >= rows, "{name} names only {named:?}");
        let missing: Vec<_> = named.iter().filter(|test| !tests.contains(*test)).collect();
        assert!(missing.is_empty(), "{name} names tests that are not there: {missing:?}");
    }
}
