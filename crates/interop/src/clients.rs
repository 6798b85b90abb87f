//! The client libraries: what each needs, how it is fetched, and the program that drives it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::artifacts;
use testkit::directory;
use testkit::error::FixtureError;
use testkit::process::installed;

/// How the driver of a library is run.
#[derive(Clone, Debug)]
pub enum Driver {
    /// A main class in the JVM of the Java client.
    Jvm,
    /// A program that takes bootstrap address, prefix and scenarios.
    Program(Vec<OsString>),
}

/// A client library.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// The name of its row.
    pub name: &'static str,
    /// Which runtime it needs.
    pub needs: Runtime,
}

/// What must be installed for a library to be driven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// Java and Maven.
    Java,
    /// Python 3 with venv; the package confluent-kafka brings librdkafka with it.
    Python,
    /// Node and npm.
    Node,
    /// Node, npm, python3, make and a C++ compiler, with which a native module is built.
    NodeNative,
    /// Go.
    Go,
}

/// Every client library, in the order of the table's rows.
pub const CLIENTS: [Client; 9] = [
    Client {
        name: "java",
        needs: Runtime::Java,
    },
    Client {
        name: "rdkafka",
        // The librdkafka that it links comes with the client in Python.
        needs: Runtime::Python,
    },
    Client {
        name: "confluent-python",
        needs: Runtime::Python,
    },
    Client {
        name: "confluent-node",
        needs: Runtime::NodeNative,
    },
    Client {
        name: "franz-go",
        needs: Runtime::Go,
    },
    Client {
        name: "sarama",
        needs: Runtime::Go,
    },
    Client {
        name: "kafka-python",
        needs: Runtime::Python,
    },
    Client {
        name: "aiokafka",
        needs: Runtime::Python,
    },
    Client {
        name: "kafkajs",
        needs: Runtime::Node,
    },
];

impl Runtime {
    /// The programs of this runtime that are not installed.
    #[must_use]
    pub fn missing(self) -> Vec<&'static str> {
        let programs: &[&str] = match self {
            Self::Java => &["java", "javac", "mvn"],
            Self::Python => &["python3"],
            Self::Node => &["node", "npm"],
            Self::NodeNative => &["node", "npm", "python3", "make", "g++"],
            Self::Go => &["go"],
        };
        programs.iter().copied().filter(|p| !installed(p)).collect()
    }
}

/// A file or directory of the suite's sources.
#[must_use]
pub fn source(path: &str) -> PathBuf {
    directory::workspace()
        .join("crates/interop/clients")
        .join(path)
}

/// Fetches and builds what a library needs, or finds it from an earlier run.
///
/// # Errors
/// [`FixtureError`] of the registry's client or of the compiler.
pub fn prepare(client: Client) -> Result<Driver, FixtureError> {
    match client.name {
        "java" => Ok(Driver::Jvm),
        "rdkafka" => rdkafka(),
        "franz-go" | "sarama" => go(client.name),
        "kafkajs" | "confluent-node" => node(client),
        _ => python(client.name),
    }
}

fn program(parts: &[&Path]) -> Driver {
    Driver::Program(parts.iter().map(|p| p.as_os_str().to_owned()).collect())
}

/// The packages of all libraries in Python.
fn venv() -> Result<PathBuf, FixtureError> {
    artifacts::venv("python", &source("python/requirements.txt"))
}

/// A directory with the librdkafka that confluent-kafka brings with it, under the name that linkers look for. The
/// client in Node stands on the same one: compiling it once more would take a quarter of the suite's time.
fn librdkafka() -> Result<PathBuf, FixtureError> {
    let venv = venv()?;
    let version = artifacts::version_of("python3", "--version");
    artifacts::cached(
        "librdkafka",
        &[&source("python/requirements.txt")],
        &version,
        |place| {
            let missing = |detail: &str| FixtureError::File {
                path: venv.clone(),
                source: std::io::Error::other(detail.to_owned()),
            };
            let library = find(
                &venv.join("lib"),
                &[
                    "python",
                    "site-packages",
                    "confluent_kafka.libs",
                    "librdkafka",
                ],
            )
            .ok_or_else(|| missing("confluent-kafka brought no librdkafka"))?;
            let name = library
                .file_name()
                .ok_or_else(|| missing("it has no name"))?;
            // One name for the linker, and the one that it notes, for the loader.
            for name in [OsStr::new("librdkafka.so"), name] {
                let link = place.join(name);
                std::os::unix::fs::symlink(&library, &link).map_err(FixtureError::file(&link))?;
            }
            Ok(())
        },
    )
}

/// The path below `place` whose parts begin with `starts`.
fn find(place: &Path, starts: &[&str]) -> Option<PathBuf> {
    let Some((first, rest)) = starts.split_first() else {
        return Some(place.to_owned());
    };
    let mut entries = std::fs::read_dir(place).ok()?.filter_map(Result::ok);
    let entry = entries.find(|e| e.file_name().to_string_lossy().starts_with(first))?;
    find(&entry.path(), rest)
}

/// How a program is told where `librdkafka` lies.
fn loader_path(librdkafka: &Path) -> OsString {
    OsString::from(format!("LD_LIBRARY_PATH={}", librdkafka.display()))
}

fn python(name: &str) -> Result<Driver, FixtureError> {
    let venv = venv()?;
    let driver = source(&format!("python/drive_{}.py", name.replace('-', "_")));
    let interpreter = venv.join("bin/python").into_os_string();
    Ok(Driver::Program(vec![
        "env".into(),
        "PYTHONDONTWRITEBYTECODE=1".into(),
        interpreter,
        driver.into_os_string(),
    ]))
}

