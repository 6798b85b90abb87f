//! The care of a replica's log: retention, removals, syncs by time, checkpoints, the end.

use std::path::PathBuf;

use model::{ErrorCode, Now, Ticket};

use crate::log_store::LogStore;
use crate::partition::{LogSlot, Logs, Partition};

impl Partition {
    /// Gives the replica up: everybody is answered with `error` from here on.
    pub fn close(&self, error: ErrorCode, wakes: &mut Vec<Ticket>) {
        self.lock().go_offline(error, wakes);
    }

    /// Deletes the segments that retention does not keep.
    pub fn delete_old_segments(&self, logs: Logs<'_>, wakes: &mut Vec<Ticket>) {
        let mut state = self.lock();
        let high_watermark = state.high_watermark;
        let LogSlot::Open(log) = &mut state.log else {
            return;
        };
        let before = log.log_start_offset();
        if let Err(error) = log.delete_old_segments(logs.now, high_watermark) {
            logs.store.on_log_error(&self.name(), &error);
        }
        if log.log_start_offset() != before {
            state.notify(wakes);
        }
    }

    /// Files of deleted segments whose time has come.
    #[must_use]
    pub fn take_removals(&self, now: Now) -> Vec<PathBuf> {
        match &mut self.lock().log {
            LogSlot::Open(log) => log.take_removals(now, false),
            _ => Vec::new(),
        }
    }

    /// Whether a sync is due by `flush.ms` or `flush.messages`.
    #[must_use]
    pub fn needs_sync(&self, now: Now) -> bool {
        self.lock().wants_sync(now)
    }

    /// Tells the log directories how far the log is, for the next checkpoint.
    pub fn note_offsets(&self, store: &LogStore) {
        let state = self.lock();
        if let LogSlot::Open(log) = &state.log {
            store
                .manager()
                .note(&self.name(), log, state.high_watermark);
        }
    }

    /// Syncs and closes the log, for a clean stop.
    ///
    /// # Errors
    /// The disk failed; the log will be recovered at the next start.
    pub fn shut_down(&self, logs: Logs<'_>) -> Result<(), ErrorCode> {
        let mut state = self.lock();
        let high_watermark = state.high_watermark;
        let LogSlot::Open(log) = &mut state.log else {
            return Ok(());
        };
        if let Err(error) = log.close() {
            logs.store.manager().on_not_closed(&self.name());
            return Err(logs.store.on_log_error(&self.name(), &error));
        }
        logs.store.manager().note(&self.name(), log, high_watermark);
        state.log = LogSlot::Closed;
        Ok(())
    }

    /// Bytes of the log; 0 for one that cannot be opened or was never written to.
    #[must_use]
    pub fn disk_size(&self, logs: Logs<'_>) -> u64 {
        if logs.store.manager().get(&self.name()).is_none() {
            return 0;
        }
        self.lock().log(self, logs).map_or(0, |log| log.size())
    }
}
