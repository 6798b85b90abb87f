//! A controller whose decisions are committed at once.

use std::collections::BTreeMap;
use std::time::Duration;

use metadata::{Partition, decode_record, encode_record, features};
use model::{BrokerId, ErrorCode, Now, Offset, PartitionIndex, Uuid};
use protocol::broker_heartbeat_request::BrokerHeartbeatRequest;
use protocol::broker_heartbeat_response::BrokerHeartbeatResponse;
use protocol::broker_registration_request::{BrokerRegistrationRequest, Feature, Listener};
use protocol::broker_registration_response::BrokerRegistrationResponse;
use protocol::config_record::ConfigRecord;
use protocol::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreateTopicsRequest,
};
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::incremental_alter_configs_request::{
    AlterConfigsResource, AlterableConfig, IncrementalAlterConfigsRequest,
};
use statemachine::{Decision, Machine};

use crate::bootstrap_records;
use crate::controller::{Controller, Decided, Record, Settings};

pub(crate) const CLUSTER: &str = "cluster-of-the-test";
/// The version of BrokerRegistration that tells of clean stops.
const REGISTRATION: i16 = 4;

/// A controller and all that it decided last.
pub(crate) struct Cluster {
    pub(crate) controller: Controller,
    /// The records of the last decision, in Kafka's words.
    pub(crate) last: Vec<Record>,
    pub(crate) now: Now,
    random: u64,
    epochs: BTreeMap<i32, i64>,
}

impl Cluster {
    /// A new cluster without brokers, on node 100.
    pub(crate) fn empty() -> Self {
        Self::with_configs(&[])
    }

    pub(crate) fn with_configs(configs: &[(&str, &str)]) -> Self {
        let own = [
            ("node.id", "100"),
            ("process.roles", "broker,controller"),
            ("controller.listener.names", "CONTROLLER"),
        ];
        let given = own
            .iter()
            .chain(configs)
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let settings = Settings::new(given.collect(), CLUSTER).unwrap();
        let controller = Controller::new(settings, Duration::ZERO);
        let mut cluster = Self {
            controller,
            last: Vec::new(),
            now: Now::default(),
            random: 1,
            epochs: BTreeMap::new(),
        };
        let activation = cluster.controller.activate(bootstrap_records());
        cluster.commit(activation);
        cluster
    }

    /// A cluster whose brokers 0, 1, ... are unfenced.
    pub(crate) fn of(brokers: i32) -> Self {
        let mut cluster = Self::empty();
        (0..brokers).for_each(|id| cluster.start(id));
        cluster
    }

    /// Replays the records of a decision after a way through their encoding; returns its response.
    pub(crate) fn commit<T>(&mut self, decided: Decided<T>) -> T {
        let metadata_version = self.controller.image().metadata_version();
        for record in &decided.records {
            let bytes = encode_record(record, metadata_version.max(33)).unwrap();
            let offset = self.controller.next_offset();
            assert_eq!(decode_record(offset, &bytes).unwrap(), *record);
            self.controller.replay(offset, record);
        }
        self.last = decided.records;
        decided.response
    }

