//! Opening a log: reading its directory, checking what a crash may have harmed, and finding the state again.
//!
//! After a clean stop nothing is read but the directory, the end of the last segment and the producer snapshot.
//! Else [`RecoveryPlan`] hands out one [`RecoveryJob`] per segment at or beyond the recovery point; the shell
//! runs them on threads, the simulator one by one; [`RecoveryPlan::finish`] puts the log together.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::Arc;

use model::{Now, Offset};

use super::Log;
use super::load::{FoundSegment, Listing};
use super::recent::RecentBatches;
use super::rest::Rested;
use super::sync::SyncState;
use crate::directory::Directory;
use crate::errors::{Evidence, LogError};
use crate::file_names::FileKind;
use crate::leader_epochs::LeaderEpochs;
use crate::log_config::LogConfig;
use crate::open_files::OpenFiles;
use crate::planted::{PlantedBug, is_planted};
use crate::producer_state::{ProducerState, decode_snapshot};
use crate::scan::ScanError;
use crate::segment::{IndexLimits, Segment, SegmentBirth};

pub use super::recover::{RecoveredSegment, RecoveryJob};

/// No snapshot is larger: some millions of producers.
const MAX_SNAPSHOT_LEN: u64 = 256 * 1024 * 1024;

/// How a log is to be opened.
#[derive(Clone, Debug)]
pub struct LogOptions {
    /// Its directory, which exists.
    pub path: PathBuf,
    /// The disk and its open files.
    pub files: Arc<OpenFiles>,
    /// Configurations.
    pub config: Arc<LogConfig>,
    /// From the checkpoint file.
    pub recovery_point: Offset,
    /// From the checkpoint file.
    pub log_start: Offset,
    /// From the checkpoint file: compaction has cleaned up to here.
    pub cleaned: Option<Offset>,
    /// The node was stopped cleanly: nothing needs checking.
    pub is_clean: bool,
    /// Draws the jitter of segments.
    pub seed: u64,
}

/// What recovery found and did, to be told to the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Bytes that were read and checked.
    pub checked_bytes: u64,
    /// A torn tail that was cut off: file, position, bytes.
    pub torn: Option<(PathBuf, u64, u64)>,
    /// Segments removed because what precedes them was lost.
    pub removed_segments: usize,
    /// The log ends below its recovery point: records that had been synced are gone.
    pub lost_from: Option<Offset>,
}

/// A log that is being opened.
#[derive(Debug)]
pub struct RecoveryPlan {
    options: LogOptions,
    dir: Directory,
    now: Now,
    /// Segments below the recovery point, taken as they are.
    kept: VecDeque<Segment>,
    snapshots: BTreeSet<Offset>,
    epochs: LeaderEpochs,
    jobs: Vec<RecoveryJob>,
    /// Base offsets of recovered segments, for the next sync.
    finished: Vec<Offset>,
    is_new: bool,
    /// The log was put down with something that is not durable.
    is_unsynced: bool,
}

impl Log {
    /// Opens a log, or begins one where the directory is empty, recovering one segment after the other.
    ///
    /// # Errors
    /// [`LogError`].
    pub fn open(options: LogOptions, now: Now) -> Result<(Self, Recovery), LogError> {
        let mut plan = RecoveryPlan::new(options, now)?;
        let recovered: Result<Vec<_>, _> =
            plan.take_jobs().into_iter().map(RecoveryJob::run).collect();
        plan.finish(recovered?)
    }
}

impl RecoveryPlan {
    /// Looks into the directory.
    ///
    /// # Errors
    /// [`LogError::Disk`].
    pub fn new(options: LogOptions, now: Now) -> Result<Self, LogError> {
        let dir = Directory {
            path: options.path.clone().into(),
            files: Arc::clone(&options.files),
            mark: "",
        };
        let listing = Listing::read(&dir)?;
        let mut plan = Self {
            dir,
            now,
            kept: VecDeque::new(),
            snapshots: listing.snapshots,
            epochs: listing.epochs,
            jobs: Vec::new(),
            finished: Vec::new(),
            is_new: listing.segments.is_empty(),
            is_unsynced: false,
            options,
        };
        let last = listing.segments.keys().next_back().copied();
        let point = plan.options.recovery_point;
        let mut bases = listing.segments.keys().skip(1).copied();
        for (base, found) in &listing.segments {
            let next = bases.next();
            let is_active = Some(*base) == last;
            // A segment that ends below the recovery point is known to be good. One that ends right there was synced, but may
            // have been finished later: its index of aborted transactions, which cannot be told to be incomplete, may be lost.
            let is_good = next.is_some_and(|next| next < point) && !is_active;
            if plan.options.is_clean || is_good {
                plan.kept.push_back(plan.kept_segment(*base, *found)?);
            } else {
                plan.jobs.push(plan.job(*base, *found, is_active));
            }
        }
        Ok(plan)
    }

