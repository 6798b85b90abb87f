//! Where members reach the state of others: which partitions are behind which `application.server`.

use std::borrow::Cow;

use metadata::Image;
use protocol::streams_group_heartbeat_response::{
    Endpoint as ToldEndpoint, EndpointToPartitions, TopicPartition,
};

use super::StreamsGroup;
use super::member::HeldTasks;
use super::tasks::TaskSet;
use super::topology::{Configured, partitions_of_tasks};

impl StreamsGroup {
    /// Every endpoint with the partitions behind it; none while the topology does not fit the cluster.
    pub(super) fn endpoints(
        &self,
        configured: &Configured,
        image: &Image,
    ) -> Vec<EndpointToPartitions<'static>> {
        let members = self.members.values().filter_map(|member| {
            let endpoint = member.metadata.endpoint.as_ref()?;
            let held = &member.current.assigned;
            Some(EndpointToPartitions {
                user_endpoint: ToldEndpoint {
                    host: Cow::Owned(endpoint.host.to_string()),
                    port: endpoint.port,
                    ..ToldEndpoint::default()
                },
                active_partitions: partitions(configured, image, &held.active_set()),
                standby_partitions: partitions(configured, image, &kept(held)),
                ..EndpointToPartitions::default()
            })
        });
        members.collect()
    }
}

/// The tasks whose state is kept without being processed.
fn kept(held: &HeldTasks) -> TaskSet {
    let mut kept = held.standby.clone();
    for (id, partitions) in &held.warmup {
        kept.entry(id.clone()).or_default().extend(partitions);
    }
    kept
}

fn partitions(
    configured: &Configured,
    image: &Image,
    tasks: &TaskSet,
) -> Vec<TopicPartition<'static>> {
    let count = |name: &str| {
        let topic = image.topics().by_name(name)?;
        Some(i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX))
    };
    let read = partitions_of_tasks(tasks, configured, count).into_iter();
    read.map(|read| TopicPartition {
        topic: Cow::Owned(read.topic.to_string()),
        partitions: read.partitions,
        ..TopicPartition::default()
    })
    .collect()
}
