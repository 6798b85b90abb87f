//! What the APIs of group coordinators have in common: finding the shard, asking it, putting the
//! parts of the answer together.

use std::collections::BTreeMap;

use group::{Answer, Request, Response, Waiter, coordinator_partition};
use model::ErrorCode;
use transaction::Producer;

use super::{
    Cx, Outgoing, consumer_group_describe, delete_groups, describe_groups, list_groups,
    offset_commit, offset_delete, offset_fetch, share_group_describe, share_offsets,
    streams_group_describe, txn_offset_commit,
};
use crate::broker::Broker;
use crate::connection::Handled;
use crate::gather::{Finish, Gather};
use crate::parked::Parked;
use crate::taking_part::{Consent, Participant};
use crate::topics::CONSUMER_OFFSETS;

/// Asks the coordinator of `group_id`, whose answer is the whole answer.
pub(super) fn ask_one(
    broker: &Broker,
    cx: &mut Cx<'_>,
    group_id: &str,
    finish: Finish,
    request: &Request<'_>,
) -> Handled {
    let gather = Gather::new(cx.outgoing(), finish, 1);
    gathered(broker, cx, gather, |ask| ask.group(0, group_id, request))
}

/// Asks several coordinators; `ask` is told of each part.
pub(super) fn gathered(
    broker: &Broker,
    cx: &mut Cx<'_>,
    mut gather: Gather,
    ask: impl FnOnce(&mut Ask<'_, '_>),
) -> Handled {
    let outer = std::mem::take(&mut cx.fx.group_answers);
    let mut asking = Ask {
        broker,
        cx,
        refused: Vec::new(),
    };
    ask(&mut asking);
    let refused = asking.refused;
    for (part, response) in refused {
        gather.add(part, response);
    }
    put_together(cx, gather, outer)
}

/// As [`gathered`], where the gather is known once all was asked; `refused` are parts that nobody is asked for.
pub(super) fn gathered_later(
    cx: &mut Cx<'_>,
    refused: Vec<(u32, Response)>,
    ask: impl FnOnce(&mut Cx<'_>) -> Gather,
) -> Handled {
    let outer = std::mem::take(&mut cx.fx.group_answers);
    let mut gather = ask(cx);
    for (part, response) in refused {
        gather.add(part, response);
    }
    put_together(cx, gather, outer)
}

/// Answers with what the shards have said already, or waits for the rest.
fn put_together(cx: &mut Cx<'_>, mut gather: Gather, outer: Vec<Answer>) -> Handled {
    let ticket = cx.ticket;
    let answers = std::mem::replace(&mut cx.fx.group_answers, outer);
    for answer in answers {
        if answer.waiter.ticket == ticket {
            gather.add(answer.waiter.part, answer.response);
        } else {
            cx.fx.group_answers.push(answer);
        }
    }
    if gather.is_complete() {
        gather.answer()
    } else {
        Handled::Parked(Parked::Group(gather), None)
    }
}

/// A producer's transaction, its coordinator's consent, and the partition of `__consumer_offsets` that has to take part.
pub(super) type Within<'r> = (Participant<'r>, Consent, i32);

/// Asks shards on behalf of one request.
pub(super) struct Ask<'a, 'c> {
    broker: &'a Broker,
    cx: &'a mut Cx<'c>,
    refused: Vec<(u32, Response)>,
}

impl Ask<'_, '_> {
    /// Asks the coordinator of a group.
    pub fn group(&mut self, part: u32, group_id: &str, request: &Request<'_>) {
        match self.broker.group_partition(group_id) {
            Ok(index) => self.shard(part, index, request),
            Err(error) => self.refuse(part, request, error),
        }
    }

    /// Asks the coordinator of one partition of `__consumer_offsets`.
    pub fn shard(&mut self, part: u32, index: i32, request: &Request<'_>) {
        let Some(shard) = self.broker.groups.shard(index) else {
            return self.refuse(part, request, ErrorCode::NOT_COORDINATOR);
        };
        let waiter = Waiter {
            ticket: self.cx.ticket,
            part,
        };
        shard.request(self.broker.logs(self.cx.now), waiter, request, self.cx.fx);
    }

