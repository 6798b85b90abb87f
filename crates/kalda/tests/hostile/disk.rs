//! The server's own files, damaged: a start on them repairs, or refuses with a message that names the file.

use std::fmt;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use codegen::sample::Random;
use model::ErrorCode;
use records::{Batch, BatchIter, Codecs};
use testkit::directory::TempDir;
use testkit::error::FixtureError;
use testkit::process::Process;
use testkit::wait;

use crate::connections::is_served;
use crate::groups;
use crate::node::{Node, batch, create_topic, fetch, produce, try_fetch};
use crate::wire::{PATIENCE, Wire};

const TOPIC: &str = "t";
/// A topic with several segments.
const SEGMENTS: &str = "segments";
/// Each topic with how many records it has, and of how many bytes.
const TOPICS: [(&str, usize, usize); 2] = [(TOPIC, 20, 100), (SEGMENTS, 30, 50_000)];

fn value(number: usize, size: usize) -> Vec<u8> {
    let mut value = format!("record {number} ").into_bytes();
    value.resize(size, b'.');
    value
}

/// A server with records, groups and several segments, which has ended; its files are kept aside.
struct Prepared {
    node: Node,
    kept: TempDir,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Stop {
    Clean,
    Killed,
}

impl Prepared {
    fn new(stop: Stop) -> Self {
        let mut properties = groups::PROPERTIES.to_vec();
        properties.extend([
            ("log.segment.bytes", "1048576"),
            ("log.index.size.max.bytes", "4096"),
        ]);
        let mut node = Node::start(&properties);
        let mut wire = groups::connected(&node);
        for (topic, records, size) in TOPICS {
            create_topic(&mut wire, topic, 1, &[]);
            for number in 0..records {
                let (error, _) = produce(&mut wire, topic, 0, -1, &batch(&value(number, size)));
                assert!(error.is_none(), "{error:?}");
            }
        }
        groups::commit_some(&mut wire);
        match stop {
            Stop::Clean => node.broker().stop().expect("it stops"),
            Stop::Killed => node.broker().kill(),
        }
        let kept = TempDir::new("kept").expect("a directory");
        copy(&node.broker().log_dir(), kept.path());
        Self { node, kept }
    }

    /// Every file, relative to the data directory.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        list(self.kept.path(), Path::new(""), &mut files);
        files.retain(|file| file != Path::new(".lock"));
        files
    }

    /// Puts the files back as they were.
    fn restore(&mut self) {
        let data = self.node.broker().log_dir();
        std::fs::remove_dir_all(&data).expect("the directory is ours");
        copy(self.kept.path(), &data);
    }

    /// Starts it on what is there; gives what it said if it did not start.
    fn start(&mut self) -> Result<(), String> {
        match self.node.broker().restart() {
            Ok(()) if self.is_served() => Ok(()),
            // It listened before it looked at its files.
            Ok(()) => {
                let broker = self.node.broker();
                let mut has_ended = || (!broker.alive()).then_some(());
                wait::until("the end", PATIENCE, &mut has_ended, String::new).expect("it ends");
                Err(self.node.broker().written())
            }
            Err(FixtureError::Failed { output, .. }) => Err(output),
            Err(error) => panic!("neither a start nor a refusal: {error}"),
        }
    }

    /// Whether it answers.
    fn is_served(&self) -> bool {
        TcpStream::connect(self.node.address()).is_ok_and(|stream| is_served(&mut Wire::of(stream)))
    }
}

fn list(root: &Path, below: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(root.join(below))
        .expect("a directory")
        .map(|entry| entry.expect("an entry"))
        .collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = below.join(entry.file_name());
        if entry.path().is_dir() {
            list(root, &path, files);
        } else {
            files.push(path);
        }
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a directory");
    let mut files = Vec::new();
    list(from, Path::new(""), &mut files);
    for entry in std::fs::read_dir(from).expect("a directory") {
        let entry = entry.expect("an entry");
        if entry.path().is_dir() {
            std::fs::create_dir_all(to.join(entry.file_name())).expect("a directory");
        }
    }
    for file in files {
        std::fs::copy(from.join(&file), to.join(&file)).expect("a copy");
    }
}

const DAMAGES: [&str; 5] = [
    "cut in half",
    "garbled",
    "zeroed",
    "emptied",
    "extended by rubbish",
];

fn damage(path: &Path, how: &str, random: &mut Random) {
    let mut content = std::fs::read(path).expect("the file is there");
    let half = content.len() / 2;
    match how {
        "cut in half" => content.truncate(half),
        "garbled" => {
            for _ in 0..1 + content.len() / 50 {
                if !content.is_empty() {
                    let at = random.below(content.len());
                    content[at] ^= 1 + random.below(255) as u8;
                }
            }
        }
        "zeroed" => content[half..].fill(0),
        "emptied" => content.clear(),
        _ => content.extend((0..100).map(|_| random.next() as u8)),
    }
    std::fs::write(path, content).expect("the file is ours");
}

