//! StreamsGroupTopologyDescriptionUpdate, key 93, version 0 (KIP-1071): a member describes its topology for people to read.
//!
//! - `UNSUPPORTED_VERSION`, as Apache Kafka answers without a plugin that keeps descriptions: members are never asked for them.

use model::ErrorCode;
use protocol::streams_group_topology_description_update_response::StreamsGroupTopologyDescriptionUpdateResponse;

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

pub(super) fn handle(broker: &Broker, cx: &Cx<'_>) -> Handled {
    let no_plugin = "The broker has no streams group topology description plugin configured.";
    let message = broker.has_streams_groups().then(|| no_plugin.into());
    cx.reply(&StreamsGroupTopologyDescriptionUpdateResponse {
        error_code: ErrorCode::UNSUPPORTED_VERSION,
        error_message: message,
        ..Default::default()
    })
}