    /// Asks the coordinator of a group on behalf of a producer's transaction, which has to take part `within` if that is given.
    pub fn in_transaction(
        &mut self,
        group_id: &str,
        request: &Request<'_>,
        producer: Producer,
        within: Result<Option<Within<'_>>, ErrorCode>,
    ) {
        let index = within.as_ref().map_err(|error| *error);
        let index = index.and_then(|_| self.broker.group_partition(group_id));
        let shard = index.and_then(|index| {
            let shard = self.broker.groups.shard(index);
            shard.ok_or(ErrorCode::NOT_COORDINATOR)
        });
        let shard = match shard {
            Ok(shard) => shard,
            Err(error) => return self.refuse(0, request, error),
        };
        let waiter = Waiter {
            ticket: self.cx.ticket,
            part: 0,
        };
        let logs = self.broker.logs(self.cx.now);
        let fx = &mut *self.cx.fx;
        let of = (request, producer);
        let written = match &within {
            Ok(Some((participant, Consent::Here(coordinator), index))) => {
                participant.write(coordinator, (CONSUMER_OFFSETS, *index), || {
                    shard.transactional_request(logs, waiter, of, None, fx)
                })
            }
            Ok(Some((participant, Consent::Elsewhere(verified), index))) => {
                let guard = verified.guard(CONSUMER_OFFSETS, *index);
                let guard = guard.map_err(|error| participant.told(error));
                guard.map(|guard| shard.transactional_request(logs, waiter, of, Some(guard), fx))
            }
            _ => Ok(shard.transactional_request(logs, waiter, of, None, fx)),
        };
        let written = written.and_then(|is_taken| {
            let refused = ErrorCode::INVALID_TXN_STATE;
            is_taken.then_some(()).ok_or(refused)
        });
        if let Err(error) = written {
            self.refuse(0, request, txn_offset_commit::told(error));
        }
    }

    fn refuse(&mut self, part: u32, request: &Request<'_>, error: ErrorCode) {
        self.refused.push((part, request.failed(error)));
    }
}

impl Broker {
    /// The partition of `__consumer_offsets` whose leader coordinates a group.
    ///
    /// # Errors
    /// `NOT_COORDINATOR` while the topic is not there.
    pub(crate) fn group_partition(&self, group_id: &str) -> Result<i32, ErrorCode> {
        let image = self.image();
        let topic = image
            .topics()
            .by_name(CONSUMER_OFFSETS)
            .ok_or(ErrorCode::NOT_COORDINATOR)?;
        let count =
            i32::try_from(topic.partitions.len()).expect("partitions are numbered with i32");
        Ok(coordinator_partition(group_id, count))
    }

    /// Groups by the shard that coordinates them, with their places in the request.
    pub(crate) fn groups_by_shard<'g>(
        &self,
        groups: impl Iterator<Item = &'g str>,
    ) -> BTreeMap<Option<i32>, Vec<&'g str>> {
        let mut by_shard: BTreeMap<Option<i32>, Vec<&'g str>> = BTreeMap::new();
        for group in groups {
            by_shard
                .entry(self.group_partition(group).ok())
                .or_default()
                .push(group);
        }
        by_shard
    }
}

/// Puts the parts of an answer together.
pub(crate) fn finish_group_request(
    outgoing: Outgoing,
    finish: Finish,
    mut parts: Vec<Response>,
) -> Handled {
    match finish {
        Finish::Single => single(outgoing, parts.pop().expect("one part was waited for")),
        Finish::OffsetCommit(refused) => offset_commit::finish(outgoing, refused, parts),
        Finish::TxnOffsetCommit(refused) => txn_offset_commit::finish(outgoing, refused, parts),
        Finish::OffsetDelete(refused) => offset_delete::finish(outgoing, refused, parts),
        Finish::OffsetFetch(image) => offset_fetch::finish(outgoing, image.as_deref(), parts),
        Finish::DescribeGroups(with_operations) => {
            describe_groups::finish(outgoing, with_operations, parts)
        }
        Finish::ConsumerGroupDescribe(with_operations) => {
            consumer_group_describe::finish(outgoing, with_operations, parts)
        }
        Finish::ShareGroupDescribe(with_operations) => {
            share_group_describe::finish(outgoing, with_operations, parts)
        }
        Finish::StreamsGroupDescribe {
            with_operations,
            with_description,
        } => {
            let with = (with_operations, with_description);
            streams_group_describe::finish(outgoing, with, parts)
        }
        Finish::DescribeShareOffsets(groups) => {
            share_offsets::finish_describe(outgoing, groups, parts)
        }
        Finish::AlterShareOffsets(changed) => {
            share_offsets::finish_alter(outgoing, changed, share_offsets::group_error(&parts))
        }
        Finish::DeleteShareOffsets(changed) => {
            share_offsets::finish_delete(outgoing, changed, share_offsets::group_error(&parts))
        }
        Finish::ListGroups => list_groups::finish(outgoing, parts),
        Finish::DeleteGroups => delete_groups::finish(outgoing, parts),
    }
}

fn single(outgoing: Outgoing, response: Response) -> Handled {
    match response {
        Response::JoinGroup(response) => outgoing.reply(&response),
        Response::SyncGroup(response) => outgoing.reply(&response),
        Response::Heartbeat(response) => outgoing.reply(&response),
        Response::ConsumerGroupHeartbeat(response) => outgoing.reply(&response),
        Response::ShareGroupHeartbeat(response) => outgoing.reply(&response),
        Response::StreamsGroupHeartbeat(response) => outgoing.reply(&response),
        Response::LeaveGroup(response) => outgoing.reply(&response),
        other => unreachable!("{other:?} is put together by its own file"),
    }
}
