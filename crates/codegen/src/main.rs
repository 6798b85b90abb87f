//! `codegen [--check] SCHEMAS OUT`: writes (or compares) the generated code.
#![expect(
    clippy::print_stderr,
    reason = "a developer's command speaks on the terminal"
)]

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args[..] {
        ["--check", schemas, out] => codegen::check(Path::new(schemas), Path::new(out)),
        [schemas, out] => codegen::write(Path::new(schemas), Path::new(out)),
        _ => {
            eprintln!("usage: codegen [--check] SCHEMAS_DIR OUT_DIR");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
