//! A crate depends only on crates of lower layers.

use crate::workspace::Workspace;

pub(crate) fn findings(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for (name, member) in &workspace.crates {
        let manifest = workspace.shown(&member.root.join("Cargo.toml"));
        let Some(layer) = workspace.layers.get(name) else {
            findings.push(format!(
                "{manifest}: `{name}` is not in the table of ARCHITECTURE.md, so nobody knows what may \
                 depend on it"
            ));
            continue;
        };
        for dependency in &member.dependencies {
            match workspace.layers.get(dependency) {
                Some(below) if below < layer => {}
                Some(below) => findings.push(format!(
                    "{manifest}: `{name}` (layer {layer}) depends on `{dependency}` (layer {below}): a crate \
                     depends on lower layers only, so that it can be understood and tested without those above"
                )),
                None => {}
            }
        }
    }
    Ok(findings)
}
