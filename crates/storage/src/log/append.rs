//! Appending: by the leader, who assigns offsets, and by a follower, who takes them over.
//!
//! Order of things, so that a failure at any step leaves the log as it was: judge, roll if need be, one write,
//! then indexes, epochs, producers and the log end offset, none of which can fail.

use std::io::IoSlice;

use model::{LeaderEpoch, Now, Offset, TimestampMs};
use records::batch::{RecordBatch, assign};
use records::control::EndTransaction;
use records::layout::HEADER_SIZE;
use records::validate::{Accepted, Plan};

use super::Log;
use super::roll::Incoming;
use crate::batch_header::{BatchFault, BatchHeader, crc_holds};
use crate::errors::{AppendError, LogError};
use crate::planted::{PlantedBug, is_planted};
use crate::producer_state::{CompletedTxn, Marker, Origin, ProducerBatch, Verdict};
use crate::segment::MAX_SEGMENT_LEN;
use crate::txn_index::AbortedTxn;

/// One batch that a leader appends.
#[derive(Clone, Copy, Debug)]
pub struct LeaderAppend<'a> {
    header: [u8; HEADER_SIZE],
    rest: &'a [u8],
    epoch: LeaderEpoch,
    origin: Origin,
}

impl<'a> LeaderAppend<'a> {
    /// A batch that [`records::validate()`] has accepted; `bytes` are those it was given.
    ///
    /// # Panics
    /// Where `accepted` belongs to other bytes.
    #[must_use]
    pub fn accepted(
        bytes: &'a [u8],
        accepted: &'a Accepted,
        epoch: LeaderEpoch,
        origin: Origin,
    ) -> Self {
        let received = &bytes[..accepted.received_size];
        match &accepted.plan {
            Plan::AsIs => Self::trusted(received, epoch, origin),
            Plan::NewHeader(header) => Self {
                header: *header,
                rest: &received[HEADER_SIZE..],
                epoch,
                origin,
            },
            Plan::Rebuilt(batch) => Self::trusted(batch, epoch, origin),
        }
    }

    /// One whole batch of magic 2 that this node has made itself: a coordinator's or the controller's.
    ///
    /// # Panics
    /// Where `batch` is shorter than a header.
    #[must_use]
    pub fn trusted(batch: &'a [u8], epoch: LeaderEpoch, origin: Origin) -> Self {
        let (header, rest) = batch.split_first_chunk().expect("a batch has a header");
        Self {
            header: *header,
            rest,
            epoch,
            origin,
        }
    }

    fn size(&self) -> usize {
        HEADER_SIZE + self.rest.len()
    }
}

/// What an append has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendInfo {
    /// Offset of the first record.
    pub base_offset: Offset,
    /// Offset of the last record.
    pub last_offset: Offset,
    /// The greatest timestamp.
    pub max_timestamp: Option<TimestampMs>,
    /// The batch had been written before, as these offsets; nothing was written.
    pub is_repeat: bool,
}

impl Log {
    /// Appends one batch as leader: assigns the offsets from the log end on and writes `epoch` into it.
    ///
    /// It is in the page cache then; durable after a sync that began later ([`Log::needs_sync`]).
    ///
    /// # Errors
    /// [`AppendError`]; the log is as it was.
    pub fn append_as_leader(
        &mut self,
        now: Now,
        append: &LeaderAppend<'_>,
    ) -> Result<AppendInfo, AppendError> {
        let mut head = append.header;
        let prefix = head
            .first_chunk_mut()
            .expect("a header is longer than its prefix");
        assign(prefix, self.log_end, append.epoch);
        let header = parse_header(&head, 0, append.size())?;
        let marker = read_marker(&header, &head, append.rest)?;
        if let Some(repeat) = self.judge(&header, marker, append.origin)? {
            return Ok(repeated(&repeat));
        }
        self.make_room(now, &[header])?;
        let parts = [IoSlice::new(&head), IoSlice::new(append.rest)];
        self.write(now, &parts, &[header])?;
        self.take_account(&header, marker);
        Ok(AppendInfo {
            base_offset: header.base_offset,
            last_offset: header.last_offset,
            max_timestamp: header.max_timestamp,
            is_repeat: false,
        })
    }

    /// Appends what a leader has sent: whole batches with offsets, in order and at or after the log end; an incomplete
    /// one at the end is left out. Returns the log end offset.
    ///
    /// # Errors
    /// [`AppendError`]. Batches before the one at fault may have been appended.
    pub fn append_as_follower(&mut self, now: Now, bytes: &[u8]) -> Result<Offset, AppendError> {
        let batches = self.check_batches(bytes)?;
        self.append_checked(now, bytes, &batches)
    }

