//! An outcome as the protocol tells it: a code and, sometimes, words.

use model::ErrorCode;
use protocol::Str;

/// The longest message: words may quote what a client sent, and a response holds no more.
const MAX_MESSAGE_BYTES: usize = protocol::wire::MAX_STRING_LEN;

/// Why something is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) code: ErrorCode,
    /// `None` where Kafka sends the code alone.
    pub(crate) message: Option<String>,
}

impl Refused {
    /// With a message, which is cut where a response could not hold it.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let mut message = message.into();
        message.truncate(message.floor_char_boundary(MAX_MESSAGE_BYTES));
        Self {
            code,
            message: Some(message),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_longer_than_a_response_holds_are_cut_between_characters() {
        let refused = Refused::invalid_request("é".repeat(MAX_MESSAGE_BYTES));
        let length = refused.message.map(|message| message.len());
        assert_eq!(length, Some(MAX_MESSAGE_BYTES - 1));
    }
}
