//! Quotas of users, clients and addresses (KIP-546).

use std::collections::BTreeMap;

use protocol::alter_client_quotas_request::{
    AlterClientQuotasRequest, EntityData, EntryData, OpData,
};
use protocol::describe_client_quotas_request::{ComponentData, DescribeClientQuotasRequest};

use crate::client::check;
use crate::{Client, ClientError, Target};

/// Quotas by name; `None` takes one away.
pub type QuotaValues = BTreeMap<String, Option<f64>>;

/// Whom quotas are for: entity type (`user`, `client-id`, `ip`) and name; without a name the default of all.
pub type Quotas = Vec<(String, Option<String>)>;

/// What is set for whom.
pub type QuotasOf = (Quotas, BTreeMap<String, f64>);

/// Whose quotas are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuotaFilter {
    /// The one with this name.
    Named(String),
    /// The default of all.
    Default,
    /// Every one.
    Any,
}

impl Client {
    /// The quotas of entities that have just these parts.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn describe_quotas(
        &self,
        parts: &[(&str, QuotaFilter)],
    ) -> Result<Vec<QuotasOf>, ClientError> {
        let components = parts.iter().map(|(kind, filter)| ComponentData {
            entity_type: (*kind).into(),
            match_type: match filter {
                QuotaFilter::Named(_) => 0,
                QuotaFilter::Default => 1,
                QuotaFilter::Any => 2,
            },
            match_: match filter {
                QuotaFilter::Named(name) => Some(name.into()),
                _ => None,
            },
            ..ComponentData::default()
        });
        let request = DescribeClientQuotasRequest {
            components: components.collect(),
            strict: true,
            ..DescribeClientQuotasRequest::default()
        };
        self.retrying(|| {
            let answer = self.send(Target::Any, &request)?;
            let response = answer.message()?;
            let message = response.error_message.as_deref();
            check("quotas", response.error_code, message)?;
            let entries = response.entries.iter().flatten().map(|entry| {
                let parts = entry.entity.iter().map(|part| {
                    let name = part.entity_name.as_deref().map(str::to_owned);
                    (part.entity_type.to_string(), name)
                });
                let values = entry.values.iter();
                let values = values.map(|value| (value.key.to_string(), value.value));
                (parts.collect(), values.collect())
            });
            Ok(entries.collect())
        })
    }

    /// Sets quotas of one entity, or takes them away.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`].
    pub fn alter_quotas(&self, of: &Quotas, values: &QuotaValues) -> Result<(), ClientError> {
        let parts = of.iter().map(|(kind, name)| EntityData {
            entity_type: kind.into(),
            entity_name: name.as_ref().map(Into::into),
            ..EntityData::default()
        });
        let ops = values.iter().map(|(key, value)| OpData {
            key: key.into(),
            value: value.unwrap_or_default(),
            remove: value.is_none(),
            ..OpData::default()
        });
        let request = AlterClientQuotasRequest {
            entries: vec![EntryData {
                entity: parts.collect(),
                ops: ops.collect(),
                ..EntryData::default()
            }],
            ..AlterClientQuotasRequest::default()
        };
        let answer = self.send(Target::Any, &request)?;
        for entry in &answer.message()?.entries {
            check("quotas", entry.error_code, entry.error_message.as_deref())?;
        }
        Ok(())
    }
}