    /// As [`Log::append_as_follower`] of what a leader in `epoch` has sent, which holds no records of a later one.
    ///
    /// # Errors
    /// [`AppendError`]. Nothing was appended where a batch is of a later epoch.
    pub fn append_of_leader(
        &mut self,
        now: Now,
        bytes: &[u8],
        epoch: LeaderEpoch,
    ) -> Result<Offset, AppendError> {
        let batches = self.check_batches(bytes)?;
        let is_later = |(_, header): &&(usize, BatchHeader)| header.leader_epoch > Some(epoch);
        if let Some((position, _)) = batches.iter().find(is_later) {
            return Err(AppendError::Batch {
                position: *position,
                fault: BatchFault::Epoch,
            });
        }
        self.append_checked(now, bytes, &batches)
    }

    fn append_checked(
        &mut self,
        now: Now,
        bytes: &[u8],
        batches: &[(usize, BatchHeader)],
    ) -> Result<Offset, AppendError> {
        let limit = self.config.segment_bytes.min(MAX_SEGMENT_LEN);
        let mut rest = batches;
        while let Some((first, _)) = rest.first() {
            let mut size = 0;
            let fits = |(_, header): &&(usize, BatchHeader)| {
                size += u64::from(header.size);
                size <= u64::from(limit)
            };
            let count = rest.iter().take_while(fits).count().max(1);
            let (chunk, later) = rest.split_at(count);
            let end = later.first().map_or_else(|| end_of(chunk), |(at, _)| *at);
            self.append_chunk(now, &bytes[..end], *first, chunk)?;
            rest = later;
        }
        Ok(self.log_end)
    }

    fn append_chunk(
        &mut self,
        now: Now,
        bytes: &[u8],
        from: usize,
        batches: &[(usize, BatchHeader)],
    ) -> Result<(), AppendError> {
        let headers: Vec<BatchHeader> = batches.iter().map(|(_, header)| *header).collect();
        let mut markers = Vec::with_capacity(headers.len());
        for (at, header) in batches {
            let (head, rest) = bytes[*at..].split_at(HEADER_SIZE.min(header.size as usize));
            markers.push(read_marker(
                header,
                head,
                &rest[..header.size as usize - head.len()],
            )?);
        }
        self.make_room(now, &headers)?;
        self.write(now, &[IoSlice::new(&bytes[from..])], &headers)?;
        for (header, marker) in headers.iter().zip(markers) {
            self.take_account(header, marker);
        }
        Ok(())
    }

    /// The batches of `bytes` and where they begin, each checked.
    fn check_batches(&self, bytes: &[u8]) -> Result<Vec<(usize, BatchHeader)>, AppendError> {
        let mut batches = Vec::new();
        let (mut position, mut next) = (0, self.log_end);
        loop {
            let rest = &bytes[position..];
            let fail = |fault| AppendError::Batch { position, fault };
            let header = match BatchHeader::parse(rest) {
                Err(BatchFault::HeaderCut) => break,
                other => other.map_err(fail)?,
            };
            let Some(batch) = rest.get(..header.size as usize) else {
                break;
            };
            if header.base_offset < next {
                return Err(fail(BatchFault::Order));
            }
            if !crc_holds(batch) {
                return Err(fail(BatchFault::Crc));
            }
            next = header.next_offset();
            batches.push((position, header));
            position += batch.len();
        }
        Ok(batches)
    }

    fn judge(
        &self,
        header: &BatchHeader,
        marker: Option<Marker>,
        origin: Origin,
    ) -> Result<Option<ProducerBatch>, AppendError> {
        let Some(producer) = header.producer else {
            return Ok(None);
        };
        if let Some(marker) = marker {
            let strict = origin == Origin::TxnMarker { strict_epoch: true };
            self.producers.check_marker(&producer, marker, strict)?;
            return Ok(None);
        }
        match self
            .producers
            .check(&producer, header.transactional, origin)?
        {
            Verdict::New => Ok(None),
            Verdict::Repeat(batch) => Ok(Some(batch)),
        }
    }

    fn make_room(&mut self, now: Now, headers: &[BatchHeader]) -> Result<(), AppendError> {
        if self.offline {
            return Err(self.offline_error());
        }
        let (Some(first), Some(last)) = (headers.first(), headers.last()) else {
            return Ok(());
        };
        let bytes = headers.iter().map(|h| u64::from(h.size)).sum();
        let limit = self.config.segment_bytes.min(MAX_SEGMENT_LEN);
        if bytes > u64::from(limit) {
            return Err(AppendError::TooLarge { size: bytes, limit });
        }
        let incoming = Incoming {
            bytes,
            first_offset: first.base_offset,
            last_offset: last.last_offset,
            max_timestamp: headers.iter().filter_map(|h| h.max_timestamp).max(),
        };
        self.roll_for(now, incoming)
    }

