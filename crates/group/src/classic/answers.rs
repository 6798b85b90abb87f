//! Answers to JoinGroup and SyncGroup, at once or to requests that waited.

use std::borrow::Cow;

use model::ErrorCode;
use protocol::join_group_response::{JoinGroupResponse, JoinGroupResponseMember};
use protocol::sync_group_response::SyncGroupResponse;

use super::{ClassicGroup, Parked};
use crate::turn::{Completed, Turn, Waiter};

/// From this version on a JoinGroup answer may lack a protocol.
const NULLABLE_PROTOCOL_NAME: i16 = 7;

/// "No protocol" as a version has it.
fn no_protocol(version: i16) -> Option<Cow<'static, str>> {
    (version < NULLABLE_PROTOCOL_NAME).then_some(Cow::Borrowed(""))
}

pub(crate) fn join_error(
    version: i16,
    error: ErrorCode,
    member_id: &str,
) -> JoinGroupResponse<'static> {
    JoinGroupResponse {
        error_code: error,
        generation_id: -1,
        protocol_name: no_protocol(version),
        member_id: Cow::Owned(member_id.to_owned()),
        ..JoinGroupResponse::default()
    }
}

pub(crate) fn sync_error(error: ErrorCode) -> SyncGroupResponse<'static> {
    SyncGroupResponse {
        error_code: error,
        ..SyncGroupResponse::default()
    }
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

impl ClassicGroup {
    /// The current generation, as a member learns it; the leader also learns who the members are.
    pub(super) fn join_answer(&self, member_id: &str, version: i16) -> JoinGroupResponse<'static> {
        let members = if self.is_leader(member_id) {
            self.listed_members()
        } else {
            Vec::new()
        };
        let leader = self.leader.as_deref().unwrap_or("");
        JoinGroupResponse {
            members,
            ..self.join_answer_of(member_id, leader, version)
        }
    }

    /// The current generation without its members, under the leader named.
    pub(super) fn join_answer_of(
        &self,
        member_id: &str,
        leader: &str,
        version: i16,
    ) -> JoinGroupResponse<'static> {
        JoinGroupResponse {
            error_code: ErrorCode::NONE,
            generation_id: self.generation,
            protocol_type: self.protocol_type.as_deref().map(owned),
            protocol_name: self
                .protocol
                .as_deref()
                .map(owned)
                .or_else(|| no_protocol(version)),
            leader: owned(leader),
            member_id: owned(member_id),
            ..JoinGroupResponse::default()
        }
    }

    pub(super) fn listed_members(&self) -> Vec<JoinGroupResponseMember<'static>> {
        let protocol = self.protocol.as_deref().unwrap_or("");
        self.members
            .iter()
            .map(|member| JoinGroupResponseMember {
                member_id: owned(&member.id),
                group_instance_id: member.instance_id.as_deref().map(owned),
                metadata: Cow::Owned(member.metadata(protocol).to_vec()),
                ..JoinGroupResponseMember::default()
            })
            .collect()
    }

    pub(super) fn sync_answer(&self, assignment: &[u8]) -> SyncGroupResponse<'static> {
        SyncGroupResponse {
            error_code: ErrorCode::NONE,
            protocol_type: self.protocol_type.as_deref().map(owned),
            protocol_name: self.protocol.as_deref().map(owned),
            assignment: Cow::Owned(assignment.to_vec()),
            ..SyncGroupResponse::default()
        }
    }

    /// Lets a request of a member wait. A request of the same member that waits already is from a
    /// connection that the client gave up: it is told to join again.
    pub(super) fn park(&mut self, member_id: &str, request: Parked, turn: &mut Turn<'_>) {
        if let Some(before) = self.members.park(member_id, request) {
            answer(before, ErrorCode::REBALANCE_IN_PROGRESS, member_id, turn);
        }
    }

    /// Answers the request of the member that waits, if one does, with an error.
    pub(super) fn answer_parked(&mut self, member_id: &str, error: ErrorCode, turn: &mut Turn<'_>) {
        if let Some(request) = self.members.unpark(member_id) {
            answer(request, error, member_id, turn);
        }
    }

    /// Answers all SyncGroup requests that wait: with the assignments, or with an error. Whoever was
    /// answered has a new session: deadlines that passed while it waited were let go.
    pub(super) fn answer_syncs(&mut self, error: ErrorCode, turn: &mut Turn<'_>) {
        for id in self.members.ids() {
            let Some(member) = self.members.get(&id) else {
                continue;
            };
            let Some(Parked::Sync { waiter }) = member.parked else {
                continue;
            };
            let response = if error.is_none() {
                self.sync_answer(&member.assignment)
            } else {
                sync_error(error)
            };
            self.members.unpark(&id);
            turn.complete(waiter, Completed::Sync(response));
            self.renew_session(&id, turn);
        }
    }
}

fn answer(request: Parked, error: ErrorCode, member_id: &str, turn: &mut Turn<'_>) {
    let (waiter, response): (Waiter, Completed) = match request {
        Parked::Join { waiter, version } => {
            // A member that is gone must not come back under its id.
            let gone = error == ErrorCode::UNKNOWN_MEMBER_ID;
            let id = if gone { "" } else { member_id };
            (waiter, Completed::Join(join_error(version, error, id)))
        }
        Parked::Sync { waiter } => (waiter, Completed::Sync(sync_error(error))),
    };
    turn.complete(waiter, response);
}
