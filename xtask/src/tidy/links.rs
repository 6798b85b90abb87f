//! The links between the documents lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::Workspace;

pub(super) fn findings(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut findings = Vec::new();
    for page in pages(&workspace.root)? {
        let text =
            fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
        let directory = page.parent().unwrap_or(&workspace.root);
        for (at, line) in text.lines().enumerate() {
            let dead = targets(line).filter(|target| !directory.join(target).exists());
            findings.extend(dead.map(|target| {
                format!(
                    "{}:{}: `{target}` is not there: a link leads somewhere",
                    workspace.shown(&page),
                    at + 1
                )
            }));
        }
    }
    Ok(findings)
}

fn pages(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut pages = Vec::new();
    let mut open = vec![root.join("docs")];
    let at_root = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root.join(name));
    pages.extend(at_root.into_iter().filter(|page| page.is_file()));
    open.retain(|directory| directory.is_dir());
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    Ok(pages)
}

/// The files that a line of Markdown links to.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?;
        let file = target.split('#').next()?;
        (!file.is_empty() && !file.contains("://")).then_some(file)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_files_are_followed() {
        let line = "[a](b.md) [c](https://d) [e](#f) [g](h/i.md#j), code(k)";
        assert_eq!(targets(line).collect::<Vec<_>>(), ["b.md", "h/i.md"]);
    }
}
