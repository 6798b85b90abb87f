//! A member of a consumer group (KIP-848).

use std::collections::BTreeSet;
use std::time::Instant;

use model::ErrorCode;
use protocol::consumer_group_heartbeat_request::{ConsumerGroupHeartbeatRequest, TopicPartitions};

use super::{HEARTBEAT, Place};
use crate::call::Caller;

/// The epoch of a member that leaves.
const LEAVES: i32 = -1;

/// Joins, takes what it is given, gives up what it is told, until the board is closed.
pub fn live(place: &Place<'_>, mut caller: Caller, number: usize) -> Result<(), String> {
    let member = format!("member-{number}");
    let (mut epoch, mut owned) = (0, BTreeSet::new());
    let mut has_news = true;
    let mut due = Instant::now();
    while place.board.sleep_until(due) {
        let request = heartbeat(place, &member, epoch, has_news.then_some(&owned));
        let (error, now, target) = caller.call(1, &request, |r| {
            let assignment = r.assignment.map(|a| {
                let all = a.topic_partitions.into_iter().flat_map(|t| t.partitions);
                all.collect::<BTreeSet<i32>>()
            });
            (r.error_code, r.member_epoch, assignment)
        })?;
        if matches!(
            error,
            ErrorCode::COORDINATOR_LOAD_IN_PROGRESS | ErrorCode::NOT_COORDINATOR
        ) {
            continue;
        }
        if !error.is_none() {
            return Err(format!("ConsumerGroupHeartbeat: {error:?}"));
        }
        let is_first = epoch == 0;
        epoch = now;
        has_news = target.as_ref().is_some_and(|target| *target != owned);
        owned = target.unwrap_or(owned);
        if has_news || is_first {
            place.board.note(number, owned.clone());
        }
        // What it has taken or given up is said at once.
        due = Instant::now()
            + if has_news {
                Default::default()
            } else {
                HEARTBEAT
            };
    }
    let leave = heartbeat(place, &member, LEAVES, None);
    caller.call(1, &leave, |_| ())
}

fn heartbeat<'a>(
    place: &'a Place<'_>,
    member: &'a str,
    epoch: i32,
    owned: Option<&BTreeSet<i32>>,
) -> ConsumerGroupHeartbeatRequest<'a> {
    let is_first = epoch == 0;
    let partitions = |owned: &BTreeSet<i32>| TopicPartitions {
        topic_id: place.topic.id,
        partitions: owned.iter().copied().collect(),
        ..Default::default()
    };
    let owned = owned.map(|owned| {
        let some = (!owned.is_empty()).then(|| partitions(owned));
        some.into_iter().collect()
    });
    ConsumerGroupHeartbeatRequest {
        group_id: place.group.into(),
        member_id: member.into(),
        member_epoch: epoch,
        rebalance_timeout_ms: if is_first { 30_000 } else { -1 },
        subscribed_topic_names: is_first.then(|| vec![place.topic.name.as_str().into()]),
        server_assignor: is_first.then(|| "uniform".into()),
        topic_partitions: owned,
        ..Default::default()
    }
}
