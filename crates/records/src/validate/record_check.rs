//! The rules for single records: keys on compacted topics, timestamps near the broker's clock.

use model::TimestampMs;

use super::rejection::RecordProblem;
use super::rules::AppendRules;
use crate::batch::{RecordBatch, TimestampType};
use crate::record::Record;

/// The rules for one record after the other.
pub(super) struct RecordCheck {
    needs_key: bool,
    timestamp_type: TimestampType,
    is_append_time_claimed: bool,
    now: i64,
    before_max_ms: i64,
    after_max_ms: i64,
}

impl RecordCheck {
    pub(super) fn new(batch: &RecordBatch<'_>, rules: &AppendRules, now: TimestampMs) -> Self {
        Self {
            needs_key: rules.is_compacted,
            timestamp_type: rules.timestamp_type,
            is_append_time_claimed: batch.timestamp_type() == TimestampType::LogAppendTime,
            now: now.0,
            before_max_ms: rules.timestamp_before_max_ms,
            after_max_ms: rules.timestamp_after_max_ms,
        }
    }

    #[inline]
    pub(super) fn problem(&self, record: &Record<'_>) -> Option<RecordProblem> {
        if self.needs_key && record.key.is_none() {
            return Some(RecordProblem::NoKey);
        }
        if self.timestamp_type == TimestampType::CreateTime && record.is_timestamped() {
            return self.timestamp_problem(record.timestamp_or_none());
        }
        self.is_append_time_claimed
            .then_some(RecordProblem::AppendTimeClaimed)
    }

    /// Wraps on overflow where Java does, so that absurd timestamps are judged alike.
    #[inline]
    fn timestamp_problem(&self, timestamp: i64) -> Option<RecordProblem> {
        let age = self.now.wrapping_sub(timestamp);
        (age > self.before_max_ms || age.wrapping_neg() > self.after_max_ms).then(|| {
            RecordProblem::Timestamp {
                timestamp: TimestampMs(timestamp),
                least: TimestampMs(self.now.saturating_sub(self.before_max_ms)),
                most: TimestampMs(self.now.saturating_add(self.after_max_ms)),
            }
        })
    }
}
