//! What a call into the node asks of the shell.

use std::sync::Arc;
use std::time::Duration;

use model::Ticket;
use partition::{Due, Partition};

use crate::asks::Ask;
use crate::connection::Aside;
use crate::reply::Reply;

/// Effects of one or more calls, in the order in which they arose.
///
/// The shell carries them out when no lock is held; the simulator does the same at a time of its
/// choosing.
#[derive(Debug, Default)]
pub struct Effects {
    /// Parked requests that have to be looked at again (`Connection::wake`).
    pub wakes: Vec<Ticket>,
    /// Answers to parked requests (`Connection::deliver`).
    pub replies: Vec<(Ticket, Reply)>,
    /// Parked requests that nobody can answer any more: their connections are closed
    /// (`Connection::abandon`), so that the clients ask again.
    pub abandoned: Vec<Ticket>,
    /// Parts of answers from group coordinators (`Connection::on_group_answer`).
    pub group_answers: Vec<group::Answer>,
    /// Connections whose cold read has ended, and whether it succeeded (`Connection::on_read`).
    pub reads_ended: Vec<(u64, bool)>,
    /// Connections that may be read again, if they wait for that (`Connection::on_room`).
    pub readable: Vec<u64>,
    /// The background has work at this time on the clock of `Now::mono`, perhaps earlier than it
    /// knew (`Broker::housekeeping`).
    pub background_by: Option<Duration>,
    /// Groups have a deadline at this time, perhaps earlier than was known (`Broker::group_timers`).
    pub groups_by: Option<Duration>,
    /// What calls on partitions left to the care of their logs (`Broker::end_turn`).
    pub(crate) dues: Vec<(Arc<Partition>, Due)>,
    /// What groups ask of share coordinators (`Broker::end_turn`).
    pub(crate) share_work: Vec<group::ShareWork>,
    /// What has to be created for streams groups, and how often their members ask (`Broker::end_turn`).
    pub(crate) internal_topics: Vec<(group::InternalTopic, Duration)>,
    /// Partitions that were written in this turn and want a sync (`Broker::end_turn`).
    pub unsynced: Vec<Arc<Partition>>,
    /// What coordinators of groups want to have looked up, by partition of `__consumer_offsets` (`Broker::end_turn`).
    pub(crate) lookups: Vec<(i32, group::Lookup)>,
    /// Requests to be handled on a thread that may block (`Aside::run`, `Connection::finish_aside`).
    pub aside: Vec<Aside>,
    /// What an operator has to know.
    pub reports: Vec<String>,
    /// What other nodes are asked (`Broker::on_answer`).
    pub asks: Vec<Ask>,
    /// Whether the controller's thread has new input.
    pub controller: bool,
}

impl Effects {
    /// The background has work by `deadline`.
    pub fn wake_by(&mut self, deadline: Option<Duration>) {
        let earlier = [self.background_by, deadline].into_iter().flatten().min();
        self.background_by = earlier;
    }

    /// Groups have a deadline at `deadline`.
    pub fn wake_groups_by(&mut self, deadline: Option<Duration>) {
        let earlier = [self.groups_by, deadline].into_iter().flatten().min();
        self.groups_by = earlier;
    }

    /// Whether there is nothing to carry out.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.wakes.is_empty()
            && self.replies.is_empty()
            && self.abandoned.is_empty()
            && self.group_answers.is_empty()
            && self.reads_ended.is_empty()
            && self.readable.is_empty()
            && self.background_by.is_none()
            && self.groups_by.is_none()
            && self.dues.is_empty()
            && self.share_work.is_empty()
            && self.internal_topics.is_empty()
            && self.unsynced.is_empty()
            && self.lookups.is_empty()
            && self.aside.is_empty()
            && self.reports.is_empty()
            && self.asks.is_empty()
            && !self.controller
    }
}
