//! The crates of the workspace, as cargo describes them, and their layers, as ARCHITECTURE.md does.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The repository and its crates.
pub(crate) struct Workspace {
    /// Where the repository is.
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds.
    pub(crate) target: PathBuf,
    /// Its crates by name.
    pub(crate) crates: BTreeMap<String, Crate>,
    /// The layer of each crate that ARCHITECTURE.md names.
    pub(crate) layers: BTreeMap<String, u32>,
}

/// A crate of the repository.
pub(crate) struct Crate {
    /// Where its Cargo.toml is.
    pub(crate) root: PathBuf,
    /// The crates of the repository that it depends on, for tests too.
    pub(crate) dependencies: Vec<String>,
    /// It has a program.
    pub(crate) has_binary: bool,
}

impl Workspace {
    pub(crate) fn load() -> Result<Self, String> {
        let metadata = metadata()?;
        let root = PathBuf::from(text(&metadata["workspace_root"])?);
        let mut crates = BTreeMap::new();
        for package in list(&metadata["packages"]) {
            let manifest = PathBuf::from(text(&package["manifest_path"])?);
            let in_house = |dependency: &&Value| dependency["path"].is_string();
            let dependencies = list(&package["dependencies"]).iter().filter(in_house);
            let is_binary = |target: &Value| list(&target["kind"]).iter().any(|kind| kind == "bin");
            let member = Crate {
                root: manifest.parent().unwrap_or(&root).to_owned(),
                dependencies: dependencies
                    .map(|dependency| text(&dependency["name"]))
                    .collect::<Result<_, _>>()?,
                has_binary: list(&package["targets"]).iter().any(is_binary),
            };
            crates.insert(text(&package["name"])?, member);
        }
        let layers = read_layers(&root.join("ARCHITECTURE.md"))?;
        Ok(Self {
            root,
            target: PathBuf::from(text(&metadata["target_directory"])?),
            crates,
            layers,
        })
    }

    /// Whether a crate of this name has a program.
    pub(crate) fn has_binary(&self, name: &str) -> bool {
        self.crates
            .get(name)
            .is_some_and(|member| member.has_binary)
    }

    /// `path` as seen from the root.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

fn metadata() -> Result<Value, String> {
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|error| format!("cargo metadata: {error}"))?;
    if !output.status.success() {
        return Err(format!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

fn text(value: &Value) -> Result<String, String> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("cargo metadata: {value} is no text"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Rows of the form "| layer | `crate` | ...".
fn read_layers(path: &Path) -> Result<BTreeMap<String, u32>, String> {
    let page = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(page.lines().filter_map(read_row).collect())
}

fn read_row(line: &str) -> Option<(String, u32)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let layer = cells.next()?.parse().ok()?;
    let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
    Some((name.to_owned(), layer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_table_names_a_layer_and_a_crate() {
        assert_eq!(
            read_row("| 3 | `group` | groups |"),
            Some(("group".to_owned(), 3))
        );
        assert_eq!(read_row("| layer | crate | owns |"), None);
        assert_eq!(read_row("|---|---|---|"), None);
        assert_eq!(read_row("text"), None);
    }
}
