//! What the parts of a broker read of its configurations.

use std::time::Duration;

use crate::selector::ReplicaSelector;
use crate::view::view;

view! {
    /// Limits of connections and requests.
    NetworkConfig {
        "socket.request.max.bytes" => socket_request_max_bytes: u32,
        "socket.send.buffer.bytes" => socket_send_buffer_bytes: Option<u32>,
        "socket.receive.buffer.bytes" => socket_receive_buffer_bytes: Option<u32>,
        "socket.listen.backlog.size" => socket_listen_backlog_size: u32,
        "max.connections" => max_connections: Option<u32>,
        "max.connections.per.ip" => max_connections_per_ip: Option<u32>,
        "max.connection.creation.rate" => max_connection_creation_rate: Option<u32>,
        "connections.max.idle.ms" => connections_max_idle: Option<Duration>,
        "queued.max.request.bytes" => queued_max_request_bytes: Option<u64>,
        "num.network.threads" => num_network_threads: u32,
        "fetch.max.bytes" => fetch_max_bytes: u32,
        "max.incremental.fetch.session.cache.slots" => max_fetch_sessions: u32,
        "max.request.partition.size.limit" => max_request_partitions: u32,
        "request.timeout.ms" => request_timeout: Duration,
    }
}

view! {
    /// What a topic gets that is created without saying so, and who may create it.
    TopicCreationConfig {
        "auto.create.topics.enable" => auto_create_topics: bool,
        "delete.topic.enable" => delete_topics: bool,
        "num.partitions" => num_partitions: i32,
        "default.replication.factor" => default_replication_factor: i32,
    }
}

view! {
    /// The care of logs, beyond what topics decide.
    LogConfig {
        "log.retention.check.interval.ms" => retention_check_interval: Duration,
        "log.flush.offset.checkpoint.interval.ms" => recovery_point_checkpoint_interval: Duration,
        "log.flush.start.offset.checkpoint.interval.ms" => log_start_checkpoint_interval: Duration,
        "log.initial.task.delay.ms" => initial_task_delay: Duration,
        "log.dir.failure.timeout.ms" => dir_failure_timeout: Duration,
        "log.cleaner.enable" => cleaner_enable: bool,
        "log.cleaner.threads" => cleaner_threads: u32,
        "log.cleaner.dedupe.buffer.size" => cleaner_dedupe_buffer_bytes: u64,
        "log.cleaner.io.buffer.size" => cleaner_io_buffer_bytes: u32,
        "log.cleaner.io.max.bytes.per.second" => cleaner_io_max_bytes_per_second: f64,
        "log.cleaner.backoff.ms" => cleaner_backoff: Duration,
        "num.recovery.threads.per.data.dir" => recovery_threads_per_dir: u32,
        "producer.id.expiration.ms" => producer_id_expiration: Duration,
        "producer.id.expiration.check.interval.ms" => producer_id_check_interval: Duration,
        "replica.high.watermark.checkpoint.interval.ms" => high_watermark_checkpoint_interval: Duration,
    }
}

view! {
    /// Limits and times of groups.
    GroupCoordinatorConfig {
        "group.min.session.timeout.ms" => min_session_timeout: Duration,
        "group.max.session.timeout.ms" => max_session_timeout: Duration,
        "group.initial.rebalance.delay.ms" => initial_rebalance_delay: Duration,
        "group.max.size" => max_size: u32,
        "group.consumer.max.size" => consumer_max_size: u32,
        "group.consumer.assignors" => consumer_assignors: Vec<String>,
        "group.consumer.migration.policy" => consumer_migration_policy: String,
        "group.consumer.session.timeout.ms" => consumer_session_timeout: Duration,
        "group.consumer.heartbeat.interval.ms" => consumer_heartbeat_interval: Duration,
        "group.consumer.assignment.interval.ms" => consumer_assignment_interval: Duration,
        "group.share.max.size" => share_max_size: u32,
        "group.share.session.timeout.ms" => share_session_timeout: Duration,
        "group.share.heartbeat.interval.ms" => share_heartbeat_interval: Duration,
        "group.share.assignment.interval.ms" => share_assignment_interval: Duration,
        "group.share.record.lock.duration.ms" => share_record_lock: Duration,
        "group.share.delivery.count.limit" => share_delivery_limit: i16,
        "group.share.partition.max.record.locks" => share_max_record_locks: i64,
        "group.share.initialize.retry.interval.ms" => share_initialize_retry: Duration,
        "group.streams.max.size" => streams_max_size: u32,
        "group.streams.session.timeout.ms" => streams_session_timeout: Duration,
        "group.coordinator.rebalance.protocols" => protocols: Vec<String>,
        "group.coordinator.append.linger.ms" => append_linger: Option<Duration>,
    }
}