    fn kept_segment(&self, base: Offset, found: FoundSegment) -> Result<Segment, LogError> {
        let too_large = |_| {
            let error = std::io::Error::from(std::io::ErrorKind::FileTooLarge);
            LogError::disk(&self.dir.file(base, FileKind::Log), error)
        };
        let size = u32::try_from(found.size).map_err(too_large)?;
        Ok(Segment::existing(
            base,
            size,
            found.has_txn_index,
            self.now.wall,
        ))
    }

    fn job(&self, base: Offset, found: FoundSegment, is_active: bool) -> RecoveryJob {
        let config = &self.options.config;
        RecoveryJob {
            dir: self.dir.clone(),
            base,
            size: found.size,
            recovery_point: self.options.recovery_point,
            limits: IndexLimits {
                interval: config.index_interval_bytes,
                file_bytes: config.segment_index_bytes,
            },
            now: self.now.wall,
            is_active,
        }
    }

    /// The log was put down with this in the present life of the process.
    #[must_use]
    pub fn after_rest(mut self, rested: Option<Rested>) -> Self {
        let Some(rested) = rested else { return self };
        self.is_unsynced = true;
        if let Some(epochs) = rested.into_epochs() {
            self.epochs = epochs;
        }
        self
    }

    /// Whether the log was not closed cleanly.
    #[must_use]
    pub const fn is_recovery(&self) -> bool {
        !self.options.is_clean
    }

    /// The segments to check, in order; independent of one another.
    pub fn take_jobs(&mut self) -> Vec<RecoveryJob> {
        std::mem::take(&mut self.jobs)
    }

    /// Puts the log together from what the jobs have answered, in the order of [`RecoveryPlan::take_jobs`].
    ///
    /// # Errors
    /// [`LogError`].
    pub fn finish(mut self, recovered: Vec<RecoveredSegment>) -> Result<(Log, Recovery), LogError> {
        let mut report = Recovery::default();
        let mut rebuilt_from = None;
        let first = recovered.first().map(|found| found.segment.base());
        let mut log_end = self.kept_end(first)?;
        let mut recovered: VecDeque<_> = recovered.into();
        while let Some(found) = recovered.pop_front() {
            rebuilt_from.get_or_insert(found.segment.base());
            report.checked_bytes += u64::from(found.segment.size());
            let next = recovered.front().map(|next| next.segment.base());
            let is_cut = self.accept(found, next, &mut report, &mut log_end)?;
            if is_cut {
                report.removed_segments = recovered.len();
                self.remove(recovered.drain(..).map(|lost| lost.segment))?;
            }
        }
        self.into_log(log_end, rebuilt_from, report)
    }

    /// Takes a recovered segment in. Whether the log ends with it although others follow.
    fn accept(
        &mut self,
        mut found: RecoveredSegment,
        next: Option<Offset>,
        report: &mut Recovery,
        log_end: &mut Offset,
    ) -> Result<bool, LogError> {
        let path = self.dir.file(found.segment.base(), FileKind::Log);
        if let Some(tear) = found.tear {
            if let Some(next) = next.filter(|_| !tear.ends_the_log()) {
                let evidence = Evidence::SegmentFollows(next);
                let (position, fault, offset) = (tear.position, tear.fault, found.end);
                return Err(LogError::Corrupt {
                    path,
                    position,
                    offset,
                    fault,
                    evidence,
                });
            }
            let position = u32::try_from(tear.position).expect("a segment's length is 31 bits");
            let cut = found.segment.cut(&self.dir, position, found.end);
            // Though what is read after the cut fails: a later start sees no tear, and would leave it to chance.
            if !tear.is_blank {
                self.sync_cut(&found.segment)?;
                report.torn = Some((path.clone(), tear.position, tear.bytes));
            }
            cut.map_err(|e| LogError::scan(&path, e))?;
            if is_planted(PlantedBug::TruncateOneBatchTooMany) && found.end > found.segment.base() {
                let cut = found.segment.truncate(&self.dir, found.end.plus(-1));
                found.end = cut.map_err(|e| LogError::scan(&path, e))?;
            }
        }
        if found.is_finished {
            self.finished.push(found.segment.base());
        }
        for (epoch, start) in &found.epochs {
            self.epochs.assign(*epoch, *start);
        }
        *log_end = found.end;
        // Where offsets are without gaps, one between two segments is the tail of the first that was lost.
        let may_have_gaps = self.options.config.compact || self.options.cleaned.is_some();
        let has_gap = next.is_some_and(|next| next > found.end) && !may_have_gaps;
        self.kept.push_back(found.segment);
        Ok(next.is_some() && (found.tear.is_some() || has_gap))
    }

