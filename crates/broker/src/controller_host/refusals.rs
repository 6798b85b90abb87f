//! What a controller that is not the active one answers on its listener: `NOT_CONTROLLER`, in the words of each API.

use model::{ErrorCode, TopicId};
use protocol::create_partitions_request::CreatePartitionsRequest;
use protocol::create_partitions_response::{CreatePartitionsResponse, CreatePartitionsTopicResult};
use protocol::create_topics_request::CreateTopicsRequest;
use protocol::create_topics_response::{CreatableTopicResult, CreateTopicsResponse};
use protocol::delete_topics_request::DeleteTopicsRequest;
use protocol::delete_topics_response::{DeletableTopicResult, DeleteTopicsResponse};
use protocol::{
    ApiKey, DecodeError, Message, Reader, allocate_producer_ids_response, alter_configs_request,
    alter_configs_response, alter_partition_reassignments_response, alter_partition_response,
    assign_replicas_to_dirs_response, broker_heartbeat_response, broker_registration_response,
    controller_registration_response, elect_leaders_response, incremental_alter_configs_request,
    incremental_alter_configs_response, list_partition_reassignments_response,
    unregister_broker_response, unregister_controller_response, update_features_response,
};

use crate::api::Outgoing;
use crate::reply::Reply;

const ERROR: ErrorCode = ErrorCode::NOT_CONTROLLER;
const MESSAGE: &str = "This is not the correct controller for this cluster.";

/// Answers an API that has one error for the whole request.
macro_rules! whole {
    ($outgoing:ident, $response:path) => {{
        let mut response = <$response>::default();
        response.error_code = ERROR;
        $outgoing.encode(&response, &[]).ok()
    }};
}

/// The answer to a request; `None` if it has none, or its version cannot carry it.
///
/// # Errors
/// The request cannot be read.
pub(super) fn not_controller(
    outgoing: Outgoing,
    reader: &mut Reader<'_>,
) -> Result<Option<Reply>, DecodeError> {
    Ok(match outgoing.key {
        ApiKey::BrokerRegistration => {
            whole!(
                outgoing,
                broker_registration_response::BrokerRegistrationResponse
            )
        }
        ApiKey::BrokerHeartbeat => {
            whole!(outgoing, broker_heartbeat_response::BrokerHeartbeatResponse)
        }
        ApiKey::AllocateProducerIds => {
            whole!(
                outgoing,
                allocate_producer_ids_response::AllocateProducerIdsResponse
            )
        }
        ApiKey::AlterPartition => {
            whole!(outgoing, alter_partition_response::AlterPartitionResponse)
        }
        ApiKey::AssignReplicasToDirs => {
            whole!(
                outgoing,
                assign_replicas_to_dirs_response::AssignReplicasToDirsResponse
            )
        }
        ApiKey::ControllerRegistration => {
            whole!(
                outgoing,
                controller_registration_response::ControllerRegistrationResponse
            )
        }
        ApiKey::UnregisterController => {
            whole!(
                outgoing,
                unregister_controller_response::UnregisterControllerResponse
            )
        }
        ApiKey::UnregisterBroker => {
            whole!(
                outgoing,
                unregister_broker_response::UnregisterBrokerResponse
            )
        }
        ApiKey::UpdateFeatures => {
            whole!(outgoing, update_features_response::UpdateFeaturesResponse)
        }
        ApiKey::ElectLeaders => whole!(outgoing, elect_leaders_response::ElectLeadersResponse),
        ApiKey::AlterPartitionReassignments => whole!(
            outgoing,
            alter_partition_reassignments_response::AlterPartitionReassignmentsResponse
        ),
        ApiKey::ListPartitionReassignments => whole!(
            outgoing,
            list_partition_reassignments_response::ListPartitionReassignmentsResponse
        ),
        _ => return of_items(outgoing, reader),
    })
}