    /// Calls a handler that needs random numbers.
    pub(crate) fn ask<T>(
        &mut self,
        handler: impl FnOnce(&Controller, &mut dyn FnMut() -> u64) -> Decided<T>,
    ) -> T {
        let mut state = self.random;
        let decided = handler(&self.controller, &mut || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state ^ (state >> 29)
        });
        self.random = state;
        self.commit(decided)
    }

    pub(crate) fn pass(&mut self, time: Duration) {
        self.now = self.now.plus(time);
    }

    /// Lets the controller do all that is due.
    pub(crate) fn settle(&mut self) {
        let mut all = Vec::new();
        while self
            .controller
            .next_deadline()
            .is_some_and(|deadline| deadline <= self.now.mono)
        {
            let decided = self.controller.on_time(self.now);
            self.commit(decided);
            all.append(&mut self.last);
        }
        self.last = all;
    }

    pub(crate) fn registration(id: i32, incarnation: u8) -> BrokerRegistrationRequest<'static> {
        let range = |(name, range): (&'static str, metadata::VersionRange)| Feature {
            name: name.into(),
            min_supported_version: range.min,
            max_supported_version: range.max,
            ..Feature::default()
        };
        BrokerRegistrationRequest {
            broker_id: id,
            cluster_id: CLUSTER.into(),
            incarnation_id: Uuid::reserved(incarnation),
            listeners: vec![Listener {
                name: "PLAINTEXT".into(),
                host: "localhost".into(),
                port: 9092,
                ..Listener::default()
            }],
            features: features::SUPPORTED.into_iter().map(range).collect(),
            log_dirs: vec![dir(id, 0)],
            ..BrokerRegistrationRequest::default()
        }
    }

    pub(crate) fn register(
        &mut self,
        request: &BrokerRegistrationRequest<'_>,
    ) -> BrokerRegistrationResponse {
        let decided = self
            .controller
            .register_broker(self.now, REGISTRATION, request);
        let response = self.commit(decided);
        if response.error_code == ErrorCode::NONE {
            self.epochs.insert(request.broker_id, response.broker_epoch);
        }
        response
    }

    pub(crate) fn epoch(&self, id: i32) -> i64 {
        self.epochs[&id]
    }

    pub(crate) fn heartbeat(
        &mut self,
        id: i32,
        edit: impl FnOnce(&mut BrokerHeartbeatRequest),
    ) -> BrokerHeartbeatResponse {
        let mut request = BrokerHeartbeatRequest {
            broker_id: id,
            broker_epoch: self.epochs[&id],
            current_metadata_offset: self.controller.next_offset().0 - 1,
            ..BrokerHeartbeatRequest::default()
        };
        edit(&mut request);
        let decided = self.controller.broker_heartbeat(self.now, &request);
        self.commit(decided)
    }

    /// Registers a broker and unfences it.
    pub(crate) fn start(&mut self, id: i32) {
        let request = Self::registration(id, 1);
        assert_eq!(self.register(&request).error_code, ErrorCode::NONE);
        assert!(!self.heartbeat(id, |_| ()).is_fenced);
    }

    /// The broker is not heard of until its session is over, while the others are.
    pub(crate) fn lose(&mut self, id: i32) {
        self.pass(Duration::from_secs(10));
        let others: Vec<_> = self
            .epochs
            .keys()
            .copied()
            .filter(|other| *other != id)
            .collect();
        for other in others {
            let fenced = self
                .controller
                .image()
                .broker(BrokerId(other))
                .unwrap()
                .fenced;
            if !fenced {
                self.heartbeat(other, |_| ());
            }
        }
        self.settle();
    }

    /// Creates a topic with these replicas, one list a partition.
    pub(crate) fn assign(&mut self, name: &'static str, replicas: &[&[i32]]) {
        let assignments =
            replicas
                .iter()
                .zip(0..)
                .map(|(brokers, index)| CreatableReplicaAssignment {
                    partition_index: index,
                    broker_ids: brokers.to_vec(),
                    ..CreatableReplicaAssignment::default()
                });
        let topic = CreatableTopic {
            name: name.into(),
            num_partitions: -1,
            replication_factor: -1,
            assignments: assignments.collect(),
            ..CreatableTopic::default()
        };
        let request = CreateTopicsRequest {
            topics: vec![topic],
            ..Default::default()
        };
        let response = self.ask(|c, random| c.create_topics(random, &request, &|_| true));
        assert_eq!(
            response.topics[0].error_code,
            ErrorCode::NONE,
            "{response:?}"
        );
    }

    /// Writes a configuration into the log as if it had been accepted.
    pub(crate) fn set_config(
        &mut self,
        kind: i8,
        resource: &'static str,
        name: &'static str,
        value: Option<&'static str>,
    ) {
        let record = ConfigRecord {
            resource_type: kind,
            resource_name: resource.into(),
            name: name.into(),
            value: value.map(Into::into),
            ..ConfigRecord::default()
        };
        self.commit(Decision::write(vec![record.into()], ()));
    }

    /// Writes a feature level into the log as if it had been accepted.
    pub(crate) fn set_feature(&mut self, name: &'static str, feature_level: i16) {
        let name = name.into();
        let record = FeatureLevelRecord {
            name,
            feature_level,
            ..FeatureLevelRecord::default()
        };
        self.commit(Decision::write(vec![record.into()], ()));
    }

    /// Sets a configuration of a topic by request.
    pub(crate) fn set_topic_config(
        &mut self,
        topic: &'static str,
        name: &'static str,
        value: &'static str,
    ) {
        assert_eq!(self.alter(2, topic, name, value), None);
    }

    /// Sets a configuration of a broker by request; returns why not.
    pub(crate) fn alter_broker(
        &mut self,
        broker: &'static str,
        name: &'static str,
        value: &'static str,
    ) -> Option<String> {
        self.alter(4, broker, name, value)
    }

    fn alter(
        &mut self,
        kind: i8,
        resource: &'static str,
        name: &'static str,
        value: &'static str,
    ) -> Option<String> {
        let config = AlterableConfig {
            name: name.into(),
            value: Some(value.into()),
            ..AlterableConfig::default()
        };
        let resource = AlterConfigsResource {
            resource_type: kind,
            resource_name: resource.into(),
            configs: vec![config],
            ..AlterConfigsResource::default()
        };
        let request = IncrementalAlterConfigsRequest {
            resources: vec![resource],
            ..Default::default()
        };
        let decided = self.controller.incremental_alter_configs(&request);
        let response = self.commit(decided).responses.remove(0);
        let refused = response.error_code != ErrorCode::NONE;
        refused.then(|| response.error_message.unwrap_or_default().into_owned())
    }

    pub(crate) fn partition(&self, topic: &str, index: i32) -> &Partition {
        let topic = self.controller.image().topics().by_name(topic).unwrap();
        topic.partition(PartitionIndex(index)).unwrap()
    }

    pub(crate) fn topic_id(&self, name: &str) -> Uuid {
        self.controller.image().topics().id(name).unwrap()
    }

    /// A partition in short: `leader/leader epoch isr elr`.
    pub(crate) fn state(&self, topic: &str, index: i32) -> String {
        let partition = self.partition(topic, index);
        let leader = partition.leader.map_or(-1, |leader| leader.0);
        let list = |ids: &[BrokerId]| {
            let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
            format!("[{}]", ids.join(" "))
        };
        let (isr, elr) = (list(&partition.isr), list(partition.elr()));
        format!("{leader}/{} {isr} {elr}", partition.leader_epoch)
    }

    pub(crate) fn check(&self, topic: &str, index: i32, expected: &str) {
        assert_eq!(self.state(topic, index), expected);
    }

    /// The kinds of the last records, in their order.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        self.last.iter().map(kind).collect()
    }
}

/// A directory of a broker.
pub(crate) fn dir(broker: i32, nth: u8) -> Uuid {
    let mut id = [7; 16];
    id[0] = u8::try_from(broker).unwrap();
    id[1] = nth;
    Uuid(id)
}

pub(crate) fn offset(raw: i64) -> Offset {
    Offset(raw)
}

fn kind(record: &Record) -> &'static str {
    match record {
        Record::RegisterBroker(_) => "RegisterBroker",
        Record::UnregisterBroker(_) => "UnregisterBroker",
        Record::Topic(_) => "Topic",
        Record::Partition(_) => "Partition",
        Record::Config(_) => "Config",
        Record::PartitionChange(_) => "PartitionChange",
        Record::RemoveTopic(_) => "RemoveTopic",
        Record::FeatureLevel(_) => "FeatureLevel",
        Record::BrokerRegistrationChange(_) => "BrokerRegistrationChange",
        Record::BeginTransaction(_) => "BeginTransaction",
        Record::EndTransaction(_) => "EndTransaction",
        Record::AbortTransaction(_) => "AbortTransaction",
        Record::ClearElr(_) => "ClearElr",
        _ => "another",
    }
}
