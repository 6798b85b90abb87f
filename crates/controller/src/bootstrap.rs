//! The first records of a new cluster.

use metadata::{ConfigResourceType, features};
use protocol::begin_transaction_record::BeginTransactionRecord;
use protocol::config_record::ConfigRecord;
use protocol::end_transaction_record::EndTransactionRecord;
use protocol::feature_level_record::FeatureLevelRecord;
use statemachine::Decision;

use crate::controller::{Controller, Decided, Record};
use crate::effective::MIN_INSYNC_REPLICAS;

/// What a cluster of Kafka 4.4 is formatted with: its feature levels, `metadata.version` first. They
/// also make up `bootstrap.checkpoint`.
#[must_use]
pub fn bootstrap_records() -> Vec<Record> {
    features::BOOTSTRAP.into_iter().map(level_record).collect()
}

/// The same for a cluster with these feature levels, encoded.
#[must_use]
pub fn encoded_bootstrap_records<'n>(
    levels: impl IntoIterator<Item = (&'n str, i16)>,
) -> Vec<Vec<u8>> {
    let encode = |record: Record| {
        let encoded = metadata::encode_record(&record, features::METADATA_VERSION_LATEST);
        encoded.expect("feature levels are in every metadata version")
    };
    levels.into_iter().map(level_record).map(encode).collect()
}

fn level_record((name, feature_level): (&str, i16)) -> Record {
    FeatureLevelRecord {
        name: name.to_owned().into(),
        feature_level,
        ..FeatureLevelRecord::default()
    }
    .into()
}

impl Controller {
    /// What a controller writes first when it becomes active: in an empty log the records that make a
    /// cluster (`bootstrap`, as [`bootstrap_records`] or the checkpoint of a formatted directory has
    /// them); where the last controller left a metadata transaction open, its end.
    #[must_use]
    pub fn activate(&self, bootstrap: Vec<Record>) -> Decided<()> {
        if self.image.features().metadata_version().is_some() {
            return self.abort_open_transaction();
        }
        let elr = bootstrap.iter().any(|record| match record {
            Record::FeatureLevel(record) => {
                record.name == features::ELR_VERSION && record.feature_level > 0
            }
            _ => false,
        });
        let begin = BeginTransactionRecord {
            name: Some("Bootstrap records".into()),
            ..BeginTransactionRecord::default()
        };
        let mut records = self.abort_open_transaction().records;
        records.push(begin.into());
        records.extend(bootstrap);
        if elr {
            records.push(self.cluster_min_insync_replicas());
        }
        records.push(EndTransactionRecord::default().into());
        Decision::write(records, ())
    }

    /// With eligible leader replicas the cluster-wide `min.insync.replicas` must be in the log, so
    /// that all controllers decide alike (KIP-966).
    pub(crate) fn cluster_min_insync_replicas(&self) -> Record {
        let configured = self.settings.given.get(MIN_INSYNC_REPLICAS);
        ConfigRecord {
            resource_type: ConfigResourceType::BROKER.0,
            resource_name: "".into(),
            name: MIN_INSYNC_REPLICAS.into(),
            value: Some(configured.cloned().unwrap_or_else(|| "1".to_owned()).into()),
            ..ConfigRecord::default()
        }
        .into()
    }

    fn abort_open_transaction(&self) -> Decided<()> {
        if !self.in_transaction() {
            return Decision::read(());
        }
        let reason = Some("Controller failover".into());
        let abort = protocol::abort_transaction_record::AbortTransactionRecord {
            reason,
            ..Default::default()
        };
        Decision::atomically(vec![abort.into()], ())
    }
}