/// What the damaged server still has of a topic: each value as it was written, in order, from the first on, until a
/// consumer is told that something is wrong, or finds out by a checksum.
fn left_of(wire: &mut Wire, topic: &str, size: usize) -> Result<usize, Wrong> {
    let mut next = 0;
    let mut codecs = Codecs::new();
    loop {
        let Ok(bytes) = try_fetch(wire, topic, 0, next as i64) else {
            return Ok(next);
        };
        let before = next;
        for batch in BatchIter::new(&bytes) {
            let Ok(batch) = batch else { return Ok(next) };
            if !batch.is_valid_crc() {
                return Ok(next);
            }
            read(&batch, &mut codecs, &mut next, size)?;
        }
        if next == before {
            return Ok(next);
        }
    }
}

/// What a server must not serve.
enum Wrong {
    /// A record that comes after one that is not there.
    Gap(i64),
    /// What was never written there, under a right checksum.
    Record(i64),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap(offset) => write!(f, "records are missing before {offset}"),
            Self::Record(offset) => write!(f, "at {offset} there is what was never written"),
        }
    }
}

fn read(
    batch: &Batch<'_>,
    codecs: &mut Codecs,
    next: &mut usize,
    size: usize,
) -> Result<(), Wrong> {
    let start = batch.base_offset().0;
    let records = batch
        .records(codecs, 1 << 20)
        .map_err(|_| Wrong::Record(start))?;
    for record in records {
        let record = record.map_err(|_| Wrong::Record(start))?;
        let offset = record.offset.0;
        if offset < *next as i64 {
            continue;
        }
        if offset > *next as i64 {
            return Err(Wrong::Gap(offset));
        }
        if record.value != Some(&value(*next, size)[..]) {
            return Err(Wrong::Record(offset));
        }
        *next += 1;
    }
    Ok(())
}

/// Damages each file in each way, one after the other.
fn try_all(stop: Stop, seed: u64) {
    let mut prepared = Prepared::new(stop);
    let mut random = Random(seed);
    let mut wrong = Vec::new();
    for file in prepared.files() {
        for how in DAMAGES {
            prepared.restore();
            let path = prepared.node.broker().log_dir().join(&file);
            damage(&path, how, &mut random);
            if let Err(what) = try_one(&mut prepared, &file) {
                wrong.push(format!("{} {how}: {what}", file.display()));
            }
            prepared.node.broker().kill();
        }
    }
    assert!(wrong.is_empty(), "{stop:?}: {}", wrong.join("\n"));
}

fn try_one(prepared: &mut Prepared, file: &Path) -> Result<(), String> {
    if let Err(said) = prepared.start() {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        return match said.contains(name) && !said.contains("panicked") {
            true => Ok(()),
            false => Err(format!("refused, and the file is not named: {said}")),
        };
    }
    for (topic, records, size) in TOPICS {
        let Ok(stream) = TcpStream::connect(prepared.node.address()) else {
            return Err(format!("it ended: {}", prepared.node.broker().written()));
        };
        let left = match left_of(&mut Wire::of(stream), topic, size) {
            Ok(left) => left,
            Err(Wrong::Gap(_)) if is_sealed(file) => continue,
            Err(wrong) => return Err(wrong.to_string()),
        };
        let may_be_felt = file.starts_with(format!("{topic}-0")) || is_shared(file);
        if !may_be_felt && left != records {
            let said = prepared.node.broker().written();
            return Err(format!("{topic} has {left} records, not {records}: {said}"));
        }
    }
    match prepared.node.broker().alive() {
        true => Ok(()),
        false => Err(format!("it ended: {}", prepared.node.broker().written())),
    }
}

/// A segment behind which others follow. One that was cut while the node was stopped cleanly has lost records that nobody
/// misses: the next segment's follow, as in Apache Kafka (docs/internals/open-faults.md).
fn is_sealed(file: &Path) -> bool {
    file == Path::new("segments-0/00000000000000000000.log")
}

/// A file whose damage may be felt in every partition.
fn is_shared(file: &Path) -> bool {
    file.starts_with("__cluster_metadata-0")
}

#[test]
fn every_file_of_a_directory_that_was_closed_may_be_damaged() {
    try_all(Stop::Clean, 21);
}

#[test]
fn every_file_of_a_directory_that_a_crash_left_may_be_damaged() {
    try_all(Stop::Killed, 22);
}

