//! Looks at the cluster's image with the eyes of a client on one listener.

use config::ReplicaSelector;
use metadata::{BrokerRegistration, Image, Partition};
use model::{BrokerId, ErrorCode, Offset, PartitionIndex};

use crate::api::{Operation, ResourceKind, is_allowed};
use crate::broker::{Broker, Endpoint};
use crate::effects::Effects;
use crate::session::Session;

/// Whether clients are told of a broker: it is registered and not fenced.
pub(crate) fn is_live(image: &Image, id: BrokerId) -> bool {
    image.broker(id).is_some_and(|broker| !broker.fenced)
}

/// The replicas of a partition that nobody reaches: their broker is away, or the log directory that they lie in (KIP-858).
pub(crate) fn offline_replicas(image: &Image, partition: &Partition) -> Vec<i32> {
    let is_online = |id: BrokerId| {
        let directory = partition.directory(id);
        let broker = image.broker(id).filter(|broker| !broker.fenced);
        broker.is_some_and(|broker| directory.is_none_or(|dir| broker.has_online_dir(dir)))
    };
    let replicas = partition.replicas.iter().filter(|id| !is_online(**id));
    replicas.map(|id| id.0).collect()
}

impl Broker {
    /// Whether a connection came in where brokers talk to each other: nobody else speaks for a broker.
    pub(crate) fn comes_from_brokers(&self, session: &Session) -> bool {
        let config = self.effective.now();
        let listeners = &config.broker.listeners;
        let mut of_clients = (listeners.bound.iter()).filter(|bound| !bound.is_controller);
        let listener = of_clients.nth(session.listener);
        listener.is_some_and(|listener| listener.name == listeners.inter_broker)
            && is_allowed(session, ResourceKind::Cluster, Operation::ClusterAction)
    }

    /// The follower in a consumer's rack from which it had better fetch, where this node leads and is in another rack (KIP-392).
    pub(crate) fn preferred_replica(
        &self,
        partition: &partition::Partition,
        rack: &str,
        offset: Offset,
    ) -> Option<BrokerId> {
        let config = self.effective.now();
        if config.broker.replication.selector != ReplicaSelector::RackAware {
            return None;
        }
        let image = self.image();
        let is_there = |id: BrokerId| {
            let broker = image.broker(id).filter(|broker| !broker.fenced);
            broker.is_some_and(|broker| broker.rack.as_deref() == Some(rack))
        };
        if is_there(self.me) {
            return None;
        }
        partition.nearest_follower(offset, is_there)
    }

    /// The brokers that have the listener, and how they are reached through it.
    pub(crate) fn endpoints(
        &self,
        image: &Image,
        listener: usize,
        include_fenced: bool,
    ) -> Vec<(BrokerId, Endpoint)> {
        let brokers = image
            .brokers()
            .filter(|broker| include_fenced || !broker.fenced);
        brokers
            .filter_map(|broker| Some((broker.id, self.endpoint_in(broker, listener)?)))
            .collect()
    }

    /// How a live broker is reached through a listener.
    pub(crate) fn endpoint_of(&self, id: BrokerId, listener: usize) -> Option<Endpoint> {
        let image = self.image();
        let broker = image.broker(id).filter(|broker| !broker.fenced)?;
        self.endpoint_in(broker, listener)
    }

    fn endpoint_in(&self, broker: &BrokerRegistration, listener: usize) -> Option<Endpoint> {
        let config = self.effective.now();
        let mut bound = config.broker.listeners.bound.iter();
        let of_clients = bound
            .by_ref()
            .filter(|bound| !bound.is_controller)
            .nth(listener);
        let endpoint = broker.endpoint(&of_clients?.name)?;
        Some(Endpoint {
            host: endpoint.host.to_string(),
            port: endpoint.port,
            rack: broker.rack.as_deref().map(str::to_owned),
            fenced: broker.fenced,
        })
    }

    /// The broker that coordinates a group or transactional id, found by the partition of the topic that keeps it.
    ///
    /// # Errors
    /// `COORDINATOR_NOT_AVAILABLE` while the topic, the leader or its listener is not there.
    pub(crate) fn coordinator(
        &self,
        listener: usize,
        (internal_topic, key): (&str, &str),
        fx: &mut Effects,
    ) -> Result<(i32, Endpoint), ErrorCode> {
        let image = self.image();
        let Some(topic) = image.topics().by_name(internal_topic) else {
            self.inbox.create_topics([internal_topic], fx);
            return Err(ErrorCode::COORDINATOR_NOT_AVAILABLE);
        };
        let count =
            i32::try_from(topic.partitions.len()).expect("partitions are numbered with i32");
        let index = group::coordinator_partition(key, count);
        let leader = topic
            .partition(PartitionIndex(index))
            .and_then(|partition| partition.leader);
        let leader = leader.ok_or(ErrorCode::COORDINATOR_NOT_AVAILABLE)?;
        let endpoint = self.endpoint_of(leader, listener);
        Ok((
            leader.0,
            endpoint.ok_or(ErrorCode::COORDINATOR_NOT_AVAILABLE)?,
        ))
    }
}
