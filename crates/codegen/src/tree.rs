//! Schema files in, Rust files out.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use crate::emit;
use crate::notation::{self, ParseError};
use crate::schema::Schemas;

/// Why there is no output.
#[derive(Debug)]
pub enum CodegenError {
    /// A file cannot be read or written.
    Io(PathBuf, io::Error),
    /// A schema breaks the notation.
    Parse(PathBuf, ParseError),
    /// rustfmt is missing or refused the code.
    Rustfmt(String),
    /// The checked-in files are not what the schemas say.
    Differs(Vec<PathBuf>),
}

impl fmt::Display for CodegenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Parse(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Rustfmt(error) => write!(f, "rustfmt: {error}"),
            Self::Differs(paths) => {
                writeln!(
                    f,
                    "generated code differs from the schemas; run `cargo xtask codegen`:"
                )?;
                paths
                    .iter()
                    .try_for_each(|path| writeln!(f, "  {}", path.display()))
            }
        }
    }
}

impl std::error::Error for CodegenError {}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> CodegenError {
    let path = path.to_owned();
    move |error| CodegenError::Io(path, error)
}

fn sorted_entries(dir: &Path) -> Result<Vec<PathBuf>, CodegenError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(io_at(dir))? {
        paths.push(entry.map_err(io_at(dir))?.path());
    }
    paths.sort();
    Ok(paths)
}

/// Reads every schema below `schemas_dir`.
///
/// # Errors
/// When a file cannot be read or breaks the notation.
pub fn load(schemas_dir: &Path) -> Result<Schemas, CodegenError> {
    let mut schemas = Schemas::default();
    for dir in sorted_entries(schemas_dir)?
        .iter()
        .filter(|path| path.is_dir())
    {
        let group = dir.file_name().unwrap_or_default().to_string_lossy();
        for path in sorted_entries(dir)? {
            let text = fs::read_to_string(&path).map_err(io_at(&path))?;
            notation::parse_into(&mut schemas, &group, &text)
                .map_err(|error| CodegenError::Parse(path.clone(), error))?;
        }
    }
    schemas.apis.sort_by_key(|api| api.key);
    schemas
        .entries
        .sort_by_key(|entry| (entry.group.clone(), entry.key));
    schemas.messages.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(schemas)
}

/// The generated files, formatted, by name.
fn generate(schemas_dir: &Path) -> Result<BTreeMap<String, String>, CodegenError> {
    let files = emit::files(&load(schemas_dir)?);
    let scratch = std::env::temp_dir().join(format!("kalda-codegen-{}", process::id()));
    fs::create_dir_all(&scratch).map_err(io_at(&scratch))?;
    let formatted = format_in(&scratch, files);
    fs::remove_dir_all(&scratch).map_err(io_at(&scratch))?;
    formatted
}

fn format_in(
    scratch: &Path,
    files: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, CodegenError> {
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args([
        "--edition",
        "2024",
        "--config",
        "max_width=100,use_small_heuristics=Default",
    ]);
    for (name, text) in &files {
        let path = scratch.join(name);
        fs::write(&path, text).map_err(io_at(&path))?;
        // The list of modules would make rustfmt visit every file twice.
        if name != "modules.rs" {
            rustfmt.arg(path);
        }
    }
    let output = rustfmt
        .output()
        .map_err(|error| CodegenError::Rustfmt(error.to_string()))?;
    if !output.status.success() {
        return Err(CodegenError::Rustfmt(
            String::from_utf8_lossy(&output.stderr).into_owned(),
        ));
    }
    let read = |name: &String| {
        let path = scratch.join(name);
        fs::read_to_string(&path).map_err(io_at(&path))
    };
    files
        .keys()
        .map(|name| Ok((name.clone(), read(name)?)))
        .collect()
}

/// Writes the generated files into `out_dir` and removes those that no schema asks for.
///
/// # Errors
/// When a schema is wrong, rustfmt is missing or a file cannot be written.
pub fn write(schemas_dir: &Path, out_dir: &Path) -> Result<(), CodegenError> {
    let files = generate(schemas_dir)?;
    fs::create_dir_all(out_dir).map_err(io_at(out_dir))?;
    for path in differences(&files, out_dir)? {
        match files.get(&*path.file_name().unwrap_or_default().to_string_lossy()) {
            Some(text) => fs::write(&path, text).map_err(io_at(&path))?,
            None => fs::remove_file(&path).map_err(io_at(&path))?,
        }
    }
    Ok(())
}

/// Compares `out_dir` with what would be written.
///
/// # Errors
/// [`CodegenError::Differs`] with the files that differ, and the errors of [`write`].
pub fn check(schemas_dir: &Path, out_dir: &Path) -> Result<(), CodegenError> {
    let differing = differences(&generate(schemas_dir)?, out_dir)?;
    if differing.is_empty() {
        Ok(())
    } else {
        Err(CodegenError::Differs(differing))
    }
}

fn differences(
    files: &BTreeMap<String, String>,
    out_dir: &Path,
) -> Result<Vec<PathBuf>, CodegenError> {
    let mut differing = Vec::new();
    for (name, text) in files {
        let path = out_dir.join(name);
        if fs::read_to_string(&path).ok().as_ref() != Some(text) {
            differing.push(path);
        }
    }
    for path in sorted_entries(out_dir)? {
        if !files.contains_key(&*path.file_name().unwrap_or_default().to_string_lossy()) {
            differing.push(path);
        }
    }
    Ok(differing)
}
