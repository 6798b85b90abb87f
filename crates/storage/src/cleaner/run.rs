//! One run over one log, in steps.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::mem;
use std::path::PathBuf;
use std::sync::Arc;

use model::{Offset, ProducerId, TimestampMs};
use records::{Batch, Codecs};

use super::grouping::group;
use super::key_hash::{HashKey, KeyHash};
use super::offset_map::OffsetMap;
use super::output::Output;
use super::retention::{Kept, LIMIT, LastRecord, Rules, ending};
use super::transactions::Transactions;
use crate::batch_header::{BatchFault, BatchHeader, crc_holds};
use crate::directory::Directory;
use crate::disk::{DiskFile, OpenMode};
use crate::errors::LogError;
use crate::file_names::FileKind;
use crate::scan::{ScanError, Scanner, Wait};
use crate::segment::{IndexLimits, Segment};
use crate::txn_index::{AbortedTxn, TxnIndex};

/// Reads and writes are never smaller, whatever `log.cleaner.io.buffer.size` says.
const LEAST_CHUNK: usize = 4096;

/// How much memory a run may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CleanerBuffers {
    /// For keys: this run's part of `log.cleaner.dedupe.buffer.size`.
    pub map_bytes: u64,
    /// To read and write: this run's part of `log.cleaner.io.buffer.size`. A batch is read whole in any case.
    pub io_bytes: usize,
    /// Under which keys are hashed.
    pub secret: HashKey,
}

/// A segment to be cleaned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) base: Offset,
    pub(crate) size: u32,
    /// Where the next segment begins.
    pub(crate) end: Offset,
}

/// What a run is told of its log.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) dir: Directory,
    /// Segments from the log's first up to the end of what can be cleaned.
    pub(crate) sources: Vec<Source>,
    pub(crate) first_dirty: Offset,
    pub(crate) limits: IndexLimits,
    pub(crate) segment_bytes: u32,
    pub(crate) delete_retention_ms: i64,
    pub(crate) now: TimestampMs,
    pub(crate) last_records: BTreeMap<ProducerId, LastRecord>,
    /// The indexes of aborted transactions of all segments that have any.
    pub(crate) txn_indexes: Vec<(Offset, TxnIndex)>,
    /// Tells whether the log was cut since.
    pub(crate) generation: u32,
}

/// A run: see [`crate::cleaner`].
pub struct Cleaning {
    dir: Directory,
    sources: Vec<Source>,
    first_dirty: Offset,
    limits: IndexLimits,
    segment_bytes: u32,
    generation: u32,
    txn_indexes: Vec<(Offset, TxnIndex)>,
    aborted: Vec<AbortedTxn>,
    rules: Rules,
    transactions: Transactions,
    codecs: Codecs,
    /// Of the batch whose keys are noted.
    keys: Vec<(KeyHash, Offset)>,
    chunk: usize,
    phase: Phase,
    /// Bytes read and written in this step.
    moved: u64,
}

/// What comes next.
enum Phase {
    Start,
    /// Keys are noted, from the segment of this number on.
    Map(usize, Option<Scanner>),
    /// Segments are rewritten.
    Clean {
        groups: VecDeque<Vec<Source>>,
        writing: Option<Box<Writing>>,
    },
}

/// A group that is being rewritten.
struct Writing {
    sources: Vec<Source>,
    /// The number of the one being read.
    number: usize,
    scan: Option<Scanner>,
    output: Output,
}

/// A segment that was rewritten, to be synced and installed.
#[derive(Debug)]
pub struct CleanedSegment {
    pub(crate) segment: Segment,
    /// What it was made of.
    pub(crate) sources: Vec<Source>,
    pub(crate) generation: u32,
    /// To be synced before [`crate::log::Log::install_cleaned`].
    files: Vec<Arc<dyn DiskFile>>,
}

impl CleanedSegment {
    /// What has to be synced before [`crate::log::Log::install_cleaned`].
    #[must_use]
    pub fn files(&self) -> Vec<Arc<dyn DiskFile>> {
        self.files.clone()
    }
}

/// What a step has come to.
#[derive(Debug)]
pub enum Step {
    /// There is more to do.
    More,
    /// A segment is ready to be synced and installed; then there is more to do.
    Cleaned(Box<CleanedSegment>),
    /// All is done: every record below this offset is clean.
    Done(Offset),
}

impl fmt::Debug for Cleaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cleaning({})", self.dir.path.display())
    }
}

