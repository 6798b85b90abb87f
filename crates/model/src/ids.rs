//! Numbers that name or fence something.

use std::fmt;

use crate::TopicId;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($raw:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub $raw);

        impl $name {
            /// `None` for a negative value, with which Kafka's protocol writes "none".
            #[must_use]
            pub const fn known(raw: $raw) -> Option<Self> {
                if raw < 0 { None } else { Some(Self(raw)) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number! {
    /// The `node.id` of a broker or controller; 0 is an ordinary id.
    BrokerId(i32)
}
number! {
    /// Offset of a broker's registration record: tells incarnations of one broker id apart.
    BrokerEpoch(i64)
}
number! {
    /// Counts the leaders of a partition (or of the metadata quorum, where it is the raft term).
    LeaderEpoch(i32)
}
number! {
    /// Counts every change of a partition's leader or ISR.
    PartitionEpoch(i32)
}
number! {
    /// The number of a partition within its topic, from 0.
    PartitionIndex(i32)
}
number! {
    /// Names a producer session for idempotence and transactions (KIP-98).
    ProducerId(i64)
}
number! {
    /// Fences older incarnations of a producer id (KIP-98).
    ProducerEpoch(i16)
}

/// A partition of one incarnation of a topic: a topic deleted and created again has another id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicIdPartition {
    /// The topic.
    pub topic_id: TopicId,
    /// The partition within it.
    pub partition: PartitionIndex,
}

impl fmt::Display for TopicIdPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.topic_id, self.partition)
    }
}
