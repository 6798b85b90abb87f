//! The APIs by which clients become members, stay members and leave: keys 11 to 14.

use std::borrow::Cow;
use std::sync::Arc;

use metadata::Image;
use model::{ErrorCode, Now};
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::heartbeat_response::HeartbeatResponse;
use protocol::join_group_request::JoinGroupRequest;
use protocol::join_group_response::JoinGroupResponse;
use protocol::leave_group_request::{LeaveGroupRequest, MemberIdentity};
use protocol::leave_group_response::{LeaveGroupResponse, MemberResponse};
use protocol::sync_group_request::SyncGroupRequest;
use protocol::sync_group_response::SyncGroupResponse;
use statemachine::Decision;

use crate::GroupCoordinator;
use crate::classic::{Joining, empty_record, join_error, sync_error};
use crate::consumer::Moment;
use crate::coordinator::{Found, Undo};
use crate::logged::{Logged, LoggedGroup};
use crate::record::Record;
use crate::turn::{Caller, Decided, Reply, Waiter, answer};

/// The first SyncGroup that must name protocol type and protocol (KIP-559).
const NAMES_PROTOCOL: i16 = 5;
/// The first LeaveGroup of several members (KIP-345).
const LEAVES_TOGETHER: i16 = 3;

impl GroupCoordinator {
    /// JoinGroup (key 11, versions 0-9): a client becomes a member, or joins the next generation.
    ///
    /// - The answer comes when all members have joined or their time is up.
    /// - A join without member id makes a group if need be. `random` goes into the id of the member.
    /// - From version 4 on a new dynamic member is first told its id: MEMBER_ID_REQUIRED (KIP-394).
    /// - A static member (version 5, KIP-345) without member id takes the place of its predecessor,
    ///   in a stable group without a rebalance; from version 9 on a leader that returns so is told
    ///   not to assign (KIP-814).
    ///
    /// Errors: INVALID_GROUP_ID, INVALID_SESSION_TIMEOUT, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID,
    /// INCONSISTENT_GROUP_PROTOCOL, GROUP_MAX_SIZE_REACHED, MEMBER_ID_REQUIRED.
    ///
    /// Unlike Apache Kafka, a join that is refused makes no group, and the ids given out and the
    /// bytes of subscriptions have a limit per group.
    ///
    /// A consumer group with members is joined at once ([`mod@crate::consumer`]).
    pub fn join_group(
        &mut self,
        at: &Moment<'_>,
        logged: &Logged,
        waiter: Waiter,
        (caller, random): (Caller<'_>, u128),
        request: &JoinGroupRequest<'_>,
    ) -> Decided<JoinGroupResponse<'static>> {
        self.undo = Undo::Nothing;
        let now = at.now;
        let refused = |error, member_id| answer(join_error(caller.version, error, member_id));
        if request.group_id.is_empty() {
            return refused(ErrorCode::INVALID_GROUP_ID, &*request.member_id);
        }
        let limits = self.settings.min_session_timeout_ms..=self.settings.max_session_timeout_ms;
        if !limits.contains(&request.session_timeout_ms) {
            return refused(ErrorCode::INVALID_SESSION_TIMEOUT, &*request.member_id);
        }
        let joining = Joining {
            waiter,
            caller,
            random,
            request,
        };
        match logged.group(&request.group_id) {
            None | Some(LoggedGroup::Simple) if !request.member_id.is_empty() => {
                refused(ErrorCode::UNKNOWN_MEMBER_ID, &*request.member_id)
            }
            None | Some(LoggedGroup::Simple) if !joining.may_found_group() => {
                refused(ErrorCode::INCONSISTENT_GROUP_PROTOCOL, "")
            }
            None | Some(LoggedGroup::Simple) => self.join_new_group(now, &joining),
            Some(LoggedGroup::Consumer(group)) if !group.is_empty() => {
                self.join_consumer_group(at, group, &joining)
            }
            Some(LoggedGroup::Consumer(group)) if joining.may_found_group() => {
                if !request.member_id.is_empty() {
                    return refused(ErrorCode::UNKNOWN_MEMBER_ID, &*request.member_id);
                }
                let ends = group.tombstones().into_iter();
                let ends = ends.map(|change| Record::consumer(&request.group_id, change));
                let mut decided = self.join_new_group(now, &joining);
                decided.records.splice(0..0, ends);
                decided
            }
            Some(LoggedGroup::Streams(group)) if group.is_empty() && joining.may_found_group() => {
                if !request.member_id.is_empty() {
                    return refused(ErrorCode::UNKNOWN_MEMBER_ID, &*request.member_id);
                }
                let ends = group.tombstones().into_iter();
                let ends = ends.map(|change| Record::streams(&request.group_id, change));
                let mut decided = self.join_new_group(now, &joining);
                decided.records.splice(0..0, ends);
                decided
            }
            Some(LoggedGroup::Consumer(_) | LoggedGroup::Share(_) | LoggedGroup::Streams(_)) => {
                refused(ErrorCode::INCONSISTENT_GROUP_PROTOCOL, "")
            }
            Some(LoggedGroup::Classic(_)) => self.join_classic(now, logged, &joining),
        }
    }

