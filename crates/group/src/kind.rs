//! The kinds of groups, which share one namespace of ids.

/// A kind of group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKind {
    /// JoinGroup and SyncGroup; the clients assign.
    Classic,
    /// ConsumerGroupHeartbeat; the coordinator assigns (KIP-848).
    Consumer,
    /// ShareGroupHeartbeat; records are shared (KIP-932).
    Share,
    /// StreamsGroupHeartbeat; tasks of a topology (KIP-1071).
    Streams,
}

impl GroupKind {
    /// The name of the kind, as ListGroups has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Consumer => "consumer",
            Self::Share => "share",
            Self::Streams => "streams",
        }
    }

    /// What ListGroups shows as the protocol type of a group of this kind that it cannot look into.
    pub(crate) fn protocol_type(self) -> &'static str {
        match self {
            Self::Classic => "",
            Self::Consumer => "consumer",
            Self::Share => "share",
            Self::Streams => "streams",
        }
    }
}
