//! What goes on in a streams group, and ends with the leadership.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assign::TaskOffsets;
use super::topology::Configured;
use crate::timers::TimerId;

/// The soft half of a streams group.
#[derive(Debug, Default)]
pub(crate) struct LiveStreams {
    /// The topology, as it fits the topics of the cluster.
    pub(super) configured: Option<Arc<Configured>>,
    /// Runs while the first target of a group waits for more members.
    pub(crate) initial_delay: Option<TimerId>,
    /// The member that asks all to end.
    pub(super) shutdown: Option<Arc<str>>,
    /// Goes up when an endpoint, or what is behind one, changes.
    pub(super) endpoint_epoch: i32,
    /// How far the state of members has come.
    pub(super) offsets: BTreeMap<Arc<str>, ReportedOffsets>,
}

impl LiveStreams {
    /// Whether the topology fits the cluster has to be looked at anew.
    pub(crate) fn forget_topology(&mut self) {
        self.configured = None;
    }
}

/// How far the state on a member's disk has come, as the member says.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReportedOffsets {
    /// What it has of each task.
    pub(super) has: TaskOffsets,
    /// What there is of each task.
    pub(super) ends: TaskOffsets,
}
