//! One thing that had to hold, and the line that says whether it does.

/// What was looked at, what was seen, and whether that is right.
#[derive(Debug)]
pub struct Check {
    name: String,
    detail: String,
    /// Whether it is right.
    pub holds: bool,
}

impl Check {
    /// A thing that was looked at.
    #[must_use]
    pub fn new(name: &str, detail: String, holds: bool) -> Self {
        Self {
            name: name.to_owned(),
            detail,
            holds,
        }
    }

    /// A thing that could not be looked at, or is wrong.
    #[must_use]
    pub fn failed(name: &str, detail: &str) -> Self {
        Self::new(name, detail.to_owned(), false)
    }

    /// One line of a report; a detail of several lines follows it.
    #[must_use]
    pub fn line(&self) -> String {
        let mark = if self.holds { "ok    " } else { "FAILED" };
        format!("  {mark} {}: {}\n", self.name, self.detail)
    }
}

/// Prints the end of a suite: its time, and the total as its last line. `true` when nothing failed.
pub fn print_total(checks: &[Check], seconds: f32) -> bool {
    let failed = checks.iter().filter(|check| !check.holds).count();
    println!("the whole run took {seconds:.0} s");
    println!(
        "{} passed, {failed} failed, 0 skipped",
        checks.len() - failed
    );
    failed == 0
}
