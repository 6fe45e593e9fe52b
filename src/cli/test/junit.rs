//! The report as JUnit XML: the one form that CIs of all makers show.

use crate::show;
use std::fmt;

/// The cases of a run so far.
#[derive(Debug, Default)]
pub(super) struct Report {
    cases: Vec<Reported>,
}

#[derive(Debug)]
struct Reported {
    file: String,
    line: u64,
    title: String,
    failure: Option<String>,
    /// The line was no case; CIs tell an error from a failure.
    is_broken: bool,
}

impl Report {
    /// A case that was tested.
    pub(super) fn add(&mut self, file: Option<&str>, line: u64, title: &str, failure: Option<&str>) {
        let file = file.unwrap_or("stdin").to_owned();
        self.cases.push(Reported { file, line, title: title.to_owned(), failure: failure.map(str::to_owned), is_broken: false });
    }

    /// A line that was no case.
    pub(super) fn broken(&mut self, file: Option<&str>, line: u64, why: &str) {
        let file = file.unwrap_or("stdin").to_owned();
        let title = format!("line {line}");
        self.cases.push(Reported { file, line, title, failure: Some(why.to_owned()), is_broken: true });
    }

    fn count(&self, is_broken: bool) -> usize {
        self.cases.iter().filter(|case| case.failure.is_some() && case.is_broken == is_broken).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        let (tests, failures, errors) = (self.cases.len(), self.count(false), self.count(true));
        writeln!(f, r#"<testsuite name="linchpin" tests="{tests}" failures="{failures}" errors="{errors}">"#)?;
        for case in &self.cases {
            let (file, title, line) = (attribute(&case.file), attribute(&case.title), case.line);
            write!(f, r#"  <testcase classname="{file}" name="{title}" file="{file}" line="{line}""#)?;
            match &case.failure {
                None => writeln!(f, "/>")?,
                Some(failure) => {
                    let element = if case.is_broken { "error" } else { "failure" };
                    writeln!(f, r#"><{element} message="{}"/></testcase>"#, attribute(failure))?;
                }
            }
        }
        writeln!(f, "</testsuite>")
    }
}

/// Text that is safe between two quotes, and to show.
fn attribute(text: &str) -> String {
    show::escape(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_report_tells_what_failed_where_and_why() {
        let mut report = Report::default();
        report.add(Some("a.jsonl"), 1, "reading", None);
        report.add(Some("a.jsonl"), 2, "a <b> & \"c\"\u{1b}", Some("expected hold, got pass"));
        report.broken(None, 3, "not a case");
        let expected = [
            r#"<?xml version="1.0" encoding="UTF-8"?>"#,
            r#"<testsuite name="linchpin" tests="3" failures="1" errors="1">"#,
            r#"  <testcase classname="a.jsonl" name="reading" file="a.jsonl" line="1"/>"#,
            r#"  <testcase classname="a.jsonl" name="a &lt;b&gt; &amp; &quot;c&quot;\u{1b}" file="a.jsonl" line="2"><failure message="expected hold, got pass"/></testcase>"#,
            r#"  <testcase classname="stdin" name="line 3" file="stdin" line="3"><error message="not a case"/></testcase>"#,
            "</testsuite>",
        ];
        assert_eq!(report.to_string().lines().collect::<Vec<_>>(), expected);
    }
}