    fn join_new_group(
        &mut self,
        now: Now,
        joining: &Joining<'_>,
    ) -> Decided<JoinGroupResponse<'static>> {
        let id: Arc<str> = Arc::from(&*joining.request.group_id);
        let (group, mut turn) = self.found(now, &id);
        let reply = group.join(joining, &mut turn);
        let record = empty_record(&id, now.wall);
        self.undo = Undo::Founded { group: id };
        Decision::atomically(vec![record], reply)
    }

    fn join_classic(
        &mut self,
        now: Now,
        logged: &Logged,
        joining: &Joining<'_>,
    ) -> Decided<JoinGroupResponse<'static>> {
        let id = &*joining.request.group_id;
        let Found::Classic(group, mut turn) = self.find(now, logged, id) else {
            unreachable!("the log has it as a classic group")
        };
        let reply = group.join(joining, &mut turn);
        let (records, replaced) = (turn.records, turn.replaced);
        if let Some(replaced) = replaced {
            self.undo = Undo::Replaced {
                group: Arc::from(id),
                replaced,
            };
        }
        Decision::atomically(records, reply)
    }

    /// SyncGroup (key 14, versions 0-5): a member asks for its assignment, the leader brings those of
    /// all.
    ///
    /// - The answer comes when the leader has brought them and they are stored.
    /// - A member that has not asked within the rebalance timeout is removed.
    ///
    /// Errors: INVALID_GROUP_ID, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION,
    /// REBALANCE_IN_PROGRESS, INCONSISTENT_GROUP_PROTOCOL (KIP-559).
    pub fn sync_group(
        &mut self,
        (now, image): (Now, &Image),
        logged: &Logged,
        (waiter, version): (Waiter, i16),
        request: &SyncGroupRequest<'_>,
    ) -> Decided<SyncGroupResponse<'static>> {
        self.undo = Undo::Nothing;
        if version >= NAMES_PROTOCOL
            && (request.protocol_type.is_none() || request.protocol_name.is_none())
        {
            return answer(sync_error(ErrorCode::INCONSISTENT_GROUP_PROTOCOL));
        }
        if request.group_id.is_empty() {
            return answer(sync_error(ErrorCode::INVALID_GROUP_ID));
        }
        if let Some(LoggedGroup::Consumer(group)) = logged.group(&request.group_id) {
            let synced = self.sync_consumer_member((now, image), group, request);
            return answer(synced.unwrap_or_else(sync_error));
        }
        let Found::Classic(group, mut turn) = self.find(now, logged, &request.group_id) else {
            return answer(sync_error(ErrorCode::UNKNOWN_MEMBER_ID));
        };
        let reply = group.sync(waiter, request, &mut turn);
        let records = turn.records;
        if !records.is_empty() {
            let group = Arc::from(&*request.group_id);
            self.undo = Undo::Assigned {
                group,
                leader: waiter,
            };
        }
        Decision::atomically(records, reply)
    }

    /// Heartbeat (key 12, versions 0-4): a member is alive. Costs the same in a group of any size.
    ///
    /// Errors: INVALID_GROUP_ID, UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID, ILLEGAL_GENERATION;
    /// REBALANCE_IN_PROGRESS tells a member, which was heard, to join again.
    pub fn heartbeat(
        &mut self,
        now: Now,
        logged: &Logged,
        request: &HeartbeatRequest<'_>,
    ) -> Decided<HeartbeatResponse> {
        self.undo = Undo::Nothing;
        let result = if request.group_id.is_empty() {
            Err(ErrorCode::INVALID_GROUP_ID)
        } else if let Some(LoggedGroup::Consumer(group)) = logged.group(&request.group_id) {
            self.heartbeat_consumer_member(now, group, request)
        } else if let Found::Classic(group, mut turn) = self.find(now, logged, &request.group_id) {
            group.heartbeat(request, &mut turn)
        } else {
            Err(ErrorCode::UNKNOWN_MEMBER_ID)
        };
        let error_code = result.err().unwrap_or(ErrorCode::NONE);
        answer(HeartbeatResponse {
            error_code,
            ..HeartbeatResponse::default()
        })
    }

    /// LeaveGroup (key 13, versions 0-5): members leave, or an administrator removes them.
    ///
    /// - Versions 0-2 name one member, whose error is that of the answer.
    /// - From version 3 on several are named; a static member may be named by its instance id alone
    ///   (KIP-345).
    ///
    /// Errors of a member: UNKNOWN_MEMBER_ID, FENCED_INSTANCE_ID. Of the request: INVALID_GROUP_ID.
    pub fn leave_group(
        &mut self,
        (now, image): (Now, &Image),
        logged: &Logged,
        version: i16,
        request: &LeaveGroupRequest<'_>,
    ) -> Decided<LeaveGroupResponse<'static>> {
        self.undo = Undo::Nothing;
        if request.group_id.is_empty() {
            return answer(left(version, Err(ErrorCode::INVALID_GROUP_ID)));
        }
        let alone = [MemberIdentity {
            member_id: Cow::Borrowed(&request.member_id),
            ..MemberIdentity::default()
        }];
        let leaving = if version < LEAVES_TOGETHER {
            &alone[..]
        } else {
            &request.members
        };
        if let Some(LoggedGroup::Consumer(group)) = logged.group(&request.group_id) {
            let place = (&*request.group_id, &**group);
            let (results, records) = self.leave_consumer_members((now, image), place, leaving);
            let members = leaving.iter().zip(results);
            let members = members.map(|(member, result)| gone(member, result));
            let left = left(version, Ok(members.collect()));
            return Decision::atomically(records, Reply::Now(left));
        }
        let Found::Classic(group, mut turn) = self.find(now, logged, &request.group_id) else {
            let unknown = leaving
                .iter()
                .map(|m| gone(m, Err(ErrorCode::UNKNOWN_MEMBER_ID)));
            return answer(left(version, Ok(unknown.collect())));
        };
        let mut members = Vec::with_capacity(leaving.len());
        for member in leaving {
            let instance_id = member.group_instance_id.as_deref();
            members.push(gone(
                member,
                group.leave(&member.member_id, instance_id, &mut turn),
            ));
        }
        if members.iter().any(|member| member.error_code.is_none()) {
            group.after_leave(&mut turn);
        }
        Decision::atomically(turn.records, Reply::Now(left(version, Ok(members))))
    }
}

fn gone(member: &MemberIdentity<'_>, result: Result<(), ErrorCode>) -> MemberResponse<'static> {
    MemberResponse {
        member_id: Cow::Owned(member.member_id.to_string()),
        group_instance_id: member
            .group_instance_id
            .as_ref()
            .map(|id| Cow::Owned(id.to_string())),
        error_code: result.err().unwrap_or(ErrorCode::NONE),
        ..MemberResponse::default()
    }
}

fn left(
    version: i16,
    members: Result<Vec<MemberResponse<'static>>, ErrorCode>,
) -> LeaveGroupResponse<'static> {
    match members {
        Err(error_code) => LeaveGroupResponse {
            error_code,
            ..LeaveGroupResponse::default()
        },
        Ok(members) if version >= LEAVES_TOGETHER => LeaveGroupResponse {
            members,
            ..LeaveGroupResponse::default()
        },
        Ok(members) => LeaveGroupResponse {
            error_code: members
                .first()
                .map_or(ErrorCode::NONE, |member| member.error_code),
            ..LeaveGroupResponse::default()
        },
    }
}
