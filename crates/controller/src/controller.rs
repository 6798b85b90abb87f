//! The machine: an image, soft state, and the handlers of the other modules.

use std::collections::BTreeMap;
use std::time::Duration;

use config::{BrokerConfig, ConfigError, Layers, Texts, Value};
use metadata::{Changes, Image, Partition};
use model::{BrokerId, Offset};
use parking_lot::Mutex;
use protocol::metadata_records::MetadataRecord;
use statemachine::{Decision, Machine};

use crate::answer::Refused;
use crate::nodes::Contacts;
use crate::periodic::Periodic;

/// What the controller writes.
pub type Record = MetadataRecord<'static>;

/// What a handler returns.
pub type Decided<T> = Decision<Record, T>;

/// Gives a random number each time it is called. The caller's: the simulator's is a seeded stream.
pub type Random<'a> = &'a mut dyn FnMut() -> u64;

/// How many records one request may write. A larger one is refused with `POLICY_VIOLATION`.
pub const MAX_RECORDS_PER_OPERATION: usize = 10_000;

/// The configuration of the node on which the controller runs, as far as decisions depend on it.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) node_id: BrokerId,
    /// The node id as the name of a configuration's resource.
    pub(crate) node_name: String,
    pub(crate) cluster_id: String,
    pub(crate) voters: Vec<BrokerId>,
    pub(crate) default_partitions: i32,
    pub(crate) default_replication_factor: i16,
    pub(crate) delete_topic_enable: bool,
    pub(crate) session_timeout: Duration,
    /// `None` without `auto.leader.rebalance.enable`.
    pub(crate) leader_imbalance_check: Option<Duration>,
    pub(crate) unclean_election_check: Duration,
    pub(crate) given: Texts,
}

impl Settings {
    /// What `given`, the configurations of the properties file by name, makes of a node of the cluster
    /// with this id.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn new(given: Texts, cluster_id: &str) -> Result<Self, Vec<ConfigError>> {
        let config = BrokerConfig::resolve(Layers::of_given(&given))?;
        let number = |name: &str| match config.values().get(name) {
            Value::Int(value) => i64::from(*value),
            Value::Short(value) => i64::from(*value),
            Value::Long(value) => *value,
            other => unreachable!("{name} is a number, not {other:?}"),
        };
        let is_set = |name: &str| *config.values().get(name) == Value::Boolean(true);
        let positive = |name: &str| u64::try_from(number(name)).unwrap_or_default();
        let imbalance =
            Duration::from_secs(positive("leader.imbalance.check.interval.seconds").max(1));
        let voters: Vec<_> = config.voters.iter().map(|voter| voter.id).collect();
        Ok(Self {
            node_id: config.node_id,
            node_name: config.node_id.to_string(),
            cluster_id: cluster_id.to_owned(),
            voters: if voters.is_empty() {
                vec![config.node_id]
            } else {
                voters
            },
            default_partitions: i32::try_from(number("num.partitions")).unwrap_or(1),
            default_replication_factor: i16::try_from(number("default.replication.factor"))
                .unwrap_or(1),
            delete_topic_enable: is_set("delete.topic.enable"),
            session_timeout: Duration::from_millis(positive("broker.session.timeout.ms")),
            leader_imbalance_check: is_set("auto.leader.rebalance.enable").then_some(imbalance),
            unclean_election_check: Duration::from_millis(
                positive("unclean.leader.election.interval.ms").max(1),
            ),
            given,
        })
    }
}

/// The active controller of the cluster.
#[derive(Debug)]
pub struct Controller {
    pub(crate) settings: Settings,
    pub(crate) image: Image,
    /// The image as it was when the open metadata transaction began (KIP-868).
    undo: Option<Box<Image>>,
    /// One past the last record that was replayed.
    pub(crate) next_offset: Offset,
    /// Where the registration of each broker lies.
    pub(crate) registered_at: BTreeMap<BrokerId, Offset>,
    pub(crate) contacts: Mutex<Contacts>,
    pub(crate) periodic: Mutex<Periodic>,
}

