//! What a cluster consists of: brokers, their APIs and log directories, features, and the metadata quorum.

use std::collections::BTreeMap;

use model::{BrokerId, ErrorCode, Uuid};
use protocol::ApiKey;
use protocol::api_versions_request::ApiVersionsRequest;
use protocol::describe_cluster_request::DescribeClusterRequest;
use protocol::describe_log_dirs_request::DescribeLogDirsRequest;
use protocol::describe_quorum_request::{DescribeQuorumRequest, PartitionData, TopicData};
use protocol::describe_quorum_response;
use protocol::elect_leaders_request::{ElectLeadersRequest, TopicPartitions};
use protocol::remove_raft_voter_request::RemoveRaftVoterRequest;
use protocol::unregister_broker_request::UnregisterBrokerRequest;
use protocol::update_features_request::{FeatureUpdateKey, UpdateFeaturesRequest};

use crate::client::check;
use crate::{Address, Client, ClientError, Node, Target, TopicPartition};

/// A broker that is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it is.
    pub node: Node,
    /// Whether it is fenced.
    pub is_fenced: bool,
}

/// An API of a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiRange {
    /// Its key.
    pub key: i16,
    /// Its name; absent where this release does not know it.
    pub name: Option<&'static str>,
    /// The lowest version that the broker has.
    pub lowest: i16,
    /// The highest version that the broker has.
    pub highest: i16,
    /// The versions that this client knows.
    pub ours: Option<(i16, i16)>,
}

/// A feature of a cluster (KIP-584).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// The lowest level that the broker has.
    pub lowest: i16,
    /// The highest level that the broker has.
    pub highest: i16,
    /// The level that counts; 0 where none was finalized.
    pub finalized: i16,
}

/// How a feature is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeatureChange {
    /// To a higher level.
    Upgrade,
    /// To a lower level, where nothing is lost.
    SafeDowngrade,
    /// To a lower level, whatever is lost.
    UnsafeDowngrade,
}

/// The replicas of one broker's log directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDir {
    /// Its path.
    pub path: String,
    /// What is wrong with it.
    pub error: ErrorCode,
    /// Its replicas.
    pub replicas: Vec<LogDirReplica>,
}

/// A replica in a log directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDirReplica {
    /// Its partition.
    pub partition: TopicPartition,
    /// How many bytes it has.
    pub bytes: i64,
    /// How far it is behind.
    pub offset_lag: i64,
    /// Whether it is to replace the one in another directory.
    pub is_future: bool,
}

/// The metadata quorum (KIP-595).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quorum {
    /// The leader's id.
    pub leader: i32,
    /// Its epoch.
    pub leader_epoch: i32,
    /// The high watermark.
    pub high_watermark: i64,
    /// The voters.
    pub voters: Vec<QuorumReplica>,
    /// The observers.
    pub observers: Vec<QuorumReplica>,
    /// Where voters are: name of the listener, host and port, by id.
    pub listeners: BTreeMap<i32, Vec<(String, String, u16)>>,
}

/// A replica of the metadata log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuorumReplica {
    /// The node's id.
    pub id: i32,
    /// The id of its directory; zero where it is not known.
    pub directory: Uuid,
    /// Its log end offset.
    pub log_end_offset: i64,
    /// When it fetched last; -1 where that is not known.
    pub last_fetch_ms: i64,
    /// When it had all last; -1 where that is not known.
    pub last_caught_up_ms: i64,
}

/// What became of each partition.
type Elections = BTreeMap<TopicPartition, Result<(), ClientError>>;

