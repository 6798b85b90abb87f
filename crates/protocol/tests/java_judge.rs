//! Apache Kafka's own message classes judge the codec, byte for byte and both ways.
//!
//! One JVM answers everything: it describes each class (compared with the schemas), recodes what the
//! schema-driven encoder invented, also from version to version, and invents messages itself.
#![expect(
    clippy::print_stderr,
    reason = "the figures are for whoever runs the suite"
)]

#[path = "judge/facts.rs"]
mod facts;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use codegen::sample::{self, Random};
use codegen::{Message, Schemas};
use protocol::{CATALOGUE, CatalogueEntry, DecodeErrorKind, RecodeError};

const MESSAGES_PER_VERSION: usize = 12;
const TRANSCODED_PER_VERSION: usize = 6;
const SPOILT_PER_VERSION: usize = 8;
const INVENTED_PER_VERSION: usize = 12;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(digit).collect()
}

/// Messages that Kafka does not have: the voters of Kalda's metadata quorum send them to one another.
const KALDAS_OWN: [&str; 2] = ["VoterMessageData", "VoterMessageRefusal"];

fn schemas() -> Schemas {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    codegen::load(&dir).expect("the schemas are well formed")
}

fn entry(name: &str) -> &'static CatalogueEntry {
    CATALOGUE
        .iter()
        .find(|entry| entry.name == name)
        .expect("every schema has a type")
}

fn is_installed(program: &str) -> bool {
    Command::new(program)
        .arg("-version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Says that nothing was judged, past the test harness, which knows no test that cannot run and counts it as passed:
/// `cargo xtask test` reads this line, counts the test as skipped and names it.
fn skipped(why: &str) {
    let line = format!("skipped: codec judge: {why}\n");
    (std::io::stderr().write_all(line.as_bytes())).expect("standard error is open");
}

/// The class path, fetched by the first run.
fn class_path(dir: &Path, sources: &Path) -> String {
    let lib = dir.join("lib");
    let fetched = dir.join("fetched");
    if !fetched.exists() {
        let status = Command::new("mvn")
            .args(["-q", "-B", "-f"])
            .arg(sources.join("pom.xml"))
            .arg("dependency:copy-dependencies")
            .arg(format!("-DoutputDirectory={}", lib.display()))
            .status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "mvn fetches Apache Kafka's jars"
        );
        fs::write(fetched, "").expect("the target directory is writable");
    }
    format!("{}/*", lib.display())
}

/// What the Java program answers to each question.
fn ask(questions: &[String]) -> Option<Vec<String>> {
    for program in ["java", "mvn"] {
        if !is_installed(program) {
            skipped(&format!("{program} is not installed"));
            return None;
        }
    }
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("codec-judge");
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/java");
    fs::create_dir_all(&dir).expect("the target directory is writable");
    let (input, output) = (dir.join("questions"), dir.join("answers"));
    fs::write(&input, questions.join("\n") + "\n").expect("the target directory is writable");
    let status = Command::new("java")
        .args(["-Xmx1g", "-cp", &class_path(&dir, &sources)])
        .args([&sources.join("Judge.java"), &input, &output])
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "the Java program runs"
    );
    let answers = fs::read_to_string(&output).expect("the Java program answered");
    let answers: Vec<String> = answers.lines().map(String::from).collect();
    assert_eq!(
        answers.len(),
        questions.len(),
        "each question has an answer"
    );
    Some(answers)
}

/// A question, and what to make of the answer.
enum Check {
    Facts {
        expected: String,
    },
    Recode {
        name: String,
        from: i16,
        to: i16,
        bytes: Vec<u8>,
        spoilt: bool,
    },
    Invented {
        name: String,
        version: i16,
    },
}

fn recode_check(
    message: &Message,
    from: i16,
    to: i16,
    bytes: Vec<u8>,
    spoilt: bool,
) -> (String, Check) {
    let name = message.name.clone();
    let question = format!("recode {name} {from} {to} {}", hex(&bytes));
    (
        question,
        Check::Recode {
            name,
            from,
            to,
            bytes,
            spoilt,
        },
    )
}

/// Java's enums of record types, and the schema directories that hold the same.
const RECORD_TYPES: [(&str, &str); 5] = [
    (
        "org.apache.kafka.common.metadata.MetadataRecordType",
        "metadata",
    ),
    (
        "org.apache.kafka.coordinator.group.generated.CoordinatorRecordType",
        "group",
    ),
    (
        "org.apache.kafka.coordinator.share.generated.CoordinatorRecordType",
        "share",
    ),
    (
        "org.apache.kafka.coordinator.transaction.generated.CoordinatorRecordType",
        "transaction",
    ),
    (
        "org.apache.kafka.server.log.remote.metadata.storage.generated.MetadataRecordType",
        "remote_log",
    ),
];

fn table_questions(schemas: &Schemas) -> Vec<(String, Check)> {
    let mut out = vec![(
        "apis".to_string(),
        Check::Facts {
            expected: facts::apis(),
        },
    )];
    for (class, group) in RECORD_TYPES {
        let expected = facts::types(schemas, group);
        out.push((format!("types {class}"), Check::Facts { expected }));
    }
    out
}