view! {
    /// `__consumer_offsets` and what is kept in it.
    OffsetsConfig {
        "offset.metadata.max.bytes" => metadata_max_bytes: usize,
        "offsets.retention.minutes" => retention: Duration,
        "offsets.retention.check.interval.ms" => retention_check_interval: Duration,
        "offsets.commit.timeout.ms" => commit_timeout: Duration,
        "offsets.load.buffer.size" => load_buffer_bytes: u32,
        "offsets.topic.num.partitions" => topic_partitions: i32,
        "offsets.topic.replication.factor" => topic_replication_factor: i16,
        "offsets.topic.segment.bytes" => topic_segment_bytes: u32,
        "offsets.topic.compression.codec" => topic_compression_codec: i32,
    }
}

view! {
    /// Transactions and `__transaction_state`.
    TransactionConfig {
        "transaction.max.timeout.ms" => max_timeout: Duration,
        "transactional.id.expiration.ms" => id_expiration: Duration,
        "transaction.abort.timed.out.transaction.cleanup.interval.ms" => abort_interval: Duration,
        "transaction.remove.expired.transaction.cleanup.interval.ms" => expiry_interval: Duration,
        "transaction.state.log.num.partitions" => topic_partitions: i32,
        "transaction.state.log.replication.factor" => topic_replication_factor: i16,
        "transaction.state.log.min.isr" => topic_min_isr: i32,
        "transaction.state.log.segment.bytes" => topic_segment_bytes: u32,
        "transaction.partition.verification.enable" => partition_verification: bool,
        "add.partitions.to.txn.retry.backoff.ms" => adding_backoff: Duration,
        "add.partitions.to.txn.retry.backoff.max.ms" => adding_backoff_max: Duration,
    }
}

view! {
    /// Share sessions, share coordinators and `__share_group_state`.
    ShareConfig {
        "group.share.max.share.sessions" => max_sessions: u32,
        "errors.deadletterqueue.auto.create.topics.enable" => creates_dead_letter_topics: bool,
        "errors.deadletterqueue.topic.name.prefix" => dead_letter_topic_prefix: String,
        "share.coordinator.snapshot.update.records.per.snapshot" => updates_per_snapshot: u32,
        "share.coordinator.write.timeout.ms" => write_timeout: Duration,
        "share.coordinator.state.topic.prune.interval.ms" => prune_interval: Duration,
        "share.coordinator.cold.partition.snapshot.interval.ms" => cold_interval: Duration,
        "share.coordinator.state.topic.num.partitions" => topic_partitions: i32,
        "share.coordinator.state.topic.replication.factor" => topic_replication_factor: i16,
        "share.coordinator.state.topic.min.isr" => topic_min_isr: i32,
        "share.coordinator.state.topic.segment.bytes" => topic_segment_bytes: u32,
    }
}

view! {
    /// How followers fetch.
    ReplicationConfig {
        "replica.lag.time.max.ms" => lag_time_max: Duration,
        "replica.fetch.max.bytes" => fetch_max_bytes: u32,
        "replica.fetch.min.bytes" => fetch_min_bytes: u32,
        "replica.fetch.response.max.bytes" => fetch_response_max_bytes: u32,
        "replica.fetch.wait.max.ms" => fetch_wait_max: Duration,
        "replica.fetch.backoff.ms" => fetch_backoff: Duration,
        "replica.socket.timeout.ms" => socket_timeout: Duration,
        "num.replica.fetchers" => fetchers: u32,
        "replica.selector.class" => selector: ReplicaSelector,
    }
}

