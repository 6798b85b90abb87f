//! The image itself.

use std::sync::Arc;

use imbl::OrdMap;
use model::{BrokerId, LeaderEpoch, Offset, ProducerId, TimestampMs};

use crate::security::AclId;
use crate::{
    Acl, BrokerRegistration, ClientQuotas, Configs, ControllerRegistration, DelegationToken,
    Features, ScramCredential, Topics,
};

/// Of which moment of the metadata log an image tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The last record that it contains.
    pub offset: Offset,
    /// The epoch of that record's batch.
    pub epoch: LeaderEpoch,
    /// The time at which that batch was appended.
    pub timestamp: TimestampMs,
}

/// The whole cluster at one moment. Cloning shares everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    pub(crate) provenance: Option<Provenance>,
    pub(crate) features: Features,
    pub(crate) brokers: OrdMap<BrokerId, Arc<BrokerRegistration>>,
    pub(crate) controllers: OrdMap<BrokerId, Arc<ControllerRegistration>>,
    pub(crate) topics: Topics,
    pub(crate) configs: Configs,
    pub(crate) client_quotas: ClientQuotas,
    pub(crate) next_producer_id: Option<ProducerId>,
    pub(crate) acls: OrdMap<AclId, Arc<Acl>>,
    /// By mechanism (1 SCRAM-SHA-256, 2 SCRAM-SHA-512) and user.
    pub(crate) scram: OrdMap<(i8, Arc<str>), Arc<ScramCredential>>,
    pub(crate) delegation_tokens: OrdMap<Arc<str>, Arc<DelegationToken>>,
    pub(crate) zk_migration_state: i8,
}

impl Image {
    /// The image before the first record.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Where in the log it was taken; `None` before the first record.
    #[must_use]
    pub const fn provenance(&self) -> Option<Provenance> {
        self.provenance
    }

    /// The same content, said to be of another moment.
    #[must_use]
    pub fn with_provenance(mut self, provenance: Provenance) -> Self {
        self.provenance = Some(provenance);
        self
    }

    /// The finalized features.
    #[must_use]
    pub const fn features(&self) -> &Features {
        &self.features
    }

    /// The `metadata.version` at which records are written; the lowest one while none is set.
    #[must_use]
    pub fn metadata_version(&self) -> i16 {
        self.features
            .metadata_version()
            .unwrap_or(crate::features::METADATA_VERSION_MIN)
    }

    /// A registered broker.
    #[must_use]
    pub fn broker(&self, id: BrokerId) -> Option<&BrokerRegistration> {
        self.brokers.get(&id).map(|broker| &**broker)
    }

    /// The registered brokers, in ascending order of their ids.
    pub fn brokers(&self) -> impl Iterator<Item = &BrokerRegistration> {
        self.brokers.values().map(|broker| &**broker)
    }

    /// A registered controller.
    #[must_use]
    pub fn controller(&self, id: BrokerId) -> Option<&ControllerRegistration> {
        self.controllers.get(&id).map(|controller| &**controller)
    }

    /// The registered controllers, in ascending order of their ids.
    pub fn controllers(&self) -> impl Iterator<Item = &ControllerRegistration> {
        self.controllers.values().map(|controller| &**controller)
    }

    /// The topics.
    #[must_use]
    pub const fn topics(&self) -> &Topics {
        &self.topics
    }

    /// The dynamic configurations.
    #[must_use]
    pub const fn configs(&self) -> &Configs {
        &self.configs
    }

    /// The client quotas.
    #[must_use]
    pub const fn client_quotas(&self) -> &ClientQuotas {
        &self.client_quotas
    }

    /// The first producer id that no broker was given yet.
    #[must_use]
    pub fn next_producer_id(&self) -> ProducerId {
        self.next_producer_id.unwrap_or_default()
    }

    /// The ACLs by id.
    pub fn acls(&self) -> impl Iterator<Item = (AclId, &Acl)> {
        self.acls.iter().map(|(id, acl)| (*id, &**acl))
    }

    /// The credential of a user for a mechanism (1 SCRAM-SHA-256, 2 SCRAM-SHA-512).
    #[must_use]
    pub fn scram_credential(&self, mechanism: i8, user: &str) -> Option<&ScramCredential> {
        self.scram
            .get(&(mechanism, user.into()))
            .map(|credential| &**credential)
    }

    /// All credentials: mechanism, user, credential.
    pub fn scram_credentials(&self) -> impl Iterator<Item = (i8, &str, &ScramCredential)> {
        self.scram
            .iter()
            .map(|((mechanism, user), credential)| (*mechanism, &**user, &**credential))
    }

    /// The delegation tokens by id.
    pub fn delegation_tokens(&self) -> impl Iterator<Item = (&str, &DelegationToken)> {
        self.delegation_tokens
            .iter()
            .map(|(id, token)| (&**id, &**token))
    }
}
