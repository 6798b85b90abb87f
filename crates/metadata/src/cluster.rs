//! The nodes of the cluster: registered brokers and controllers.

use std::collections::BTreeMap;

use model::{BrokerEpoch, BrokerId, DirectoryId, Uuid};
use protocol::broker_registration_change_record::BrokerRegistrationChangeRecord;
use protocol::register_broker_record::RegisterBrokerRecord;
use protocol::register_controller_record::RegisterControllerRecord;

use crate::snapshot::{FENCING_FENCE, FENCING_UNFENCE, IN_CONTROLLED_SHUTDOWN};

/// Where a node listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The name of the listener.
    pub name: Box<str>,
    /// The advertised host.
    pub host: Box<str>,
    /// The advertised port.
    pub port: u16,
    /// Kafka's number of the security protocol: 0 PLAINTEXT, 1 SSL, 2 `SASL_PLAINTEXT`, 3 `SASL_SSL`.
    pub security_protocol: i16,
}

/// Levels of a feature, both ends included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VersionRange {
    /// The lowest.
    pub min: i16,
    /// The highest.
    pub max: i16,
}

impl VersionRange {
    /// Whether `level` lies in it.
    #[must_use]
    pub const fn contains(self, level: i16) -> bool {
        self.min <= level && level <= self.max
    }
}

/// A registered broker (KIP-631).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerRegistration {
    /// Its `node.id`.
    pub id: BrokerId,
    /// The offset of its registration record.
    pub epoch: BrokerEpoch,
    /// Drawn by the broker at each start.
    pub incarnation_id: Uuid,
    /// Where it listens.
    pub endpoints: Vec<Endpoint>,
    /// What it supports.
    pub features: BTreeMap<Box<str>, VersionRange>,
    /// Its `broker.rack`.
    pub rack: Option<Box<str>>,
    /// Whether it may not lead, nor be in an ISR, nor be shown to clients.
    pub fenced: bool,
    /// Whether it asked to be relieved of its partitions.
    pub in_controlled_shutdown: bool,
    /// Kept from a cluster that migrated from `ZooKeeper`.
    pub is_migrating_zk_broker: bool,
    /// Its online log directories (KIP-858), in ascending order.
    pub log_dirs: Vec<DirectoryId>,
    /// Those that take no new replicas (KIP-1066); `None` if the broker said nothing of them.
    pub cordoned_log_dirs: Option<Vec<DirectoryId>>,
}

impl BrokerRegistration {
    /// Whether it may lead partitions and be in their ISR.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        !self.fenced && !self.in_controlled_shutdown
    }

    /// Whether a directory is online. A replica in one that is not yet known counts as online.
    #[must_use]
    pub fn has_online_dir(&self, dir: DirectoryId) -> bool {
        dir == DirectoryId::UNASSIGNED
            || dir == DirectoryId::MIGRATING
            || self.log_dirs.binary_search(&dir).is_ok()
    }

    /// Whether new replicas may be placed here: not all of its directories are cordoned (KIP-1066).
    #[must_use]
    pub fn has_uncordoned_dirs(&self) -> bool {
        let Some(cordoned) = &self.cordoned_log_dirs else {
            return true;
        };
        self.log_dirs.is_empty() || self.log_dirs.iter().any(|dir| !cordoned.contains(dir))
    }

    /// Where a new replica goes: the only directory there is, or one that the broker will choose.
    #[must_use]
    pub fn default_dir(&self) -> DirectoryId {
        match self.log_dirs[..] {
            // An old broker, which knows of no directory ids.
            [] => DirectoryId::MIGRATING,
            [only] => only,
            _ => DirectoryId::UNASSIGNED,
        }
    }

    /// The endpoint of one listener.
    #[must_use]
    pub fn endpoint(&self, listener: &str) -> Option<&Endpoint> {
        self.endpoints
            .iter()
            .find(|endpoint| &*endpoint.name == listener)
    }

    pub(crate) fn from_record(record: &RegisterBrokerRecord<'_>) -> Self {
        let mut log_dirs = record.log_dirs.clone();
        log_dirs.sort_unstable();
        Self {
            id: BrokerId(record.broker_id),
            epoch: BrokerEpoch(record.broker_epoch),
            incarnation_id: record.incarnation_id,
            endpoints: record
                .end_points
                .iter()
                .map(|e| endpoint(&e.name, &e.host, e.port, e.security_protocol))
                .collect(),
            features: record
                .features
                .iter()
                .map(|f| range(&f.name, f.min_supported_version, f.max_supported_version))
                .collect(),
            rack: record.rack.as_deref().map(Into::into),
            fenced: record.fenced,
            in_controlled_shutdown: record.in_controlled_shutdown,
            is_migrating_zk_broker: record.is_migrating_zk_broker,
            log_dirs,
            cordoned_log_dirs: record.cordoned_log_dirs.clone(),
        }
    }

    pub(crate) fn change(&mut self, record: &BrokerRegistrationChangeRecord) {
        match record.fenced {
            FENCING_FENCE => self.fenced = true,
            FENCING_UNFENCE => self.fenced = false,
            _ => {}
        }
        if record.in_controlled_shutdown == IN_CONTROLLED_SHUTDOWN {
            self.in_controlled_shutdown = true;
        }
        if !record.log_dirs.is_empty() {
            self.log_dirs.clone_from(&record.log_dirs);
            self.log_dirs.sort_unstable();
        }
        if let Some(cordoned) = &record.cordoned_log_dirs {
            self.cordoned_log_dirs = Some(cordoned.clone());
        }
    }
}

/// A registered controller (KIP-919).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerRegistration {
    /// Its `node.id`.
    pub id: BrokerId,
    /// Drawn by the controller at each start.
    pub incarnation_id: Uuid,
    /// Kept from a cluster that migrated from `ZooKeeper`.
    pub zk_migration_ready: bool,
    /// Where it listens.
    pub endpoints: Vec<Endpoint>,
    /// What it supports.
    pub features: BTreeMap<Box<str>, VersionRange>,
}

impl ControllerRegistration {
    pub(crate) fn from_record(record: &RegisterControllerRecord<'_>) -> Self {
        Self {
            id: BrokerId(record.controller_id),
            incarnation_id: record.incarnation_id,
            zk_migration_ready: record.zk_migration_ready,
            endpoints: record
                .end_points
                .iter()
                .map(|e| endpoint(&e.name, &e.host, e.port, e.security_protocol))
                .collect(),
            features: record
                .features
                .iter()
                .map(|f| range(&f.name, f.min_supported_version, f.max_supported_version))
                .collect(),
        }
    }
}

fn endpoint(name: &str, host: &str, port: u16, security_protocol: i16) -> Endpoint {
    Endpoint {
        name: name.into(),
        host: host.into(),
        port,
        security_protocol,
    }
}

fn range(name: &str, min: i16, max: i16) -> (Box<str>, VersionRange) {
    (name.into(), VersionRange { min, max })
}
