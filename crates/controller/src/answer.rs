//! An outcome as the protocol tells it: a code and, sometimes, words.

use model::ErrorCode;
use protocol::Str;

/// Why something is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: ErrorCode,
    /// `None` where Kafka sends the code alone.
    pub(crate) message: Option<String>,
}

impl Refused {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: Some(message.into()),
        }
    }

    /// The code without words.
    pub(crate) const fn silent(code: ErrorCode) -> Self {
        Self {
            code,
            message: None,
        }
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_REQUEST, message)
    }

    pub(crate) fn unknown_topic() -> Self {
        let message = "This server does not host this topic-partition.";
        Self::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, message)
    }

    pub(crate) fn unknown_topic_id() -> Self {
        Self::new(
            ErrorCode::UNKNOWN_TOPIC_ID,
            "This server does not host this topic ID.",
        )
    }

    /// The request would write more records than one operation may.
    pub(crate) fn too_many_records() -> Self {
        let message = "Unable to perform excessively large batch operation.";
        Self::new(ErrorCode::POLICY_VIOLATION, message)
    }
}

/// The code and the words for a response.
pub(crate) fn tell<T>(outcome: &Result<T, Refused>) -> (ErrorCode, Option<Str<'static>>) {
    match outcome {
        Ok(_) => (ErrorCode::NONE, None),
        Err(refused) => (refused.code, refused.message.clone().map(Into::into)),
    }
}
