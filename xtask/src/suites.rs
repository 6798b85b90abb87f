//! `cargo xtask test`: every suite, one after the other, each within its time, and one total.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::child::{self, End};
use crate::workspace::Workspace;

/// A suite besides the tests of cargo: the program of a crate, which ends with a line
/// `N passed, N failed, N skipped` and names what it skips in lines [`SKIPPED`].
struct Suite {
    name: &'static str,
    program: &'static str,
    args: &'static [&'static str],
    limit: Duration,
}

const SUITES: [Suite; 7] = [
    Suite {
        name: "fuzz",
        program: "fuzz",
        // For each target; `cargo xtask fuzz` runs longer.
        args: &["--seconds", "1.5"],
        limit: Duration::from_secs(5 * 60),
    },
    Suite {
        name: "sim",
        program: "sim",
        args: &["--seeds", "2000"],
        limit: Duration::from_secs(15 * 60),
    },
    Suite {
        name: "chaos",
        program: "chaos",
        // About half of the faults, each time the same; `cargo xtask chaos --seconds 600` runs longer, with others.
        args: &["--seconds", "120", "--seed", "2"],
        limit: Duration::from_secs(20 * 60),
    },
    Suite {
        name: "interchange",
        program: "interop",
        args: &["--suite", "interchange"],
        limit: Duration::from_secs(15 * 60),
    },
    Suite {
        name: "exactly-once",
        program: "interop",
        args: &["--suite", "exactly-once"],
        limit: Duration::from_secs(5 * 60),
    },
    Suite {
        name: "scripts",
        program: "interop",
        args: &["--suite", "scripts"],
        limit: Duration::from_secs(15 * 60),
    },
    Suite {
        name: "interop",
        program: "interop",
        args: &[],
        limit: Duration::from_secs(15 * 60),
    },
];

/// How a line begins that names what could not be run, and why: `skipped: what: why`.
const SKIPPED: &str = "skipped: ";

/// Compiling everything is part of it.
const TESTS_LIMIT: Duration = Duration::from_secs(30 * 60);

/// What a suite, or several, came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Tests that were counted as passed and say that they could not run.
    fn move_to_skipped(&mut self, tests: u64) {
        self.passed = self.passed.saturating_sub(tests);
        self.skipped += tests;
    }

    /// Reads `N passed, N failed, N skipped`.
    fn parse(line: &str) -> Option<Self> {
        let mut parts = line.trim().split(", ");
        let mut number = |word: &str| parts.next()?.strip_suffix(word)?.trim_end().parse().ok();
        let count = Self {
            passed: number("passed")?,
            failed: number("failed")?,
            skipped: number("skipped")?,
        };
        parts.next().is_none().then_some(count)
    }

    /// Reads `test result: ok. N passed; N failed; N ignored; …` of cargo's test harness.
    fn parse_harness(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut parts = counts.split("; ");
        let mut number = |word: &str| parts.next()?.strip_suffix(word)?.trim_end().parse().ok();
        Some(Self {
            passed: number("passed")?,
            failed: number("failed")?,
            skipped: number("ignored")?,
        })
    }
}

/// What is known when all suites ran.
#[derive(Default)]
struct Total {
    count: Count,
    table: Vec<String>,
    skipped: Vec<String>,
}

