//! Producing, consuming, offsets and files.

use super::{Script, Step, View, step, typed};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
const PRODUCER: &str = "org.apache.kafka.tools.ConsoleProducer";
const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";

/// The scripts of this module.
pub fn scripts() -> Vec<Script> {
    vec![
        ("kafka-console-producer", console_producer()),
        ("kafka-console-consumer", console_consumer()),
        ("kafka-get-offsets", get_offsets()),
        ("kafka-delete-records", delete_records()),
        ("kafka-dump-log", dump_log()),
        ("kafka-producer-perf-test", producer_perf()),
        ("kafka-consumer-perf-test", consumer_perf()),
        ("kafka-verifiable-producer", verifiable_producer()),
        ("kafka-verifiable-consumer", verifiable_consumer()),
        ("kafka-e2e-latency", end_to_end()),
        ("kafka-transactions", transactions()),
    ]
}

fn create(topic: &str, partitions: u32) -> Step {
    let arguments =
        format!("--bootstrap-server {{b}} --create --topic {topic} --partitions {partitions}");
    step(&format!("create {topic}"), TOPICS, &arguments, View::Lines)
}

fn produce(name: &str, topic: &str, arguments: &str, input: &str) -> Step {
    let arguments = format!("--bootstrap-server {{b}} --topic {topic} {arguments}");
    typed(name, PRODUCER, &arguments, input, View::Lines)
}

fn consume(name: &str, topic: &str, arguments: &str) -> Step {
    let arguments = format!("--bootstrap-server {{b}} --topic {topic} {arguments}");
    step(name, CONSUMER, &arguments, View::Lines)
}

fn with_timeout(arguments: &str) -> String {
    format!("{arguments} --timeout-ms 20000")
}

fn console_producer() -> Vec<Step> {
    let topic = "tool-produced";
    let keyed = "--reader-property parse.key=true --reader-property key.separator=:";
    let mut steps = vec![
        create(topic, 1),
        produce("plain", topic, "", "one\ntwo\nthree\n"),
        produce("keys", topic, keyed, "k:v\nk2:v2\n"),
        produce("key missing", topic, keyed, "no separator\n"),
        produce(
            "headers and nulls",
            topic,
            &format!(
                "{keyed} --reader-property parse.headers=true --reader-property null.marker=NULL"
            ),
            "a:1,b:2\tk:NULL\n",
        ),
    ];
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"] {
        let name = format!("compressed by {codec}");
        steps.push(produce(
            &name,
            topic,
            &format!("--compression-codec {codec}"),
            "again again again again\n",
        ));
    }
    for acks in ["0", "1", "all"] {
        let arguments = format!(
            "--sync --producer-property acks={acks} --producer-property enable.idempotence=false"
        );
        steps.push(produce(
            &format!("acks {acks}"),
            topic,
            &arguments,
            "acked\n",
        ));
    }
    steps.push(produce(
        "created by use",
        "tool-produced-auto",
        "",
        "first\n",
    ));
    let show = "--from-beginning --max-messages 14 --formatter-property print.key=true --formatter-property print.headers=true \
                --formatter-property print.offset=true --formatter-property print.partition=true";
    steps.push(consume("read", topic, &with_timeout(show)));
    steps.push(consume(
        "read what use created",
        "tool-produced-auto",
        &with_timeout("--from-beginning --max-messages 1"),
    ));
    steps
}

fn console_consumer() -> Vec<Step> {
    let topic = "tool-consumed";
    let offsets =
        "--formatter-property print.offset=true --formatter-property print.timestamp=true";
    vec![
        create(topic, 1),
        produce("fill", topic, "", "a\nb\nc\nd\ne\n"),
        consume(
            "from the beginning",
            topic,
            &with_timeout("--from-beginning --max-messages 5"),
        ),
        consume(
            "from an offset",
            topic,
            &with_timeout(&format!(
                "--partition 0 --offset 3 --max-messages 2 {offsets}"
            )),
        ),
        consume(
            "from the earliest",
            topic,
            &with_timeout("--partition 0 --offset earliest --max-messages 2"),
        ),
        consume(
            "in a group",
            topic,
            &with_timeout(
                "--group tool-consumed --from-beginning --max-messages 3 --command-property max.poll.records=1",
            ),
        ),
        consume(
            "resumed",
            topic,
            &with_timeout("--group tool-consumed --max-messages 2"),
        ),
        consume(
            "nothing new",
            topic,
            "--group tool-consumed --timeout-ms 1500",
        ),
        consume(
            "read committed",
            topic,
            &with_timeout("--isolation-level read_committed --from-beginning --max-messages 5"),
        ),
        consume(
            "by pattern",
            topic,
            &with_timeout("--from-beginning --max-messages 5 --command-property fetch.min.bytes=1"),
        ),
    ]
}

