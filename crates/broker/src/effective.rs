//! The configurations that count on this node at the moment: what the file says, under what the
//! cluster's image says.

use std::sync::Arc;

use arc_swap::ArcSwap;
use config::{BrokerConfig, CompressionType, ConfigError, Layers, Misfit, Texts, TopicConfig};
use metadata::{ConfigResourceType, Image};
use model::BrokerId;
use partition::TopicSettings;
use records::validate::TargetCompression;
use records::{AppendRules, Compression, Origin, TimestampType};
use storage::log_config::LogConfig;

use crate::settings::SocketLimits;

/// The version of Produce that internal appends are judged by; requests bring their own.
const ANY_CLIENT: Origin = Origin::Client {
    produce_version: i16::MAX,
};

/// What counts at one moment.
#[derive(Debug)]
pub(crate) struct Current {
    /// The broker's configurations.
    pub broker: BrokerConfig,
    /// Dynamic configurations of all brokers, as texts.
    pub dynamic_default: Texts,
    /// Dynamic configurations of this broker, as texts.
    pub dynamic_broker: Texts,
    /// What the shell holds connections to.
    pub sockets: SocketLimits,
    /// What topics without configurations of their own share.
    default_topic: Arc<TopicSettings>,
}

/// The configurations that count, replaced when the image changes them.
#[derive(Debug)]
pub(crate) struct Effective {
    me: BrokerId,
    given: Texts,
    current: ArcSwap<Current>,
}

impl Effective {
    /// Without an image: what the file says.
    ///
    /// # Errors
    /// Every value of the file that is refused.
    pub fn new(me: BrokerId, given: Texts) -> Result<Self, Vec<ConfigError>> {
        let (current, _) = Current::resolve(&given, Texts::new(), Texts::new())?;
        Ok(Self {
            me,
            given,
            current: ArcSwap::from_pointee(current),
        })
    }

    /// What counts now.
    pub fn now(&self) -> Arc<Current> {
        self.current.load_full()
    }

    /// What the properties file and `--override` say.
    pub fn given(&self) -> &Texts {
        &self.given
    }

    /// Takes over the broker configurations of an image. Those that do not fit the others, which a controller of an
    /// earlier release let through, are passed over and told in `reports`.
    ///
    /// # Panics
    /// Never: the properties file was resolved when the node started.
    pub fn on_image(&self, image: &Image, reports: &mut Vec<String>) {
        let of = |name: &str| texts(image, ConfigResourceType::BROKER, name);
        let (of_all, own) = (of(""), of(&self.me.to_string()));
        let known = self.current.load();
        if known.dynamic_default == of_all && known.dynamic_broker == own {
            return;
        }
        drop(known);
        let (current, misfits) = Current::resolve(&self.given, of_all, own).expect("the file fits");
        self.current.store(Arc::new(current));
        reports.extend(misfits.into_iter().map(|misfit| {
            let whose = if misfit.is_own { "this broker" } else { "all brokers" };
            let (name, reason) = (misfit.name, misfit.reason);
            format!(
                "the dynamic configuration {name} of {whose} has no effect: {reason}; delete it, or set what fits the others"
            )
        }));
    }

    /// What counts for the partitions of a topic.
    pub fn topic(&self, image: &Image, topic: &str) -> Arc<TopicSettings> {
        let current = self.current.load();
        let overrides = texts(image, ConfigResourceType::TOPIC, topic);
        if overrides.is_empty() {
            return Arc::clone(&current.default_topic);
        }
        Arc::new(settings(&current.broker.topic(&overrides), &current.broker))
    }
}

impl Current {
    fn resolve(
        given: &Texts,
        dynamic_default: Texts,
        dynamic_broker: Texts,
    ) -> Result<(Self, Vec<Misfit>), Vec<ConfigError>> {
        let layers = Layers {
            given,
            dynamic_default: &dynamic_default,
            dynamic_broker: &dynamic_broker,
        };
        let (broker, misfits) = BrokerConfig::fitting(layers)?;
        let default_topic = Arc::new(settings(&broker.topic_defaults, &broker));
        let sockets = SocketLimits::of(&broker);
        let current = Self {
            broker,
            dynamic_default,
            dynamic_broker,
            sockets,
            default_topic,
        };
        Ok((current, misfits))
    }
}

/// A resource's configurations in the image, as texts.
pub(crate) fn texts(image: &Image, kind: ConfigResourceType, resource: &str) -> Texts {
    let found = image.configs().of(kind, resource);
    let pairs = found.into_iter().flat_map(|configs| configs.iter());
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn settings(topic: &TopicConfig, broker: &BrokerConfig) -> TopicSettings {
    TopicSettings {
        log: Arc::new(log_config(topic, broker)),
        rules: rules(topic),
        min_isr: topic.min_insync_replicas as usize,
        check_interval: broker.log.retention_check_interval,
        lag_time_max: broker.replication.lag_time_max,
    }
}

fn log_config(topic: &TopicConfig, broker: &BrokerConfig) -> LogConfig {
    let millis = |time: std::time::Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    LogConfig {
        segment_bytes: topic.segment_bytes,
        segment_ms: millis(topic.roll_after()),
        segment_jitter_ms: millis(topic.segment_jitter),
        segment_index_bytes: topic.segment_index_bytes,
        index_interval_bytes: topic.index_interval_bytes,
        flush_messages: topic.flush_messages,
        flush_ms: topic.flush_interval,
        retention_bytes: topic.retention_bytes,
        retention_ms: topic.retention.map(millis),
        delete: topic.delete,
        compact: topic.compact,
        min_cleanable_dirty_ratio: topic.min_cleanable_dirty_ratio,
        min_compaction_lag_ms: millis(topic.min_compaction_lag),
        max_compaction_lag_ms: topic.max_compaction_lag.map(millis),
        delete_retention_ms: millis(topic.delete_retention),
        file_delete_delay: topic.file_delete_delay,
        preallocate: topic.preallocate,
        producer_id_expiration: broker.log.producer_id_expiration,
    }
}

fn rules(topic: &TopicConfig) -> AppendRules {
    let millis = |time: Option<std::time::Duration>| {
        time.and_then(|time| i64::try_from(time.as_millis()).ok())
            .unwrap_or(i64::MAX)
    };
    AppendRules {
        max_message_bytes: topic.max_message_bytes as usize,
        max_decompressed_message_bytes: topic.max_decompressed_message_bytes as usize,
        timestamp_type: match topic.message_timestamp_type {
            config::TimestampType::CreateTime => TimestampType::CreateTime,
            config::TimestampType::LogAppendTime => TimestampType::LogAppendTime,
        },
        timestamp_before_max_ms: millis(topic.message_timestamp_before_max),
        timestamp_after_max_ms: millis(topic.message_timestamp_after_max),
        is_compacted: topic.compact,
        compression: match topic.compression {
            CompressionType::Producer => TargetCompression::Producer,
            CompressionType::Uncompressed => TargetCompression::Codec(Compression::None, 0),
            CompressionType::Gzip(level) => TargetCompression::Codec(Compression::Gzip, level),
            CompressionType::Snappy => TargetCompression::Codec(Compression::Snappy, 0),
            CompressionType::Lz4(level) => TargetCompression::Codec(Compression::Lz4, level),
            CompressionType::Zstd(level) => TargetCompression::Codec(Compression::Zstd, level),
        },
        ..AppendRules::new(ANY_CLIENT)
    }
}
