//! The commands of a developer: what CI runs, each by itself.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's command speaks on the terminal"
)]

mod child;
mod codegen;
mod layers;
mod suites;
mod tidy;
mod workspace;

use std::process::ExitCode;

use crate::workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test [--only SUITE]   every suite; the last line is the total
  layers                crates depend on lower layers only (ARCHITECTURE.md)
  tidy                  the rules of style that a machine can check
  codegen [--check]     writes (or compares) generated code and documentation
  fuzz ARGS             mutated inputs for every decoder: --seconds N --target T
  chaos ARGS            real nodes and clients under faults: --seconds N --seed S
  sim ARGS              the simulator: --seeds N --start S [--trace] [--voters|--brokers]
  interop ARGS          real clients against Kalda and Apache Kafka
  bench ARGS            benchmarks beside Apache Kafka";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((command, rest)) = args.split_first() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(command, rest) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, rest: &[String]) -> Result<ExitCode, String> {
    let workspace = Workspace::load()?;
    match command {
        "test" => suites::run(&workspace, rest),
        "layers" => report("layers", &layers::findings(&workspace)?),
        "tidy" => report("tidy", &tidy::findings(&workspace)?),
        "codegen" => codegen::run(&workspace, rest),
        "fuzz" | "sim" | "chaos" | "interop" | "bench" => {
            child::exec_binary(&workspace, command, rest)
        }
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(format!("there is no command {other}\n\n{USAGE}")),
    }
}

fn report(check: &str, findings: &[String]) -> Result<ExitCode, String> {
    for finding in findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("{check}: nothing found");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{check}: {} findings", findings.len());
    Ok(ExitCode::FAILURE)
}
