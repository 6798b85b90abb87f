//! The features of Kafka 4.4 that this node supports (KIP-584).

/// A feature and the levels that this node understands.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Kafka's name of it.
    pub name: &'static str,
    /// Lowest level.
    pub min: i16,
    /// Highest level.
    pub max: i16,
}

/// Every feature of 4.4, in Kafka's order of names.
pub const SUPPORTED: [Feature; 7] = [
    Feature {
        name: "eligible.leader.replicas.version",
        min: 0,
        max: 1,
    },
    Feature {
        name: "group.version",
        min: 0,
        max: 1,
    },
    Feature {
        name: "kraft.version",
        min: 0,
        max: 1,
    },
    Feature {
        name: "metadata.version",
        min: 7,
        max: 33,
    },
    Feature {
        name: "share.version",
        min: 0,
        max: 2,
    },
    Feature {
        name: "streams.version",
        min: 0,
        max: 1,
    },
    Feature {
        name: "transaction.version",
        min: 0,
        max: 2,
    },
];
