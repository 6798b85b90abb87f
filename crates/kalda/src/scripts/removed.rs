//! Scripts that Apache Kafka had and has no more, and those of its parts that Kalda does not have: what to use instead.

/// Name, and what to use.
pub const REMOVED: [(&str, &str); 11] = [
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
        "there is no ZooKeeper to secure: what was kept there is in the cluster's metadata",
    ),
    (
        super::run_class::NAME,
        "there is no Java here that runs classes: those of Apache Kafka's tools are known by their names and run by the scripts \
         that they are",
    ),
    (
        "kafka-consumer-offset-checker",
        "kafka-consumer-groups --describe --group GROUP shows how far a group is",
    ),
    (
        "kafka-simple-consumer-shell",
        "kafka-console-consumer --partition N --offset N reads one partition",
    ),
    (
        "kafka-replay-log-producer",
        "kafka-console-consumer, piped into kafka-console-producer, copies records",
    ),
    ("kafka-create-topic", "kafka-topics --create makes topics"),
    (
        "kafka-list-topic",
        "kafka-topics --list and --describe show topics",
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
