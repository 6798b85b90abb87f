//! The configuration of a node, from its file and what counts more than that.

use std::path::{Path, PathBuf};

use config::{Input, NodeConfig, Refusal, default_data_directory};
use thiserror::Error;

/// Why there is none.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{}: {error}", file.display())]
    File {
        /// Its path.
        file: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// What it says does not fit.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// Reads `file`, if there is one, under `overrides`.
///
/// # Errors
/// [`LoadError`].
pub fn load(file: Option<&Path>, overrides: &[String]) -> Result<NodeConfig, LoadError> {
    let read = |file: &Path| {
        std::fs::read(file).map_err(|error| LoadError::File {
            file: file.to_owned(),
            error,
        })
    };
    let content = file.map(read).transpose()?;
    let name = file
        .map(|file| file.display().to_string())
        .unwrap_or_default();
    Ok(NodeConfig::load(Input {
        file: content.as_deref().map(|bytes| (name.as_str(), bytes)),
        overrides,
        data_directory: &data_directory(),
    })?)
}

/// Where data goes when nobody says it.
pub fn data_directory() -> String {
    let home = |variable: &str| std::env::var(variable).ok();
    default_data_directory(home("XDG_DATA_HOME").as_deref(), home("HOME").as_deref())
}
