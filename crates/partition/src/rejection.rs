//! Why an append is refused, as Apache Kafka tells a producer (KIP-467).
//!
//! Only where single records are at fault is there a message. The log start offset is told of every refusal that the log itself
//! decides on, and of none that comes before it: wrong framing or format, size, leadership.

use model::{ErrorCode, Offset};
use records::{RecordError, RecordProblem, Rejection};
use storage::file_names::TopicPartition;

/// How many records at fault the message of a refusal names.
const NAMED_RECORDS: usize = 3;

/// An append that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppendRejection {
    /// Kafka's error.
    pub error: ErrorCode,
    /// What is wrong, for the producer's user.
    pub message: Option<String>,
    /// The records at fault, by their place in the batch.
    pub records: Vec<(i32, Option<String>)>,
    /// Where the log starts, where that is told.
    pub log_start_offset: Option<Offset>,
    /// Nothing is wrong, but the batch has to be compressed anew.
    pub takes_long: bool,
}

impl From<ErrorCode> for AppendRejection {
    fn from(error: ErrorCode) -> Self {
        Self {
            error,
            message: None,
            records: Vec::new(),
            log_start_offset: None,
            takes_long: false,
        }
    }
}

impl AppendRejection {
    /// Why the batch was not accepted for a partition.
    pub(crate) fn of_batch(rejection: &Rejection, partition: &TopicPartition) -> Self {
        let errors = rejection.record_errors();
        let records: Vec<_> = errors
            .iter()
            .map(|error| (error.batch_index, Some(record_message(error, partition))))
            .collect();
        Self {
            message: message(rejection.code(), &records),
            records,
            ..Self::from(rejection.code())
        }
    }

    /// Whether the producer is told where the log starts.
    pub(crate) fn tells_log_start(error: ErrorCode) -> bool {
        !matches!(
            error,
            ErrorCode::NOT_LEADER_OR_FOLLOWER
                | ErrorCode::MESSAGE_TOO_LARGE
                | ErrorCode::CORRUPT_MESSAGE
                | ErrorCode::KAFKA_STORAGE_ERROR
                | ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
                | ErrorCode::UNKNOWN_TOPIC_ID
        )
    }
}

/// Whether a batch is refused before its partition's log has a say.
pub(crate) fn precedes_log(rejection: &Rejection) -> bool {
    matches!(
        rejection,
        Rejection::NoBatch
            | Rejection::OldMagic(_)
            | Rejection::SeveralBatches
            | Rejection::ZstdTooEarly { .. }
            | Rejection::UnknownCodec(_)
    )
}

fn message(error: ErrorCode, records: &[(i32, Option<String>)]) -> Option<String> {
    if records.is_empty() {
        return None;
    }
    if error == ErrorCode::INVALID_TIMESTAMP {
        return Some("One or more records have been rejected due to invalid timestamp".to_owned());
    }
    let named = records.iter().take(NAMED_RECORDS).map(|(index, message)| {
        let message = message.as_deref().unwrap_or_default();
        format!("RecordError(batchIndex={index}, message='{message}')")
    });
    let named: Vec<_> = named.collect();
    Some(format!(
        "One or more records have been rejected due to {} record errors in total, and only showing the first three \
         errors at most: [{}]",
        records.len(),
        named.join(", ")
    ))
}

fn record_message(error: &RecordError, partition: &TopicPartition) -> String {
    match error.problem {
        RecordProblem::NoKey => format!(
            "Compacted topic cannot accept message without key in topic partition {partition}"
        ),
        RecordProblem::Timestamp {
            timestamp,
            least,
            most,
        } => format!(
            "Timestamp {} of message with offset {} is out of range. The timestamp should be within [{}, {}]",
            timestamp.0, error.batch_index, least.0, most.0
        ),
        RecordProblem::AppendTimeClaimed => error.problem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::TimestampMs;

    /// What a producer is told of records at fault, given by their places and problems.
    fn told(problems: &[(i32, RecordProblem)]) -> AppendRejection {
        let errors = problems.iter().map(|&(batch_index, problem)| RecordError {
            batch_index,
            problem,
        });
        let rejection = Rejection::BadRecords(errors.collect());
        AppendRejection::of_batch(&rejection, &TopicPartition::new("t", 3))
    }

    #[test]
    fn records_without_a_key_are_told_in_kafkas_words_and_three_are_named() {
        let told = told(&[0, 1, 4, 5].map(|index| (index, RecordProblem::NoKey)));
        let one = "Compacted topic cannot accept message without key in topic partition t-3";
        assert_eq!(told.records[3], (5, Some(one.to_owned())));
        let message = told.message.expect("records are at fault");
        assert!(
            message.starts_with(
                "One or more records have been rejected due to 4 record errors in total"
            ),
            "{message}"
        );
        assert_eq!(message.matches("RecordError(").count(), NAMED_RECORDS);
    }

    #[test]
    fn a_wrong_time_is_told_with_its_limits() {
        let problem = RecordProblem::Timestamp {
            timestamp: TimestampMs(5),
            least: TimestampMs(7),
            most: TimestampMs(9),
        };
        let told = told(&[(2, problem), (3, RecordProblem::NoKey)]);
        assert_eq!(told.error, ErrorCode::INVALID_TIMESTAMP);
        assert_eq!(
            told.message.as_deref(),
            Some("One or more records have been rejected due to invalid timestamp")
        );
        let one = "Timestamp 5 of message with offset 2 is out of range. \
                   The timestamp should be within [7, 9]";
        assert_eq!(told.records[0], (2, Some(one.to_owned())));
    }

    #[test]
    fn a_batch_that_is_wrong_as_a_whole_has_no_message() {
        let large = Rejection::TooLarge { size: 9, limit: 8 };
        let told = AppendRejection::of_batch(&large, &TopicPartition::new("t", 0));
        assert_eq!((told.message, told.records), (None, Vec::new()));
        assert!(!AppendRejection::tells_log_start(told.error));
        assert!(precedes_log(&Rejection::NoBatch) && !precedes_log(&large));
    }
}
