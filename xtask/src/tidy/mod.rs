//! The rules of style that a machine can check. Each finding names a line, the rule, and its reason.

mod links;
mod manifests;
mod source;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::Workspace;
use source::Source;

/// A file without its tests.
const MAX_FILE_LINES: usize = 600;
/// A function, from its name to its closing brace.
const MAX_FUNCTION_LINES: usize = 70;
const MAX_ARCHITECTURE_LINES: usize = 300;
const BANNED_FILE_NAMES: [&str; 5] = ["utils", "common", "helpers", "impls", "types"];

pub(crate) fn findings(workspace: &Workspace) -> Result<Vec<String>, String> {
    let mut findings = manifests::findings(workspace)?;
    for (name, member) in &workspace.crates {
        // A crate that is not in the table is judged as a core; `layers` complains about it.
        let layer = workspace.layers.get(name).copied().unwrap_or(0);
        for source in sources(workspace, &member.root, layer)? {
            findings.extend(check(&source));
        }
    }
    findings.extend(links::findings(workspace)?);
    findings.extend(check_architecture(&workspace.root)?);
    Ok(findings)
}

/// The files of a crate that somebody writes by hand.
fn sources(workspace: &Workspace, root: &Path, layer: u32) -> Result<Vec<Source>, String> {
    let mut sources = Vec::new();
    for path in rust_files(root)? {
        let text =
            fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        sources.push(Source::new(workspace.shown(&path), layer, text));
    }
    let tests: Vec<String> = sources
        .iter()
        .flat_map(|source| {
            source
                .test_files()
                .map(|name| format!("{}/{name}", source.module_directory()))
        })
        .collect();
    for source in &mut sources {
        tests
            .iter()
            .for_each(|module| source.set_test_if_below(module));
    }
    sources.retain(|source| !source.is_generated());
    Ok(sources)
}