/// What the caller adds: checks of CI that failed or could not run, and the one suite to run.
#[derive(Default)]
struct Options {
    only: Option<String>,
    failed: Vec<String>,
    skipped: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, args: &[String]) -> Result<ExitCode, String> {
    let options = read_options(args)?;
    let mut total = Total::default();
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    if wanted("tests") {
        total.take("tests", Instant::now(), |count, skipped| {
            cargo_tests(workspace, count, skipped)
        });
    }
    for suite in SUITES.iter().filter(|suite| wanted(suite.name)) {
        if workspace.has_binary(suite.program) {
            total.take(suite.name, Instant::now(), |count, skipped| {
                program(workspace, suite, count, skipped)
            });
        }
    }
    total.add_checks(options);
    total.print();
    Ok(if total.count.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_options(args: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let value = args
            .next()
            .ok_or_else(|| format!("{arg} wants a value"))?
            .clone();
        match arg.as_str() {
            "--only" => options.only = Some(value),
            "--failed" => options.failed.push(value),
            "--skipped" => options.skipped.push(value),
            _ => {
                return Err(format!(
                    "test does not know {arg}: --only, --failed, --skipped"
                ));
            }
        }
    }
    Ok(options)
}

impl Total {
    fn take(
        &mut self,
        name: &str,
        start: Instant,
        suite: impl FnOnce(&mut Count, &mut Vec<String>) -> Result<(), String>,
    ) {
        println!("== {name}");
        let mut count = Count::default();
        if let Err(error) = suite(&mut count, &mut self.skipped) {
            println!("{name}: {error}");
            count.failed += u64::from(count.failed == 0);
        }
        let time = shown(start.elapsed());
        let Count {
            passed,
            failed,
            skipped,
        } = count;
        println!("== {name}: {passed} passed, {failed} failed, {skipped} skipped in {time}\n");
        self.table.push(format!(
            "{name:<12} {passed:>8} {failed:>8} {skipped:>8} {time:>10}"
        ));
        self.count.add(count);
    }

    fn add_checks(&mut self, options: Options) {
        self.count.failed += options.failed.len() as u64;
        self.count.skipped += options.skipped.len() as u64;
        for check in options.failed {
            self.table
                .push(format!("{check:<12} {:>8} {:>8} {:>8}", 0, 1, 0));
        }
        for check in options.skipped {
            self.skipped.push(format!("{SKIPPED}{check}"));
        }
    }

    fn print(&self) {
        println!(
            "{:<12} {:>8} {:>8} {:>8} {:>10}",
            "suite", "passed", "failed", "skipped", "time"
        );
        for row in &self.table {
            println!("{row}");
        }
        for line in &self.skipped {
            println!("{line}");
        }
        let Count {
            passed,
            failed,
            skipped,
        } = self.count;
        println!("{passed} passed, {failed} failed, {skipped} skipped");
    }
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1}s", time.as_secs_f64())
    } else {
        format!("{}m{:02}s", seconds / 60, seconds % 60)
    }
}

/// The tests of all crates. What passes is not printed; everything else is.
///
/// A test that cannot run prints `skipped: what: why` on standard error, and the harness counts it as passed.
fn cargo_tests(
    workspace: &Workspace,
    count: &mut Count,
    skipped: &mut Vec<String>,
) -> Result<(), String> {
    let mut command = Command::new("cargo");
    command
        .args([
            "test",
            "--workspace",
            "--release",
            "--no-fail-fast",
            "--color",
            "never",
        ])
        .current_dir(&workspace.root);
    let mut started = Instant::now();
    let mut binary = String::new();
    let mut unable = Vec::new();
    let end = child::run(&mut command, TESTS_LIMIT, |line| {
        if line.starts_with(SKIPPED) {
            unable.push(line.to_owned());
        }
        if let Some(name) = running(line) {
            (binary, started) = (name, Instant::now());
        } else if let Some(harness) = Count::parse_harness(line) {
            count.add(harness);
            if harness != Count::default() {
                let Count { passed, failed, .. } = harness;
                println!(
                    "{binary}: {passed} passed, {failed} failed in {}",
                    shown(started.elapsed())
                );
            }
        } else if !is_noise(line) {
            println!("{line}");
        }
    })?;
    // What it says and what the harness counts come by different pipes, in any order.
    count.move_to_skipped(unable.len() as u64);
    skipped.append(&mut unable);
    finished(end, TESTS_LIMIT)
}

