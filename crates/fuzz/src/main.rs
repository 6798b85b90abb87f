//! `fuzz`: the seeded mutator. The same seed gives the same inputs, as long as the code under test does the same.

mod drive;
mod memory;
mod mutate;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use fuzz::{TARGETS, Target};

use drive::{Found, Plan};

#[global_allocator]
static ALLOCATOR: memory::Counting = memory::Counting;

/// Feeds mutated inputs to every decoder.
#[derive(Debug, Parser)]
struct Args {
    /// Seconds for each target.
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// One target instead of all.
    #[arg(long)]
    target: Option<String>,
    /// Decides every input.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Feeds one file to the target, to see again what it does.
    #[arg(long, value_name = "FILE", requires = "target")]
    input: Option<PathBuf>,
    /// Writes the corpora below this directory, for cargo-fuzz, and ends.
    #[arg(long, value_name = "DIR")]
    write_corpora: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let targets: Vec<&Target> = match &args.target {
        None => TARGETS.iter().collect(),
        Some(name) => match fuzz::target(name) {
            Some(target) => vec![target],
            None => {
                let names = TARGETS.map(|target| target.name).join(", ");
                say(&format!("there is no target {name}: {names}"));
                return ExitCode::from(2);
            }
        },
    };
    match run(&args, &targets) {
        Ok(code) => code,
        Err(error) => {
            say(&error.to_string());
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args, targets: &[&Target]) -> std::io::Result<ExitCode> {
    if let Some(dir) = &args.write_corpora {
        for target in targets {
            write_corpus(target, args.seed, &dir.join(target.name))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(file) = &args.input {
        let fingerprint = (targets[0].run)(&std::fs::read(file)?);
        say(&format!("{fingerprint:?}"));
        return Ok(ExitCode::SUCCESS);
    }
    let (mut passed, mut failed) = (0, 0);
    for target in targets {
        let plan = Plan {
            target,
            seed: args.seed,
            time: Duration::from_secs_f64(args.seconds),
        };
        let report = drive::run(&plan);
        say(&format!("{:<10} {report}", target.name));
        for (number, found) in report.found.iter().enumerate() {
            keep(target, number, found)?;
        }
        if report.found.is_empty() {
            passed += 1;
        } else {
            failed += 1;
        }
    }
    say(&format!("{passed} passed, {failed} failed, 0 skipped"));
    Ok(ExitCode::from(u8::from(failed > 0)))
}

fn write_corpus(target: &Target, seed: u64, dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    for (number, input) in (target.corpus)(seed).iter().enumerate() {
        std::fs::write(dir.join(format!("{number:05}")), input)?;
    }
    Ok(())
}

/// Leaves an input that did harm where it can be looked at, and says how.
fn keep(target: &Target, number: usize, found: &Found) -> std::io::Result<()> {
    let dir = Path::new("target/fuzz");
    std::fs::create_dir_all(dir)?;
    let path = dir.join(format!("{}-{number}", target.name));
    std::fs::write(&path, &found.input)?;
    say(&format!("  {}", found.what));
    say(&format!(
        "  again: cargo xtask fuzz --target {} --input {}",
        target.name,
        path.display()
    ));
    Ok(())
}

fn say(line: &str) {
    // Whoever reads may have gone away.
    let _ = writeln!(std::io::stdout(), "{line}");
}