    /// Makes it durable that bytes were cut off: else a page that is lost later comes back with them in the middle of what is
    /// written next.
    fn sync_cut(&self, segment: &Segment) -> Result<(), LogError> {
        let synced = segment.file(&self.dir).and_then(|file| file.sync());
        synced.map_err(|e| LogError::disk(&self.dir.file(segment.base(), FileKind::Log), e))
    }

    /// Removes segments, durably: they must not come back once others take their offsets.
    fn remove(&self, segments: impl Iterator<Item = Segment>) -> Result<(), LogError> {
        let mut any = false;
        for segment in segments {
            segment.close();
            any = true;
            for kind in FileKind::ALL {
                let path = self.dir.file(segment.base(), kind);
                self.dir
                    .remove(&path)
                    .map_err(|e| LogError::disk(&path, e))?;
            }
        }
        let synced = if any {
            self.dir.disk().sync_dir(&self.dir.path)
        } else {
            Ok(())
        };
        synced.map_err(|e| LogError::disk(&self.dir.path, e))
    }

    /// Where the segments that need no check end; `next` is the first that was checked.
    ///
    /// Before one that was checked, the last may end with a write that had failed and been cut off, which a crash brought
    /// back. It is cut off again: nothing is written to it any more, and the next sync covers it.
    fn kept_end(&mut self, next: Option<Offset>) -> Result<Offset, LogError> {
        let Some(last) = self.kept.back_mut() else {
            return Ok(self.options.log_start);
        };
        let path = self.dir.file(last.base(), FileKind::Log);
        let mut end = last.read_next_offset(&self.dir);
        if let (Some(next), Err(ScanError::Batch { position, .. })) = (next, &end) {
            let position = *position as u32;
            let whole = last.end_before(&self.dir, position);
            if whole.is_ok_and(|whole| whole == next) {
                last.cut(&self.dir, position, next)
                    .map_err(|e| LogError::scan(&path, e))?;
                end = Ok(next);
            }
        }
        if next.is_some() {
            self.finished.push(last.base());
        }
        end.map_err(|error| match error {
            ScanError::Batch { position, fault } => LogError::Corrupt {
                offset: last.base(),
                evidence: Evidence::Synced(self.options.recovery_point),
                path,
                position,
                fault,
            },
            other => LogError::scan(&path, other),
        })
    }

    fn into_log(
        mut self,
        mut log_end: Offset,
        rebuilt_from: Option<Offset>,
        mut report: Recovery,
    ) -> Result<(Log, Recovery), LogError> {
        let fail = |e| LogError::disk(&self.options.path, e);
        let log_start = self.options.log_start;
        if self.kept.is_empty() || log_end < log_start {
            // Nothing is left of what may be read: the log begins anew at its start offset.
            let kept = std::mem::take(&mut self.kept);
            self.remove(kept.into_iter())?;
            let birth = SegmentBirth {
                base: log_start,
                now: self.now.wall,
                preallocate: None,
            };
            self.kept
                .push_back(Segment::create(&self.dir, birth).map_err(fail)?);
            self.epochs.clear();
            log_end = log_start;
        }
        let point = self.options.recovery_point;
        if log_end < point && !self.is_new {
            report.lost_from = Some(log_end);
        }
        self.epochs.truncate_from_end(log_end);
        // Most logs have one segment, and there may be very many of them.
        self.kept.shrink_to_fit();
        let first = self.kept.front().map_or(log_start, Segment::base);
        let mut log = Log {
            has_aborted: self.kept.iter().any(Segment::has_aborted),
            has_new_indexes: rebuilt_from.is_some(),
            log_start: log_start.max(first),
            log_end,
            segments: self.kept,
            epochs: self.epochs,
            producers: ProducerState::default(),
            snapshots: self.snapshots,
            sync: SyncState::new(
                point.min(log_end),
                rebuilt_from.is_some() || self.is_new || self.is_unsynced,
                rebuilt_from.is_some() || self.is_new || self.is_unsynced,
            ),
            removals: VecDeque::new(),
            recent: RecentBatches::default(),
            cleaned: self.options.cleaned,
            is_being_cleaned: false,
            seed: self.options.seed,
            offline: false,
            config: self.options.config,
            dir: self.dir,
        };
        for base in self.finished {
            log.sync.on_finished(base);
        }
        if self.is_unsynced {
            log.note_unsynced_indexes();
        }
        log.epochs.truncate_from_start(log.log_start);
        let trusted = if self.options.is_clean {
            log_end
        } else {
            point.min(log_end)
        };
        log.load_producers(trusted, rebuilt_from, self.now)?;
        Ok((log, report))
    }
}

