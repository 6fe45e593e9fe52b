//! What is wrong with a configuration, shown where it stands.
//!
//! A mistake names the file and the line, underlines the cause and offers a way
//! out. All mistakes of a file are told at once: nobody likes to learn of them one
//! start at a time.

use super::place::PlaceError;
use crate::show;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity, SourceCode};
use std::fmt;
use std::ops::Range;

/// How many mistakes one report shows; the rest is counted.
const FINDINGS_SHOWN_MAX: usize = 20;

/// How many characters of a line a report shows.
const LINE_CHARACTERS_MAX: usize = 160;

/// How wide a report is set, in characters.
const WIDTH: usize = 110;

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file, or the data dir, cannot be read or cannot be trusted.
    #[error(transparent)]
    Place(#[from] PlaceError),
    /// The file says something that cannot be.
    #[error("{0}")]
    Invalid(Report),
}

impl ConfigError {
    /// What a person reads: every mistake with its line underlined.
    pub fn render(&self, colour: bool) -> String {
        match self {
            Self::Place(error) => error.render(),
            Self::Invalid(report) => report.render(colour),
        }
    }
}

/// Every mistake found in one file.
#[derive(Debug, Clone)]
pub struct Report {
    /// The file, as it is shown.
    pub file: String,
    /// What was found, in the order of the file. Never empty.
    pub findings: Vec<Finding>,
    /// The text of the file as it is shown.
    text: String,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What is wrong, in one clause.
    pub message: String,
    /// The bytes it is about, in the text that is shown.
    pub span: Range<usize>,
    /// What the underlined part is, where the message does not say it.
    pub label: String,
    /// A way out.
    pub help: Option<String>,
    /// A second place that has to do with it, and what it is.
    pub also: Option<(Range<usize>, String)>,
}

impl Finding {
    /// A mistake at a place of the file.
    pub(super) fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, label: "here".into(), help: None, also: None }
    }

    /// The same mistake with a way out.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same mistake with a word on the underlined part.
    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same mistake with the other place that has to do with it.
    pub(super) fn also(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.also = Some((span, label.into()));
        self
    }
}

impl Report {
    /// A report on a file's text; `None` when nothing was found.
    pub(super) fn of(file: &str, text: &str, mut findings: Vec<Finding>) -> Option<Self> {
        if findings.is_empty() {
            return None;
        }
        let (text, moved) = excerpt(text);
        let place = |at: usize| moved.get(at).or(moved.last()).copied().unwrap_or(0);
        for finding in &mut findings {
            finding.span = place(finding.span.start)..place(finding.span.end);
            finding.also = finding.also.take().map(|(span, label)| (place(span.start)..place(span.end), label));
        }
        findings.sort_by_key(|finding| finding.span.start);
        Some(Self { file: show::escape(file), findings, text })
    }

    /// The line a mistake begins in, counted from 1.
    pub fn line(&self, finding: &Finding) -> usize {
        1 + self.text.bytes().take(finding.span.start).filter(|byte| *byte == b'\n').count()
    }

    /// What a person reads.
    fn render(&self, colour: bool) -> String {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let painter = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false).with_context_lines(1);
        let source = NamedSource::new(&self.file, self.text.clone());
        let mut shown = String::new();
        for finding in self.findings.iter().take(FINDINGS_SHOWN_MAX) {
            let shown_before = shown.len();
            if painter.render_report(&mut shown, &Shown { finding, source: &source }).is_err() {
                shown.truncate(shown_before);
                shown.push_str(&format!("  × {}:{}: {}\n", self.file, self.line(finding), finding.message));
            }
        }
        if self.findings.len() > FINDINGS_SHOWN_MAX {
            shown.push_str(&format!("  and {} more\n", self.findings.len() - FINDINGS_SHOWN_MAX));
        }
        shown
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, finding) in self.findings.iter().take(FINDINGS_SHOWN_MAX).enumerate() {
            let gap = if place == 0 { "" } else { "; " };
            write!(f, "{gap}{}:{}: {}", self.file, self.line(finding), finding.message)?;
        }
        Ok(())
    }
}

/// The text as it is shown, and for each of its bytes the place where it is shown:
/// a character that would mislead the reader becomes `?`, a long line is cut.
fn excerpt(text: &str) -> (String, Vec<usize>) {
    let mut shown = String::with_capacity(text.len());
    let mut moved = Vec::with_capacity(text.len() + 1);
    let mut column = 0;
    let mut buffer = [0; 4];
    for character in text.chars() {
        let raw: &str = character.encode_utf8(&mut buffer);
        column = if character == '\n' { 0 } else { column + 1 };
        let is_cut = column > LINE_CHARACTERS_MAX;
        let place = if is_cut { shown.len().saturating_sub('…'.len_utf8()) } else { shown.len() };
        moved.extend(std::iter::repeat_n(place, raw.len()));
        if column == LINE_CHARACTERS_MAX {
            shown.push('…');
        } else if !is_cut {
            let is_plain = matches!(character, '\n' | '\r' | '\t') || show::escape(raw) == raw;
            shown.push(if is_plain { character } else { '?' });
        }
    }
    moved.push(shown.len());
    (shown, moved)
}

/// One mistake beside its file, the way the painter wants it.
#[derive(Debug)]
struct Shown<'a> {
    finding: &'a Finding,
    source: &'a NamedSource<String>,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.finding.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Error)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let first = LabeledSpan::new_primary_with_span(Some(self.finding.label.clone()), self.finding.span.clone());
        let second = self.finding.also.iter().map(|(span, label)| LabeledSpan::new_with_span(Some(label.clone()), span.clone()));
        Some(Box::new(std::iter::once(first).chain(second)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_cut_line_is_shown_at_its_cut() {
        let text = format!("ab\n{}\u{202e}z\ncd", "x".repeat(500));
        let (shown, moved) = excerpt(&text);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!((lines[0], lines[2]), ("ab", "cd"));
        assert!(lines[1].ends_with("xx…") && lines[1].chars().count() == LINE_CHARACTERS_MAX);
        let z = text.find('z').expect("there");
        assert_eq!(shown.get(moved[z]..).and_then(|rest| rest.chars().next()), Some('…'));
        assert_eq!(shown.get(moved[text.len() - 2]..), Some("cd"));
        assert_eq!(moved.len(), text.len() + 1);
    }
}
