//! Directories below `target/`.

use std::path::{Path, PathBuf};

use crate::error::FixtureError;

/// The directory into which cargo builds: `CARGO_TARGET_DIR`, or `target` of the workspace.
#[must_use]
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace().join("target"), PathBuf::from)
}

/// The root of the workspace.
#[must_use]
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Where fixtures lie: `KALDA_FIXTURES` where it is set (a file system of its own, say), else a directory below `target/`.
#[must_use]
pub fn fixtures() -> PathBuf {
    std::env::var_os("KALDA_FIXTURES").map_or_else(|| target().join("fixtures"), PathBuf::from)
}

/// A directory among the [`fixtures`] that is removed when the value is dropped.
#[derive(Debug)]
pub struct TempDir(tempfile::TempDir);

impl TempDir {
    /// Makes a directory whose name begins with `name`.
    ///
    /// # Errors
    /// [`FixtureError::File`] when it cannot be made.
    pub fn new(name: &str) -> Result<Self, FixtureError> {
        let parent = fixtures();
        std::fs::create_dir_all(&parent).map_err(FixtureError::file(&parent))?;
        tempfile::Builder::new()
            .prefix(&format!("{name}-"))
            .tempdir_in(&parent)
            .map(Self)
            .map_err(FixtureError::file(&parent))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_lies_among_the_fixtures_and_goes_with_its_value() {
        let dir = TempDir::new("sample").unwrap();
        let path = dir.path().to_path_buf();
        assert!(path.starts_with(fixtures()) && path.is_dir());
        drop(dir);
        assert!(!path.exists());
    }
}
