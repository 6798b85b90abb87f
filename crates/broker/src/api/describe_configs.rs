//! DescribeConfigs, key 32, versions 1 to 4.
//!
//! - Topics, brokers (this one, or with an empty name the defaults of all), groups and client metrics, with where each
//!   value comes from, the synonyms when asked (KIP-226), and from version 3 on types and documentation (KIP-569).
//! - A resource that is asked for several times for the same is answered once.
//! - Values of secrets are never told.
//! - Known difference: loggers of brokers (type 8) have no levels that could be told, and are refused.

use std::borrow::Cow;
use std::collections::BTreeSet;

use config::describe::{self, Entry};
use config::{Layers, Synonym};
use metadata::ConfigResourceType;
use model::ErrorCode;
use protocol::describe_configs_request::{DescribeConfigsRequest, DescribeConfigsResource};
use protocol::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResponse, DescribeConfigsResult,
    DescribeConfigsSynonym,
};

use super::Cx;
use super::distinct::distinct;
use crate::broker::Broker;
use crate::connection::Handled;
use crate::effective::texts;
use crate::topics::is_valid_topic_name;

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &DescribeConfigsRequest<'_>,
) -> Handled {
    let resources = distinct(&request.resources, |resource| {
        let keys = resource.configuration_keys.as_deref();
        (resource.resource_type, &*resource.resource_name, keys)
    });
    let results = resources
        .map(|resource| result(broker, request, resource))
        .collect();
    cx.reply(&DescribeConfigsResponse {
        results,
        ..Default::default()
    })
}

fn result(
    broker: &Broker,
    request: &DescribeConfigsRequest<'_>,
    resource: &DescribeConfigsResource<'_>,
) -> DescribeConfigsResult<'static> {
    let mut result = DescribeConfigsResult {
        resource_type: resource.resource_type,
        resource_name: Cow::Owned(resource.resource_name.to_string()),
        error_message: Some(Cow::Borrowed("")),
        ..Default::default()
    };
    match entries(
        broker,
        ConfigResourceType(resource.resource_type),
        &resource.resource_name,
    ) {
        Ok(entries) => {
            let wanted = resource.configuration_keys.as_ref();
            let wanted: Option<BTreeSet<&str>> = wanted
                .filter(|keys| !keys.is_empty())
                .map(|keys| keys.iter().map(Cow::as_ref).collect());
            let chosen = entries.into_iter().filter(|entry| {
                wanted
                    .as_ref()
                    .is_none_or(|wanted| wanted.contains(entry.name.as_str()))
            });
            result.configs = chosen.map(|entry| describe_entry(request, entry)).collect();
        }
        Err((error_code, message)) => {
            result.error_code = error_code;
            result.error_message = Some(Cow::Owned(message));
        }
    }
    result
}

fn entries(
    broker: &Broker,
    kind: ConfigResourceType,
    name: &str,
) -> Result<Vec<Entry>, (ErrorCode, String)> {
    let image = broker.image();
    let current = broker.effective.now();
    let layers = Layers {
        given: broker.effective.given(),
        dynamic_default: &current.dynamic_default,
        dynamic_broker: &current.dynamic_broker,
    };
    match kind {
        ConfigResourceType::TOPIC => {
            if let Err(reason) = is_valid_topic_name(name) {
                return Err((ErrorCode::INVALID_TOPIC_EXCEPTION, reason.to_owned()));
            }
            if image.topics().by_name(name).is_none() {
                // Apache Kafka says no more than the code does.
                return Err((ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, String::new()));
            }
            Ok(describe::topic(
                layers,
                &current.broker,
                &texts(&image, kind, name),
            ))
        }
        ConfigResourceType::BROKER if name.is_empty() => Ok(describe::all_brokers(layers)),
        ConfigResourceType::BROKER if name == broker.node_id().to_string() => {
            Ok(describe::broker(layers, &current.broker))
        }
        ConfigResourceType::BROKER => Err(wrong_broker(broker, name)),
        ConfigResourceType::GROUP => Ok(describe::group(
            layers,
            &current.broker,
            &texts(&image, kind, name),
        )),
        ConfigResourceType::CLIENT_METRICS => {
            Ok(describe::client_metrics(&texts(&image, kind, name)))
        }
        ConfigResourceType::BROKER_LOGGER => {
            Err((ErrorCode::INVALID_REQUEST, metadata::NO_LOGGERS.to_owned()))
        }
        other => {
            let message = format!("Unsupported resource type: {}", other.0);
            Err((ErrorCode::INVALID_REQUEST, message))
        }
    }
}

fn wrong_broker(broker: &Broker, name: &str) -> (ErrorCode, String) {
    let message = match name.parse::<i32>() {
        Ok(_) => format!(
            "Unexpected broker id, expected {} or empty string, but received {name}",
            broker.node_id()
        ),
        Err(_) => format!("Broker id must be an integer, but it is: {name}"),
    };
    (ErrorCode::INVALID_REQUEST, message)
}

fn describe_entry(
    request: &DescribeConfigsRequest<'_>,
    entry: Entry,
) -> DescribeConfigsResourceResult<'static> {
    let synonyms = if request.include_synonyms {
        entry.synonyms
    } else {
        Vec::new()
    };
    let documentation = entry
        .documentation
        .filter(|_| request.include_documentation);
    DescribeConfigsResourceResult {
        name: Cow::Owned(entry.name),
        value: entry.value.map(Cow::Owned),
        read_only: entry.read_only,
        config_source: entry.source.wire_id(),
        is_sensitive: entry.is_sensitive,
        synonyms: synonyms.into_iter().map(describe_synonym).collect(),
        config_type: entry.type_id,
        documentation: documentation.map(Cow::Borrowed),
        ..Default::default()
    }
}

fn describe_synonym(synonym: Synonym) -> DescribeConfigsSynonym<'static> {
    DescribeConfigsSynonym {
        name: Cow::Owned(synonym.name),
        value: synonym.value.map(Cow::Owned),
        source: synonym.source.wire_id(),
        ..Default::default()
    }
}
