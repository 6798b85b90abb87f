//! Finding offsets by time (ListOffsets).

use model::{LeaderEpoch, Offset, TimestampMs};
use records::codec::{Codecs, Framing};
use records::{Batch, RecordIter};

use super::Log;
use crate::errors::LogError;
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
            let located = segment.locate_time(dir, timestamp, self.log_start);
            let located = located.map_err(|e| LogError::scan(&dir.path, e))?;
            if let Some(located) = located
                && let Some(found) =
                    self.search_batch(number, &located, Wanted::AtLeast(timestamp), codecs)?
            {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first record that has the greatest timestamp (KIP-734); `None` for a log without timestamps.
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
        match located.map_err(|e| LogError::scan(&self.dir.path, e))? {
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
        let path = &self.dir.path;
        let mut bytes = vec![0; located.header.size as usize];
        let file = self.segments[number]
            .file(&self.dir)
            .map_err(|e| LogError::disk(path, e))?;
        let read = file
            .read_at(&mut bytes, located.position)
            .map_err(|e| LogError::disk(path, e))?;
        let invalid = |e: &dyn std::fmt::Display| {
            LogError::disk(
                path,
                std::io::Error::new(std::io::ErrorKind::InvalidData, e.to_string()),
            )
        };
        let batch = match Batch::parse(&bytes[..read]).map_err(|e| invalid(&e))? {
            Some(Batch::V2(batch)) => batch,
            // Messages of magic 0 and 1 are answered by their wrapper: its timestamp is the greatest inside.
            _ => {
                return Ok(located
                    .header
                    .max_timestamp
                    .map(|timestamp| TimestampAndOffset {
                        timestamp,
                        offset: located.header.base_offset,
                        epoch: None,
                    }));
            }
        };
        let codec = batch
            .compression()
            .ok_or_else(|| invalid(&"unknown codec"))?;
        let limit = records::validate::DEFAULT_MAX_DECOMPRESSED_BYTES;
        let plain = codecs.decompress(codec, Framing::Standard, batch.records_bytes(), limit);
        let plain = plain.map_err(|e| invalid(&e))?;
        let target = match wanted {
            Wanted::AtLeast(at) => Some(at),
            Wanted::Greatest => located.header.max_timestamp,
        };
        for record in RecordIter::new(&batch, plain).map_err(|e| invalid(&e))? {
            let record = record.map_err(|e| invalid(&e))?;
            let is_late = record.timestamp.is_some_and(|at| Some(at) >= target);
            if is_late && record.offset >= self.log_start {
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
