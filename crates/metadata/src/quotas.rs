//! Client quotas (KIP-546).

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;
use protocol::client_quota_record::ClientQuotaRecord;

/// Whom a quota concerns: the names by entity type (`user`, `client-id`, `ip`); `None` is the default.
pub type QuotaEntity = BTreeMap<Box<str>, Option<Box<str>>>;

/// The quotas of all entities.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientQuotas {
    entities: OrdMap<QuotaEntity, Arc<BTreeMap<Box<str>, f64>>>,
}

impl ClientQuotas {
    /// The quotas of one entity by name.
    #[must_use]
    pub fn of(&self, entity: &QuotaEntity) -> Option<&BTreeMap<Box<str>, f64>> {
        self.entities.get(entity).map(|quotas| &**quotas)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&QuotaEntity, &BTreeMap<Box<str>, f64>)> {
        self.entities
            .iter()
            .map(|(entity, quotas)| (entity, &**quotas))
    }

    pub(crate) fn replay(&mut self, record: &ClientQuotaRecord<'_>) {
        let entity: QuotaEntity = record
            .entity
            .iter()
            .map(|part| {
                (
                    part.entity_type.as_ref().into(),
                    part.entity_name.as_deref().map(Into::into),
                )
            })
            .collect();
        let mut quotas = self.entities.remove(&entity).unwrap_or_default();
        let by_name = Arc::make_mut(&mut quotas);
        if record.remove {
            by_name.remove(record.key.as_ref());
        } else {
            by_name.insert(record.key.as_ref().into(), record.value);
        }
        if !by_name.is_empty() {
            self.entities.insert(entity, quotas);
        }
    }
}