impl Log {
    /// Finds the producer state again: from the newest snapshot at or below `trusted` that can be read, and the batches after it.
    /// Aborted transactions that end in segments from `rebuilt_from` on are indexed again.
    pub(super) fn load_producers(
        &mut self,
        trusted: Offset,
        rebuilt_from: Option<Offset>,
        now: Now,
    ) -> Result<(), LogError> {
        self.producers.clear();
        // Of what lies between segments only the newest is of use: the last stop's.
        let newest = self.snapshots.range(..=trusted).next_back().copied();
        let bases: BTreeSet<Offset> = self.segments.iter().map(Segment::base).collect();
        let goes = |o| o > trusted || (Some(o) != newest && !bases.contains(&o));
        for path in self.forget_snapshots(goes) {
            self.dir.remove(&path).map_err(|e| self.disk_error(e))?;
        }
        // Batches below the log start offset tell of producers too, as long as their segment is there.
        let first = self.segments[0].base();
        let mut from = first;
        // What is indexed again must be replayed from the beginning of its segment.
        let newest_usable = rebuilt_from.map_or(trusted, |rebuilt| rebuilt.min(trusted));
        while let Some(offset) = self.snapshot_between(first, newest_usable) {
            let path = self.dir.file(offset, FileKind::Snapshot);
            let bytes = self.dir.disk().read_file(&path, MAX_SNAPSHOT_LEN);
            if let Some(state) = bytes.ok().and_then(|bytes| decode_snapshot(&bytes).ok()) {
                self.producers = state;
                self.producers
                    .expire(now.wall, self.config.producer_id_expiration);
                from = offset;
                break;
            }
            self.snapshots.remove(&offset);
            self.dir.remove(&path).map_err(|e| self.disk_error(e))?;
        }
        self.replay_producers(from, rebuilt_from)?;
        if is_planted(PlantedBug::ForgetProducersAtOpen) {
            self.producers.clear();
        }
        Ok(())
    }

    fn snapshot_between(&self, from: Offset, to: Offset) -> Option<Offset> {
        if from > to {
            None
        } else {
            self.snapshots.range(from..=to).next_back().copied()
        }
    }

    fn replay_producers(
        &mut self,
        from: Offset,
        rebuilt_from: Option<Offset>,
    ) -> Result<(), LogError> {
        if from >= self.log_end && rebuilt_from.is_none() {
            return Ok(());
        }
        for number in self.segment_of(from)..self.segments.len() {
            let base = self.segments[number].base();
            let is_rebuilt = rebuilt_from.is_some_and(|rebuilt| base >= rebuilt);
            if is_rebuilt && base > from {
                self.note_snapshot(base);
            }
            self.replay_segment(number, from, is_rebuilt)?;
        }
        Ok(())
    }

    fn replay_segment(
        &mut self,
        number: usize,
        from: Offset,
        is_rebuilt: bool,
    ) -> Result<(), LogError> {
        let path = self.dir.file(self.segments[number].base(), FileKind::Log);
        let fail = |e| LogError::scan(&path, e);
        let segment = &mut self.segments[number];
        if segment.is_producerless() {
            return Ok(());
        }
        let located = segment
            .locate(&self.dir, from, crate::scan::Wait::Allowed)
            .map_err(fail)?;
        let Some(located) = located else {
            return Ok(());
        };
        let scan = segment.scan_from(&self.dir, located.position);
        let mut scan = scan.map_err(|e| LogError::disk(&path, e))?;
        while let Some((at, header)) = scan.next_header().map_err(fail)? {
            if header.producer.is_none() || header.last_offset < from {
                continue;
            }
            if !header.control {
                self.producers.on_batch(&header);
                continue;
            }
            let batch = scan.body(at, &header).map_err(fail)?;
            let marker = super::append::marker_of(batch);
            let marker = marker.map_err(|fault| {
                fail(ScanError::Batch {
                    position: at,
                    fault,
                })
            })?;
            let completed = marker.and_then(|marker| self.producers.on_marker(&header, marker));
            if let Some(completed) = completed.filter(|c| c.aborted && is_rebuilt) {
                let aborted = self.aborted_txn(&completed);
                self.segments[number].add_aborted(&self.dir, aborted);
                self.has_aborted = true;
            }
        }
        Ok(())
    }
}
