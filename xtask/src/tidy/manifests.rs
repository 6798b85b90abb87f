//! What stands beside the code of a crate: its Cargo.toml and its clippy.toml.

use std::fs;

use crate::workspace::Workspace;

/// The layer of `net`.
const NET: u32 = 5;

/// What clippy.toml of a crate below `net` has to ban.
const BANNED: [&str; 6] = [
    "std::time::Instant::now",
    "std::time::SystemTime::now",
    "std::thread::spawn",
    "std::thread::sleep",
    "std::collections::HashMap",
    "std::collections::HashSet",
];

pub(super) fn findings(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for (name, member) in &workspace.crates {
        let manifest = member.root.join("Cargo.toml");
        let text = fs::read_to_string(&manifest)
            .map_err(|error| format!("{}: {error}", manifest.display()))?;
        if !has_workspace_lints(&text) {
            findings.push(format!(
                "{}: no `[lints] workspace = true`: the lints of the house hold everywhere",
                workspace.shown(&manifest)
            ));
        }
        let is_tool = name == "model" || name == "codegen";
        if !is_tool && workspace.layers.get(name).is_some_and(|layer| *layer < NET) {
            let path = member.root.join("clippy.toml");
            let text = fs::read_to_string(&path).unwrap_or_default();
            let shown = workspace.shown(&path);
            findings.extend(BANNED.iter().filter(|banned| !text.contains(**banned)).map(
                |banned| format!("{shown}: does not ban `{banned}`: a core is deterministic"),
            ));
        }
    }
    Ok(findings)
}

fn has_workspace_lints(manifest: &str) -> bool {
    let mut lines = manifest
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != "[lints]")
        .skip(1);
    lines
        .next()
        .is_some_and(|line| line.replace(' ', "") == "workspace=true")
}
