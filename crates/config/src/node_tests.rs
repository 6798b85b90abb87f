use super::*;

const DATA: &str = "/home/somebody/.local/share/kalda";

fn load(file: Option<&str>, overrides: &[&str]) -> Result<NodeConfig, Refusal> {
    let overrides: Vec<_> = overrides.iter().map(|text| (*text).to_owned()).collect();
    NodeConfig::load(Input {
        file: file.map(|text| ("server.properties", text.as_bytes())),
        overrides: &overrides,
        data_directory: DATA,
    })
}

#[track_caller]
fn check_notes(file: &str, expected: &[&str]) {
    let node = load(Some(file), &[]).expect("the file is accepted");
    let notes: Vec<_> = node.notes().iter().map(Note::to_string).collect();
    assert_eq!(notes, expected);
}

#[track_caller]
fn check_refused(file: &str, expected: &str) {
    let refusal = load(Some(file), &[]).expect_err("the file is refused");
    assert_eq!(refusal.to_string(), expected);
}

/// What Kafka 4.x ships as config/server.properties, in substance.
const STOCK: &str = "\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=localhost:9093
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
log.dirs=/data/kraft
num.partitions=1
offsets.topic.replication.factor=1
log.retention.hours=168
log.segment.bytes=1073741824
";

#[test]
fn without_a_file_the_node_is_for_this_machine_alone() {
    let node = load(None, &[]).expect("nothing has to be configured");
    let config = node.broker();
    assert_eq!(config.node_id.0, 1);
    assert!(config.roles.broker && config.roles.controller && config.is_alone());
    let listeners: Vec<_> = config
        .listeners
        .bound
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(listeners, ["PLAINTEXT://localhost:9092"]);
    assert_eq!(config.log_dirs, [DATA]);
    assert_eq!(config.offsets.topic_replication_factor, 1);
    assert_eq!(node.notes(), []);
}

#[test]
fn a_stock_file_is_accepted_as_it_is() {
    let node = load(Some(STOCK), &[]).expect("Kafka's own file");
    let config = node.broker();
    assert_eq!(config.log_dirs, ["/data/kraft"]);
    assert_eq!(config.listeners.bound.len(), 2);
    assert_eq!(config.transactions.topic_min_isr, 1);
}

#[test]
fn a_file_that_names_other_voters_keeps_kafkas_factors() {
    let file = "process.roles=broker,controller\nnode.id=1\n\
                controller.quorum.voters=1@a:9093,2@b:9093,3@c:9093\n\
                listeners=PLAINTEXT://:9092,CONTROLLER://:9093\n\
                controller.listener.names=CONTROLLER\nlog.dirs=/d";
    let config = load(Some(file), &[])
        .expect("a member of a cluster")
        .broker();
    assert_eq!(config.voters.len(), 3);
    assert_eq!(config.offsets.topic_replication_factor, 3);
}

#[test]
fn overrides_count_more_than_the_file() {
    let node = load(Some(STOCK), &["num.partitions=7", "log.dirs=/x,/y"]).expect("accepted");
    assert_eq!(node.broker().topics.num_partitions, 7);
    assert_eq!(node.broker().log_dirs, ["/x", "/y"]);
    assert_eq!(node.origin("num.partitions"), Some(&Origin::Override));
    let refusal = load(None, &["num.partitions"]).expect_err("no value");
    assert_eq!(
        refusal.to_string(),
        "--override wants key=value, not `num.partitions`"
    );
}

#[test]
fn keys_of_the_past_are_ignored_with_their_replacement() {
    check_notes(
        "broker.id=0\nzookeeper.connect=localhost:2181\nlog.message.format.version=2.8\n\
         listeners=PLAINTEXT://localhost:9092\nlog.dirs=/d",
        &[
            "server.properties:3: log.message.format.version does not exist any more and is ignored: \
             batches are of format 2",
            "server.properties:2: zookeeper.connect does not exist any more and is ignored: there is no \
             ZooKeeper: the metadata is in __cluster_metadata",
            "process.roles is not set: broker,controller is assumed",
        ],
    );
}

