//! What can go wrong with a fixture.

use std::path::PathBuf;
use std::time::Duration;

/// A fixture could not be set up; the message says what to look at.
#[derive(Debug, thiserror::Error)]
pub enum FixtureError {
    /// A file or directory could not be used.
    #[error("{path}: {source}")]
    File {
        /// What was opened, written or made.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A program could not be started.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program as it was named.
        program: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A program ended with an error.
    #[error("{program} ended with {status}; its output: {output}")]
    Failed {
        /// The program as it was named.
        program: String,
        /// Its exit status.
        status: String,
        /// The end of what it wrote.
        output: String,
    },
    /// Something that was waited for did not happen.
    #[error("{what} did not happen within {limit:?}; {detail}")]
    Late {
        /// What was waited for.
        what: String,
        /// How long.
        limit: Duration,
        /// What was seen instead.
        detail: String,
    },
    /// All ports of the range are taken.
    #[error("no free port between {first} and {last}")]
    NoPort {
        /// First port tried.
        first: u16,
        /// Last port tried.
        last: u16,
    },
}

impl FixtureError {
    /// Names the file that an error is about.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