impl Client {
    /// The cluster's id and its brokers; those that are fenced too, where they are asked for.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn describe_cluster(&self, fenced: bool) -> Result<(String, Vec<Endpoint>), ClientError> {
        let request = DescribeClusterRequest {
            endpoint_type: 1,
            include_fenced_brokers: fenced,
            ..DescribeClusterRequest::default()
        };
        let versions = if fenced { 2 } else { 0 }..=i16::MAX;
        self.retrying(|| {
            let answer = self.send_between(Target::Any, versions.clone(), &request)?;
            let response = answer.message()?;
            let message = response.error_message.as_deref();
            check("the cluster", response.error_code, message)?;
            let brokers = response.brokers.iter().map(|broker| Endpoint {
                node: Node {
                    id: BrokerId(broker.broker_id),
                    address: Address {
                        host: broker.host.to_string(),
                        port: u16::try_from(broker.port).unwrap_or_default(),
                    },
                    rack: broker.rack.as_deref().map(str::to_owned),
                },
                is_fenced: broker.is_fenced,
            });
            Ok((response.cluster_id.to_string(), brokers.collect()))
        })
    }

    /// Takes a broker out of the cluster's metadata.
    ///
    /// # Errors
    /// The controller's refusal, or as [`Client::send`].
    pub fn unregister_broker(&self, broker_id: i32) -> Result<(), ClientError> {
        let request = UnregisterBrokerRequest {
            broker_id,
            ..UnregisterBrokerRequest::default()
        };
        let answer = self.send(Target::Any, &request)?;
        let response = answer.message()?;
        let message = response.error_message.as_deref();
        check(format!("broker {broker_id}"), response.error_code, message)
    }

    /// Takes a voter, known by its id and the id of its directory, out of the metadata quorum (KIP-853).
    ///
    /// # Errors
    /// The controller's refusal, or as [`Client::send`].
    pub fn remove_voter(&self, id: i32, directory: Uuid) -> Result<(), ClientError> {
        let request = RemoveRaftVoterRequest {
            voter_id: id,
            voter_directory_id: directory,
            ..RemoveRaftVoterRequest::default()
        };
        let answer = self.send(Target::Any, &request)?;
        let response = answer.message()?;
        let message = response.error_message.as_deref();
        check(format!("voter {id}"), response.error_code, message)
    }

    /// The APIs of a broker.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`].
    pub fn api_ranges(&self, target: Target) -> Result<Vec<ApiRange>, ClientError> {
        let answer = self.send(target, &versions_request())?;
        let response = answer.message()?;
        check("ApiVersions", response.error_code, None)?;
        let ranges = response.api_keys.iter().map(|api| {
            let key = ApiKey::from_i16(api.api_key);
            let ours = key.and_then(ApiKey::versions);
            ApiRange {
                key: api.api_key,
                name: key.map(ApiKey::name),
                lowest: api.min_version,
                highest: api.max_version,
                ours: ours.map(|range| (*range.start(), *range.end())),
            }
        });
        Ok(ranges.collect())
    }

    /// The features of the cluster as a broker knows them, by name, and the epoch of those that are finalized.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn features(
        &self,
        target: Target,
    ) -> Result<(BTreeMap<String, Feature>, i64), ClientError> {
        self.retrying(|| {
            let answer = self.send(target, &versions_request())?;
            let response = answer.message()?;
            check("ApiVersions", response.error_code, None)?;
            let mut features = BTreeMap::new();
            for feature in &response.supported_features {
                let mut finalized = response.finalized_features.iter();
                let finalized = finalized.find(|other| other.name == feature.name);
                let known = Feature {
                    lowest: feature.min_version,
                    highest: feature.max_version,
                    finalized: finalized.map_or(0, |found| found.max_version_level),
                };
                features.insert(feature.name.to_string(), known);
            }
            Ok((features, response.finalized_features_epoch))
        })
    }

    /// Changes features; the answer says of each what became of it.
    ///
    /// # Errors
    /// The controller's refusal of all, or as [`Client::send`].
    pub fn update_features(
        &self,
        levels: &BTreeMap<String, i16>,
        change: FeatureChange,
        validate_only: bool,
    ) -> Result<BTreeMap<String, Result<(), ClientError>>, ClientError> {
        let updates = levels.iter().map(|(feature, level)| FeatureUpdateKey {
            feature: feature.into(),
            max_version_level: *level,
            upgrade_type: match change {
                FeatureChange::Upgrade => 1,
                FeatureChange::SafeDowngrade => 2,
                FeatureChange::UnsafeDowngrade => 3,
            },
            ..FeatureUpdateKey::default()
        });
        let request = UpdateFeaturesRequest {
            timeout_ms: self.timeout_ms(),
            feature_updates: updates.collect(),
            validate_only,
            ..UpdateFeaturesRequest::default()
        };
        let answer = self.send_between(Target::Any, 1..=i16::MAX, &request)?;
        let response = answer.message()?;
        let all = || {
            let message = response.error_message.as_deref();
            check("features", response.error_code, message)
        };
        let mut each: BTreeMap<_, _> = levels.keys().map(|name| (name.clone(), all())).collect();
        for result in &response.results {
            let message = result.error_message.as_deref();
            let outcome = check("feature", result.error_code, message);
            each.insert(result.feature.to_string(), outcome);
        }
        Ok(each)
    }

    /// The log directories of a broker.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn describe_log_dirs(&self, broker: BrokerId) -> Result<Vec<LogDir>, ClientError> {
        let request = DescribeLogDirsRequest {
            topics: None,
            ..DescribeLogDirsRequest::default()
        };
        self.retrying(|| {
            let answer = self.send(Target::Broker(broker), &request)?;
            let response = answer.message()?;
            check("log directories", response.error_code, None)?;
            let dirs = response.results.iter().map(|dir| {
                let replicas = dir.topics.iter().flat_map(|topic| {
                    topic.partitions.iter().map(|replica| LogDirReplica {
                        partition: TopicPartition::new(&topic.name, replica.partition_index),
                        bytes: replica.partition_size,
                        offset_lag: replica.offset_lag,
                        is_future: replica.is_future_key,
                    })
                });
                LogDir {
                    path: dir.log_dir.to_string(),
                    error: dir.error_code,
                    replicas: replicas.collect(),
                }
            });
            Ok(dirs.collect())
        })
    }

    /// The metadata quorum.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn describe_quorum(&self) -> Result<Quorum, ClientError> {
        let request = DescribeQuorumRequest {
            topics: vec![TopicData {
                topic_name: "__cluster_metadata".into(),
                partitions: vec![PartitionData::default()],
                ..TopicData::default()
            }],
            ..DescribeQuorumRequest::default()
        };
        self.retrying(|| {
            let answer = self.send(Target::Any, &request)?;
            let response = answer.message()?;
            let message = response.error_message.as_deref();
            check("the quorum", response.error_code, message)?;
            let partition = response.topics.first().and_then(|t| t.partitions.first());
            let code = ErrorCode::UNKNOWN_TOPIC_OR_PARTITION;
            let absent = || ClientError::refused("the quorum", code, None);
            let partition = partition.ok_or_else(absent)?;
            let message = partition.error_message.as_deref();
            check("the quorum", partition.error_code, message)?;
            Ok(quorum(partition, &response.nodes))
        })
    }

    /// Elects leaders: the preferred replicas, or where there is no leader any replica, whatever is lost. `None` stands for all
    /// partitions that need it.
    ///
    /// # Errors
    /// The controller's refusal of all, or as [`Client::send`].
    pub fn elect_leaders(
        &self,
        unclean: bool,
        partitions: Option<&[TopicPartition]>,
    ) -> Result<Elections, ClientError> {
        let topics = partitions.map(|partitions| {
            let mut topics: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
            for tp in partitions {
                topics.entry(&tp.topic).or_default().push(tp.partition);
            }
            let topics = topics
                .into_iter()
                .map(|(topic, partitions)| TopicPartitions {
                    topic: topic.into(),
                    partitions,
                    ..TopicPartitions::default()
                });
            topics.collect()
        });
        let request = ElectLeadersRequest {
            election_type: i8::from(unclean),
            topic_partitions: topics,
            timeout_ms: self.timeout_ms(),
            ..ElectLeadersRequest::default()
        };
        let answer = self.send_between(Target::Any, 1..=i16::MAX, &request)?;
        let response = answer.message()?;
        check("elections", response.error_code, None)?;
        let mut each = Elections::new();
        for topic in &response.replica_election_results {
            for result in &topic.partition_result {
                let tp = TopicPartition::new(&topic.topic, result.partition_id);
                let message = result.error_message.as_deref();
                let outcome = check(format!("election of {tp}"), result.error_code, message);
                each.insert(tp, outcome);
            }
        }
        Ok(each)
    }
}