fn get_offsets() -> Vec<Step> {
    let main = "org.apache.kafka.tools.GetOffsetShell";
    let get = |name: &str, arguments: &str| {
        step(
            name,
            main,
            &format!("--bootstrap-server {{b}} {arguments}"),
            View::Lines,
        )
    };
    vec![
        create("tool-offsets", 2),
        produce(
            "fill",
            "tool-offsets",
            "--reader-property parse.key=true --reader-property key.separator=:",
            "k1:a\nk2:b\nk3:c\nk4:d\n",
        ),
        get("latest", "--topic tool-offsets --time latest"),
        get("earliest", "--topic tool-offsets --time earliest"),
        get(
            "max timestamp",
            "--topic-partitions fixture-dump:0 --time -3",
        ),
        get("by number", "--topic tool-offsets --time -2"),
        get("local", "--topic tool-offsets --time -4"),
        get("tiered", "--topic tool-offsets --time -5"),
        get("at a time", "--topic tool-offsets --time 1000"),
        get("after all", "--topic tool-offsets --time 99999999999999"),
        get("one partition", "--topic-partitions tool-offsets:0"),
        get("absent topic", "--topic tool-absent"),
        get(
            "not internal",
            "--topic tool-offsets --exclude-internal-topics",
        ),
    ]
}

fn delete_records() -> Vec<Step> {
    let main = "org.apache.kafka.tools.DeleteRecordsCommand";
    let offsets = "org.apache.kafka.tools.GetOffsetShell";
    let delete = |name: &str, file: &str| {
        let arguments = format!(
            "--bootstrap-server {{b}} --command-config {{t}}/quick.properties --offset-json-file {{t}}/{file}"
        );
        step(name, main, &arguments, View::Lines)
    };
    vec![
        create("tool-delete-records", 1),
        produce("fill", "tool-delete-records", "", "a\nb\nc\nd\n"),
        delete("two", "delete-two.json"),
        step(
            "start",
            offsets,
            "--bootstrap-server {b} --topic tool-delete-records --time -2",
            View::Lines,
        ),
        delete("all", "delete-all.json"),
        step(
            "start at the end",
            offsets,
            "--bootstrap-server {b} --topic tool-delete-records --time -2",
            View::Lines,
        ),
        delete("too many", "delete-too-many.json"),
        // What it prints counts its attempts.
        Step {
            view: View::Nothing,
            ..delete("absent", "delete-absent.json")
        },
    ]
}

/// Input files of scripts: name and text.
pub const FILES: [(&str, &str); 5] = [
    // Tools that wait for a topic give up soon.
    (
        "quick.properties",
        "default.api.timeout.ms=2000\nrequest.timeout.ms=1500\n",
    ),
    (
        "delete-two.json",
        r#"{"partitions":[{"topic":"tool-delete-records","partition":0,"offset":2}],"version":1}"#,
    ),
    (
        "delete-all.json",
        r#"{"partitions":[{"topic":"tool-delete-records","partition":0,"offset":-1}],"version":1}"#,
    ),
    (
        "delete-too-many.json",
        r#"{"partitions":[{"topic":"tool-delete-records","partition":0,"offset":99}],"version":1}"#,
    ),
    (
        "delete-absent.json",
        r#"{"partitions":[{"topic":"tool-absent","partition":0,"offset":1}],"version":1}"#,
    ),
];

