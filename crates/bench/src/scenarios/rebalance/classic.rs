//! A member of a classic group that gives up only what it has to (KIP-429).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use model::ErrorCode;
use protocol::heartbeat_request::HeartbeatRequest;
use protocol::join_group_request::{JoinGroupRequest, JoinGroupRequestProtocol};
use protocol::leave_group_request::{LeaveGroupRequest, MemberIdentity};
use protocol::sync_group_request::{SyncGroupRequest, SyncGroupRequestAssignment};

use super::{HEARTBEAT, PARTITIONS, Place};
use crate::call::Caller;

/// What members and leader tell each other is this benchmark's own.
const PROTOCOL_TYPE: &str = "bench";

/// Joins, takes what the leader gives, joins anew to give up what it has to, until the board is closed.
pub fn live(place: &Place<'_>, caller: Caller, number: usize) -> Result<(), String> {
    let mut member = Member {
        place,
        caller,
        id: String::new(),
        generation: -1,
        owned: BTreeSet::new(),
    };
    let mut is_in = false;
    let mut due = Instant::now();
    while place.board.sleep_until(due) {
        if !is_in {
            let gave_up = member.join()?;
            place.board.note(number, member.owned.clone());
            // Others get what it gave up only in the next generation.
            is_in = !gave_up;
            due = Instant::now()
                + if gave_up {
                    Default::default()
                } else {
                    HEARTBEAT
                };
            continue;
        }
        match member.beat()? {
            ErrorCode::NONE => due = Instant::now() + HEARTBEAT,
            ErrorCode::REBALANCE_IN_PROGRESS => is_in = false,
            error => return Err(format!("Heartbeat: {error:?}")),
        }
    }
    member.leave()
}

struct Member<'a> {
    place: &'a Place<'a>,
    caller: Caller,
    id: String,
    generation: i32,
    owned: BTreeSet<i32>,
}

impl Member<'_> {
    /// Takes part in a rebalance to its end; whether the member gave up something.
    fn join(&mut self) -> Result<bool, String> {
        loop {
            let assignments = match self.ask_to_join()? {
                Ok(members) => assign(&members),
                Err(
                    ErrorCode::MEMBER_ID_REQUIRED
                    | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
                    | ErrorCode::NOT_COORDINATOR,
                ) => continue,
                Err(error) => return Err(format!("JoinGroup: {error:?}")),
            };
            match self.sync(&assignments)? {
                Ok(assigned) => {
                    let gave_up = self.owned.difference(&assigned).next().is_some();
                    self.owned = assigned;
                    return Ok(gave_up);
                }
                Err(ErrorCode::REBALANCE_IN_PROGRESS) => {}
                Err(error) => return Err(format!("SyncGroup: {error:?}")),
            }
        }
    }

    /// Gives what all members own, to the leader only.
    fn ask_to_join(
        &mut self,
    ) -> Result<Result<BTreeMap<String, BTreeSet<i32>>, ErrorCode>, String> {
        let owned = to_bytes(&self.owned);
        let protocol = JoinGroupRequestProtocol {
            name: "sticky".into(),
            metadata: owned.as_slice().into(),
            ..Default::default()
        };
        let request = JoinGroupRequest {
            group_id: self.place.group.into(),
            session_timeout_ms: 30_000,
            rebalance_timeout_ms: 30_000,
            member_id: self.id.as_str().into(),
            protocol_type: PROTOCOL_TYPE.into(),
            protocols: vec![protocol],
            ..Default::default()
        };
        let (error, id, generation, members) = self.caller.call(9, &request, |r| {
            let one = |m: &protocol::join_group_response::JoinGroupResponseMember<'_>| {
                (m.member_id.to_string(), to_partitions(&m.metadata))
            };
            let members = r.members.iter().map(one).collect();
            (
                r.error_code,
                r.member_id.into_owned(),
                r.generation_id,
                members,
            )
        })?;
        (self.id, self.generation) = (id, generation);
        Ok(if error.is_none() {
            Ok(members)
        } else {
            Err(error)
        })
    }

    fn sync(
        &mut self,
        assignments: &BTreeMap<String, BTreeSet<i32>>,
    ) -> Result<Result<BTreeSet<i32>, ErrorCode>, String> {
        let bytes = assignments
            .iter()
            .map(|(id, partitions)| (id, to_bytes(partitions)));
        let bytes: Vec<_> = bytes.collect();
        let one = |(id, bytes): &'_ (&String, Vec<u8>)| SyncGroupRequestAssignment {
            member_id: id.as_str().to_owned().into(),
            assignment: bytes.clone().into(),
            ..Default::default()
        };
        let request = SyncGroupRequest {
            group_id: self.place.group.into(),
            generation_id: self.generation,
            member_id: self.id.as_str().into(),
            protocol_type: Some(PROTOCOL_TYPE.into()),
            protocol_name: Some("sticky".into()),
            assignments: bytes.iter().map(one).collect(),
            ..Default::default()
        };
        self.caller.call(5, &request, |r| match r.error_code {
            ErrorCode::NONE => Ok(to_partitions(&r.assignment)),
            error => Err(error),
        })
    }

    fn beat(&mut self) -> Result<ErrorCode, String> {
        let request = HeartbeatRequest {
            group_id: self.place.group.into(),
            generation_id: self.generation,
            member_id: self.id.as_str().into(),
            ..Default::default()
        };
        self.caller.call(4, &request, |r| r.error_code)
    }

    fn leave(&mut self) -> Result<(), String> {
        let own = MemberIdentity {
            member_id: self.id.as_str().into(),
            ..Default::default()
        };
        let request = LeaveGroupRequest {
            group_id: self.place.group.into(),
            members: vec![own],
            ..Default::default()
        };
        self.caller.call(5, &request, |_| ())
    }
}

