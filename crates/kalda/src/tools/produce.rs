//! `kalda produce`: lines become records.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::{Args, ValueEnum};
use client::ClientError;
use client::producer::{Acks, DeliveryReport, Producer, ProducerConfig, ProducerRecord};
use records::Compression;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use serde_json::json;

use super::connect::ConnectArgs;
use super::formats::key_value;
use super::output::{self, Format};
use super::{ToolError, stop};

/// The longest line that is read: far above what brokers take by default.
const MAX_LINE_BYTES: u64 = 128 << 20;
/// How long to wait for input before a signal is looked for.
const LOOK_FOR_SIGNALS: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};

/// `kalda produce`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  echo hello | kalda produce greetings
  kalda produce orders --key-separator : < orders.txt
  kalda produce events --file events.jsonl --compression zstd --header source=import

Each line becomes the value of one record. The end of the input (Ctrl-D), Ctrl-C and SIGTERM end the
command once all records are acknowledged.")]
pub struct ProduceArgs {
    #[command(flatten)]
    connect: ConnectArgs,
    /// The topic; made where it does not exist and the cluster allows that.
    topic: String,
    /// What separates key and value in a line, for instance ':', or '\t' for a tab; without it, records have no
    /// key.
    #[arg(long, short = 'K', value_name = "TEXT", value_parser = separator)]
    key_separator: Option<String>,
    /// The key of every record.
    #[arg(long, short, value_name = "KEY", conflicts_with = "key_separator")]
    key: Option<String>,
    /// A header of every record; may be given again.
    #[arg(long, short = 'H', value_name = "NAME=VALUE", value_parser = key_value)]
    header: Vec<(String, String)>,
    /// A value that stands for null: a record with it is a tombstone.
    #[arg(long, value_name = "TEXT")]
    null_value: Option<String>,
    /// The partition of every record; without it the key decides, as with Kafka's own clients.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(i32).range(0..))]
    partition: Option<i32>,
    /// How batches are compressed.
    #[arg(long, short = 'z', value_name = "CODEC", default_value = "none")]
    compression: Codec,
    /// Who must have a record before it counts as written.
    #[arg(long, value_name = "ACKS", default_value = "all")]
    acks: AcksArg,
    /// How long a batch waits to be filled, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 5)]
    linger_ms: u64,
    /// Do not let the broker recognise records that arrive again after an error.
    #[arg(long)]
    no_idempotence: bool,
    /// Read from this file instead of standard input.
    #[arg(long, short, value_name = "PATH")]
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Codec {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AcksArg {
    /// Nobody.
    #[value(name = "0")]
    None,
    /// The leader.
    #[value(name = "1")]
    Leader,
    /// All replicas in sync.
    #[value(name = "all", alias = "-1")]
    All,
}

/// What a line holds; absent is null.
type KeyAndValue<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// What became of the records.
#[derive(Default)]
struct Tally {
    acknowledged: u64,
    failed: u64,
    first_error: Option<ClientError>,
}

impl ProduceArgs {
    /// Runs `kalda produce`.
    pub fn run(self) -> Result<(), ToolError> {
        let client = self.connect.client()?;
        let producer = Producer::new(client.clone(), self.config());
        let stopped = stop::on_signal();
        let (name, mut input) = self.input(&stopped)?;
        let tally = Arc::new(Mutex::new(Tally::default()));
        let read = self.send_lines(&name, &mut input, &producer, &tally, &stopped);
        producer.close();
        let tally = std::mem::take(&mut *lock(&tally));
        if let Err(error) = read {
            // What was written before the line that is wrong stays written.
            self.say(&tally)?;
            return Err(error);
        }
        if tally.acknowledged + tally.failed == 0 {
            // Nothing was sent, so nobody has noticed whether there is a broker.
            client.refresh()?;
        }
        self.conclude(tally)
    }

    fn config(&self) -> ProducerConfig {
        let acks = match self.acks {
            AcksArg::None => Acks::None,
            AcksArg::Leader => Acks::Leader,
            AcksArg::All => Acks::All,
        };
        let compression = match self.compression {
            Codec::None => Compression::None,
            Codec::Gzip => Compression::Gzip,
            Codec::Snappy => Compression::Snappy,
            Codec::Lz4 => Compression::Lz4,
            Codec::Zstd => Compression::Zstd,
        };
        ProducerConfig {
            acks,
            compression,
            linger: Duration::from_millis(self.linger_ms),
            // A batch that still waits to be filled is not late.
            delivery_timeout: self.connect.timeout() + Duration::from_millis(self.linger_ms),
            idempotent: !self.no_idempotence,
            ..ProducerConfig::default()
        }
    }

    fn input(&self, stopped: &Arc<AtomicBool>) -> Result<(String, Lines), ToolError> {
        let (name, file) = match &self.file {
            None => {
                if io::stdin().is_terminal() {
                    output::note("each line becomes a record; Ctrl-D ends");
                }
                let own = io::stdin().as_fd().try_clone_to_owned();
                ("standard input".to_owned(), own.map(File::from))
            }
            Some(path) => (path.display().to_string(), File::open(path)),
        };
        match file {
            Ok(file) => Ok((name, BufReader::new(UntilStopped::new(file, stopped)))),
            Err(source) => Err(ToolError::Input { name, source }),
        }
    }

    fn send_lines(
        &self,
        name: &str,
        input: &mut Lines,
        producer: &Producer,
        tally: &Arc<Mutex<Tally>>,
        stopped: &AtomicBool,
    ) -> Result<(), ToolError> {
        let mut line = Vec::new();
        let mut number = 0;
        while read_line(name, input, number, &mut line)? {
            // A signal may have cut the line.
            if stopped.load(Ordering::Relaxed) && !line.ends_with(b"\n") {
                break;
            }
            trim_end(&mut line);
            number += 1;
            let (key, value) = self.split(name, number, &line)?;
            let headers = self.header.iter();
            let headers: Vec<_> = headers
                .map(|(name, value)| (name.as_str(), Some(value.as_bytes())))
                .collect();
            let record = ProducerRecord {
                topic: &self.topic,
                partition: self.partition,
                timestamp: None,
                key,
                value,
                headers: &headers,
            };
            producer.send(&record, Some(report_to(tally)))?;
            if lock(tally).first_error.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Key and value of a line.
    fn split<'a>(
        &'a self,
        name: &str,
        line: u64,
        bytes: &'a [u8],
    ) -> Result<KeyAndValue<'a>, ToolError> {
        let (key, value) = match &self.key_separator {
            None => (self.key.as_ref().map(String::as_bytes), bytes),
            Some(separator) => {
                let at = bytes
                    .windows(separator.len())
                    .position(|part| part == separator.as_bytes());
                let at = at.ok_or_else(|| ToolError::NoKey {
                    name: name.to_owned(),
                    line,
                    separator: separator.clone(),
                })?;
                (Some(&bytes[..at]), &bytes[at + separator.len()..])
            }
        };
        let is_null = self
            .null_value
            .as_ref()
            .is_some_and(|null| null.as_bytes() == value);
        Ok((key, (!is_null).then_some(value)))
    }

    fn say(&self, tally: &Tally) -> Result<(), ToolError> {
        let (acknowledged, failed) = (tally.acknowledged, tally.failed);
        match (self.connect.output, self.acks) {
            (Format::Json, _) => output::print_json(&json!({
                "topic": self.topic, "acknowledged": acknowledged, "failed": failed,
            }))?,
            (Format::Table, AcksArg::None) => {
                let sent = output::records(acknowledged);
                output::note(&format!("{sent} sent to '{}'", self.topic));
            }
            (Format::Table, _) => {
                let acknowledged = output::records(acknowledged);
                output::note(&format!("{acknowledged} acknowledged by '{}'", self.topic));
            }
        }
        Ok(())
    }

    fn conclude(&self, tally: Tally) -> Result<(), ToolError> {
        self.say(&tally)?;
        match tally.first_error {
            None => Ok(()),
            Some(first) => Err(ToolError::NotAcknowledged {
                failed: tally.failed,
                sent: tally.acknowledged + tally.failed,
                first,
            }),
        }
    }
}

fn lock(tally: &Mutex<Tally>) -> std::sync::MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

fn report_to(tally: &Arc<Mutex<Tally>>) -> DeliveryReport {
    let tally = Arc::clone(tally);
    Box::new(move |result| {
        let mut tally = lock(&tally);
        match result {
            Ok(_) => tally.acknowledged += 1,
            Err(error) => {
                tally.failed += 1;
                tally.first_error.get_or_insert(error);
            }
        }
    })
}

/// What lines are read from.
type Lines = BufReader<UntilStopped>;

/// A file that ends when the tool is told to stop, although nothing comes any more.
#[derive(Debug)]
struct UntilStopped {
    file: File,
    stopped: Arc<AtomicBool>,
}

impl UntilStopped {
    fn new(file: File, stopped: &Arc<AtomicBool>) -> Self {
        let stopped = Arc::clone(stopped);
        Self { file, stopped }
    }
}

impl Read for UntilStopped {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.stopped.load(Ordering::Relaxed) {
            let mut fds = [PollFd::new(&self.file, PollFlags::IN)];
            // A signal ends the wait, or comes before it, and is seen after it.
            match poll(&mut fds, Some(&LOOK_FOR_SIGNALS)) {
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return self.file.read(buf),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(0)
    }
}

/// Reads a line with its end; false at the end of the input.
fn read_line(
    name: &str,
    input: &mut impl BufRead,
    before: u64,
    line: &mut Vec<u8>,
) -> Result<bool, ToolError> {
    line.clear();
    let read = input
        .by_ref()
        .take(MAX_LINE_BYTES + 1)
        .read_until(b'\n', line);
    let read = read.map_err(|source| ToolError::Input {
        name: name.to_owned(),
        source,
    })?;
    if read as u64 > MAX_LINE_BYTES && !line.ends_with(b"\n") {
        return Err(ToolError::LongLine {
            name: name.to_owned(),
            line: before + 1,
            limit: MAX_LINE_BYTES,
        });
    }
    Ok(read > 0)
}

/// Takes the end of a line away.
fn trim_end(line: &mut Vec<u8>) {
    if line.ends_with(b"\n") {
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
    }
}

/// Reads a separator, in which \t stands for a tab.
fn separator(text: &str) -> Result<String, String> {
    match text {
        "" => Err("it must not be empty".to_owned()),
        text => Ok(text.replace("\\t", "\t")),
    }
}
