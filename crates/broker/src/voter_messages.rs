//! Messages between the voters of the metadata quorum, an API of Kalda's own on the listener of controllers.
//!
//! - Its key is outside Kafka's range, and no client is told of it. On another listener it is an unknown API.
//! - A message is answered only where it is refused: with `INCONSISTENT_CLUSTER_ID` from another cluster,
//!   `INCONSISTENT_VOTER_SET` from a node that is no voter or for another node, `INVALID_REQUEST` if it cannot be read.
//! - What it says is the quorum's; it may be lost at any time, as where too many wait.

use bytes::Bytes;
use model::{BrokerId, ErrorCode};
use protocol::request_header::RequestHeader;
use protocol::response_header::ResponseHeader;
use protocol::voter_message_data::VoterMessageData;
use protocol::voter_message_refusal::VoterMessageRefusal;
use protocol::{Message, Reader, Writer};

use crate::asks::AskRequest;
use crate::broker::Broker;
use crate::connection::{CloseReason, Handled};
use crate::effects::Effects;
use crate::reply::Reply;

/// The key of the API: "KA".
pub(crate) const KEY: i16 = 0x4b41;
const VERSION: i16 = 0;
/// Versions of headers with tagged fields.
const REQUEST_HEADER: i16 = 2;
const RESPONSE_HEADER: i16 = 1;

/// A message from this node to another voter.
pub(crate) fn request(broker: &Broker, to: BrokerId, message: &[u8]) -> AskRequest {
    let from = broker.node_id();
    let data = VoterMessageData {
        cluster_id: broker.cluster_id().into(),
        from_node: from.0,
        to_node: to.0,
        message: message.into(),
        ..Default::default()
    };
    AskRequest::one_way(KEY, &data, &from.to_string())
}

/// What an answer, header included, says of why a message was refused; `None` if it cannot be read.
pub(crate) fn read_refusal(frame: &[u8]) -> Option<String> {
    let mut reader = Reader::new(frame);
    ResponseHeader::decode(&mut reader, RESPONSE_HEADER).ok()?;
    let refusal = VoterMessageRefusal::decode(&mut reader, VERSION).ok()?;
    Some(format!("{}: {}", refusal.error_code, refusal.error_message))
}

/// Whether a request is a message of a voter.
pub(crate) fn is_message(frame: &[u8]) -> bool {
    frame.starts_with(&KEY.to_be_bytes())
}

/// Takes in a message of another voter.
pub(crate) fn handle(broker: &Broker, frame: &[u8], fx: &mut Effects) -> Handled {
    let mut reader = Reader::new(frame);
    let Ok(header) = RequestHeader::decode(&mut reader, REQUEST_HEADER) else {
        let reason = "the header of a voter's message cannot be read";
        return Handled::Close(CloseReason::InvalidRequest(reason.to_owned()));
    };
    match take(broker, header.request_api_version, &mut reader, fx) {
        Ok(()) => Handled::Silent,
        Err((error_code, message)) => refuse(header.correlation_id, error_code, message),
    }
}

fn take(
    broker: &Broker,
    version: i16,
    reader: &mut Reader<'_>,
    fx: &mut Effects,
) -> Result<(), (ErrorCode, String)> {
    if version != VERSION {
        let message = format!("messages of voters have version {VERSION} here, not {version}");
        return Err((ErrorCode::UNSUPPORTED_VERSION, message));
    }
    let data = VoterMessageData::decode(reader, version)
        .map_err(|error| (ErrorCode::INVALID_REQUEST, error.to_string()))?;
    let (ours, theirs) = (broker.cluster_id(), &*data.cluster_id);
    if ours != theirs {
        let message = format!("this node belongs to cluster {ours}, not {theirs}");
        return Err((ErrorCode::INCONSISTENT_CLUSTER_ID, message));
    }
    let (me, from) = (broker.node_id(), BrokerId(data.from_node));
    if data.to_node != me.0 {
        let message = format!("this is node {me}, not {}", data.to_node);
        return Err((ErrorCode::INCONSISTENT_VOTER_SET, message));
    }
    if from == me || !broker.voters().contains(&from) {
        let message = format!("node {from} is no other voter of the metadata quorum of node {me}");
        return Err((ErrorCode::INCONSISTENT_VOTER_SET, message));
    }
    let message = Bytes::copy_from_slice(&data.message);
    broker.inbox.push_voter_message(from, message, fx);
    Ok(())
}

fn refuse(correlation_id: i32, error_code: ErrorCode, message: String) -> Handled {
    let header = ResponseHeader {
        correlation_id,
        ..Default::default()
    };
    let refusal = VoterMessageRefusal {
        error_code,
        error_message: message.into(),
        ..Default::default()
    };
    let mut body = Writer::new();
    let written = header
        .encode(&mut body, RESPONSE_HEADER)
        .and_then(|()| refusal.encode(&mut body, VERSION));
    written.expect("version 0 carries every refusal");
    Handled::Reply(Reply::framed(&body.into_parts().0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_as_it_was_meant() {
        let refused = refuse(4, ErrorCode::INCONSISTENT_CLUSTER_ID, "ours".to_owned());
        let Handled::Reply(reply) = refused else {
            panic!("{refused:?}");
        };
        let bytes = reply.into_bytes().unwrap();
        let read = read_refusal(&bytes[4..]);
        assert_eq!(read.as_deref(), Some("INCONSISTENT_CLUSTER_ID: ours"));
    }
}