fn go(name: &str) -> Result<Driver, FixtureError> {
    let mut inputs = sources("go/report", "go")?;
    inputs.extend(sources(&format!("go/{name}"), "go")?);
    inputs.extend([source("go/go.mod"), source("go/go.sum")]);
    let all: Vec<&Path> = inputs.iter().map(PathBuf::as_path).collect();
    let version = artifacts::version_of("go", "version");
    let place = artifacts::cached(name, &all, &version, |place| {
        let mut build = Command::new("go");
        build
            .current_dir(source("go"))
            .args(["build", "-mod=readonly", "-o"]);
        build.arg(place.join("driver")).arg(format!("./{name}"));
        artifacts::step("go", &mut build, place)
    })?;
    Ok(program(&[&place.join("driver")]))
}

fn node(client: Client) -> Result<Driver, FixtureError> {
    let manifest = source("node").join(client.name);
    let (package, lock) = (
        manifest.join("package.json"),
        manifest.join("package-lock.json"),
    );
    let version = artifacts::version_of("node", "--version");
    let script = manifest.join("build.sh");
    let mut inputs: Vec<&Path> = vec![&package, &lock];
    if client.needs == Runtime::NodeNative {
        inputs.push(&script);
    }
    let place = artifacts::cached(client.name, &inputs, &version, |place| {
        for file in [&package, &lock] {
            let to = place.join(file.file_name().unwrap_or_default());
            std::fs::copy(file, &to).map_err(FixtureError::file(&to))?;
        }
        let mut npm = Command::new("npm");
        npm.current_dir(place)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        artifacts::step("npm", &mut npm, place)?;
        if client.needs == Runtime::NodeNative {
            native_module(place)
        } else {
            Ok(())
        }
    })?;
    let mut parts = vec![OsString::from("env")];
    if client.needs == Runtime::NodeNative {
        parts.push(loader_path(&librdkafka()?));
    }
    let driver = source("node").join(format!("{}.js", client.name));
    // Node looks for modules beside the script; the script lies elsewhere.
    let modules = OsString::from(format!(
        "NODE_PATH={}",
        place.join("node_modules").display()
    ));
    parts.extend([modules, "node".into(), driver.into_os_string()]);
    Ok(Driver::Program(parts))
}

/// Compiles the module of `@confluentinc/kafka-javascript`.
fn native_module(place: &Path) -> Result<(), FixtureError> {
    let mut build = Command::new("sh");
    build.arg(source("node/confluent-node/build.sh")).arg(place);
    artifacts::step("node-gyp", build.arg(librdkafka()?), place)
}

/// Builds the driver that is a binary of this crate, because it links librdkafka: the one that is there, in place of
/// what the build script of `rdkafka-sys` would compile for minutes.
fn rdkafka() -> Result<Driver, FixtureError> {
    let librdkafka = librdkafka()?;
    let rustc = artifacts::version_of("rustc", "-vV");
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: "));
    let links = |key: &str, value: &str| {
        let host = host.unwrap_or_default();
        format!("target.{host}.rdkafka.rustc-link-{key}=['{value}']")
    };
    let library = links("lib", "dylib=rdkafka");
    let search = links("search", &format!("native={}", librdkafka.display()));
    let features = ["--features", "interop/librdkafka,bench/librdkafka"];
    let arguments = [&features[..], &["--config", &library, "--config", &search]].concat();
    let binary = artifacts::cargo("rdkafka-driver", &arguments)?;
    // No suite runs the benchmarks' load: that it compiles is seen here, where librdkafka is at hand.
    artifacts::cargo("rdkafka-load", &arguments)?;
    let parts = [
        OsString::from("env"),
        loader_path(&librdkafka),
        binary.into_os_string(),
    ];
    Ok(Driver::Program(parts.into()))
}

/// Builds the server.
///
/// # Errors
/// [`FixtureError`] of the compiler.
pub fn kalda() -> Result<PathBuf, FixtureError> {
    artifacts::cargo("kalda", &[])
}

/// The jars of Apache Kafka and the compiled Java programs of the suite.
#[derive(Clone, Debug)]
pub struct Jars {
    /// Broker and clients 4.4.0.
    pub kafka: PathBuf,
    /// Class path of the Java client's scenarios.
    pub client_path: String,
    /// Class path of the command-line tools 4.3.1.
    pub tools_path: String,
}

/// Fetches Apache Kafka and compiles the Java programs.
///
/// # Errors
/// [`FixtureError`] of Maven or of the compiler.
pub fn jars() -> Result<Jars, FixtureError> {
    let kafka = artifacts::maven("kafka", &source("kafka/pom.xml"))?;
    let streams = artifacts::maven("streams", &source("streams/pom.xml"))?;
    let client = sources("jvm", "java")?;
    Ok(Jars {
        client_path: artifacts::java_path("java-client", &client, &[&kafka, &streams])?,
        tools_path: tools()?,
        kafka,
    })
}

/// Fetches Apache Kafka's command-line tools; gives the class path that runs many of them in one JVM.
///
/// # Errors
/// As [`jars`].
pub fn tools() -> Result<String, FixtureError> {
    let tools = artifacts::maven("tools", &source("tools/pom.xml"))?;
    let programs = [source("jvm/Runner.java"), source("tools/StreamsApp.java")];
    artifacts::java_path("java-tools", &programs, &[&tools])
}

/// The files of a directory of sources that have an extension.
///
/// # Errors
/// [`FixtureError::File`] when the directory cannot be read.
pub fn sources(directory: &str, extension: &str) -> Result<Vec<PathBuf>, FixtureError> {
    let place = source(directory);
    let entries = std::fs::read_dir(&place).map_err(FixtureError::file(&place))?;
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == extension));
    files.sort();
    Ok(files)
}