    pub(super) fn offline_error(&self) -> AppendError {
        let gone = std::io::Error::other("the log directory is offline");
        AppendError::Disk(LogError::disk(&self.dir.path, gone))
    }

    fn write(
        &mut self,
        now: Now,
        parts: &[IoSlice<'_>],
        headers: &[BatchHeader],
    ) -> Result<(), AppendError> {
        let limits = self.index_limits();
        let segment = self.segments.back_mut().expect("a log has a segment");
        let mut position = segment.size();
        if self.config.flush_messages == Some(1) {
            let bytes = headers.iter().map(|header| header.size).sum();
            let limit = self.config.segment_bytes.min(MAX_SEGMENT_LEN);
            segment.zero_ahead(&self.dir, bytes, limit);
        }
        let written = segment.append(&self.dir, parts, headers, limits);
        if let Err(e) = written {
            let error = AppendError::write(&self.dir.path, e);
            self.offline |= !matches!(error, AppendError::Full);
            // What was cut off again must not come back in a crash after a stop that counts as clean.
            self.sync.on_leftover();
            return Err(error);
        }
        for header in headers {
            self.recent.push(header.base_offset, position);
            position += header.size;
        }
        self.log_end = headers
            .last()
            .map_or(self.log_end, BatchHeader::next_offset);
        self.sync.on_append(now);
        Ok(())
    }

    /// Epoch and producer of a batch that is in the log.
    fn take_account(&mut self, header: &BatchHeader, marker: Option<Marker>) {
        if let Some(epoch) = header.leader_epoch {
            self.epochs.assign(epoch, header.base_offset);
        }
        let Some(marker) = marker else {
            if !header.control {
                self.producers.on_batch(header);
            }
            return;
        };
        if let Some(completed) = self
            .producers
            .on_marker(header, marker)
            .filter(|c| c.aborted && !is_planted(PlantedBug::ForgetAbortedTransactions))
        {
            let aborted = self.aborted_txn(&completed);
            let segment = self.segments.back_mut().expect("a log has a segment");
            segment.add_aborted(&self.dir, aborted);
            self.has_aborted = true;
        }
    }

    pub(super) fn aborted_txn(&self, completed: &CompletedTxn) -> AbortedTxn {
        AbortedTxn {
            producer_id: completed.producer_id,
            first_offset: completed.first_offset,
            last_offset: completed.last_offset,
            last_stable_offset: self.producers.stable_after(completed),
        }
    }
}

fn parse_header(head: &[u8], position: usize, size: usize) -> Result<BatchHeader, AppendError> {
    let fail = |fault| AppendError::Batch { position, fault };
    let header = BatchHeader::parse(head).map_err(fail)?;
    if header.size as usize == size {
        Ok(header)
    } else {
        Err(fail(BatchFault::Length))
    }
}

fn end_of(batches: &[(usize, BatchHeader)]) -> usize {
    batches
        .last()
        .map_or(0, |(at, header)| at + header.size as usize)
}

fn repeated(batch: &ProducerBatch) -> AppendInfo {
    AppendInfo {
        base_offset: batch.first_offset(),
        last_offset: batch.last_offset,
        max_timestamp: TimestampMs::known(batch.timestamp),
        is_repeat: true,
    }
}

/// What the marker in a control batch of a producer says; `None` for every other batch.
fn read_marker(
    header: &BatchHeader,
    head: &[u8],
    rest: &[u8],
) -> Result<Option<Marker>, AppendError> {
    if !header.control || header.producer.is_none() {
        return Ok(None);
    }
    let batch = [head, rest].concat();
    marker_of(&batch).map_err(|fault| AppendError::Batch { position: 0, fault })
}

/// As [`read_marker`], of a whole batch whose header says that it is a producer's control batch.
pub(super) fn marker_of(batch: &[u8]) -> Result<Option<Marker>, BatchFault> {
    let batch = RecordBatch::parse(batch).map_err(|_| BatchFault::Length)?;
    let end = EndTransaction::read(&batch).map_err(|_| BatchFault::Control)?;
    Ok(end.map(|end| Marker {
        committed: end.is_committed,
        coordinator_epoch: end.coordinator_epoch,
    }))
}
