//! Which configuration counts: the topic's, this node's, that of all brokers, the file's, the default.

use config::{BrokerConfig, ConfigError, Layers, Misfit, Texts};
use metadata::{ConfigResourceType, ResourceConfigs, Topic};

use crate::controller::Controller;

/// How many replicas must be in sync for a record to be acknowledged.
pub(crate) const MIN_INSYNC_REPLICAS: &str = "min.insync.replicas";
/// Whether a replica that lacks records may lead when no other can.
const FLUSH_MESSAGES: &str = "flush.messages";
const FLUSH_MESSAGES_OF_BROKER: &str = "log.flush.interval.messages";
const UNCLEAN_LEADER_ELECTION: &str = "unclean.leader.election.enable";

/// All configurations of this node at once: worth building once a request.
pub(crate) struct Effective<'a> {
    given: &'a Texts,
    all_brokers: Texts,
    this_broker: Texts,
    pub(crate) config: BrokerConfig,
    misfits: Vec<Misfit>,
}

impl Effective<'_> {
    pub(crate) const fn layers(&self) -> Layers<'_> {
        Layers {
            given: self.given,
            dynamic_default: &self.all_brokers,
            dynamic_broker: &self.this_broker,
        }
    }
}

impl Effective<'_> {
    /// Whether the dynamic configurations of all brokers, or of this one, may become `after`: then all of them still have
    /// to fit together, but for those that do not fit anyway.
    ///
    /// # Errors
    /// `INVALID_REQUEST`, as Apache Kafka: what would not fit, and why.
    pub(crate) fn check_broker_change(
        &self,
        is_own: bool,
        before: &Texts,
        after: &Texts,
    ) -> Result<(), ConfigError> {
        let mut layers = self.layers();
        if is_own {
            layers.dynamic_broker = after;
        } else {
            layers.dynamic_default = after;
        }
        let (_, misfits) = BrokerConfig::fitting(layers)
            .expect("the properties file was resolved when the node started");
        let is_new = |misfit: &&Misfit| {
            let name = &misfit.name;
            let is_set = misfit.is_own == is_own && after.get(name) != before.get(name);
            is_set
                || !self
                    .misfits
                    .iter()
                    .any(|known| (known.is_own, &known.name) == (misfit.is_own, name))
        };
        match misfits.iter().find(is_new) {
            None => Ok(()),
            Some(misfit) => Err(ConfigError::Request(misfit.reason.clone())),
        }
    }
}

impl Controller {
    pub(crate) fn effective(&self) -> Effective<'_> {
        let broker = |name: &str| texts(self.image.configs().of(ConfigResourceType::BROKER, name));
        let (all_brokers, this_broker) = (broker(""), broker(&self.settings.node_name));
        let given = &self.settings.given;
        let layers = Layers {
            given,
            dynamic_default: &all_brokers,
            dynamic_broker: &this_broker,
        };
        // Dynamic values that do not fit the others were accepted by an earlier release.
        let (config, misfits) = BrokerConfig::fitting(layers)
            .expect("the properties file was resolved when the node started");
        Effective {
            given,
            all_brokers,
            this_broker,
            config,
            misfits,
        }
    }

    /// `min.insync.replicas`, but not more than there are replicas.
    pub(crate) fn effective_min_isr(&self, topic: &Topic) -> usize {
        let text = self.text_for_topic(&topic.name, MIN_INSYNC_REPLICAS);
        let configured = text.and_then(|text| text.trim().parse().ok()).unwrap_or(1);
        let first = topic.partitions.iter().next();
        first.map_or(configured, |(_, partition)| {
            configured.min(partition.replicas.len())
        })
    }

    /// `unclean.leader.election.enable`.
    pub(crate) fn unclean_election_enabled(&self, topic: &str) -> bool {
        let text = self.text_for_topic(topic, UNCLEAN_LEADER_ELECTION);
        text.is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
    }

    /// Whether replicas count only what they have synced (`flush.messages=1`), so that none of them loses what is acknowledged
    /// with the page cache.
    pub(crate) fn counts_synced_only(&self, topic: &str) -> bool {
        let of_topic = self.image.configs().topic(topic, FLUSH_MESSAGES);
        let text = of_topic.or_else(|| self.text_for_brokers(FLUSH_MESSAGES_OF_BROKER));
        text.is_some_and(|text| text.trim() == "1")
    }

    /// For configurations that have the same name for topics and brokers.
    fn text_for_topic(&self, topic: &str, name: &str) -> Option<&str> {
        let of_topic = self.image.configs().topic(topic, name);
        of_topic.or_else(|| self.text_for_brokers(name))
    }

    fn text_for_brokers(&self, name: &str) -> Option<&str> {
        let configs = self.image.configs();
        let broker = |broker: &str| configs.get(ConfigResourceType::BROKER, broker, name);
        broker(&self.settings.node_name)
            .or_else(|| broker(""))
            .or_else(|| self.settings.given.get(name).map(String::as_str))
    }
}

/// The configurations of a resource as the `config` crate takes them.
pub(crate) fn texts(configs: Option<&ResourceConfigs>) -> Texts {
    let entries = configs.into_iter().flat_map(ResourceConfigs::iter);
    entries
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