/// Answers an API that has an error for each thing that was asked for.
fn of_items(outgoing: Outgoing, r: &mut Reader<'_>) -> Result<Option<Reply>, DecodeError> {
    match outgoing.key {
        ApiKey::CreateTopics => create_topics(outgoing, r),
        ApiKey::DeleteTopics => delete_topics(outgoing, r),
        ApiKey::CreatePartitions => create_partitions(outgoing, r),
        ApiKey::AlterConfigs => alter_configs(outgoing, r),
        ApiKey::IncrementalAlterConfigs => incremental_alter_configs(outgoing, r),
        _ => Ok(None),
    }
}

fn create_topics(outgoing: Outgoing, r: &mut Reader<'_>) -> Result<Option<Reply>, DecodeError> {
    let request = CreateTopicsRequest::decode(r, outgoing.version)?;
    let topics = request
        .topics
        .into_iter()
        .map(|topic| CreatableTopicResult {
            name: topic.name,
            error_code: ERROR,
            error_message: Some(MESSAGE.into()),
            ..Default::default()
        });
    let response = CreateTopicsResponse {
        topics: topics.collect(),
        ..Default::default()
    };
    Ok(outgoing.encode(&response, &[]).ok())
}

fn delete_topics(outgoing: Outgoing, r: &mut Reader<'_>) -> Result<Option<Reply>, DecodeError> {
    let request = DeleteTopicsRequest::decode(r, outgoing.version)?;
    let by_state = (request.topics.into_iter()).map(|topic| (topic.name, topic.topic_id));
    let by_name = (request.topic_names.into_iter()).map(|name| (Some(name), TopicId::ZERO));
    let responses = by_state
        .chain(by_name)
        .map(|(name, topic_id)| DeletableTopicResult {
            name,
            topic_id,
            error_code: ERROR,
            ..Default::default()
        });
    let response = DeleteTopicsResponse {
        responses: responses.collect(),
        ..Default::default()
    };
    Ok(outgoing.encode(&response, &[]).ok())
}

fn create_partitions(outgoing: Outgoing, r: &mut Reader<'_>) -> Result<Option<Reply>, DecodeError> {
    let request = CreatePartitionsRequest::decode(r, outgoing.version)?;
    let results = (request.topics.into_iter()).map(|topic| CreatePartitionsTopicResult {
        name: topic.name,
        error_code: ERROR,
        error_message: Some(MESSAGE.into()),
        ..Default::default()
    });
    let response = CreatePartitionsResponse {
        results: results.collect(),
        ..Default::default()
    };
    Ok(outgoing.encode(&response, &[]).ok())
}

fn alter_configs(outgoing: Outgoing, r: &mut Reader<'_>) -> Result<Option<Reply>, DecodeError> {
    use alter_configs_response::{AlterConfigsResourceResponse, AlterConfigsResponse};
    let request = alter_configs_request::AlterConfigsRequest::decode(r, outgoing.version)?;
    let responses = (request.resources.into_iter()).map(|resource| AlterConfigsResourceResponse {
        error_code: ERROR,
        error_message: Some(MESSAGE.into()),
        resource_type: resource.resource_type,
        resource_name: resource.resource_name,
        ..Default::default()
    });
    let response = AlterConfigsResponse {
        responses: responses.collect(),
        ..Default::default()
    };
    Ok(outgoing.encode(&response, &[]).ok())
}

fn incremental_alter_configs(
    outgoing: Outgoing,
    r: &mut Reader<'_>,
) -> Result<Option<Reply>, DecodeError> {
    use incremental_alter_configs_request::IncrementalAlterConfigsRequest;
    use incremental_alter_configs_response::{
        AlterConfigsResourceResponse, IncrementalAlterConfigsResponse,
    };
    let request = IncrementalAlterConfigsRequest::decode(r, outgoing.version)?;
    let responses = (request.resources.into_iter()).map(|resource| AlterConfigsResourceResponse {
        error_code: ERROR,
        error_message: Some(MESSAGE.into()),
        resource_type: resource.resource_type,
        resource_name: resource.resource_name,
        ..Default::default()
    });
    let response = IncrementalAlterConfigsResponse {
        responses: responses.collect(),
        ..Default::default()
    };
    Ok(outgoing.encode(&response, &[]).ok())
}