fn questions(schemas: &Schemas) -> Vec<(String, Check)> {
    let mut random = Random(20260101);
    let mut out = table_questions(schemas);
    let of_kafka = |message: &&Message| !KALDAS_OWN.contains(&&*message.name);
    for message in schemas.messages.iter().filter(of_kafka) {
        let (name, layout) = (&message.name, &message.layout);
        let expected = facts::describe(layout);
        out.push((format!("describe {name}"), Check::Facts { expected }));
        for version in layout.versions.first..=layout.versions.last {
            for _ in 0..MESSAGES_PER_VERSION {
                let bytes = sample::message(&mut random, layout, version);
                out.push(recode_check(message, version, version, bytes, false));
            }
            for _ in 0..TRANSCODED_PER_VERSION {
                let versions = (layout.versions.last - layout.versions.first + 1) as usize;
                let to = layout.versions.first + random.below(versions) as i16;
                let bytes = sample::message(&mut random, layout, version);
                out.push(recode_check(message, version, to, bytes, false));
            }
            for _ in 0..SPOILT_PER_VERSION {
                let mut bytes = sample::message(&mut random, layout, version);
                for _ in 0..=random.below(2) {
                    sample::spoil(&mut random, &mut bytes);
                }
                out.push(recode_check(message, version, version, bytes, true));
            }
            for _ in 0..INVENTED_PER_VERSION {
                let question = format!("invent {name} {version} {}", random.next() as i64);
                out.push((
                    question,
                    Check::Invented {
                        name: name.clone(),
                        version,
                    },
                ));
            }
        }
    }
    out
}

#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, usize>,
    stricter: BTreeMap<String, usize>,
    failures: Vec<String>,
}

impl Tally {
    fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    fn expect_same(&mut self, what: &'static str, question: &str, ours: &str, javas: &str) {
        self.count(what);
        if ours != javas {
            self.failures
                .push(format!("{what}: {question}\n  Rust {ours}\n  Java {javas}"));
        }
    }
}

/// Whether Kalda refuses, on purpose, bytes that Java lets pass.
fn is_stricter(error: &RecodeError) -> bool {
    match error {
        RecodeError::Decode(error) => matches!(
            error.kind,
            DecodeErrorKind::VarintOverflow
                | DecodeErrorKind::InvalidUtf8
                | DecodeErrorKind::InvalidLength(_)
                | DecodeErrorKind::TooManyElements { .. }
                | DecodeErrorKind::TrailingBytes(_)
                | DecodeErrorKind::Truncated { .. }
        ),
        RecodeError::Encode(_) => false,
    }
}

/// The name of the kind of an error, without its numbers.
fn kind_name(error: &RecodeError) -> String {
    let text = match error {
        RecodeError::Decode(error) => format!("{:?}", error.kind),
        RecodeError::Encode(error) => format!("{error:?}"),
    };
    text.split(['(', ' '])
        .next()
        .unwrap_or_default()
        .to_string()
}

fn judge_recode(
    tally: &mut Tally,
    question: &str,
    ours: Result<Vec<u8>, RecodeError>,
    javas: &str,
    spoilt: bool,
) {
    match (ours, javas.starts_with('!')) {
        (Ok(bytes), false) if spoilt => {
            tally.expect_same("spoilt, read alike by both", question, &hex(&bytes), javas);
        }
        (Ok(bytes), false) => tally.expect_same("recoded alike", question, &hex(&bytes), javas),
        (Err(_), true) => tally.count("refused by both"),
        (Err(error), false) if spoilt && is_stricter(&error) => {
            tally.count("spoilt, refused by Kalda alone");
            *tally.stricter.entry(kind_name(&error)).or_default() += 1;
        }
        (Err(error), false) => {
            tally
                .failures
                .push(format!("{question}\n  Rust {error}\n  Java {javas}"));
        }
        (Ok(bytes), true) => {
            tally.failures.push(format!(
                "{question}\n  Rust {}\n  Java {javas}",
                hex(&bytes)
            ));
        }
    }
}

#[test]
fn java_and_kalda_read_and_write_every_message_alike() {
    let questions = questions(&schemas());
    let lines: Vec<String> = questions.iter().map(|(line, _)| line.clone()).collect();
    let Some(answers) = ask(&lines) else { return };
    let mut tally = Tally::default();
    for ((question, check), answer) in questions.iter().zip(&answers) {
        match check {
            Check::Facts { expected } => {
                tally.expect_same("tables and schemas", question, expected, answer);
            }
            Check::Recode {
                name,
                from,
                to,
                bytes,
                spoilt,
            } => {
                let ours = (entry(name).recode)(bytes, *from, *to);
                judge_recode(&mut tally, question, ours, answer, *spoilt);
            }
            Check::Invented { name, version } => {
                let ours = match answer.strip_prefix('!') {
                    None => (entry(name).recode)(&unhex(answer), *version, *version),
                    Some(error) => panic!("{question}: Java cannot write its own message: {error}"),
                };
                let ours = ours.map_or_else(|error| error.to_string(), |bytes| hex(&bytes));
                tally.expect_same("invented by Java", question, &ours, answer);
            }
        }
    }
    eprintln!(
        "codec judge: {:?}; Kalda alone refuses {:?}",
        tally.counts, tally.stricter
    );
    let (count, first) = (tally.failures.len(), tally.failures.iter().take(20));
    let first: Vec<String> = first
        .map(|text| text.chars().take(1500).collect())
        .collect();
    assert!(
        tally.failures.is_empty(),
        "{count} failures, the first ones:\n{}",
        first.join("\n")
    );
}