impl Controller {
    /// A controller over an empty log, or over the records that are replayed into it next. `since` is
    /// the moment at which it leads: sessions of brokers that it has not heard of begin there.
    #[must_use]
    pub fn new(settings: Settings, since: Duration) -> Self {
        Self::from_image(settings, Image::empty(), Offset::ZERO, since)
    }

    /// A controller over what was loaded already: an image that contains every record below
    /// `next_offset`.
    #[must_use]
    pub fn from_image(
        settings: Settings,
        image: Image,
        next_offset: Offset,
        since: Duration,
    ) -> Self {
        let periodic = Periodic::new(&settings, since);
        Self {
            image,
            undo: None,
            next_offset,
            registered_at: BTreeMap::new(),
            contacts: Mutex::new(Contacts::new(since)),
            periodic: Mutex::new(periodic),
            settings,
        }
    }

    /// The cluster as of the last record that was replayed, committed or not. Its provenance is not
    /// maintained.
    #[must_use]
    pub const fn image(&self) -> &Image {
        &self.image
    }

    /// One past the last record that was replayed.
    #[must_use]
    pub const fn next_offset(&self) -> Offset {
        self.next_offset
    }

    /// Whether a metadata transaction is open.
    #[must_use]
    pub const fn in_transaction(&self) -> bool {
        self.undo.is_some()
    }

    pub(crate) fn is_active(&self, broker: BrokerId) -> bool {
        self.image
            .broker(broker)
            .is_some_and(metadata::BrokerRegistration::is_active)
    }

    pub(crate) fn directory_is_online(&self, broker: BrokerId, partition: &Partition) -> bool {
        match (self.image.broker(broker), partition.directory(broker)) {
            (Some(broker), Some(directory)) => broker.has_online_dir(directory),
            (Some(_), None) => true,
            (None, _) => false,
        }
    }
}

impl Machine for Controller {
    type Record = Record;

    /// # Panics
    /// When the record does not fit: the log is not one that a controller wrote, and to go on would
    /// lose data.
    fn replay(&mut self, offset: Offset, record: &Record) {
        match record {
            MetadataRecord::BeginTransaction(_) => self.undo = Some(Box::new(self.image.clone())),
            MetadataRecord::EndTransaction(_) => self.undo = None,
            MetadataRecord::AbortTransaction(_) => {
                let undo = self
                    .undo
                    .take()
                    .expect("only a transaction that began is aborted");
                self.image = *undo;
            }
            _ => {
                if let Err(error) = self.image.replay(record, &mut Changes::default()) {
                    panic!("the metadata record at offset {offset} does not fit: {error}");
                }
            }
        }
        if let MetadataRecord::RegisterBroker(broker) = record {
            self.registered_at
                .insert(BrokerId(broker.broker_id), offset);
        }
        self.next_offset = offset.next();
    }

    fn next_deadline(&self) -> Option<Duration> {
        let stale = self.next_session_end();
        let periodic = self.periodic.lock().next_deadline();
        [stale, periodic].into_iter().flatten().min()
    }
}

/// Records that no request may write more than [`MAX_RECORDS_PER_OPERATION`] of.
#[derive(Debug, Default)]
pub(crate) struct Records(Vec<Record>);

impl Records {
    pub(crate) fn push(&mut self, record: impl Into<Record>) -> Result<(), Refused> {
        if self.0.len() >= MAX_RECORDS_PER_OPERATION {
            return Err(Refused::too_many_records());
        }
        self.0.push(record.into());
        Ok(())
    }

    pub(crate) fn extend(&mut self, records: Vec<Record>) -> Result<(), Refused> {
        if self.0.len() + records.len() > MAX_RECORDS_PER_OPERATION {
            return Err(Refused::too_many_records());
        }
        self.0.extend(records);
        Ok(())
    }

    pub(crate) fn into_vec(self) -> Vec<Record> {
        self.0
    }
}