impl Cleaning {
    pub(crate) fn new(origin: Origin, buffers: CleanerBuffers) -> Self {
        let end = origin.sources.last().map_or(origin.first_dirty, |s| s.end);
        // No more records are dirty than there are offsets.
        let keys = end.since(origin.first_dirty).max(0).unsigned_abs();
        let rules = Rules {
            map: OffsetMap::new(buffers.map_bytes, keys, buffers.secret),
            mapped: origin.first_dirty,
            end,
            now: origin.now,
            delete_retention_ms: origin.delete_retention_ms,
            last_records: origin.last_records,
        };
        Self {
            dir: origin.dir,
            sources: origin.sources,
            first_dirty: origin.first_dirty,
            limits: origin.limits,
            segment_bytes: origin.segment_bytes,
            generation: origin.generation,
            txn_indexes: origin.txn_indexes,
            aborted: Vec::new(),
            rules,
            transactions: Transactions::default(),
            codecs: Codecs::new(),
            keys: Vec::new(),
            chunk: (buffers.io_bytes / 2).max(LEAST_CHUNK),
            phase: Phase::Start,
            moved: 0,
        }
    }

    /// Goes on for about `budget` bytes, waiting for the disk. Gives also how many bytes were read and written.
    ///
    /// # Errors
    /// The disk failed or is full, or the log holds what cannot be read. The run is over then; what it has installed stays,
    /// and [`Cleaning::leftovers`] are to be removed.
    pub fn step(&mut self, budget: u64) -> Result<(Step, u64), LogError> {
        self.moved = 0;
        loop {
            let step = self.turn(budget)?;
            if !matches!(step, Step::More) || self.moved >= budget {
                return Ok((step, self.moved));
            }
        }
    }

    pub(crate) const fn generation(&self) -> u32 {
        self.generation
    }

    /// Files that a run which is given up may leave.
    #[must_use]
    pub fn leftovers(&self) -> Vec<PathBuf> {
        let bases = self.sources.iter().map(|source| source.base);
        bases
            .flat_map(|base| Output::paths(&self.dir, base))
            .collect()
    }

    fn turn(&mut self, budget: u64) -> Result<Step, LogError> {
        match mem::replace(&mut self.phase, Phase::Start) {
            Phase::Start => {
                self.read_aborted()?;
                let dirty = |txn: &&AbortedTxn| txn.last_offset >= self.first_dirty;
                let aborted: Vec<_> = self.aborted.iter().filter(dirty).copied().collect();
                self.transactions = Transactions::new(&aborted);
                let ends = |source: &Source| source.end <= self.first_dirty;
                self.phase = Phase::Map(self.sources.partition_point(ends), None);
                Ok(Step::More)
            }
            Phase::Map(number, scan) => self.map(number, scan, budget),
            Phase::Clean { groups, writing } => self.clean(groups, writing, budget),
        }
    }

    fn read_aborted(&mut self) -> Result<(), LogError> {
        for (base, index) in mem::take(&mut self.txn_indexes) {
            let entries = index.read(&self.dir, base);
            self.aborted
                .extend(entries.map_err(|e| LogError::disk(&self.dir.path, e))?);
        }
        Ok(())
    }

    /// Notes the keys of the segment of this number, as far as the budget goes.
    fn map(&mut self, number: usize, scan: Option<Scanner>, budget: u64) -> Result<Step, LogError> {
        let Some(source) = self.sources.get(number).copied() else {
            return Ok(self.begin_to_clean());
        };
        let mut scan = match scan {
            Some(scan) => scan,
            None => self.open(&source)?,
        };
        let path = self.dir.file(source.base, FileKind::Log);
        let fail = |e| LogError::scan(&path, e);
        while self.moved < budget {
            let Some((at, header)) = scan.next_header().map_err(fail)? else {
                // Offsets that are missing at the end of a segment are clean as well.
                self.rules.mapped = source.end;
                self.phase = Phase::Map(number + 1, None);
                return Ok(Step::More);
            };
            if header.last_offset < self.first_dirty {
                continue;
            }
            let bytes = scan.body(at, &header).map_err(fail)?;
            let is_full = !self.note_keys(&header, bytes).map_err(|fault| {
                fail(ScanError::Batch {
                    position: at,
                    fault,
                })
            })?;
            self.moved += u64::from(header.size);
            if is_full {
                return Ok(self.begin_to_clean());
            }
        }
        self.phase = Phase::Map(number, Some(scan));
        Ok(Step::More)
    }

    /// Notes the keys of a batch; `false` when the map is full.
    fn note_keys(&mut self, header: &BatchHeader, bytes: &[u8]) -> Result<bool, BatchFault> {
        if !crc_holds(bytes) {
            return Err(BatchFault::Crc);
        }
        let malformed = |_| BatchFault::Records;
        let batch = Batch::parse(bytes)
            .map_err(malformed)?
            .ok_or(BatchFault::BodyCut)?;
        match batch.v2().filter(|_| header.control) {
            Some(control) => {
                let ending = ending(&control).map_err(|_| BatchFault::Control)?;
                self.transactions.on_control(header, ending);
            }
            None if self.transactions.on_batch(header) => {}
            None => {
                let records = batch.records(&mut self.codecs, LIMIT).map_err(malformed)?;
                self.keys.clear();
                for record in records {
                    let record = record.map_err(malformed)?;
                    let key = record.key.filter(|_| record.offset >= self.first_dirty);
                    let key = key.map(|key| (self.rules.map.hash(key), record.offset));
                    self.keys.extend(key);
                }
                if let Some(refused) = self.rules.map.put_all(&self.keys) {
                    // Records of this batch before this one are mapped.
                    self.rules.mapped = self.rules.mapped.max(refused);
                    return Ok(false);
                }
            }
        }
        self.rules.mapped = header.next_offset();
        Ok(true)
    }

