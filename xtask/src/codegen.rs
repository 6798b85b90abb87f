//! What is written by programs: the protocol's types and the reference of configurations.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<ExitCode, String> {
    let protocol = workspace.root.join("crates/protocol");
    let (schemas, generated) = (protocol.join("schemas"), protocol.join("src/generated"));
    let reference = workspace.root.join("docs/reference/configurations.md");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        [] => {
            codegen::write(&schemas, &generated).map_err(|error| error.to_string())?;
            write(&reference, &config::reference::markdown())?;
            println!("codegen: written");
        }
        ["--check"] => {
            codegen::check(&schemas, &generated).map_err(|error| error.to_string())?;
            check(workspace, &reference, &config::reference::markdown())?;
            println!("codegen: everything is as its source says");
        }
        _ => return Err("usage: cargo xtask codegen [--check]".to_owned()),
    }
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(directory) = path.parent() {
        fs::create_dir_all(directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn check(workspace: &Workspace, path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    Err(format!(
        "{}: differs from crates/config/table; run `cargo xtask codegen`",
        workspace.shown(path)
    ))
}
