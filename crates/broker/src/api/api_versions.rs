//! ApiVersions, key 18, versions 0 to 5.
//!
//! - Lists what this node serves, the features that it supports and those that are finalized.
//! - A request of an unknown version is answered in version 0 with `UNSUPPORTED_VERSION` and the
//!   range of this key, so that a newer client can try again (KIP-511). The answer's header has no
//!   tagged fields in any version.
//! - Versions below 4 do not show features whose lowest version is 0: those clients cannot read them.
//! - Produce is listed from version 0 on although 0 to 2 are refused: librdkafka takes a higher
//!   minimum for a broker without compression (KAFKA-18659).
//! - Version 5 names the cluster and node that the client means to talk to (KIP-1242);
//!   `REBOOTSTRAP_REQUIRED` tells it that it found another.

use std::borrow::Cow;

use model::ErrorCode;
use protocol::ApiKey;
use protocol::api_versions_request::ApiVersionsRequest;
use protocol::api_versions_response::{
    ApiVersion, ApiVersionsResponse, FinalizedFeatureKey, SupportedFeatureKey,
};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;
use crate::features::SUPPORTED;
use crate::session::ClientSoftware;

/// Longest name or version of client software that is kept, in bytes.
const MAX_SOFTWARE_BYTES: usize = 256;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &ApiVersionsRequest<'_>,
) -> Handled {
    if cx.version >= 3 {
        let (name, version) = (
            &*request.client_software_name,
            &*request.client_software_version,
        );
        if !is_software_text(name) || !is_software_text(version) {
            return cx.reply(&refusal(ErrorCode::INVALID_REQUEST));
        }
        let software = ClientSoftware {
            name: name.into(),
            version: version.into(),
        };
        cx.session.software = Some(Box::new(software));
    }
    if cx.version >= 5 && !is_meant(broker, request) {
        return cx.reply(&refusal(ErrorCode::REBOOTSTRAP_REQUIRED));
    }
    cx.reply(&answer(broker, cx))
}

/// The answer to a version that this node does not know.
pub(super) fn unsupported_version() -> ApiVersionsResponse<'static> {
    let mut response = refusal(ErrorCode::UNSUPPORTED_VERSION);
    response.api_keys.push(entry(ApiKey::ApiVersions));
    response
}

fn is_meant(broker: &Broker, request: &ApiVersionsRequest<'_>) -> bool {
    let cluster = request
        .cluster_id
        .as_deref()
        .is_none_or(|id| id == broker.cluster_id());
    cluster && (request.node_id < 0 || request.node_id == broker.node_id().0)
}

/// KIP-511: letters and digits, with dots and dashes inside.
fn is_software_text(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.len() <= MAX_SOFTWARE_BYTES
        && text.chars().all(inner)
        && edge(text.chars().next())
        && edge(text.chars().next_back())
}

fn refusal(error_code: ErrorCode) -> ApiVersionsResponse<'static> {
    ApiVersionsResponse {
        error_code,
        ..Default::default()
    }
}

fn answer(broker: &Broker, cx: &Cx<'_>) -> ApiVersionsResponse<'static> {
    let (image, version) = (broker.image(), cx.version);
    let shown = |min: i16| version >= 4 || min > 0;
    let supported = (SUPPORTED.iter())
        .filter(|feature| shown(feature.min))
        .map(|feature| SupportedFeatureKey {
            name: Cow::Borrowed(feature.name),
            min_version: feature.min,
            max_version: feature.max,
            ..Default::default()
        });
    let served = super::served(cx.session.door);
    let finalized = image.features().iter();
    ApiVersionsResponse {
        api_keys: served.iter().copied().map(entry).collect(),
        supported_features: supported.collect(),
        finalized_features_epoch: image.provenance().map_or(-1, |last| last.offset.0),
        finalized_features: finalized
            .map(|(name, level)| FinalizedFeatureKey {
                name: Cow::Owned(name.to_owned()),
                max_version_level: level,
                min_version_level: level,
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    }
}

fn entry(key: ApiKey) -> ApiVersion {
    let versions = super::served_versions(key);
    let min_version = if key == ApiKey::Produce {
        0
    } else {
        *versions.start()
    };
    ApiVersion {
        api_key: key as i16,
        min_version,
        max_version: *versions.end(),
        ..Default::default()
    }
}