#[test]
fn damage_below_the_recovery_point_is_found_and_named_and_other_partitions_go_on() {
    let mut prepared = Prepared::new(Stop::Clean);
    let data = prepared.node.broker().log_dir();
    let segment = data.join("segments-0/00000000000000000000.log");
    let mut content = std::fs::read(&segment).expect("the first segment");
    // The length of the third batch.
    let batches = BatchIter::new(&content).take(2);
    let at = batches
        .map(|batch| batch.expect("whole").bytes().len())
        .sum::<usize>();
    content[at + 8..at + 12].copy_from_slice(&[0x7f, 0xff, 0xff, 0xff]);
    std::fs::write(&segment, content).expect("the file is ours");
    prepared
        .start()
        .expect("one damaged partition keeps no node from starting");
    let mut wire = prepared.node.connect();
    let fetched = try_fetch(&mut wire, SEGMENTS, 0, 2);
    assert!(fetched.is_err(), "the damaged place is not served");
    assert_eq!(fetch(&mut wire, TOPIC, 0, 0).len(), TOPICS[0].1);
    let mut named = || {
        let said = prepared.node.broker().written();
        (said.contains("segments-0/00000000000000000000.log") && said.contains("Restore"))
            .then_some(())
    };
    wait::until(
        "the damaged file is named",
        PATIENCE,
        &mut named,
        String::new,
    )
    .expect("an operator is told");
}

/// Starts a second server with these properties, which has to refuse.
fn refusal(overrides: &[(&str, String)]) -> String {
    let dir = TempDir::new("refused").expect("a directory");
    let mut command = Command::new(env!("CARGO_BIN_EXE_kalda"));
    command.arg("server").stdin(Stdio::null());
    for (key, value) in overrides {
        command.args(["--override", &format!("{key}={value}")]);
    }
    let mut process =
        Process::start("kalda", &mut command, &dir.path().join("log")).expect("it starts");
    let status = process
        .wait(Duration::from_secs(30))
        .expect("it ends by itself");
    assert!(!status.success(), "{}", process.written());
    process.written()
}

#[test]
fn a_second_server_on_the_same_directory_is_refused_and_the_first_goes_on() {
    let mut node = Node::start(&[]);
    let data = node.broker().log_dir();
    let mut wire = node.connect();
    create_topic(&mut wire, TOPIC, 1, &[]);
    let said = refusal(&[
        ("log.dirs", data.display().to_string()),
        ("listeners", "PLAINTEXT://127.0.0.1:0".to_owned()),
    ]);
    assert!(said.contains(&data.display().to_string()), "{said}");
    assert!(said.contains("in use") || said.contains("lock"), "{said}");
    assert_eq!(
        produce(&mut wire, TOPIC, 0, -1, &batch(b"x")).0,
        ErrorCode::NONE
    );
}

#[test]
fn directories_of_others_are_refused() {
    let dir = TempDir::new("foreign").expect("a directory");
    let data = dir.path().join("data");
    let listeners = ("listeners", "PLAINTEXT://127.0.0.1:0".to_owned());
    let with = |content: &str| {
        std::fs::create_dir_all(&data).expect("a directory");
        std::fs::write(data.join("meta.properties"), content).expect("a file");
        refusal(&[("log.dirs", data.display().to_string()), listeners.clone()])
    };
    let own = "version=1\ncluster.id=AAAAAAAAAAAAAAAAAAAAAQ\nnode.id=1\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAg\n";
    for (what, content) in [
        ("another node", own.replace("node.id=1", "node.id=77")),
        ("a newer version", own.replace("version=1", "version=9")),
        ("no version", own.replace("version=1\n", "")),
        ("no cluster", own.replace("cluster.id", "cluster")),
        ("no number", own.replace("node.id=1", "node.id=x")),
        ("nothing", String::new()),
        ("no text", "\u{0}\u{1}\u{fffd}".repeat(50)),
    ] {
        let said = with(&content);
        let names_file = said.contains("meta.properties");
        let names_directory =
            said.contains("belongs to node 77") && said.contains("check log.dirs");
        assert!(names_file || names_directory, "{what}: {said}");
        assert!(!said.contains("panicked"), "{what}: {said}");
    }
    std::fs::remove_file(data.join("meta.properties")).expect("it is there");
    std::fs::write(data.join("letters.txt"), "not yours").expect("a file");
    let said = refusal(&[("log.dirs", data.display().to_string()), listeners]);
    assert!(
        said.contains("meta.properties") && said.contains("data"),
        "{said}"
    );
    assert_eq!(
        std::fs::read_to_string(data.join("letters.txt")).expect("it is there"),
        "not yours"
    );
}
