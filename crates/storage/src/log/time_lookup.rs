//! Finding offsets by time (ListOffsets).

use model::{LeaderEpoch, Offset, TimestampMs};
use records::codec::{Codecs, Framing};
use records::validate::DEFAULT_MAX_DECOMPRESSED_BYTES;
use records::{Batch, RecordBatch, RecordIter};

use super::Log;
use crate::batch_header::BatchFault;
use crate::errors::LogError;
use crate::file_names::FileKind;
use crate::segment::Located;

/// A record by its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimestampAndOffset {
    /// The record's timestamp.
    pub timestamp: TimestampMs,
    /// Its offset.
    pub offset: Offset,
    /// The leader epoch of its batch.
    pub epoch: Option<LeaderEpoch>,
}

/// What is looked for in a batch.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    /// The first record of at least this time.
    AtLeast(TimestampMs),
    /// The first record of the greatest time.
    Greatest,
}

impl Log {
    /// Looks up the greatest timestamps of segments from number `from` on of which it is not known, at most `count` of
    /// them; gives the segment to go on with.
    ///
    /// # Errors
    /// The disk failed.
    pub fn learn_timestamps(
        &mut self,
        from: usize,
        mut count: usize,
    ) -> Result<Option<usize>, LogError> {
        for number in from..self.segments.len() {
            if self.segments[number].knows_newest() {
                continue;
            }
            if count == 0 {
                return Ok(Some(number));
            }
            count -= 1;
            let learnt = self.segments[number].newest(&self.dir);
            learnt.map_err(|e| self.disk_error(e))?;
        }
        Ok(None)
    }

    /// The first record from the log start offset on whose timestamp is at least `timestamp`. Reads from the device, so
    /// it belongs on an IO thread where the log is large.
    ///
    /// # Errors
    /// The disk failed, or a batch cannot be read.
    pub fn offset_for_timestamp(
        &mut self,
        timestamp: TimestampMs,
        codecs: &mut Codecs,
    ) -> Result<Option<TimestampAndOffset>, LogError> {
        for number in 0..self.segments.len() {
            let dir = &self.dir;
            let segment = &mut self.segments[number];
            let newest = segment
                .newest(dir)
                .map_err(|e| LogError::disk(&dir.path, e))?;
            if newest.is_none_or(|(newest, _)| newest < timestamp) {
                continue;
            }
            if let Some(found) = self.search_segment(number, timestamp, codecs)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first record of a segment whose timestamp is at least `timestamp`.
    fn search_segment(
        &mut self,
        number: usize,
        timestamp: TimestampMs,
        codecs: &mut Codecs,
    ) -> Result<Option<TimestampAndOffset>, LogError> {
        let mut from = self.log_start;
        loop {
            let segment = &mut self.segments[number];
            let path = self.dir.file(segment.base(), FileKind::Log);
            let located = segment.locate_time(&self.dir, timestamp, from);
            let Some(located) = located.map_err(|e| LogError::scan(&path, e))? else {
                return Ok(None);
            };
            let wanted = Wanted::AtLeast(timestamp);
            if let Some(found) = self.search_batch(number, &located, wanted, codecs)? {
                return Ok(Some(found));
            }
            // The records of that time were compacted away, and only the batch's header speaks of them.
            from = located.header.next_offset();
        }
    }

    /// The first record that has the greatest timestamp (KIP-734); `None` for a log without timestamps.
    ///
    /// As at Apache Kafka it may lie below the log start offset, for as long as its segment is there.
    ///
    /// # Errors
    /// As [`Log::offset_for_timestamp`].
    pub fn max_timestamp(
        &mut self,
        codecs: &mut Codecs,
    ) -> Result<Option<TimestampAndOffset>, LogError> {
        let mut best: Option<(TimestampMs, Offset, usize)> = None;
        for number in 0..self.segments.len() {
            let newest = self.segments[number].newest(&self.dir);
            let newest = newest.map_err(|e| self.disk_error(e))?;
            if let Some((at, offset)) =
                newest.filter(|(at, _)| best.is_none_or(|(b, _, _)| *at > b))
            {
                best = Some((at, offset, number));
            }
        }
        let Some((_, offset, number)) = best else {
            return Ok(None);
        };
        let located = self.segments[number].locate(&self.dir, offset, crate::scan::Wait::Allowed);
        let path = || self.dir.file(self.segments[number].base(), FileKind::Log);
        match located.map_err(|e| LogError::scan(&path(), e))? {
            Some(located) => self.search_batch(number, &located, Wanted::Greatest, codecs),
            None => Ok(None),
        }
    }

    fn search_batch(
        &self,
        number: usize,
        located: &Located,
        wanted: Wanted,
        codecs: &mut Codecs,
    ) -> Result<Option<TimestampAndOffset>, LogError> {
        let fail = |e| self.disk_error(e);
        let file = self.segments[number].file(&self.dir).map_err(fail)?;
        let mut bytes = vec![0; located.header.size as usize];
        let read = file.read_at(&mut bytes, located.position).map_err(fail)?;
        let found = match Batch::parse(&bytes[..read]) {
            Ok(Some(Batch::V2(batch))) => self
                .search_records(&batch, located, wanted, codecs)
                .map_err(|()| BatchFault::Records),
            // Messages of magic 0 and 1 are answered by their wrapper: its timestamp is the greatest inside.
            Ok(Some(Batch::Legacy(_))) => Ok(by_header(located)),
            Ok(None) | Err(_) => Err(BatchFault::BodyCut),
        };
        found.map_err(|fault| LogError::Unreadable {
            path: self.dir.file(self.segments[number].base(), FileKind::Log),
            position: located.position,
            fault,
        })
    }

    /// The error says that the records cannot be read.
    fn search_records(
        &self,
        batch: &RecordBatch<'_>,
        located: &Located,
        wanted: Wanted,
        codecs: &mut Codecs,
    ) -> Result<Option<TimestampAndOffset>, ()> {
        let codec = batch.compression().ok_or(())?;
        let bytes = batch.records_bytes();
        let limit = DEFAULT_MAX_DECOMPRESSED_BYTES;
        let plain = codecs
            .decompress(codec, Framing::Standard, bytes, limit)
            .map_err(drop)?;
        let least = match wanted {
            Wanted::AtLeast(at) => Some(at),
            Wanted::Greatest => located.header.max_timestamp,
        };
        let from = match wanted {
            Wanted::AtLeast(_) => self.log_start,
            Wanted::Greatest => Offset(0),
        };
        for record in RecordIter::new(batch, plain).map_err(drop)? {
            let record = record.map_err(drop)?;
            let is_late = record.timestamp.is_some() && record.timestamp >= least;
            if is_late && record.offset >= from {
                return Ok(record.timestamp.map(|timestamp| TimestampAndOffset {
                    timestamp,
                    offset: record.offset,
                    epoch: batch.leader_epoch(),
                }));
            }
        }
        Ok(None)
    }
}

fn by_header(located: &Located) -> Option<TimestampAndOffset> {
    let offset = located.header.base_offset;
    let found = |timestamp| TimestampAndOffset {
        timestamp,
        offset,
        epoch: None,
    };
    located.header.max_timestamp.map(found)
}
