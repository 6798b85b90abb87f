//! Clients' requests to a controller on another node: handed on in envelopes (KIP-590).
//!
//! ```text
//!  client -- request --> broker -- Envelope(request, principal) --> active controller
//!  client <- response -- broker <- Envelope(response) -------------+
//! ```
//!
//! A request waits here while no controller is known, and is handed on again where the node that was asked cannot be reached or is
//! not the active controller.
//!
//! Known difference from Apache Kafka: a request that was sent on a connection that is lost is not sent again, because it may have
//! been carried out. The client's connection is closed, and the client decides.

use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use model::{ErrorCode, Now};
use protocol::default_principal_data::DefaultPrincipalData;
use protocol::envelope_request::EnvelopeRequest;
use protocol::envelope_response::EnvelopeResponse;
use protocol::{Message, Reader};

use super::ControllerHost;
use super::channel::Forwarded;
use crate::asks::{Ask, AskRequest, AskToken, Lane, Unanswered};
use crate::controller_inbox::ForwardedRequest;
use crate::effects::Effects;
use crate::reply::Reply;
use crate::session::Principal;

/// How long a client's request may wait and be handed on.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it waits before it is handed on again.
const PAUSE: Duration = Duration::from_millis(100);
const ENVELOPE: i16 = 0;
const PRINCIPAL: i16 = 0;

impl ControllerHost {
    /// Hands a client's request on to the active controller of another node.
    pub(super) fn forward(&mut self, now: Now, request: ForwardedRequest, fx: &mut Effects) {
        let until = now.mono + PATIENCE;
        self.hand_on(now, Forwarded { request, until }, fx);
    }

    fn hand_on(&mut self, now: Now, forwarded: Forwarded, fx: &mut Effects) {
        if !self.channel.has_room() || forwarded.until <= now.mono {
            return fx.abandoned.push(forwarded.request.ticket);
        }
        let Some(to) = self.other_leader() else {
            return self.channel.hold(forwarded, now.mono + PAUSE);
        };
        let request = envelope(&forwarded.request, &self.broker.node_id().to_string());
        let deadline = forwarded.until;
        fx.asks.push(Ask {
            to,
            lane: Lane::Forwarding,
            token: AskToken::Controller(self.channel.note_client(forwarded)),
            deadline,
            request,
        });
    }

    /// Hands on again what waits, when it is time to or a controller has become known.
    pub(super) fn retry_held(&mut self, now: Now, fx: &mut Effects) {
        for forwarded in self.channel.take_held() {
            if self.is_active() {
                self.on_request(now, forwarded.request, fx);
            } else {
                self.hand_on(now, forwarded, fx);
            }
        }
    }

    /// Another node has answered an envelope, or will not.
    pub(super) fn on_forwarded_reply(
        &mut self,
        now: Now,
        forwarded: Forwarded,
        reply: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        let outcome = match &reply {
            Ok(body) => open_answer(body),
            Err(Unanswered::Unreachable) => Err(ErrorCode::NOT_CONTROLLER),
            Err(_) => Err(ErrorCode::NETWORK_EXCEPTION),
        };
        match outcome {
            Ok(answer) => fx.replies.push((forwarded.request.ticket, answer)),
            Err(ErrorCode::NOT_CONTROLLER) => self.channel.hold(forwarded, now.mono + PAUSE),
            Err(_) => fx.abandoned.push(forwarded.request.ticket),
        }
    }
}

/// The answer in an envelope.
///
/// # Errors
/// Why there is none.
fn open_answer(body: &[u8]) -> Result<Reply, ErrorCode> {
    let envelope = EnvelopeResponse::decode(&mut Reader::new(body), ENVELOPE);
    let envelope = envelope.map_err(|_| ErrorCode::UNKNOWN_SERVER_ERROR)?;
    match envelope.response_data {
        Some(data) if envelope.error_code.is_none() => Ok(Reply::framed(&data)),
        _ if envelope.error_code.is_none() => Err(ErrorCode::UNKNOWN_SERVER_ERROR),
        _ => Err(envelope.error_code),
    }
}

fn envelope(request: &ForwardedRequest, client_id: &str) -> AskRequest {
    let address = match request.peer {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let envelope = EnvelopeRequest {
        request_data: (&*request.frame).into(),
        request_principal: Some(principal_data(&request.principal).into()),
        client_host_address: address.into(),
        ..Default::default()
    };
    AskRequest::new(&envelope, ENVELOPE, client_id).expect("version 0 carries every request")
}

/// A principal as Kafka's own serde writes it: its version, and its fields.
fn principal_data(principal: &Principal) -> Vec<u8> {
    let data = DefaultPrincipalData {
        type_: (*principal.kind).into(),
        name: (*principal.name).into(),
        ..Default::default()
    };
    let mut bytes = PRINCIPAL.to_be_bytes().to_vec();
    bytes.extend(
        data.to_bytes(PRINCIPAL)
            .expect("version 0 carries both names"),
    );
    bytes
}

/// The principal in an envelope.
pub(super) fn read_principal(bytes: &[u8]) -> Option<Principal> {
    let (version, data) = bytes.split_first_chunk::<2>()?;
    let data = DefaultPrincipalData::from_bytes(data, i16::from_be_bytes(*version)).ok()?;
    Some(Principal {
        kind: (*data.type_).into(),
        name: (*data.name).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_principal_comes_out_of_the_envelope_as_it_went_in() {
        let principal = Principal {
            kind: "User".into(),
            name: "alice".into(),
        };
        let bytes = principal_data(&principal);
        assert_eq!(read_principal(&bytes), Some(principal));
        assert_eq!(read_principal(&bytes[..5]), None);
        assert_eq!(read_principal(&[0, 9, 1]), None, "a version of the future");
    }
}