fn versions_request() -> ApiVersionsRequest<'static> {
    ApiVersionsRequest {
        client_software_name: "kalda".into(),
        client_software_version: env!("CARGO_PKG_VERSION").into(),
        ..ApiVersionsRequest::default()
    }
}

fn quorum(
    partition: &describe_quorum_response::PartitionData<'_>,
    nodes: &[describe_quorum_response::Node<'_>],
) -> Quorum {
    let replicas = |states: &[describe_quorum_response::ReplicaState]| {
        let replicas = states.iter().map(|state| QuorumReplica {
            id: state.replica_id,
            directory: state.replica_directory_id,
            log_end_offset: state.log_end_offset,
            last_fetch_ms: state.last_fetch_timestamp,
            last_caught_up_ms: state.last_caught_up_timestamp,
        });
        replicas.collect()
    };
    let listeners = nodes.iter().map(|node| {
        let listeners = node.listeners.iter();
        let listeners = listeners.map(|l| (l.name.to_string(), l.host.to_string(), l.port));
        (node.node_id, listeners.collect())
    });
    Quorum {
        leader: partition.leader_id,
        leader_epoch: partition.leader_epoch,
        high_watermark: partition.high_watermark,
        voters: replicas(&partition.current_voters),
        observers: replicas(&partition.observers),
        listeners: listeners.collect(),
    }
}
