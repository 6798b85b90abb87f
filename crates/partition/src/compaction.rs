//! What a replica has to do with the compaction of its log. The work is done outside its lock, by `storage::cleaner`.

use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, Now, Offset};
use storage::cleaner::{Cleanable, CleanedSegment, CleanerBuffers, Cleaning};
use storage::errors::LogError;

use crate::partition::{LogSlot, Logs, Partition, State};

/// What there is to clean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ToClean {
    /// Nothing, as far as is known.
    Nothing,
    /// This.
    Due(Cleanable),
    /// The log is closed and has to be opened to be cleaned.
    MustOpen,
}

impl Partition {
    /// What there is to clean.
    pub fn to_clean(&self, logs: Logs<'_>) -> ToClean {
        let mut state = self.lock();
        if state.clean_at.is_some_and(|at| at <= logs.now.mono) {
            let is_closed = matches!(state.log, LogSlot::Closed);
            state.clean_at = None;
            if is_closed {
                return ToClean::MustOpen;
            }
        }
        match state.due_cleaning(logs.now) {
            Ok(due) => due.map_or(ToClean::Nothing, ToClean::Due),
            Err(error) => {
                logs.store.on_log_error(&self.name(), &error);
                ToClean::Nothing
            }
        }
    }

    /// Begins to clean the log, if there is still something to clean. [`Partition::end_cleaning`] has to follow.
    pub fn begin_cleaning(&self, logs: Logs<'_>, buffers: CleanerBuffers) -> Option<Cleaning> {
        let mut state = self.lock();
        let due = state.due_cleaning(logs.now).ok().flatten()?;
        let LogSlot::Open(log) = &mut state.log else {
            return None;
        };
        Some(log.begin_cleaning(&due, logs.now, buffers))
    }

    /// Takes a cleaned segment in; `false` where the log is not what it was when the run began.
    ///
    /// # Errors
    /// The disk failed; that is among the notes.
    pub fn install_cleaned(
        &self,
        logs: Logs<'_>,
        cleaned: CleanedSegment,
    ) -> Result<bool, ErrorCode> {
        let mut state = self.lock();
        let LogSlot::Open(log) = &mut state.log else {
            return Ok(false);
        };
        let installed = log.install_cleaned(logs.now, cleaned);
        // The old files are removed in their time.
        state.plan_to_tend(logs.now.mono);
        installed.map_err(|error| logs.store.on_log_error(&self.name(), &error))
    }

    /// A run is over: `upto` if it came to its end, and the new names were synced.
    pub fn end_cleaning(&self, logs: Logs<'_>, cleaning: &Cleaning, upto: Option<Offset>) {
        let mut state = self.lock();
        let high_watermark = state.high_watermark;
        if let LogSlot::Open(log) = &mut state.log {
            log.end_cleaning(cleaning, upto);
            logs.store.manager().note(&self.name(), log, high_watermark);
            // Retention has waited.
            state.checked_at = Duration::ZERO;
            state.plan_to_tend(logs.now.mono);
        }
    }

    /// A run could not go on; the reason is for the operator, unless the replica was given up meanwhile.
    pub fn on_cleaning_fault(&self, logs: Logs<'_>, error: &LogError) {
        let is_open = matches!(self.lock().log, LogSlot::Open(_));
        if is_open {
            logs.store.on_cleaning_error(&self.name(), error);
        }
    }

    /// Whether the topic is compacted.
    #[must_use]
    pub fn is_compacted(&self) -> bool {
        Arc::clone(&self.lock().settings).log.compact
    }
}

impl State {
    fn due_cleaning(&mut self, now: Now) -> Result<Option<Cleanable>, LogError> {
        let high_watermark = self.high_watermark;
        let ratio = self.settings.log.min_cleanable_dirty_ratio;
        let LogSlot::Open(log) = &mut self.log else {
            return Ok(None);
        };
        let cleanable = log.cleanable(now, high_watermark)?;
        Ok(cleanable.filter(|cleanable| cleanable.is_due(ratio)))
    }

    /// The log is about to be closed: notes when it will have to be cleaned.
    pub(crate) fn note_cleaning(&mut self, now: Now) {
        let high_watermark = self.high_watermark;
        if let LogSlot::Open(log) = &mut self.log {
            let wait = log.cleaning_due(now, high_watermark);
            self.clean_at = wait.map(|wait| now.mono.saturating_add(wait));
        }
    }
}