fn dump_log() -> Vec<Step> {
    let main = "org.apache.kafka.tools.DumpLogSegments";
    let segment = "{d}/fixture-dump-0/00000000000000000000";
    let dump = |name: &str, arguments: &str, view: View| {
        step(name, main, &format!("--files {arguments}"), view)
    };
    vec![
        dump(
            "records",
            &format!("{segment}.log --print-data-log"),
            View::Lines,
        ),
        dump("batches", &format!("{segment}.log"), View::Lines),
        dump(
            "deep iteration",
            &format!("{segment}.log --deep-iteration"),
            View::Lines,
        ),
        dump("offset index", &format!("{segment}.index"), View::Lines),
        dump(
            "offset index is sane",
            &format!("{segment}.index --index-sanity-check"),
            View::Lines,
        ),
        dump("time index", &format!("{segment}.timeindex"), View::Lines),
        dump(
            "time index is sane",
            &format!("{segment}.timeindex --index-sanity-check"),
            View::Lines,
        ),
    ]
}

fn producer_perf() -> Vec<Step> {
    let main = "org.apache.kafka.tools.ProducerPerformance";
    let run = |name: &str, more: &str| {
        let arguments = format!(
            "--topic tool-perf --num-records 3000 --throughput -1 --bootstrap-server {{b}} {more}"
        );
        step(name, main, &arguments, View::Measured)
    };
    vec![
        create("tool-perf", 1),
        run("plain", "--record-size 100"),
        run(
            "acks all, zstd",
            "--record-size 1000 --command-property acks=all --command-property compression.type=zstd",
        ),
        run(
            "unbatched",
            "--record-size 10 --command-property batch.size=0",
        ),
        step(
            "end",
            "org.apache.kafka.tools.GetOffsetShell",
            "--bootstrap-server {b} --topic tool-perf",
            View::Lines,
        ),
    ]
}

fn consumer_perf() -> Vec<Step> {
    let main = "org.apache.kafka.tools.ConsumerPerformance";
    vec![
        create("tool-consumer-perf", 1),
        step(
            "fill",
            "org.apache.kafka.tools.ProducerPerformance",
            "--topic tool-consumer-perf --num-records 3000 --record-size 100 --throughput -1 --bootstrap-server {b}",
            View::Measured,
        ),
        step(
            "consume",
            main,
            "--bootstrap-server {b} --topic tool-consumer-perf --num-records 3000 --timeout 20000",
            View::Nothing,
        ),
    ]
}

fn verifiable_producer() -> Vec<Step> {
    let main = "org.apache.kafka.tools.VerifiableProducer";
    vec![
        create("tool-verifiable", 1),
        step(
            "produce",
            main,
            "--bootstrap-server {b} --topic tool-verifiable --max-messages 20 --acks -1 --value-prefix 3",
            View::Without("tool_data"),
        ),
        consume(
            "read",
            "tool-verifiable",
            &with_timeout("--from-beginning --max-messages 20"),
        ),
    ]
}

fn verifiable_consumer() -> Vec<Step> {
    let main = "org.apache.kafka.tools.VerifiableConsumer";
    vec![
        create("tool-verifiable-c", 1),
        produce("fill", "tool-verifiable-c", "", "a\nb\nc\nd\ne\nf\n"),
        step(
            "consume",
            main,
            "--bootstrap-server {b} --topic tool-verifiable-c --group-id tool-verifiable-c --max-messages 6 --reset-policy earliest --verbose",
            View::Without("records_consumed"),
        ),
        step(
            "committed",
            "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
            "--bootstrap-server {b} --describe --group tool-verifiable-c --offsets",
            View::Rows,
        ),
    ]
}

fn end_to_end() -> Vec<Step> {
    vec![
        create("tool-e2e", 1),
        step(
            "thirty messages",
            "org.apache.kafka.tools.EndToEndLatency",
            "--bootstrap-server {b} --topic tool-e2e --num-records 30 --producer-acks all --record-size 50",
            View::Nothing,
        ),
        step(
            "end",
            "org.apache.kafka.tools.GetOffsetShell",
            "--bootstrap-server {b} --topic tool-e2e",
            View::Lines,
        ),
    ]
}

fn transactions() -> Vec<Step> {
    let main = "org.apache.kafka.tools.TransactionsCommand";
    vec![
        create("tool-producers", 1),
        produce(
            "fill",
            "tool-producers",
            "--producer-property enable.idempotence=false",
            "a\nb\n",
        ),
        step(
            "producers",
            main,
            "--bootstrap-server {b} describe-producers --topic tool-producers --partition 0",
            View::Lines,
        ),
        step(
            "producers of an absent topic",
            main,
            "--bootstrap-server {b} --command-config {t}/quick.properties describe-producers --topic tool-absent --partition 0",
            View::Lines,
        ),
    ]
}