    fn begin_to_clean(&mut self) -> Step {
        self.transactions = Transactions::new(&self.aborted);
        let mapped = self.rules.mapped;
        let sources = self.sources.iter().filter(|source| source.base < mapped);
        self.phase = Phase::Clean {
            groups: group(sources.copied().collect(), self.segment_bytes),
            writing: None,
        };
        Step::More
    }

    fn clean(
        &mut self,
        mut groups: VecDeque<Vec<Source>>,
        writing: Option<Box<Writing>>,
        budget: u64,
    ) -> Result<Step, LogError> {
        let mut writing = match writing {
            Some(writing) => writing,
            None => match groups.pop_front() {
                Some(sources) => self.begin_group(sources)?,
                None => return Ok(Step::Done(self.rules.mapped)),
            },
        };
        if self.rewrite(&mut writing, budget)? {
            self.phase = Phase::Clean {
                groups,
                writing: None,
            };
            let (segment, files) = writing.output.finish()?;
            return Ok(Step::Cleaned(Box::new(CleanedSegment {
                segment,
                sources: writing.sources,
                generation: self.generation,
                files,
            })));
        }
        self.phase = Phase::Clean {
            groups,
            writing: Some(writing),
        };
        Ok(Step::More)
    }

    fn begin_group(&self, sources: Vec<Source>) -> Result<Box<Writing>, LogError> {
        let base = sources[0].base;
        let output = Output::create(&self.dir, base, self.limits, self.chunk, self.rules.now)?;
        Ok(Box::new(Writing {
            sources,
            number: 0,
            scan: None,
            output,
        }))
    }

    /// Goes on with a group; whether all of it is rewritten.
    fn rewrite(&mut self, writing: &mut Writing, budget: u64) -> Result<bool, LogError> {
        while let Some(source) = writing.sources.get(writing.number).copied() {
            let mut scan = match writing.scan.take() {
                Some(scan) => scan,
                None => self.open(&source)?,
            };
            let path = self.dir.file(source.base, FileKind::Log);
            let fail = |e| LogError::scan(&path, e);
            loop {
                if self.moved >= budget {
                    writing.scan = Some(scan);
                    return Ok(false);
                }
                let Some((at, header)) = scan.next_checked().map_err(fail)? else {
                    break;
                };
                let bytes = scan.body(at, &header).map_err(fail)?;
                self.rewrite_batch(&mut writing.output, (&header, bytes))
                    .map_err(|error| error.at(&path, at))?;
            }
            writing.number += 1;
        }
        Ok(true)
    }

    fn rewrite_batch(
        &mut self,
        output: &mut Output,
        (header, bytes): (&BatchHeader, &[u8]),
    ) -> Result<(), BatchError> {
        let verdict = (self.rules)
            .judge(&mut self.transactions, &mut self.codecs, (header, bytes))
            .map_err(|_| BatchError::Fault(BatchFault::Records))?;
        self.moved += u64::from(header.size);
        if let Some(txn) = verdict.aborted {
            output.add_aborted(txn);
        }
        self.moved += match verdict.batch {
            Kept::Nothing => 0,
            Kept::Whole => output.add(bytes, *header)?,
            Kept::Instead(bytes) => {
                let header = BatchHeader::parse(&bytes).map_err(BatchError::Fault)?;
                output.add(&bytes, header)?
            }
        };
        Ok(())
    }

    fn open(&self, source: &Source) -> Result<Scanner, LogError> {
        let path = self.dir.file(source.base, FileKind::Log);
        let file = self.dir.disk().open(&path, OpenMode::Read);
        let file = file.map_err(|e| LogError::disk(&path, e))?;
        let range = (0, u64::from(source.size));
        Ok(Scanner::new(file, range, self.chunk, Wait::Allowed))
    }
}

/// Why a batch could not be rewritten.
enum BatchError {
    Fault(BatchFault),
    Log(LogError),
}

impl From<LogError> for BatchError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

impl BatchError {
    fn at(self, path: &std::path::Path, position: u64) -> LogError {
        match self {
            Self::Fault(fault) => LogError::scan(path, ScanError::Batch { position, fault }),
            Self::Log(error) => error,
        }
    }
}
