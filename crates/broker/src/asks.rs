//! What this node wants of other nodes: an ask is an effect, and its answer an input.
//!
//! ```text
//!  core -- Effects::asks --> outbound connection of (node, lane) --> the other node
//!    ^                                                                    |
//!    +---- Broker::on_answer(token, answer | why there is none) <---------+
//! ```
//!
//! Every ask that expects an answer gets one, or learns why there is none, by its deadline at the latest. Nothing is sent twice:
//! whoever asks decides whether it may ask again.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{BrokerId, Now};
use protocol::request_header::RequestHeader;
use protocol::wire::{Sink, Size};
use protocol::{EncodeError, Message, Request, Writer, encode_request};
use thiserror::Error;

use crate::broker::Broker;
use crate::effects::Effects;

/// Where the correlation id stands in a framed request: behind size, key and version.
const CORRELATION: std::ops::Range<usize> = 8..12;
/// The version of the header of Kalda's own requests, with tagged fields.
const HEADER: i16 = 2;

/// Another node, and where it listens for what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Destination {
    /// Its node id.
    pub node: BrokerId,
    /// Host name or address.
    pub host: Arc<str>,
    /// TCP port.
    pub port: u16,
}

/// One connection to a node: what is asked on a lane is answered in order, and waits for what was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Messages between the voters of the metadata quorum.
    Voters,
    /// The broker's conversation with the active controller.
    Controller,
    /// What clients ask of the controller, handed on.
    Forwarding,
    /// Fetches of the metadata log by nodes that do not vote.
    Metadata,
    /// Fetches of partitions' records, by the number of the fetcher.
    Replication(u16),
    /// Between coordinators, and between them and leaders.
    Coordination(Errand),
}

/// What coordinators and leaders want of each other. Each kind has its own connection: what waits for a partition's replicas
/// holds up nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Errand {
    /// A transaction coordinator has markers written.
    Markers,
    /// A leader asks a transaction coordinator whether partitions take part.
    Participants,
    /// A leader or a group coordinator asks a share coordinator about states.
    ShareStates,
    /// A leader sends what share groups give up to the leader of their dead letter queue.
    DeadLetters,
}

impl Lane {
    /// Whether it belongs to the controller's thread, which never writes partition data.
    #[must_use]
    pub const fn is_of_controller(self) -> bool {
        match self {
            Self::Voters | Self::Controller | Self::Forwarding | Self::Metadata => true,
            Self::Replication(_) | Self::Coordination(_) => false,
        }
    }
}

/// Who asked, so that the answer finds its way back: the kind, and a number that only the asker understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AskToken {
    /// Nobody: there is no answer.
    Nobody,
    /// The controller's thread of this node.
    Controller(u64),
    /// A fetcher of replicas, and the number of its request.
    Fetcher(u32, u64),
    /// What is between coordinators and leaders, the node that is asked, and the number of the request.
    Coordination(Errand, BrokerId, u64),
}

/// Something that this node wants of another.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Whom to ask.
    pub to: Destination,
    /// The connection to use.
    pub lane: Lane,
    /// For the answer.
    pub token: AskToken,
    /// When the answer is not waited for any longer, on the clock `Now::mono`.
    pub deadline: Duration,
    /// What is asked.
    pub request: AskRequest,
}

/// A framed request whose correlation id is filled in when it is sent.
#[derive(Clone, Debug)]
pub struct AskRequest {
    frame: Vec<u8>,
    key: i16,
    version: i16,
    /// The version of the header of the answer; `None` where an answer is only a refusal.
    answer_header: Option<i16>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unanswered {
    /// It was not sent: there is no connection to the node, or too much waits for it already.
    #[error("the node cannot be reached")]
    Unreachable,
    /// The connection was lost; the node may have done what it was asked or not.
    #[error("the connection was lost")]
    Lost,
    /// The deadline has come; the node may have done what it was asked or not.
    #[error("it does not answer in time")]
    TimedOut,
    /// It was not sent: the node knows the API in these versions, or not at all.
    #[error("it does not have this version of the API")]
    Version {
        /// The lowest and the highest version.
        known: Option<(i16, i16)>,
    },
}

impl AskRequest {
    /// Frames `request` in `version` of its API.
    ///
    /// # Errors
    /// The version cannot carry what the request holds.
    pub fn new<'a, R: Request<'a>>(
        request: &R,
        version: i16,
        client_id: &str,
    ) -> Result<Self, EncodeError> {
        let mut writer = Writer::new();
        encode_request(&mut writer, version, 0, Some(client_id), request)?;
        let (frame, regions) = writer.into_parts();
        assert!(regions.is_empty(), "what is asked lies in memory");
        Ok(Self {
            frame,
            key: R::KEY.as_i16(),
            version,
            answer_header: Some(R::KEY.response_header_version(version)),
        })
    }

