//! A clean stop: everything is made durable, so that the next start needs to check nothing.

use std::io;

use model::Offset;

use super::Log;
use crate::errors::LogError;

impl Log {
    /// Completes the indexes, keeps the producer state and syncs it all, at once. A log that was not written to since
    /// it was opened costs nothing. Returns the recovery point, which is then the log end offset.
    ///
    /// # Errors
    /// The disk failed or is full: the stop is not a clean one.
    pub fn close(&mut self) -> Result<Offset, LogError> {
        let dir = self.dir.clone();
        let fail = |e| LogError::disk(&dir.path, e);
        if self.offline {
            return Err(fail(io::Error::other("the disk has failed this log")));
        }
        if self.is_idle() {
            return Ok(self.sync.recovery_point);
        }
        self.active_mut().finish(&dir).map_err(fail)?;
        self.sync.on_finished(self.active().base());
        self.note_snapshot(self.log_end);
        self.sync.abandon();
        if !self.sync_now()? {
            return Err(fail(io::ErrorKind::StorageFull.into()));
        }
        self.has_new_indexes = false;
        self.segments.iter().for_each(|segment| segment.close());
        Ok(self.sync.recovery_point)
    }

    /// Nothing was written since the last sync, and everything is in its files.
    fn is_idle(&self) -> bool {
        self.sync.recovery_point == self.log_end
            && !self.sync.has_leftovers()
            && !self.epochs.is_dirty()
            && !self.has_new_indexes
            && self.snapshots.contains(&self.log_end)
    }
}
