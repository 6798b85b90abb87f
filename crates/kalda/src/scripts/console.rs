//! The one place where scripts write to standard output and standard error.

use std::io::{self, Write};

use super::faults::Fault;

/// Prints a line.
///
/// # Errors
/// [`Fault::Output`].
pub fn line(text: impl AsRef<str>) -> Result<(), Fault> {
    print(&format!("{}\n", text.as_ref()))
}

/// Prints text as it is.
///
/// # Errors
/// [`Fault::Output`].
pub fn print(text: &str) -> Result<(), Fault> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(Fault::Output)
}

/// Says something that is no output.
pub fn note(text: impl AsRef<str>) {
    // Without standard error there is nobody to tell.
    let _ = writeln!(io::stderr(), "{}", text.as_ref());
}