#[test]
fn socket_buffers_are_left_to_the_system_unless_they_are_set() {
    let sizes = |overrides: &[&str]| {
        let network = load(None, overrides).expect("accepted").broker().network;
        let receive = network.socket_receive_buffer_bytes;
        (network.socket_send_buffer_bytes, receive)
    };
    assert_eq!(sizes(&[]), (None, None));
    assert_eq!(
        sizes(&["socket.send.buffer.bytes=102400"]),
        (Some(102_400), None)
    );
}

#[test]
fn an_older_broker_id_is_the_node_id() {
    let config = load(None, &["broker.id=7"]).expect("accepted").broker();
    assert_eq!(config.node_id.0, 7);
    let config = load(None, &["node.id=8"]).expect("accepted").broker();
    assert_eq!(*config.values().get("broker.id"), crate::Value::Int(8));
    let refusal = load(None, &["broker.id=7", "node.id=8"]).expect_err("two ids");
    assert_eq!(
        refusal.to_string(),
        "You must set `node.id` to the same value as `broker.id`."
    );
}

#[test]
fn unknown_keys_are_named_with_what_may_be_meant() {
    let tail = "process.roles=broker,controller\nnode.id=1\nlog.dirs=/d";
    check_notes(
        &format!("num.partition=3\nmy.plugin.key=1\n{tail}"),
        &[
            "server.properties:2: my.plugin.key is not a configuration of Kafka 4.4 and is ignored",
            "server.properties:1: num.partition is not a configuration of Kafka 4.4 and is ignored; is \
             num.partitions meant?",
        ],
    );
}

#[test]
fn keys_without_effect_are_named() {
    let tail = "process.roles=broker,controller\nnode.id=1\nlog.dirs=/d";
    check_notes(
        &format!(
            "num.io.threads=8\nauthorizer.class.name=x\nsuper.users=User:a\nrlmm.config.x=1\n\
             listener.name.a.ssl.client.auth=none\n{tail}"
        ),
        &[
            "server.properties:2: authorizer.class.name has no effect yet",
            "server.properties:5: listener.name.a.ssl.client.auth has no effect yet",
            "server.properties:1: num.io.threads has no effect: it tunes what Kalda does not have",
            "server.properties:4: rlmm.config.x has no effect yet",
            "server.properties:3: super.users has no effect yet",
        ],
    );
}

#[test]
fn a_temporary_log_directory_is_used_and_named() {
    check_notes(
        "process.roles=broker,controller\nnode.id=1\nlog.dirs=/data,/tmp/kraft-combined-logs",
        &[
            "server.properties:3: /tmp/kraft-combined-logs is a temporary directory, which the system may \
           empty: set log.dirs to another",
        ],
    );
}

#[test]
fn every_refused_value_is_named_with_its_line() {
    check_refused(
        "num.partitions=0\n# comment\nlog.retention.ms=x",
        "server.properties:3: Invalid value x for configuration log.retention.ms: Not a number of type \
         LONG\nserver.properties:1: Invalid value 0 for configuration num.partitions: Value must be at \
         least 1",
    );
}

#[test]
fn a_protocol_that_is_not_there_is_refused_by_name() {
    let refusal = load(None, &["listeners=SSL://localhost:9092"]).expect_err("there is no TLS yet");
    let text = refusal.to_string();
    assert!(text.contains("SSL"), "{text}");
}

#[test]
fn values_that_do_not_fit_together_are_refused() {
    let refusal =
        load(None, &["queued.max.request.bytes=1000"]).expect_err("less than one request");
    assert_eq!(
        refusal.to_string(),
        "queued.max.request.bytes must be larger or equal to socket.request.max.bytes"
    );
}

#[test]
fn data_is_kept_in_the_users_directory_and_never_in_a_temporary_one() {
    let directory = default_data_directory;
    assert_eq!(
        directory(None, Some("/home/a")),
        "/home/a/.local/share/kalda"
    );
    assert_eq!(
        directory(Some("/data/a/"), Some("/home/a")),
        "/data/a/kalda"
    );
    assert_eq!(
        directory(Some("relative"), Some("/root")),
        "/root/.local/share/kalda"
    );
    assert_eq!(directory(None, Some("/tmp/x")), "/var/lib/kalda");
    assert_eq!(directory(None, None), "/var/lib/kalda");
}