    /// Frames a message whose only answer is a refusal, in version 0 of an API of Kalda's own.
    pub(crate) fn one_way<'a>(key: i16, message: &impl Message<'a>, client_id: &str) -> Self {
        let header = RequestHeader {
            request_api_key: key,
            client_id: Some(client_id.into()),
            ..Default::default()
        };
        let size =
            |part: Result<Size, EncodeError>| part.expect("version 0 carries everything").bytes;
        let total = size(header.size(HEADER)) + size(message.size(0));
        let mut writer = Writer::new();
        writer.i32(i32::try_from(total).expect("what is asked is bounded far below 2 GiB"));
        let written = header
            .encode(&mut writer, HEADER)
            .and_then(|()| message.encode(&mut writer, 0));
        written.expect("version 0 carries everything");
        Self {
            frame: writer.into_parts().0,
            key,
            version: 0,
            answer_header: None,
        }
    }

    /// Whether an answer is waited for.
    #[must_use]
    pub const fn wants_answer(&self) -> bool {
        self.answer_header.is_some()
    }

    /// The API.
    #[must_use]
    pub const fn key(&self) -> i16 {
        self.key
    }

    /// The version.
    #[must_use]
    pub const fn version(&self) -> i16 {
        self.version
    }

    /// The version of the header of the answer, if one is waited for.
    #[must_use]
    pub const fn answer_header(&self) -> Option<i16> {
        self.answer_header
    }

    /// Bytes that it takes, with its size prefix.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frame.len()
    }

    /// Never: a header is always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frame.is_empty()
    }

    /// The bytes to send, size prefix included.
    #[must_use]
    pub fn into_frame(mut self, correlation_id: i32) -> Vec<u8> {
        self.frame[CORRELATION].copy_from_slice(&correlation_id.to_be_bytes());
        self.frame
    }
}

impl Broker {
    /// Where a live broker is reached by other brokers.
    pub fn peer(&self, id: BrokerId) -> Option<Destination> {
        let config = self.effective.now();
        let image = self.image();
        let broker = image.broker(id).filter(|broker| !broker.fenced)?;
        let endpoint = broker.endpoint(&config.broker.listeners.inter_broker)?;
        Some(Destination {
            node: id,
            host: (*endpoint.host).into(),
            port: endpoint.port,
        })
    }

    /// Takes in the body of the answer to an ask of this node, or why there is none.
    pub fn on_answer(
        &self,
        now: Now,
        token: AskToken,
        answer: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        match token {
            AskToken::Nobody => {}
            AskToken::Controller(number) => self.inbox.push_answer(number, answer, fx),
            AskToken::Fetcher(fetcher, number) => {
                self.on_fetcher_answer(now, (fetcher, number), answer, fx);
                self.end_turn(now, fx);
            }
            AskToken::Coordination(errand, node, number) => {
                let of = (node, number);
                match errand {
                    Errand::Markers => self.on_markers_answer(now, of, answer, fx),
                    Errand::Participants => self.on_participants_answer(now, of, answer, fx),
                    Errand::ShareStates => self.on_share_states_answer(now, of, answer, fx),
                    Errand::DeadLetters => self.on_dead_letters_answer(now, number, answer, fx),
                }
                self.end_turn(now, fx);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::Reader;
    use protocol::broker_heartbeat_request::BrokerHeartbeatRequest;

    use super::*;

    #[test]
    fn a_framed_request_gets_its_correlation_id_when_it_is_sent() {
        let request = BrokerHeartbeatRequest {
            broker_id: 3,
            ..Default::default()
        };
        let ask = AskRequest::new(&request, 1, "broker-3").unwrap();
        assert_eq!(ask.key(), protocol::ApiKey::BrokerHeartbeat.as_i16());
        let bytes = ask.into_frame(77);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.i32().unwrap() as usize, bytes.len() - 4);
        let header = RequestHeader::decode(&mut reader, 2).unwrap();
        assert_eq!(header.correlation_id, 77);
        assert_eq!(header.client_id.as_deref(), Some("broker-3"));
        let body = BrokerHeartbeatRequest::decode(&mut reader, 1).unwrap();
        assert_eq!(body, request);
    }
}
