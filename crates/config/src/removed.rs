//! Configurations of older Kafka releases that 4.4 does not have any more.

/// Name (a trailing `.` stands for all names that begin so) and what to do instead.
const REMOVED: [(&str, &str); 27] = [
    (
        "auto.include.jmx.reporter",
        "name the reporters in metric.reporters",
    ),
    ("broker.id.generation.enable", "give each node a node.id"),
    (
        "control.plane.listener.name",
        "controllers have listeners of their own: controller.listener.names",
    ),
    (
        "controlled.shutdown.max.retries",
        "a stopping broker waits for the controller",
    ),
    (
        "controlled.shutdown.retry.backoff.ms",
        "a stopping broker waits for the controller",
    ),
    (
        "delegation.token.master.key",
        "use delegation.token.secret.key",
    ),
    (
        "eligible.leader.replicas.enable",
        "it is decided by the feature eligible.leader.replicas.version",
    ),
    (
        "group.coordinator.new.enable",
        "there is one group coordinator",
    ),
    (
        "group.share.enable",
        "name share in group.coordinator.rebalance.protocols",
    ),
    (
        "group.share.max.groups",
        "the number of share groups has no limit of its own",
    ),
    (
        "inter.broker.protocol.version",
        "it is decided by the feature metadata.version",
    ),
    (
        "leader.imbalance.per.broker.percentage",
        "leadership is always moved back",
    ),
    (
        "log.cleaner.min.cleanable.dirty.ratio",
        "use log.cleaner.min.cleanable.ratio",
    ),
    (
        "log.message.downconversion.enable",
        "fetches below version 4 do not exist any more",
    ),
    ("log.message.format.version", "batches are of format 2"),
    (
        "log.message.timestamp.difference.max.ms",
        "use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms",
    ),
    (
        "message.downconversion.enable",
        "fetches below version 4 do not exist any more",
    ),
    ("message.format.version", "batches are of format 2"),
    (
        "message.timestamp.difference.max.ms",
        "use message.timestamp.before.max.ms and message.timestamp.after.max.ms",
    ),
    (
        "metadata.log.segment.min.bytes",
        "use metadata.log.segment.bytes",
    ),
    (
        "offsets.commit.required.acks",
        "commits wait for all replicas in sync",
    ),
    ("password.encoder.", "secrets are not kept in ZooKeeper"),
    ("port", "use listeners"),
    ("host.name", "use listeners"),
    ("advertised.host.name", "use advertised.listeners"),
    ("reserved.broker.max.id", "every node.id from 0 may be used"),
    (
        "zookeeper.",
        "there is no ZooKeeper: the metadata is in __cluster_metadata",
    ),
];

/// What to do instead of `name`, where it is a configuration of the past.
pub(crate) fn remedy(name: &str) -> Option<&'static str> {
    REMOVED
        .iter()
        .find(|(removed, _)| {
            *removed == name || (removed.ends_with('.') && name.starts_with(removed))
        })
        .map(|(_, remedy)| *remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scope, table};

    #[test]
    fn what_was_removed_is_not_in_the_table() {
        for (name, _) in REMOVED {
            assert!(table(Scope::Broker).get(name).is_none(), "{name}");
        }
    }

    #[test]
    fn whole_families_are_known_by_their_beginning() {
        assert!(remedy("zookeeper.connect").is_some());
        assert!(remedy("password.encoder.secret").is_some());
        assert_eq!(remedy("zookeeperx"), None);
        assert_eq!(remedy("node.id"), None);
    }
}
