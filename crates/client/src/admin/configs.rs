//! Configurations: described and altered.

use std::ops::RangeInclusive;

use model::BrokerId;
use protocol::describe_configs_request::{DescribeConfigsRequest, DescribeConfigsResource};
use protocol::describe_configs_response::DescribeConfigsSynonym;
use protocol::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use protocol::list_config_resources_request::ListConfigResourcesRequest;

use crate::client::check;
use crate::{Client, ClientError, Target};

/// DescribeConfigs that tells where a value comes from.
const DESCRIBE_VERSIONS: RangeInclusive<i16> = 1..=i16::MAX;

/// What a configuration belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// A topic, by name.
    Topic,
    /// A broker, by node id; an empty name stands for the default of all.
    Broker,
    /// The loggers of a broker, by node id.
    BrokerLogger,
    /// A subscription of client metrics (KIP-714).
    ClientMetrics,
    /// A group (KIP-848).
    Group,
}

impl ResourceKind {
    const fn id(self) -> i8 {
        match self {
            Self::Topic => 2,
            Self::Broker => 4,
            Self::BrokerLogger => 8,
            Self::ClientMetrics => 16,
            Self::Group => 32,
        }
    }
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigSource {
    /// Set for the topic itself.
    Topic,
    /// Set for the broker alone, at run time.
    Broker,
    /// Set for all brokers, at run time.
    DynamicDefault,
    /// From the broker's properties file.
    Static,
    /// Set nowhere.
    Default,
    /// The level of a logger.
    BrokerLogger,
    /// Set for the subscription of client metrics.
    ClientMetrics,
    /// Set for the group.
    Group,
    /// One that this release does not know.
    Other(i8),
}

impl ConfigSource {
    /// Kafka's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Topic => "DYNAMIC_TOPIC_CONFIG",
            Self::Broker => "DYNAMIC_BROKER_CONFIG",
            Self::DynamicDefault => "DYNAMIC_DEFAULT_BROKER_CONFIG",
            Self::Static => "STATIC_BROKER_CONFIG",
            Self::Default => "DEFAULT_CONFIG",
            Self::BrokerLogger => "DYNAMIC_BROKER_LOGGER_CONFIG",
            Self::ClientMetrics => "DYNAMIC_CLIENT_METRICS_CONFIG",
            Self::Group => "DYNAMIC_GROUP_CONFIG",
            Self::Other(_) => "UNKNOWN",
        }
    }
}

/// A place that sets a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigSynonym {
    /// What the configuration is called there.
    pub name: String,
    /// The value there; absent for one that is sensitive or null.
    pub value: Option<String>,
    /// The place.
    pub source: ConfigSource,
}

/// A configuration and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigEntry {
    /// Its name.
    pub name: String,
    /// Its value; absent for one that is sensitive or null.
    pub value: Option<String>,
    /// Where the value comes from.
    pub source: ConfigSource,
    /// Whether the value is hidden.
    pub is_sensitive: bool,
    /// Whether it cannot be altered at run time.
    pub is_read_only: bool,
    /// Every place that sets it, the one that counts first.
    pub synonyms: Vec<ConfigSynonym>,
}

impl Client {
    /// The configurations of a topic, group or broker, by name.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn describe_configs(
        &self,
        kind: ResourceKind,
        name: &str,
    ) -> Result<Vec<ConfigEntry>, ClientError> {
        let request = DescribeConfigsRequest {
            resources: vec![DescribeConfigsResource {
                resource_type: kind.id(),
                resource_name: name.into(),
                configuration_keys: None,
                ..DescribeConfigsResource::default()
            }],
            include_synonyms: true,
            ..DescribeConfigsRequest::default()
        };
        self.retrying(|| {
            let target = target_of(kind, name);
            let answer = self.send_between(target, DESCRIBE_VERSIONS, &request)?;
            let mut entries = Vec::new();
            for result in &answer.message()?.results {
                let what = format!("configurations of '{name}'");
                check(what, result.error_code, result.error_message.as_deref())?;
                entries.extend(result.configs.iter().map(|config| ConfigEntry {
                    name: config.name.to_string(),
                    value: config.value.as_deref().map(str::to_owned),
                    source: source_of(config.config_source),
                    is_sensitive: config.is_sensitive,
                    is_read_only: config.read_only,
                    synonyms: config.synonyms.iter().map(synonym_of).collect(),
                }));
            }
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            Ok(entries)
        })
    }

    /// The names of all that has configurations of this kind (KIP-1142).
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn list_config_resources(&self, kind: ResourceKind) -> Result<Vec<String>, ClientError> {
        let request = ListConfigResourcesRequest {
            resource_types: vec![kind.id()],
            ..ListConfigResourcesRequest::default()
        };
        self.retrying(|| {
            let answer = self.send(Target::Any, &request)?;
            let response = answer.message()?;
            check("list of configurations", response.error_code, None)?;
            let resources = response.config_resources.iter();
            let named = resources.map(|resource| resource.resource_name.to_string());
            Ok(named.collect())
        })
    }

    /// Sets configurations, or with `None` returns them to their defaults (KIP-339).
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn alter_configs(
        &self,
        kind: ResourceKind,
        name: &str,
        changes: &[(&str, Option<&str>)],
    ) -> Result<(), ClientError> {
        let configs = changes.iter().map(|(name, value)| AlterableConfig {
            name: (*name).into(),
            config_operation: i8::from(value.is_none()),
            value: value.map(Into::into),
            ..AlterableConfig::default()
        });
        let request = IncrementalAlterConfigsRequest {
            resources: vec![AlterConfigsResource {
                resource_type: kind.id(),
                resource_name: name.into(),
                configs: configs.collect(),
                ..AlterConfigsResource::default()
            }],
            validate_only: false,
            ..IncrementalAlterConfigsRequest::default()
        };
        self.retrying(|| {
            let answer = self.send(target_of(kind, name), &request)?;
            for result in &answer.message()?.responses {
                let what = format!("configurations of '{name}'");
                check(what, result.error_code, result.error_message.as_deref())?;
            }
            Ok(())
        })
    }
}

fn synonym_of(synonym: &DescribeConfigsSynonym<'_>) -> ConfigSynonym {
    ConfigSynonym {
        name: synonym.name.to_string(),
        value: synonym.value.as_deref().map(str::to_owned),
        source: source_of(synonym.source),
    }
}

/// A broker's own configurations are known to it alone.
fn target_of(kind: ResourceKind, name: &str) -> Target {
    match (kind, name.parse()) {
        (ResourceKind::Broker | ResourceKind::BrokerLogger, Ok(id)) => Target::Broker(BrokerId(id)),
        _ => Target::Any,
    }
}

const fn source_of(id: i8) -> ConfigSource {
    match id {
        1 => ConfigSource::Topic,
        2 => ConfigSource::Broker,
        3 => ConfigSource::DynamicDefault,
        4 => ConfigSource::Static,
        5 => ConfigSource::Default,
        6 => ConfigSource::BrokerLogger,
        7 => ConfigSource::ClientMetrics,
        8 => ConfigSource::Group,
        other => ConfigSource::Other(other),
    }
}
