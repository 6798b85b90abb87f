//! Requests to group coordinators, while their answers come in.
//!
//! A request about one group waits for one answer; one about several groups waits for a part from
//! each shard. When all are there, the API's own file puts the answer together.

use std::sync::Arc;

use group::Response;
use metadata::Image;

use crate::api::{self, Outgoing};
use crate::connection::Handled;

/// A request that waits for group coordinators.
#[derive(Debug)]
pub struct Gather {
    pub(crate) outgoing: Outgoing,
    pub(crate) finish: Finish,
    parts: Vec<Option<Response>>,
    missing: usize,
}

/// How the answer is put together.
#[derive(Debug)]
pub(crate) enum Finish {
    /// The one part is the answer.
    Single,
    /// OffsetCommit: partitions that the broker refused itself come with the coordinator's.
    OffsetCommit(api::RefusedCommits),
    /// TxnOffsetCommit: likewise.
    TxnOffsetCommit(api::RefusedCommits),
    /// OffsetDelete: likewise.
    OffsetDelete(api::RefusedDeletes),
    /// OffsetFetch: one part per group, and the cluster whose topics give theirs ids, where they are named by id.
    OffsetFetch(Option<Arc<Image>>),
    /// DescribeGroups: one part per group, and whether the client asked for what it may do with them.
    DescribeGroups(bool),
    /// ConsumerGroupDescribe: likewise.
    ConsumerGroupDescribe(bool),
    /// ShareGroupDescribe: likewise.
    ShareGroupDescribe(bool),
    /// StreamsGroupDescribe: likewise, and whether it asked for descriptions of topologies.
    StreamsGroupDescribe {
        with_operations: bool,
        with_description: bool,
    },
    /// DescribeShareGroupOffsets: one part per group, which says that the others are there.
    DescribeShareOffsets(Vec<api::ShownGroup>),
    /// AlterShareGroupOffsets: the group has taken note.
    AlterShareOffsets(api::ChangedOffsets),
    /// DeleteShareGroupOffsets: likewise.
    DeleteShareOffsets(api::ChangedOffsets),
    /// ListGroups: one part per shard.
    ListGroups,
    /// DeleteGroups: one part per shard.
    DeleteGroups,
}

impl Gather {
    /// Waits for `parts` answers.
    pub(crate) fn new(outgoing: Outgoing, finish: Finish, parts: usize) -> Self {
        Self {
            outgoing,
            finish,
            parts: vec![const { None }; parts],
            missing: parts,
        }
    }

    /// Takes in a part; `true` when all are there.
    pub(crate) fn add(&mut self, part: u32, response: Response) -> bool {
        let slot = &mut self.parts[part as usize];
        assert!(slot.is_none(), "a shard answers once");
        *slot = Some(response);
        self.missing -= 1;
        self.missing == 0
    }

    /// Whether all parts are there.
    pub(crate) fn is_complete(&self) -> bool {
        self.missing == 0
    }

    /// The answer, once all parts are there.
    pub(crate) fn answer(self) -> Handled {
        let parts = self.parts.into_iter().flatten().collect();
        api::finish_group_request(self.outgoing, self.finish, parts)
    }
}
