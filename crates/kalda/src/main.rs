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
    max_term_width = 100,
    after_help = "Apache Kafka's scripts are here too: `kalda kafka-topics --help`; `kalda install-scripts DIR` makes links to them."
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
    /// Make links under the names of Apache Kafka's scripts.
    InstallScripts(scripts::install::Args),
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args_os()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let words = match script(&arguments) {
        Called::Script(code) => return code,
        Called::Kalda(words) => words,
    };
    match Cli::parse_from(words).command {
        Command::Server(args) => server::run(&args),
        Command::Tool(tool) => tool.run(),
        Command::InstallScripts(args) => scripts::install::run(&args),
    }
}

/// What the binary was called for.
enum Called {
    /// A script, which has run.
    Script(ExitCode),
    /// Kalda's own commands, with these words.
    Kalda(Vec<String>),
}

/// Runs the script whose name the binary was called by, or that its first argument names.
fn script(words: &[String]) -> Called {
    for at in 0..words.len().min(2) {
        let (name, rest) = (&words[at], &words[at + 1..]);
        if let Some(words) = scripts::run_class::named(name, rest) {
            return script(&words);
        }
        if scripts::name_of(name) == scripts::server_start::NAME {
            return match scripts::server_start::start(rest).into() {
                Ok(words) => Called::Kalda(words),
                Err(code) => Called::Script(code),
            };
        }
        if scripts::name_of(name) == scripts::STORAGE {
            let words = ["kalda", "storage"].into_iter().map(str::to_owned);
            return Called::Kalda(words.chain(rest.iter().cloned()).collect());
        }
        if let Some(code) = scripts::run(name, rest) {
            return Called::Script(code);
        }
    }
    Called::Kalda(words.to_vec())
}
