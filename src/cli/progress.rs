//! How far a long reading is, for a person who waits.
//!
//! Only on a terminal, and only on stderr, so that nothing that reads our data
//! ever meets it.

use std::cell::Cell;
use std::io::{IsTerminal, Read, Write};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How often the bar is drawn anew.
const DRAWN_EVERY: Duration = Duration::from_millis(100);

/// How wide it is.
const CELLS: u64 = 30;

/// A bar that shows how much of so many bytes was read.
#[derive(Debug)]
pub(super) struct Progress {
    done: Rc<Cell<u64>>,
    total: u64,
    drawn: Option<Instant>,
    is_shown: bool,
}

/// Counts what is read through it.
#[derive(Debug)]
pub(super) struct Counted<R> {
    inner: R,
    done: Rc<Cell<u64>>,
}

impl Progress {
    pub(super) fn over(total: u64) -> Self {
        Self { done: Rc::default(), total, drawn: None, is_shown: total > 0 && std::io::stderr().is_terminal() }
    }

    /// A reader whose bytes count.
    pub(super) fn counting<R>(&self) -> impl FnOnce(R) -> Counted<R> + use<R> {
        let done = Rc::clone(&self.done);
        move |inner| Counted { inner, done }
    }

    /// Draws the bar, if it is time. `told` stands behind it.
    pub(super) fn draw(&mut self, told: &str) {
        if self.is_shown && self.drawn.is_none_or(|drawn| drawn.elapsed() >= DRAWN_EVERY) {
            self.drawn = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r{} {told}\x1b[K", bar(self.done.get(), self.total));
        }
    }

    /// Takes the bar off the terminal.
    pub(super) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// `[###       ]  30 %`
fn bar(done: u64, total: u64) -> String {
    let part = |of: u64| (done.min(total) * of).checked_div(total).unwrap_or(of);
    let filled = part(CELLS);
    let cells: String = (0..CELLS).map(|cell| if cell < filled { '#' } else { ' ' }).collect();
    format!("[{cells}] {:>3} %", part(100))
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.done.set(self.done.get() + read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::bar;

    #[test]
    fn a_bar_is_empty_at_first_and_full_at_last() {
        assert_eq!(bar(0, 8), format!("[{}]   0 %", " ".repeat(30)));
        assert_eq!(bar(4, 8), format!("[{}{}]  50 %", "#".repeat(15), " ".repeat(15)));
        assert_eq!(bar(9, 8), format!("[{}] 100 %", "#".repeat(30)));
    }
}
