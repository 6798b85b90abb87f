//! What is fetched from package registries, kept below `target/` until its pinned list changes.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::directory;
use crate::error::FixtureError;
use crate::process;

/// How long a fetch or a build of a client may take.
const FETCH_LIMIT: Duration = Duration::from_secs(1_200);

/// Where fetched things of a name lie.
#[must_use]
pub fn place(name: &str) -> PathBuf {
    directory::target().join("interop").join(name)
}

/// Runs `make` in a fresh directory unless it was run before with the same contents of `inputs` and the same runtime.
///
/// `runtime` names what is not in the files but decides the result, such as the version of an interpreter.
///
/// # Errors
/// What `make` gives, or [`FixtureError::File`]. Nothing is kept of a failed run.
pub fn cached(
    name: &str,
    inputs: &[&Path],
    runtime: &str,
    make: impl FnOnce(&Path) -> Result<(), FixtureError>,
) -> Result<PathBuf, FixtureError> {
    let turn = turn(name);
    let _mine = turn.lock().unwrap_or_else(PoisonError::into_inner);
    let place = place(name);
    let stamp = place.join(".made-from");
    let wanted = fingerprint(inputs, runtime)?;
    if std::fs::read_to_string(&stamp).is_ok_and(|made| made == wanted) {
        return Ok(place);
    }
    if place.exists() {
        std::fs::remove_dir_all(&place).map_err(FixtureError::file(&place))?;
    }
    std::fs::create_dir_all(&place).map_err(FixtureError::file(&place))?;
    make(&place)?;
    std::fs::write(&stamp, wanted).map_err(FixtureError::file(&stamp))?;
    Ok(place)
}

/// The lock of a name: two callers that want the same thing do not make it twice.
fn turn(name: &str) -> Arc<Mutex<()>> {
    static TURNS: Mutex<BTreeMap<String, Arc<Mutex<()>>>> = Mutex::new(BTreeMap::new());
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(turns.entry(name.to_owned()).or_default())
}

fn fingerprint(inputs: &[&Path], runtime: &str) -> Result<String, FixtureError> {
    let mut hasher = DefaultHasher::new();
    runtime.hash(&mut hasher);
    for input in inputs {
        std::fs::read(input)
            .map_err(FixtureError::file(*input))?
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Runs one command of a fetch, its output kept beside the result.
///
/// # Errors
/// As [`process::run`].
pub fn step(name: &str, command: &mut Command, place: &Path) -> Result<(), FixtureError> {
    process::run(
        name,
        command,
        &place.join(format!("{name}.log")),
        FETCH_LIMIT,
    )
}

/// The jars that a pom names, with all that they need: a directory for `java -cp DIR/*`.
///
/// # Errors
/// As [`cached`].
pub fn maven(name: &str, pom: &Path) -> Result<PathBuf, FixtureError> {
    cached(name, &[pom], "maven", |place| {
        let mut command = Command::new("mvn");
        command
            .args(["-q", "-B", "-f"])
            .arg(pom)
            .arg("org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies")
            .arg("-DincludeScope=runtime")
            .arg(format!("-DoutputDirectory={}", place.display()));
        step("mvn", &mut command, place)
    })
}

/// An environment of Python with the packages that a list of pinned versions names.
///
/// # Errors
/// As [`cached`].
pub fn venv(name: &str, requirements: &Path) -> Result<PathBuf, FixtureError> {
    let version = version_of("python3", "--version");
    cached(name, &[requirements], &version, |place| {
        let mut venv = Command::new("python3");
        step("venv", venv.args(["-m", "venv"]).arg(place), place)?;
        let mut pip = Command::new(place.join("bin/pip"));
        pip.args([
            "install",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "-r",
        ]);
        step("pip", pip.arg(requirements), place)
    })
}

/// Compiles Java programs against directories of jars; gives the class path that runs them.
///
/// # Errors
/// [`FixtureError`] of the compiler.
pub fn java_path(name: &str, sources: &[PathBuf], jars: &[&Path]) -> Result<String, FixtureError> {
    let inputs: Vec<&Path> = sources.iter().map(PathBuf::as_path).collect();
    let jars: Vec<String> = (jars.iter())
        .map(|jars| format!("{}/*", jars.display()))
        .collect();
    let jars = jars.join(":");
    let compiler = version_of("javac", "-version");
    let classes = cached(name, &inputs, &format!("{compiler}{jars}"), |place| {
        let mut compile = Command::new("javac");
        compile.arg("-d").arg(place);
        compile.args(["-cp", &jars]).args(sources);
        step("javac", &mut compile, place)
    })?;
    Ok(format!("{}:{jars}", classes.display()))
}

/// Builds a binary of the workspace in the profile that all suites use, with the features of dependencies that the
/// whole workspace has, so that nothing is compiled once more.
///
/// # Errors
/// [`FixtureError`] of the compiler.
pub fn cargo(binary: &str, arguments: &[&str]) -> Result<PathBuf, FixtureError> {
    let place = place("cargo");
    std::fs::create_dir_all(&place).map_err(FixtureError::file(&place))?;
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.current_dir(directory::workspace()).args([
        "build",
        "--release",
        "--locked",
        "--workspace",
        "--bin",
        binary,
    ]);
    build.args(arguments);
    step(binary, &mut build, &place)?;
    Ok(directory::target().join("release").join(binary))
}

/// What a program says its version is, for [`cached`].
#[must_use]
pub fn version_of(program: &str, argument: &str) -> String {
    Command::new(program).arg(argument).output().map_or_else(
        |_| "not installed".to_owned(),
        |o| String::from_utf8_lossy(&[o.stdout, o.stderr].concat()).into_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::TempDir;

    #[test]
    fn a_thing_is_made_again_only_when_its_input_changed() {
        let dir = TempDir::new("cache").unwrap();
        let input = dir.path().join("lock");
        let name = format!("cache-test-{}", std::process::id());
        let mut made = 0;
        for text in ["one", "one", "two"] {
            std::fs::write(&input, text).unwrap();
            cached(&name, &[&input], "", |_| {
                made += 1;
                Ok(())
            })
            .unwrap();
        }
        std::fs::remove_dir_all(place(&name)).unwrap();
        assert_eq!(made, 2);
    }
}
