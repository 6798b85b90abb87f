//! Scripts that Apache Kafka had and has no more, and those of its parts that Kalda does not have: what to use instead.

/// Name, and what to use.
pub const REMOVED: [(&str, &str); 5] = [
    (
        "zookeeper-server-start",
        "there is no ZooKeeper to start: a node keeps the cluster's metadata itself. Start it with `kalda server` or \
         kafka-server-start",
    ),
    (
        "zookeeper-server-stop",
        "there is no ZooKeeper to stop; kafka-server-stop stops a node",
    ),
    (
        "zookeeper-shell",
        "there is no ZooKeeper to look into: kafka-topics, kafka-configs and kafka-metadata-quorum show what the cluster keeps, \
         kafka-dump-log --cluster-metadata-decoder its records",
    ),
    (
        "zookeeper-security-migration",
        "there is no ZooKeeper to secure; kafka-acls holds what was kept there",
    ),
    (
        "kafka-mirror-maker",
        "the first MirrorMaker went with Apache Kafka 4.0: connect-mirror-maker of Apache Kafka mirrors clusters, to and from \
         Kalda too",
    ),
];

/// What to use instead of a script that is gone.
pub fn instead_of(name: &str) -> Option<&'static str> {
    let mut removed = REMOVED.iter();
    removed
        .find(|(removed, _)| *removed == name)
        .map(|(_, instead)| *instead)
}