view! {
    /// The metadata quorum, its log, and the brokers' sessions with it.
    QuorumConfig {
        "controller.quorum.election.timeout.ms" => election_timeout: Duration,
        "controller.quorum.election.backoff.max.ms" => election_backoff_max: Duration,
        "controller.quorum.fetch.timeout.ms" => fetch_timeout: Duration,
        "controller.quorum.request.timeout.ms" => request_timeout: Duration,
        "controller.quorum.append.linger.ms" => append_linger: Duration,
        "metadata.log.segment.bytes" => log_segment_bytes: u32,
        "metadata.log.segment.ms" => log_segment_time: Duration,
        "metadata.log.max.record.bytes.between.snapshots" => snapshot_after_bytes: u64,
        "metadata.log.max.snapshot.interval.ms" => snapshot_interval: Duration,
        "metadata.max.retention.bytes" => max_retention_bytes: Option<u64>,
        "metadata.max.retention.ms" => max_retention: Option<Duration>,
        "metadata.max.idle.interval.ms" => max_idle_interval: Duration,
        "broker.heartbeat.interval.ms" => broker_heartbeat_interval: Duration,
        "broker.session.timeout.ms" => broker_session_timeout: Duration,
        "controlled.shutdown.enable" => controlled_shutdown: bool,
        "initial.broker.registration.timeout.ms" => initial_registration_timeout: Duration,
        "leader.imbalance.check.interval.seconds" => leader_imbalance_check_interval: Duration,
        "unclean.leader.election.interval.ms" => unclean_election_check_interval: Duration,
        "auto.leader.rebalance.enable" => auto_leader_rebalance: bool,
    }
}

impl NetworkConfig {
    /// Kafka counts every value that is not positive as "without limit".
    pub(crate) fn normalised(mut self) -> Self {
        self.queued_max_request_bytes = self.queued_max_request_bytes.filter(|bytes| *bytes > 0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effect, Scope, broker_defaults_of, table};

    /// What `BrokerConfig` reads beside its views.
    const IDENTITY: [&str; 15] = [
        "advertised.listeners",
        "broker.id",
        "broker.rack",
        "controller.listener.names",
        "controller.quorum.voters",
        "inter.broker.listener.name",
        "listener.security.protocol.map",
        "listeners",
        "log.dir",
        "log.dirs",
        "max.connections.per.ip.overrides",
        "metadata.log.dir",
        "node.id",
        "process.roles",
        "security.inter.broker.protocol",
    ];

    fn keys_of_views() -> Vec<&'static str> {
        [
            NetworkConfig::KEYS,
            TopicCreationConfig::KEYS,
            LogConfig::KEYS,
            GroupCoordinatorConfig::KEYS,
            OffsetsConfig::KEYS,
            TransactionConfig::KEYS,
            ShareConfig::KEYS,
            ReplicationConfig::KEYS,
            QuorumConfig::KEYS,
        ]
        .concat()
    }

    #[test]
    fn every_field_reads_a_configuration_of_the_table() {
        for key in keys_of_views() {
            assert!(table(Scope::Broker).get(key).is_some(), "{key}");
        }
    }

    #[test]
    fn what_has_an_effect_is_read_by_somebody() {
        let mut read = keys_of_views();
        read.extend(IDENTITY);
        let bounds = crate::group::BOUNDS.into_iter();
        read.extend(bounds.flat_map(|(_, least, most)| [least, most]).flatten());
        for topic in table(Scope::Topic).iter() {
            read.extend(
                broker_defaults_of(topic.name)
                    .iter()
                    .map(|default| default.name),
            );
        }
        // What a group does not set itself is read from the broker's.
        let of_groups: Vec<String> = table(Scope::Group)
            .iter()
            .filter(|row| row.effect == Effect::Effective)
            .filter_map(|row| crate::broker_default_of_group(row.name))
            .collect();
        for row in table(Scope::Broker)
            .iter()
            .filter(|row| row.effect == Effect::Effective)
        {
            assert!(
                read.contains(&row.name) || of_groups.iter().any(|name| name == row.name),
                "{} is marked effective, but nothing reads it",
                row.name
            );
        }
    }
}
