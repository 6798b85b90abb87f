//! ListConfigResources, key 74, versions 0 and 1 (KIP-1142).
//!
//! - The resources that have configurations or may have them: topics, brokers, and groups and client metrics that
//!   have some. Version 0 lists client metrics alone.
//! - Known difference: loggers of brokers may be asked for, and there are none, since none can be described.

use std::borrow::Cow;
use std::collections::BTreeSet;

use metadata::{ConfigResourceType, Image};
use model::ErrorCode;
use protocol::list_config_resources_request::ListConfigResourcesRequest;
use protocol::list_config_resources_response::{ConfigResource, ListConfigResourcesResponse};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

const KINDS: [ConfigResourceType; 5] = [
    ConfigResourceType::TOPIC,
    ConfigResourceType::BROKER,
    ConfigResourceType::BROKER_LOGGER,
    ConfigResourceType::CLIENT_METRICS,
    ConfigResourceType::GROUP,
];

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &ListConfigResourcesRequest,
) -> Handled {
    let asked: BTreeSet<i8> = match cx.version {
        0 => BTreeSet::from([ConfigResourceType::CLIENT_METRICS.0]),
        _ if request.resource_types.is_empty() => KINDS.iter().map(|kind| kind.0).collect(),
        _ => request.resource_types.iter().copied().collect(),
    };
    if asked
        .iter()
        .any(|kind| !KINDS.iter().any(|known| known.0 == *kind))
    {
        let error_code = ErrorCode::UNSUPPORTED_VERSION;
        return cx.reply(&ListConfigResourcesResponse {
            error_code,
            ..Default::default()
        });
    }
    let image = broker.image();
    let mut config_resources = Vec::new();
    for kind in KINDS.into_iter().filter(|kind| asked.contains(&kind.0)) {
        config_resources.extend(names(&image, kind).into_iter().map(|name| ConfigResource {
            resource_name: Cow::Owned(name),
            resource_type: kind.0,
            ..Default::default()
        }));
    }
    cx.reply(&ListConfigResourcesResponse {
        config_resources,
        ..Default::default()
    })
}

fn names(image: &Image, kind: ConfigResourceType) -> Vec<String> {
    match kind {
        ConfigResourceType::TOPIC => image
            .topics()
            .iter()
            .map(|topic| topic.name.to_string())
            .collect(),
        ConfigResourceType::BROKER_LOGGER => Vec::new(),
        ConfigResourceType::BROKER => image
            .brokers()
            .map(|broker| broker.id.to_string())
            .collect(),
        _ => image
            .configs()
            .resources(kind)
            .map(|(name, _)| name.to_string())
            .collect(),
    }
}
