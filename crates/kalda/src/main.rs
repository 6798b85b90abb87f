//! The `kalda` binary: the server and every tool that comes with it.

mod configuration;
mod fault;
mod scripts;
mod server;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// An Apache Kafka compatible node and its tools, in one binary.
#[derive(Debug, Parser)]
#[command(
    name = "kalda",
    version,
    about,
    arg_required_else_help = true,
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a node.
    Server(server::Args),
    #[command(flatten)]
    Tool(tools::Tool),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    if let Some(code) = script(&arguments) {
        return code;
    }
    match Cli::parse().command {
        Command::Server(args) => server::run(&args),
        Command::Tool(tool) => tool.run(),
    }
}

/// Runs the script whose name the binary was called by, or that its first argument names.
fn script(arguments: &[String]) -> Option<ExitCode> {
    let (name, rest) = arguments.split_first()?;
    scripts::run(name, rest).or_else(|| {
        let (name, rest) = rest.split_first()?;
        scripts::run(name, rest)
    })
}