/// The name in cargo's `Running unittests src/lib.rs (target/release/deps/model-1c…)` and `Doc-tests model`.
fn running(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{name} (examples)"));
    }
    let path = line
        .strip_prefix("Running ")?
        .rsplit_once('(')?
        .1
        .strip_suffix(')')?;
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    Some(
        name.rsplit_once('-')
            .map_or(name, |(name, _)| name)
            .to_owned(),
    )
}

fn is_noise(line: &str) -> bool {
    line.is_empty()
        || line.starts_with("running ")
        || (line.starts_with("test ") && line.ends_with("... ok"))
}

fn program(
    workspace: &Workspace,
    suite: &Suite,
    count: &mut Count,
    skipped: &mut Vec<String>,
) -> Result<(), String> {
    let mut last = String::new();
    let mut command = child::binary(workspace, suite.program)?;
    let end = child::run(command.args(suite.args), suite.limit, |line| {
        println!("{line}");
        if line.starts_with(SKIPPED) {
            skipped.push(line.to_owned());
        }
        if !line.trim().is_empty() {
            line.clone_into(&mut last);
        }
    })?;
    *count = Count::parse(&last).unwrap_or_default();
    finished(end, suite.limit)?;
    if Count::parse(&last).is_none() {
        return Err("its last line is not a total".to_owned());
    }
    Ok(())
}

fn finished(end: End, limit: Duration) -> Result<(), String> {
    match end {
        End::Exit(status) if status.success() => Ok(()),
        End::Exit(status) => Err(format!("ended with {status}")),
        End::TimedOut => Err(format!("was stopped after {}", shown(limit))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: u64, failed: u64, skipped: u64) -> Option<Count> {
        Some(Count {
            passed,
            failed,
            skipped,
        })
    }

    #[test]
    fn a_total_is_read_from_a_line_of_its_own() {
        assert_eq!(
            Count::parse("12 passed, 3 failed, 4 skipped"),
            count(12, 3, 4)
        );
        assert_eq!(Count::parse("12 passed, 3 failed"), None);
        assert_eq!(Count::parse("12 passed, 3 failed, 4 skipped, 5 lost"), None);
        assert_eq!(Count::parse("x passed, 3 failed, 4 skipped"), None);
    }

    #[test]
    fn a_total_of_the_harness_is_read() {
        let line = "test result: FAILED. 80 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.08s";
        assert_eq!(Count::parse_harness(line), count(80, 2, 1));
        assert_eq!(Count::parse_harness("test result: ok"), None);
    }

    #[test]
    fn a_test_that_could_not_run_is_no_test_that_passed() {
        let mut tests =
            Count::parse_harness("test result: ok. 8 passed; 0 failed; 0 ignored; 0 measured")
                .expect("a total");
        tests.move_to_skipped(1);
        assert_eq!(Some(tests), count(7, 0, 1));
    }

    #[test]
    fn the_binary_is_named_without_its_hash() {
        let line = "     Running unittests src/lib.rs (target/release/deps/model-1c2d3e)";
        assert_eq!(running(line).as_deref(), Some("model"));
        assert_eq!(
            running("   Doc-tests model").as_deref(),
            Some("model (examples)")
        );
        assert_eq!(running("running 3 tests"), None);
    }

    #[test]
    fn failures_and_skips_of_checks_are_part_of_the_total() {
        let args = [
            "--failed",
            "clippy",
            "--skipped",
            "cargo deny: not installed",
        ]
        .map(str::to_owned);
        let mut total = Total::default();
        total.add_checks(read_options(&args).expect("the options are known"));
        assert_eq!(Some(total.count), count(0, 1, 1));
        assert_eq!(total.skipped, ["skipped: cargo deny: not installed"]);
        assert!(read_options(&["--only".to_owned()]).is_err());
    }

    #[test]
    fn a_suite_that_ends_in_an_error_has_failed() {
        let mut total = Total::default();
        total.take("x", Instant::now(), |_, _| Err("ended badly".to_owned()));
        assert_eq!(Some(total.count), count(0, 1, 0));
    }
}
