//! ShareAcknowledge, key 79, versions 1 and 2 (KIP-932).
//!
//! - A member says of records that it has: accept, release, reject, gap; from version 2 on renew (KIP-1222), if the request
//!   says that it renews.
//! - The request continues a share session. Epoch 0 is `INVALID_SHARE_SESSION_EPOCH`; with epoch -1 the session ends, and
//!   what its member has beyond that is available again.
//! - Answered when everything is written: `INVALID_RECORD_STATE` for records that the member does not have.

use std::sync::Arc;

use model::ErrorCode;
use protocol::share_acknowledge_request::ShareAcknowledgeRequest;
use protocol::share_acknowledge_response::{
    PartitionData, ShareAcknowledgeResponse, ShareAcknowledgeTopicResponse,
};

use super::share_requests::{Acknowledgements, end_session, said_in_acknowledge};
use super::{Cx, Outgoing};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::parked::Parked;
use crate::share_session::{FINAL_EPOCH, INITIAL_EPOCH, ShareSession};

/// A ShareAcknowledge that waits for what it says to be written.
#[derive(Debug)]
pub struct ParkedShareAcknowledge {
    outgoing: Outgoing,
    acknowledgements: Acknowledgements,
    lock_ms: i32,
}

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ShareAcknowledgeRequest<'_>,
) -> Handled {
    let session = match session_of(broker, request) {
        Ok(session) => session,
        Err(error_code) => {
            return cx.reply(&ShareAcknowledgeResponse {
                error_code,
                ..Default::default()
            });
        }
    };
    let said = said_in_acknowledge(&request.topics);
    let said = (&*session, said, request.is_renew_ack);
    let acknowledgements = Acknowledgements::take_in(broker, cx.now, cx.ticket, said, cx.fx);
    if request.share_session_epoch == FINAL_EPOCH {
        end_session(broker, cx.now, &session, cx.fx);
    }
    let lock = broker.group_config(&session.group).share_record_lock;
    let parked = ParkedShareAcknowledge {
        outgoing: cx.outgoing(),
        acknowledgements,
        lock_ms: i32::try_from(lock.as_millis()).unwrap_or(i32::MAX),
    };
    parked.look_again()
}

fn session_of(
    broker: &Broker,
    request: &ShareAcknowledgeRequest<'_>,
) -> Result<Arc<ShareSession>, ErrorCode> {
    if !broker.has_share_groups() {
        return Err(ErrorCode::UNSUPPORTED_VERSION);
    }
    let (group, member) = (request.group_id.as_deref(), request.member_id.as_deref());
    let (group, member) = group.zip(member).ok_or(ErrorCode::INVALID_REQUEST)?;
    match request.share_session_epoch {
        INITIAL_EPOCH => Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH),
        FINAL_EPOCH => broker.share_sessions.end(group, member),
        epoch => broker.share_sessions.continued(group, member, epoch),
    }
}

impl ParkedShareAcknowledge {
    /// Answers once everything is written.
    pub(crate) fn look_again(self) -> Handled {
        if !self.acknowledgements.are_known() {
            return Handled::Parked(Parked::ShareAcknowledge(self), None);
        }
        let mut responses: Vec<ShareAcknowledgeTopicResponse> = Vec::new();
        for ((topic_id, partition_index), error_code) in self.acknowledgements.outcomes() {
            let partition = PartitionData {
                partition_index,
                error_code,
                ..Default::default()
            };
            match responses
                .last_mut()
                .filter(|last| last.topic_id == topic_id)
            {
                Some(last) => last.partitions.push(partition),
                None => responses.push(ShareAcknowledgeTopicResponse {
                    topic_id,
                    partitions: vec![partition],
                    ..Default::default()
                }),
            }
        }
        self.outgoing.reply(&ShareAcknowledgeResponse {
            acquisition_lock_timeout_ms: self.lock_ms,
            responses,
            ..Default::default()
        })
    }
}