fn rust_files(root: &Path) -> Result<Vec<PathBuf>, String> {
    let mut files = Vec::new();
    let mut open = ["src", "tests", "benches", "examples"]
        .map(|part| root.join(part))
        .to_vec();
    open.retain(|directory| directory.is_dir());
    while let Some(directory) = open.pop() {
        let entries = fs::read_dir(&directory)
            .map_err(|error| format!("{}: {error}", directory.display()))?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn check(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    findings.extend(check_size(source));
    findings.extend(check_functions(source));
    findings.extend(check_shape(source));
    findings.extend(words::findings(source));
    findings
}

fn check_size(source: &Source) -> Option<String> {
    let lines = source.lines_without_tests();
    (!source.is_test_file() && lines > MAX_FILE_LINES).then(|| {
        source.finding(
            1,
            &format!("{lines} lines without tests, more than {MAX_FILE_LINES}: a file is one idea, split it"),
        )
    })
}

fn check_functions(source: &Source) -> Vec<String> {
    source
        .functions()
        .into_iter()
        .filter(|function| function.lines > MAX_FUNCTION_LINES)
        .map(|function| {
            let reason = format!(
                "`{}` has {} lines, more than {MAX_FUNCTION_LINES}: let the caller branch and a helper compute",
                function.name, function.lines
            );
            source.finding(function.line, &reason)
        })
        .collect()
}

fn check_shape(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    if BANNED_FILE_NAMES.contains(&source.stem()) {
        findings.push(source.finding(1, "this name says nothing: name the file after its idea"));
    }
    if !source.is_test_file() && !source.begins_with_module_doc() {
        findings.push(source.finding(
            1,
            "no module doc: say what the module owns, what it never does, and who calls it",
        ));
    }
    if source.is_lib() {
        let globs = source
            .code_lines()
            .filter(|(_, line)| line.trim_start().starts_with("pub use") && line.contains("::*"));
        findings.extend(globs.map(|(at, _)| {
            source.finding(
                at,
                "re-exports by glob: the reader cannot see what the crate offers",
            )
        }));
    }
    findings
}

fn check_architecture(root: &Path) -> Result<Option<String>, String> {
    let path = root.join("ARCHITECTURE.md");
    let page = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = page.lines().count();
    Ok((lines > MAX_ARCHITECTURE_LINES).then(|| {
        format!("ARCHITECTURE.md: {lines} lines, more than {MAX_ARCHITECTURE_LINES}: it is a map, not the land")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_text(path: &str, layer: u32, text: &str, expected: &[&str]) {
        let found = check(&Source::new(path.to_owned(), layer, text.to_owned()));
        let heads: Vec<_> = found
            .iter()
            .map(|finding| finding.split(": ").next().unwrap_or(""))
            .collect();
        assert_eq!(heads, expected, "{found:?}");
    }

    #[test]
    fn a_tidy_file_has_no_findings() {
        check_text(
            "crates/a/src/b.rs",
            1,
            "//! Doc.\n\nfn f() {\n    g();\n}\n",
            &[],
        );
    }

    #[test]
    fn long_files_and_functions_are_found() {
        let function = format!("//! Doc.\nfn f() {{\n{}}}\n", "    g();\n".repeat(69));
        check_text("crates/a/src/b.rs", 1, &function, &["crates/a/src/b.rs:2"]);
        let function = format!("//! Doc.\nfn f() {{\n{}}}\n", "    g();\n".repeat(68));
        check_text("crates/a/src/b.rs", 1, &function, &[]);
        let file = format!("//! Doc.\n{}", "const A: u8 = 0;\n".repeat(600));
        check_text("crates/a/src/b.rs", 1, &file, &["crates/a/src/b.rs:1"]);
        let tests = format!(
            "//! Doc.\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            "const A: u8 = 0;\n".repeat(600)
        );
        check_text("crates/a/src/b.rs", 1, &tests, &[]);
    }

    #[test]
    fn what_a_core_must_not_do_is_found_below_net_only() {
        let text = "//! Doc.\nfn f() {\n    let now = Instant::now();\n}\n";
        check_text("crates/a/src/b.rs", 4, text, &["crates/a/src/b.rs:3"]);
        check_text("crates/a/src/b.rs", 5, text, &[]);
    }

    #[test]
    fn an_expectation_at_the_item_excuses_it() {
        let text = "//! Doc.\n#[expect(clippy::disallowed_methods, reason = \"x\")]\nfn f() {\n    Instant::now();\n}\n\
                    fn g() {\n    Instant::now();\n}\n";
        check_text("crates/a/src/b.rs", 2, text, &["crates/a/src/b.rs:7"]);
    }

    #[test]
    fn words_in_comments_and_texts_do_not_count() {
        let text = "//! Instant::now()\nfn f() {\n    // todo!()\n    g(\"thread::sleep\", 'a', r#\"todo!()\"#);\n}\n";
        check_text("crates/a/src/b.rs", 1, text, &[]);
    }

    #[test]
    fn stubs_and_ignored_tests_are_found_everywhere() {
        let text = "//! Doc.\nfn f() {\n    todo!()\n}\n#[cfg(test)]\nmod tests {\n    #[ignore]\n    fn t() {}\n}\n";
        check_text(
            "crates/a/src/b.rs",
            9,
            text,
            &["crates/a/src/b.rs:3", "crates/a/src/b.rs:7"],
        );
    }

    #[test]
    fn names_docs_and_globs_are_checked() {
        check_text(
            "crates/a/src/utils.rs",
            1,
            "//! Doc.\n",
            &["crates/a/src/utils.rs:1"],
        );
        check_text(
            "crates/a/src/b.rs",
            1,
            "fn f() {}\n",
            &["crates/a/src/b.rs:1"],
        );
        check_text(
            "crates/a/src/lib.rs",
            1,
            "//! Doc.\npub use b::*;\n",
            &["crates/a/src/lib.rs:2"],
        );
        check_text("crates/a/src/b_tests.rs", 1, "fn f() {}\n", &[]);
    }
}
