//! FindCoordinator, key 10, versions 0 to 6.
//!
//! - Names the broker that coordinates a group: the leader of the partition of `__consumer_offsets` to which
//!   the group's name hashes. Version 4 asks for many keys at once.
//! - The topic is created when it is not there; meanwhile the answer is `COORDINATOR_NOT_AVAILABLE`, and
//!   the client asks again.
//! - Of a transactional id (key type 1) likewise, by `__transaction_state`.
//! - Of a share group's partition (key type 2, `group:topic id:partition`) likewise, by `__share_group_state`.

use std::borrow::Cow;

use model::{ErrorCode, TopicId};
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::{Coordinator, FindCoordinatorResponse};

use super::Cx;
use crate::broker::{Broker, Endpoint};
use crate::connection::Handled;
use crate::topics::{CONSUMER_OFFSETS, SHARE_GROUP_STATE, TRANSACTION_STATE};

const GROUP: i8 = 0;
const TRANSACTION: i8 = 1;
const SHARE: i8 = 2;
/// The first version that asks for several keys.
const BATCHED: i16 = 4;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &FindCoordinatorRequest<'_>,
) -> Handled {
    if cx.version >= BATCHED {
        let keys = request.coordinator_keys.iter();
        let coordinators = keys
            .map(|key| entry(key, find(broker, cx, request.key_type, key)))
            .collect();
        return cx.reply(&FindCoordinatorResponse {
            coordinators,
            ..Default::default()
        });
    }
    let response = match find(broker, cx, request.key_type, &request.key) {
        Ok((node_id, endpoint)) => FindCoordinatorResponse {
            node_id,
            host: Cow::Owned(endpoint.host),
            port: i32::from(endpoint.port),
            ..Default::default()
        },
        Err(error_code) => FindCoordinatorResponse {
            error_code,
            error_message: message(error_code).map(Cow::Borrowed),
            node_id: -1,
            port: -1,
            ..Default::default()
        },
    };
    cx.reply(&response)
}

fn find(
    broker: &Broker,
    cx: &mut Cx<'_>,
    key_type: i8,
    key: &str,
) -> Result<(i32, Endpoint), ErrorCode> {
    match key_type {
        GROUP => broker.coordinator(cx.session.listener, (CONSUMER_OFFSETS, key), cx.fx),
        TRANSACTION => broker.coordinator(cx.session.listener, (TRANSACTION_STATE, key), cx.fx),
        SHARE if !is_share_key(key) => Err(ErrorCode::INVALID_REQUEST),
        SHARE => broker.coordinator(cx.session.listener, (SHARE_GROUP_STATE, key), cx.fx),
        _ => Err(ErrorCode::INVALID_REQUEST),
    }
}

/// Whether `key` names a group, a topic's id and a partition; a group's name may hold colons.
fn is_share_key(key: &str) -> bool {
    let mut parts = key.rsplitn(3, ':');
    let partition = parts.next().and_then(|part| part.parse::<i32>().ok());
    let topic = parts.next().and_then(|part| part.parse::<TopicId>().ok());
    let group = parts.next();
    partition.is_some() && topic.is_some() && group.is_some_and(|group| !group.is_empty())
}

fn entry<'a>(key: &str, found: Result<(i32, Endpoint), ErrorCode>) -> Coordinator<'a> {
    let key = Cow::Owned(key.to_owned());
    match found {
        Ok((node_id, endpoint)) => Coordinator {
            key,
            node_id,
            host: Cow::Owned(endpoint.host),
            port: i32::from(endpoint.port),
            ..Default::default()
        },
        Err(error_code) => Coordinator {
            key,
            node_id: -1,
            port: -1,
            error_code,
            error_message: message(error_code).map(Cow::Borrowed),
            ..Default::default()
        },
    }
}

fn message(error: ErrorCode) -> Option<&'static str> {
    match error {
        ErrorCode::COORDINATOR_NOT_AVAILABLE => Some("The coordinator is not available."),
        _ => None,
    }
}
