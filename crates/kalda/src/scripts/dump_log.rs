//! kafka-dump-log: what the files of a log directory hold. It reads the files themselves, one batch at a time.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use records::{Batch, Codecs, Frame};

use super::console::{line, note, print};
use super::dump_index::{self, Checks};
use super::dump_records;
use super::faults::{Fault, Thrown};
use super::options::{Opt, flag, int, text};
use super::parse::Given;
use super::{Script, Shown};

/// The largest batch that is read: as large as its size field can say, within reason.
const MAX_BATCH_BYTES: usize = 1 << 30;
const STRING_DECODER: &str = "org.apache.kafka.tools.api.StringDecoder";
/// What older releases called it.
const OLD_STRING_DECODER: &str = "kafka.serializer.StringDecoder";
/// Decoders of records that Kafka keeps for itself.
const DECODERS: [&str; 5] = [
    "offsets-decoder",
    "transaction-log-decoder",
    "cluster-metadata-decoder",
    "remote-log-metadata-decoder",
    "share-group-state-decoder",
];

/// The options.
pub const OPTIONS: &[Opt] = &[
    flag("print-data-log", "Print keys and values."),
    flag("verify-index-only", "Only compare indexes with their log."),
    flag(
        "index-sanity-check",
        "Only see whether indexes can be used.",
    ),
    text(
        "files",
        "file1, file2, ...",
        "The files, separated by commas.",
    ),
    int(
        "max-message-size",
        "size",
        "How many bytes the largest batch has.",
    )
    .or("5242880"),
    int("max-bytes", "size", "How many bytes of a log are read.").or("2147483647"),
    flag("deep-iteration", "Print each record."),
    text(
        "value-decoder-class",
        "",
        "The class that reads values; there is this one.",
    )
    .maybe()
    .or(STRING_DECODER),
    text(
        "key-decoder-class",
        "",
        "The class that reads keys; there is this one.",
    )
    .maybe()
    .or(STRING_DECODER),
    flag(
        "offsets-decoder",
        "Read records as those of __consumer_offsets.",
    ),
    flag(
        "transaction-log-decoder",
        "Read records as those of __transaction_state.",
    ),
    flag(
        "cluster-metadata-decoder",
        "Read records as those of the metadata log.",
    ),
    flag(
        "remote-log-metadata-decoder",
        "Read records as those of __remote_log_metadata.",
    ),
    flag(
        "share-group-state-decoder",
        "Read records as those of __share_group_state.",
    ),
    flag(
        "skip-record-metadata",
        "Leave out what is not key or value.",
    ),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-dump-log",
    options: OPTIONS,
    about: "This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly corrupt log segment.",
    about_nothing: "",
    unreadable: Shown::Uncaught,
    unexpected: Shown::Uncaught,
    run,
};

/// How a log is shown.
pub struct View {
    /// Each record.
    pub deep: bool,
    /// Keys and values.
    pub contents: bool,
    /// Neither offsets nor sizes of records.
    pub bare: bool,
    /// How many bytes are read.
    pub max_bytes: u64,
    /// Only see whether indexes can be used.
    pub sanity_only: bool,
    /// Only compare indexes with their log.
    pub verify_only: bool,
}

fn run(given: &Given) -> Result<u8, Fault> {
    given.require(&["files"])?;
    let view = view(given)?;
    let mut checks = Checks::default();
    let mut gaps = Vec::new();
    let files = given.text("files")?.unwrap_or_default();
    for name in files
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        line(format!("Dumping {name}"))?;
        let path = Path::new(name);
        let known = match path.extension().and_then(|end| end.to_str()) {
            Some("log" | "checkpoint") => log(path, &view).map(|found| gaps.push((name, found))),
            Some("index") => dump_index::offsets(path, &view, &mut checks),
            Some("timeindex") => dump_index::times(path, &view, &mut checks),
            Some("txnindex") => dump_index::transactions(path),
            Some("snapshot") => dump_index::producers(path),
            _ => {
                note(format!("Ignoring unknown file {name}"));
                Ok(())
            }
        };
        known?;
    }
    checks.say();
    for (name, found) in gaps.iter().filter(|(_, found)| !found.is_empty()) {
        note(format!(
            "Non-consecutive offsets in {}",
            dump_index::absolute(Path::new(name))
        ));
        found
            .iter()
            .for_each(|(before, after)| note(format!("  {before} is followed by {after}")));
    }
    Ok(0)
}

fn view(given: &Given) -> Result<View, Fault> {
    if let Some(decoder) = DECODERS.iter().find(|decoder| given.has(decoder)) {
        return Err(Fault::Message(format!(
            "--{decoder} is not here yet: Apache Kafka's kafka-dump-log reads Kalda's files too"
        )));
    }
    let decoders = ["value-decoder-class", "key-decoder-class"];
    for option in decoders {
        let class = given.text(option)?.unwrap_or(STRING_DECODER);
        if ![STRING_DECODER, OLD_STRING_DECODER].contains(&class) {
            let inner = Thrown::new("java.lang.ClassNotFoundException", class);
            return Err(Thrown::runtime(format!("Failed to load decoder class: {inner}")).into());
        }
    }
    let contents = given.has("print-data-log") || decoders.iter().any(|option| given.has(option));
    // Batches are read whole, whatever their size.
    given.number::<i32>("max-message-size")?;
    let max_bytes: i32 = given.number("max-bytes")?.unwrap_or(i32::MAX);
    Ok(View {
        deep: given.has("deep-iteration") || contents,
        contents,
        bare: given.has("skip-record-metadata"),
        max_bytes: max_bytes.max(0).unsigned_abs().into(),
        sanity_only: given.has("index-sanity-check"),
        verify_only: given.has("verify-index-only"),
    })
}

