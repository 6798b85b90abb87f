//! What can go wrong, in words that name the remedy.

use std::sync::Arc;
use std::time::Duration;

use model::ErrorCode;
use protocol::{ApiKey, DecodeError, EncodeError};
use thiserror::Error;

use crate::consumer::Unreadable;

/// Why a call failed.
#[derive(Clone, Debug, Error)]
pub enum ClientError {
    /// An address that is not `host:port`.
    #[error("'{0}' is no address of a broker: write host:port, several separated by commas")]
    Address(String),
    /// None of the bootstrap addresses could be reached.
    #[error(
        "no broker answers at {addresses} within {} ({cause}): is it running? \
         Start one with `kalda server`, or name another with --bootstrap-server", seconds(*.waited)
    )]
    NoBroker {
        /// All that were tried.
        addresses: String,
        /// For how long.
        waited: Duration,
        /// What the last attempt met.
        cause: String,
    },
    /// The cluster names a broker at an address that cannot be reached from here.
    #[error(
        "node {node} of the cluster says it is at {address}, which does not answer ({cause}): \
         if the node runs, its advertised.listeners must name an address that clients reach"
    )]
    Unreachable {
        /// The broker's id.
        node: i32,
        /// Its advertised address.
        address: String,
        /// What the attempt met.
        cause: String,
    },
    /// The connection broke.
    #[error("the connection to {address} was lost: {source}")]
    ConnectionLost {
        /// The peer.
        address: String,
        /// What the socket said.
        source: Arc<std::io::Error>,
    },
    /// A request was not answered in time.
    #[error(
        "{address} did not answer {api} within {}: it may be overloaded or stopped; \
         try again, or allow more time with --request-timeout-ms", seconds(*.waited)
    )]
    TimedOut {
        /// The peer.
        address: String,
        /// What was asked.
        api: &'static str,
        /// For how long.
        waited: Duration,
    },
    /// The peer's answer is not one of Kafka's.
    #[error("{address} does not speak Kafka's protocol as expected ({api}: {source})")]
    Malformed {
        /// The peer.
        address: String,
        /// What was asked.
        api: &'static str,
        /// What is wrong with the answer.
        source: DecodeError,
    },
    /// The peer answered with something other than Kafka's framing.
    #[error(
        "what answers at {0} is no Kafka broker, or expects TLS: check the port, and that the \
         listener's protocol is PLAINTEXT"
    )]
    NotKafka(String),
    /// The broker lacks an API, or all versions of it that would do.
    #[error("{address} does not offer {} in a version that this tool can use", .api.name())]
    Unsupported {
        /// The peer.
        address: String,
        /// The API.
        api: ApiKey,
    },
    /// The broker refused.
    #[error("{what}: {code}{}", detail(*.code, .message.as_deref()))]
    Refused {
        /// What was asked for.
        what: String,
        /// Kafka's error code.
        code: ErrorCode,
        /// The broker's explanation.
        message: Option<String>,
    },
    /// A topic that the cluster does not have.
    #[error("topic '{0}' does not exist: `kalda topic create {0}` makes it")]
    UnknownTopic(String),
    /// A partition that the topic does not have.
    #[error("topic '{topic}' has no partition {partition}: it has {count}, numbered from 0")]
    UnknownPartition {
        /// The topic.
        topic: String,
        /// The partition that was asked for.
        partition: i32,
        /// How many there are.
        count: usize,
    },
    /// A request that cannot be written.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Records that cannot be read.
    #[error("partition {partition} cannot be read at offset {offset}: {source}")]
    Records {
        /// Topic and number.
        partition: String,
        /// Where.
        offset: i64,
        /// What is wrong there.
        source: Unreadable,
    },
    /// A record was not acknowledged in the time that the producer has for it.
    #[error(
        "{partition} took no record within {} (last: {cause}): is its leader running?",
        seconds(*.waited)
    )]
    NotDelivered {
        /// Topic and number.
        partition: String,
        /// The producer's delivery time-out.
        waited: Duration,
        /// What the last attempt met.
        cause: String,
    },
    /// The producer was closed.
    #[error("the producer is closed")]
    Closed,
}

impl ClientError {
    /// The broker's refusal of `what`.
    pub(crate) fn refused(what: impl Into<String>, code: ErrorCode, message: Option<&str>) -> Self {
        Self::Refused {
            what: what.into(),
            code,
            message: message.map(str::to_owned),
        }
    }

    /// The error code, where the broker gave one.
    #[must_use]
    pub const fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }

    /// Whether the same call may succeed a moment later.
    #[must_use]
    pub fn is_retriable(&self) -> bool {
        match self {
            Self::ConnectionLost { .. } | Self::TimedOut { .. } | Self::Unreachable { .. } => true,
            Self::Refused { code, .. } => is_retriable(*code),
            _ => false,
        }
    }
}

/// The codes after which a client asks again, with fresh metadata.
pub(crate) fn is_retriable(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
            | ErrorCode::UNKNOWN_TOPIC_ID
            | ErrorCode::INCONSISTENT_TOPIC_ID
            | ErrorCode::LEADER_NOT_AVAILABLE
            | ErrorCode::NOT_LEADER_OR_FOLLOWER
            | ErrorCode::FENCED_LEADER_EPOCH
            | ErrorCode::UNKNOWN_LEADER_EPOCH
            | ErrorCode::REPLICA_NOT_AVAILABLE
            | ErrorCode::OFFSET_NOT_AVAILABLE
            | ErrorCode::REQUEST_TIMED_OUT
            | ErrorCode::NETWORK_EXCEPTION
            | ErrorCode::CORRUPT_MESSAGE
            | ErrorCode::NOT_ENOUGH_REPLICAS
            | ErrorCode::NOT_ENOUGH_REPLICAS_AFTER_APPEND
            | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
            | ErrorCode::COORDINATOR_NOT_AVAILABLE
            | ErrorCode::NOT_COORDINATOR
            | ErrorCode::NOT_CONTROLLER
            | ErrorCode::KAFKA_STORAGE_ERROR
            | ErrorCode::UNSTABLE_OFFSET_COMMIT
            | ErrorCode::THROTTLING_QUOTA_EXCEEDED
            | ErrorCode::CONCURRENT_TRANSACTIONS
            | ErrorCode::BROKER_NOT_AVAILABLE
    )
}

fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{} ms", time.as_millis())
    }
}

/// What a user should know beside the code's name.
fn detail(code: ErrorCode, message: Option<&str>) -> String {
    let remedy = match code {
        ErrorCode::TOPIC_ALREADY_EXISTS => "`kalda topic list` shows what there is",
        ErrorCode::INVALID_REPLICATION_FACTOR => "there must be as many brokers as replicas",
        ErrorCode::MESSAGE_TOO_LARGE => "the topic's max.message.bytes is the limit",
        ErrorCode::RECORD_LIST_TOO_LARGE => "the topic's segment.bytes is the limit",
        ErrorCode::INVALID_RECORD => "a compacted topic takes records with keys alone",
        ErrorCode::NOT_ENOUGH_REPLICAS => "fewer replicas are in sync than min.insync.replicas",
        ErrorCode::GROUP_AUTHORIZATION_FAILED | ErrorCode::TOPIC_AUTHORIZATION_FAILED => {
            "ask for the access that the cluster's ACLs do not give"
        }
        _ => "",
    };
    let message = message.filter(|text| !text.is_empty());
    [message, Some(remedy).filter(|text| !text.is_empty())]
        .into_iter()
        .flatten()
        .map(|text| format!(" ({text})"))
        .collect()
}