/// Who gets which: what a member has it keeps up to its share, and what nobody has goes to those with the least.
fn assign(members: &BTreeMap<String, BTreeSet<i32>>) -> BTreeMap<String, BTreeSet<i32>> {
    if members.is_empty() {
        return BTreeMap::new();
    }
    let (least, mut larger) = (PARTITIONS / members.len(), PARTITIONS % members.len());
    let mut free: BTreeSet<i32> = (0..i32::try_from(PARTITIONS).unwrap_or(0)).collect();
    let mut kept = BTreeMap::new();
    for (id, owned) in members {
        for partition in owned {
            free.remove(partition);
        }
        let share = least + usize::from(owned.len() > least && larger > 0);
        larger -= usize::from(share > least);
        kept.insert(
            id.clone(),
            owned.iter().copied().take(share).collect::<BTreeSet<_>>(),
        );
    }
    for own in kept.values_mut() {
        while own.len() < least
            && let Some(partition) = free.pop_first()
        {
            own.insert(partition);
        }
    }
    for own in kept.values_mut().filter(|own| own.len() == least) {
        let Some(partition) = (larger > 0).then(|| free.pop_first()).flatten() else {
            break;
        };
        own.insert(partition);
        larger -= 1;
    }
    kept
}

fn to_bytes(partitions: &BTreeSet<i32>) -> Vec<u8> {
    partitions.iter().flat_map(|p| p.to_be_bytes()).collect()
}

fn to_partitions(bytes: &[u8]) -> BTreeSet<i32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers
        .iter()
        .map(|number| i32::from_be_bytes(*number))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(members: usize) -> BTreeMap<String, BTreeSet<i32>> {
        (0..members)
            .map(|n| (format!("m{n}"), BTreeSet::new()))
            .collect()
    }

    #[test]
    fn one_more_member_takes_from_others_in_two_generations_and_nothing_else_moves() {
        let first = assign(&group(100));
        assert!(first.values().all(|own| own.len() == 10));
        let mut members = first.clone();
        members.insert("one more".to_owned(), BTreeSet::new());
        let between = assign(&members);
        assert!(between["one more"].is_empty(), "nothing is free yet");
        let last = assign(&between);
        assert_eq!(last["one more"].len(), 9);
        let moved = first
            .iter()
            .map(|(id, own)| own.difference(&last[id]).count());
        assert_eq!(moved.sum::<usize>(), 9);
    }
}
