//! kafka-run-class: the classes of Apache Kafka that tutorials name are scripts here.

use super::name_of;

/// The script.
pub const NAME: &str = "kafka-run-class";

/// Classes, without their packages, and the scripts that they are.
const CLASSES: [(&str, &str); 20] = [
    ("GetOffsetShell", "kafka-get-offsets"),
    ("DumpLogSegments", "kafka-dump-log"),
    ("TopicCommand", "kafka-topics"),
    ("ConfigCommand", "kafka-configs"),
    ("ConsumerGroupCommand", "kafka-consumer-groups"),
    ("ShareGroupCommand", "kafka-share-groups"),
    ("ConsoleConsumer", "kafka-console-consumer"),
    ("ConsoleProducer", "kafka-console-producer"),
    ("ConsoleShareConsumer", "kafka-console-share-consumer"),
    ("ConsumerPerformance", "kafka-consumer-perf-test"),
    ("ShareConsumerPerformance", "kafka-share-consumer-perf-test"),
    ("ProducerPerformance", "kafka-producer-perf-test"),
    ("EndToEndLatency", "kafka-e2e-latency"),
    ("ReassignPartitionsCommand", "kafka-reassign-partitions"),
    (
        "PreferredReplicaLeaderElectionCommand",
        "kafka-preferred-replica-election",
    ),
    ("LeaderElectionCommand", "kafka-leader-election"),
    ("DeleteRecordsCommand", "kafka-delete-records"),
    ("LogDirsCommand", "kafka-log-dirs"),
    ("BrokerApiVersionsCommand", "kafka-broker-api-versions"),
    ("StorageTool", "kafka-storage"),
];

/// The script that a class is, with its arguments; nothing where this is not kafka-run-class or the class is no script.
pub fn named(name: &str, arguments: &[String]) -> Option<Vec<String>> {
    if name_of(name) != NAME {
        return None;
    }
    let mut rest = arguments.iter();
    let class = loop {
        match rest.next()?.as_str() {
            // Of the Java machine.
            "-name" => drop(rest.next()),
            flag if flag.starts_with('-') => {}
            class => break class,
        }
    };
    let class = class.rsplit('.').next()?;
    let mut classes = CLASSES.iter();
    let (_, script) = classes.find(|(known, _)| *known == class)?;
    let script = std::iter::once((*script).to_owned());
    Some(script.chain(rest.cloned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_is_run_by_its_script() {
        let run = |words: &str| {
            let words: Vec<_> = words.split(' ').map(str::to_owned).collect();
            named(&words[0], &words[1..]).map(|words| words.join(" "))
        };
        assert_eq!(
            run("kafka-run-class.sh kafka.tools.GetOffsetShell --topic t").as_deref(),
            Some("kafka-get-offsets --topic t")
        );
        assert_eq!(
            run("bin/kafka-run-class.sh -name x org.apache.kafka.tools.DumpLogSegments").as_deref(),
            Some("kafka-dump-log")
        );
        assert_eq!(run("kafka-run-class org.example.Main"), None);
        assert_eq!(run("kafka-topics --list"), None);
    }

    #[test]
    fn what_classes_are_is_there() {
        let names = super::super::names();
        for (class, script) in CLASSES {
            assert!(names.contains(&script), "{class}");
        }
    }
}
