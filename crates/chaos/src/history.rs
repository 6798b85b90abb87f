//! What clients did and saw, as their drivers print it: one JSON object a line.

use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How a transaction ended, as far as its client knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The commit was acknowledged.
    Committed,
    /// It was aborted, and no commit was ever asked for.
    Aborted,
    /// A commit was asked for and not acknowledged.
    Unknown,
}

/// A transaction: its producer and its number.
pub type Transaction = (String, u64);

/// A record as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its partition.
    pub partition: i32,
    /// Its offset.
    pub offset: i64,
    /// Its value.
    pub value: String,
}

/// One thing that a client did or saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A value is about to be sent.
    Send {
        /// By which producer.
        writer: String,
        /// Where to.
        partition: i32,
        /// Unlike every other.
        value: String,
        /// In which transaction.
        transaction: Option<u64>,
    },
    /// It was acknowledged.
    Acked {
        /// The value.
        value: String,
        /// At this offset, if the broker told it.
        offset: Option<i64>,
    },
    /// Whether it was written is not known.
    Lost {
        /// The value.
        value: String,
    },
    /// It was surely not sent.
    Failed {
        /// The value.
        value: String,
    },
    /// A transaction is over.
    Ended {
        /// Which.
        transaction: Transaction,
        /// And how.
        outcome: Outcome,
    },
    /// A reader got records.
    Read {
        /// Its name.
        reader: String,
        /// Whether it asks for committed records only.
        is_committed: bool,
        /// What it got, in order.
        records: Vec<Seen>,
    },
    /// A client met an error.
    Error {
        /// Who.
        who: String,
        /// Its text.
        error: String,
        /// Whether the client's library says that it may try again.
        is_retriable: bool,
    },
    /// All producers of a driver are done, and their last values acknowledged.
    Finished,
}

impl Event {
    /// Reads a line of a driver.
    pub fn parse(line: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(line).ok()?;
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        Some(match value["op"].as_str()? {
            "send" => Self::Send {
                writer: text("writer")?,
                partition: i32::try_from(value["partition"].as_i64()?).ok()?,
                value: text("value")?,
                transaction: value["txn"].as_u64(),
            },
            "ok" => Self::Acked {
                value: text("value")?,
                offset: value["offset"].as_i64().filter(|offset| *offset >= 0),
            },
            "info" => Self::Lost {
                value: text("value")?,
            },
            "fail" => Self::Failed {
                value: text("value")?,
            },
            "txn" => Self::Ended {
                transaction: (text("writer")?, value["txn"].as_u64()?),
                outcome: match value["outcome"].as_str()? {
                    "committed" => Outcome::Committed,
                    "aborted" => Outcome::Aborted,
                    _ => Outcome::Unknown,
                },
            },
            "read" => Self::Read {
                reader: text("reader")?,
                is_committed: value["committed"].as_bool()?,
                records: value["records"]
                    .as_array()?
                    .iter()
                    .map(seen)
                    .collect::<Option<_>>()?,
            },
            "error" => Self::Error {
                who: text("who")?,
                error: text("error")?,
                is_retriable: value["retriable"].as_bool()?,
            },
            "finished" => Self::Finished,
            _ => return None,
        })
    }
}

/// `[partition, offset, value]`.
fn seen(record: &Value) -> Option<Seen> {
    Some(Seen {
        partition: i32::try_from(record[0].as_i64()?).ok()?,
        offset: record[1].as_i64()?,
        value: record[2].as_str()?.to_owned(),
    })
}

/// An event and when it was heard of.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Since the run began.
    pub at: Duration,
    /// What it was.
    pub event: Event,
}

/// Everything that was heard, in order; a file has the lines as well.
#[derive(Debug)]
pub struct History {
    began: Instant,
    inner: Mutex<(Vec<Heard>, File)>,
}

impl History {
    /// An empty history, whose lines go to `file`.
    pub fn new(file: File) -> Self {
        Self {
            began: Instant::now(),
            inner: Mutex::new((Vec::new(), file)),
        }
    }

    fn inner(&self) -> MutexGuard<'_, (Vec<Heard>, File)> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the run takes already.
    pub fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// Notes a line of a driver; `false` when it is none.
    pub fn hear(&self, line: &str) -> bool {
        let at = self.now();
        let event = Event::parse(line);
        let is_known = event.is_some();
        let mut inner = self.inner();
        // The file serves whoever looks into a failed run; the verdict comes from memory.
        let _ = writeln!(inner.1, "{:.3} {line}", at.as_secs_f64());
        inner.0.extend(event.map(|event| Heard { at, event }));
        is_known
    }

    /// Notes in the file what the harness does.
    pub fn remark(&self, text: &str) {
        let at = self.now().as_secs_f64();
        let _ = writeln!(self.inner().1, "{at:.3} # {text}");
    }

    /// Looks at what was heard so far.
    pub fn with<T>(&self, look: impl FnOnce(&[Heard]) -> T) -> T {
        look(&self.inner().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_drivers_are_read() {
        let read = r#"{"op":"read","reader":"r","committed":true,"records":[[0,5,"v"]]}"#;
        let records = vec![Seen {
            partition: 0,
            offset: 5,
            value: "v".into(),
        }];
        let wanted = Event::Read {
            reader: "r".into(),
            is_committed: true,
            records,
        };
        assert_eq!(Event::parse(read), Some(wanted));
        let unknown_offset = r#"{"op":"ok","value":"v","partition":0,"offset":-1}"#;
        let wanted = Event::Acked {
            value: "v".into(),
            offset: None,
        };
        assert_eq!(Event::parse(unknown_offset), Some(wanted));
        assert_eq!(Event::parse("not of a driver"), None);
    }
}
