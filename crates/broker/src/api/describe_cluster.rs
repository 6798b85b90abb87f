//! DescribeCluster, key 60, versions 0 to 2.
//!
//! - The cluster's id, its brokers as they are reached from the listener of the request, and the broker
//!   that takes the controller's requests.
//! - Version 1 can ask for controllers instead (KIP-919): only a controller listener answers that. Version 2 includes
//!   fenced brokers on demand.

use std::borrow::Cow;

use model::ErrorCode;
use protocol::describe_cluster_request::DescribeClusterRequest;
use protocol::describe_cluster_response::{DescribeClusterBroker, DescribeClusterResponse};

use super::Cx;
use super::access::ResourceKind;
use crate::broker::Broker;
use crate::connection::Handled;

const BROKERS: i8 = 1;
const CONTROLLERS: i8 = 2;

pub(super) fn handle(broker: &Broker, cx: &Cx<'_>, request: &DescribeClusterRequest) -> Handled {
    match request.endpoint_type {
        BROKERS => cx.reply(&answer(broker, cx, request)),
        CONTROLLERS => cx.reply(&refused(
            ErrorCode::MISMATCHED_ENDPOINT_TYPE,
            "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type CONTROLLER",
        )),
        _ => cx.reply(&refused(ErrorCode::UNSUPPORTED_ENDPOINT_TYPE, "Unsupported endpoint type")),
    }
}

/// The controllers, as a controller tells of them.
pub(super) fn of_controllers(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &DescribeClusterRequest,
) -> Handled {
    match request.endpoint_type {
        CONTROLLERS => {}
        BROKERS => {
            return cx.reply(&refused(
                ErrorCode::MISMATCHED_ENDPOINT_TYPE,
                "The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type BROKER",
            ));
        }
        _ => {
            return cx.reply(&refused(
                ErrorCode::UNSUPPORTED_ENDPOINT_TYPE,
                "Unsupported endpoint type",
            ));
        }
    }
    let config = broker.effective.now();
    let voters = (config.broker.voters.iter()).map(|voter| DescribeClusterBroker {
        broker_id: voter.id.0,
        host: Cow::Owned(voter.host.clone()),
        port: i32::from(voter.port),
        ..Default::default()
    });
    cx.reply(&DescribeClusterResponse {
        endpoint_type: CONTROLLERS,
        cluster_id: Cow::Owned(broker.cluster_id().to_owned()),
        controller_id: broker.known_leader().map_or(-1, |leader| leader.0),
        brokers: voters.collect(),
        ..Default::default()
    })
}

fn answer(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &DescribeClusterRequest,
) -> DescribeClusterResponse<'static> {
    let image = broker.image();
    let include_fenced = cx.version >= 2 && request.include_fenced_brokers;
    let endpoints = broker.endpoints(&image, cx.session.listener, include_fenced);
    let brokers = endpoints
        .into_iter()
        .map(|(id, endpoint)| DescribeClusterBroker {
            broker_id: id.0,
            host: Cow::Owned(endpoint.host),
            port: i32::from(endpoint.port),
            rack: endpoint.rack.map(Cow::Owned),
            is_fenced: endpoint.fenced,
            ..Default::default()
        });
    let mut response = DescribeClusterResponse {
        cluster_id: Cow::Owned(broker.cluster_id().to_owned()),
        controller_id: broker.me.0,
        brokers: brokers.collect(),
        ..Default::default()
    };
    if request.include_cluster_authorized_operations {
        response.cluster_authorized_operations = ResourceKind::Cluster.authorized_operations();
    }
    response
}

fn refused(error_code: ErrorCode, message: &'static str) -> DescribeClusterResponse<'static> {
    DescribeClusterResponse {
        error_code,
        error_message: Some(Cow::Borrowed(message)),
        ..Default::default()
    }
}