/// A file, opened.
///
/// # Errors
/// As Java says that it is missing.
pub fn open(path: &Path) -> Result<File, Fault> {
    File::open(path).map_err(|_| {
        Thrown::new(
            "java.nio.file.NoSuchFileException",
            path.display().to_string(),
        )
        .into()
    })
}

/// The batches of a log, one after the other.
pub struct Batches<R> {
    file: R,
    buffer: Vec<u8>,
    /// Where the last one begins.
    pub position: u64,
    next: u64,
    end: u64,
}

impl Batches<BufReader<File>> {
    /// Those of the first `limit` bytes of a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(path: &Path, limit: u64) -> Result<Self, Fault> {
        let file = open(path)?;
        let size = file.metadata().map_or(0, |about| about.len());
        Ok(Self::new(BufReader::new(file), size.min(limit)))
    }
}

impl<R: Read> Batches<R> {
    fn new(file: R, end: u64) -> Self {
        Self {
            file,
            buffer: Vec::new(),
            position: 0,
            next: 0,
            end,
        }
    }

    /// How many bytes follow the last batch that is whole.
    pub fn trailing(&self) -> u64 {
        self.end - self.next
    }

    /// The bytes of the next batch; none where no whole one follows.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next(&mut self) -> Result<Option<&[u8]>, Fault> {
        let left = self.end - self.next;
        let fault =
            |error: std::io::Error| Fault::Message(format!("the file cannot be read: {error}"));
        self.buffer.resize(Frame::PEEKED, 0);
        if left < Frame::PEEKED as u64 {
            return Ok(None);
        }
        self.file.read_exact(&mut self.buffer).map_err(fault)?;
        let Ok(Some(frame)) = Frame::peek(&self.buffer) else {
            return Ok(None);
        };
        if frame.size as u64 > left || frame.size > MAX_BATCH_BYTES {
            return Ok(None);
        }
        self.buffer.resize(frame.size, 0);
        self.file
            .read_exact(&mut self.buffer[Frame::PEEKED..])
            .map_err(fault)?;
        self.position = self.next;
        self.next += frame.size as u64;
        Ok(Some(&self.buffer))
    }
}

/// Shows a log; the answer is where its offsets have gaps.
fn log(path: &Path, view: &View) -> Result<Vec<(i64, i64)>, Fault> {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    line(heading(&name)?)?;
    let mut batches = Batches::open(path, view.max_bytes)?;
    let mut codecs = Codecs::new();
    let mut shown = dump_records::Records::new(view);
    while let Some(bytes) = batches.next()? {
        let bytes = bytes.to_vec();
        let Ok(Some(batch)) = Batch::parse(&bytes) else {
            break;
        };
        let mut text = dump_records::batch_line(&batch, &bytes, batches.position);
        if view.deep {
            shown.add(&mut text, &batch, &mut codecs)?;
        }
        print(&text)?;
    }
    let trailing = batches.trailing();
    if trailing > 0 && view.max_bytes == u64::from(i32::MAX.unsigned_abs()) {
        line(format!(
            "Found {trailing} invalid bytes at the end of {name}"
        ))?;
    }
    Ok(shown.gaps)
}

fn heading(name: &str) -> Result<String, Fault> {
    let stem = name.split('.').next().unwrap_or_default();
    if name == "bootstrap.checkpoint" {
        return Ok("KRaft bootstrap snapshot".to_owned());
    }
    if name.ends_with(".checkpoint") {
        let (offset, epoch) = stem.split_once('-').unwrap_or((stem, ""));
        let number = |text: &str| text.parse::<i64>().unwrap_or_default();
        let (offset, epoch) = (number(offset), number(epoch));
        return Ok(format!("Snapshot end offset: {offset}, epoch: {epoch}"));
    }
    let start: i64 = stem.parse().map_err(|_| Thrown::number_format(stem))?;
    Ok(format!("Log starting offset: {start}"))
}

/// Reads a file whole, up to a bound.
///
/// # Errors
/// When it cannot be read.
pub fn whole(path: &Path, limit: u64) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let file = open(path)?;
    let read = file.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| {
        let message = format!("{}: {error}", path.display());
        Fault::from(Thrown::new("java.io.IOException", message))
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_says_where_a_log_begins() {
        let check = |name: &str, expected: &str| assert_eq!(heading(name).expect(name), expected);
        check("00000000000000000042.log", "Log starting offset: 42");
        check(
            "00000000000000000042-0000000003.checkpoint",
            "Snapshot end offset: 42, epoch: 3",
        );
        check("bootstrap.checkpoint", "KRaft bootstrap snapshot");
        assert_eq!(
            heading("x.log").expect_err("no number").message(),
            "For input string: \"x\""
        );
    }

    #[test]
    fn what_is_no_whole_batch_is_left() {
        let garbage = [0xff; 40];
        let mut batches = Batches::new(&garbage[..], 40);
        assert!(batches.next().expect("it is read").is_none());
        assert_eq!(batches.trailing(), 40);
    }
}
