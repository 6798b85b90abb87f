//! Topics are created.

use std::collections::{BTreeMap, BTreeSet};

use config::Texts;
use metadata::{Directories, Partition, Replicas};
use model::{BrokerId, ErrorCode, PartitionIndex, TopicId};
use protocol::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use protocol::create_topics_response::{
    CreatableTopicConfigs, CreatableTopicResult, CreateTopicsResponse,
};
use protocol::topic_record::TopicRecord;
use statemachine::Decision;

use crate::answer::Refused;
use crate::controller::{Controller, Decided, Random, Record, Records};
use crate::effective::Effective;
use crate::placement::Placer;
use crate::topic_names;

/// The topic of the metadata log, which nobody creates.
const CLUSTER_METADATA: &str = "__cluster_metadata";
/// How many partitions one request may create.
pub(crate) const MAX_PARTITIONS: i64 = 10_000;
/// "The default" of a number in the request.
const DEFAULT: i32 = -1;

/// A topic that shall be.
struct NewTopic {
    id: TopicId,
    partitions: Vec<Partition>,
    configs: BTreeMap<String, Option<String>>,
    config_records: Vec<Record>,
}

impl Controller {
    /// CreateTopics, key 19, versions 2 to 7 (KIP-4, KIP-464, KIP-525).
    ///
    /// - Creates topics with placed or given replicas; each succeeds or fails for itself.
    /// - `validate_only` answers the same and changes nothing.
    /// - v5 returns the configurations that count for a new topic, to whom `may_describe` its
    ///   configurations; to others `TOPIC_AUTHORIZATION_FAILED` in their place. v7 returns the id.
    /// - Per topic `INVALID_TOPIC_EXCEPTION` (also for a name that differs from another one's in `.` and
    ///   `_` alone), `TOPIC_ALREADY_EXISTS`, `INVALID_PARTITIONS`, `INVALID_REPLICATION_FACTOR`,
    ///   `INVALID_REPLICA_ASSIGNMENT`, `INVALID_CONFIG`, `INVALID_REQUEST`.
    /// - `POLICY_VIOLATION` for all when there are more than 10,000 partitions or records.
    ///
    /// Known difference from Apache Kafka: of two new names that collide with each other the second is
    /// refused as well.
    #[must_use]
    pub fn create_topics(
        &self,
        random: Random<'_>,
        request: &CreateTopicsRequest<'_>,
        may_describe: &dyn Fn(&str) -> bool,
    ) -> Decided<CreateTopicsResponse<'static>> {
        let mut creation = Creation {
            controller: self,
            effective: self.effective(),
            random,
            may_describe,
            records: Records::default(),
            created: BTreeSet::new(),
        };
        let topics = creation.run(request);
        let records = if request.validate_only {
            Vec::new()
        } else {
            creation.records.into_vec()
        };
        Decision::atomically(
            records,
            CreateTopicsResponse {
                topics,
                ..Default::default()
            },
        )
    }
}

/// One request.
struct Creation<'a> {
    controller: &'a Controller,
    effective: Effective<'a>,
    random: Random<'a>,
    may_describe: &'a dyn Fn(&str) -> bool,
    records: Records,
    /// Names created by this request, with `.` as `_`.
    created: BTreeSet<String>,
}

impl Creation<'_> {
    fn run(&mut self, request: &CreateTopicsRequest<'_>) -> Vec<CreatableTopicResult<'static>> {
        let mut seen = BTreeSet::new();
        let names = request.topics.iter().map(|topic| &*topic.name);
        let duplicates: BTreeSet<&str> = names.filter(|name| !seen.insert(*name)).collect();
        let once = || {
            request
                .topics
                .iter()
                .filter(|topic| !duplicates.contains(&*topic.name))
        };
        let mut results = Vec::new();
        if self.partitions_of(once()) > MAX_PARTITIONS {
            let message = "Excessively large number of partitions per request.";
            let refused = Refused::new(ErrorCode::POLICY_VIOLATION, message);
            return request
                .topics
                .iter()
                .map(|topic| failed(&topic.name, &refused))
                .collect();
        }
        for topic in once() {
            match self.create(topic) {
                Ok(result) => results.push(result),
                Err(refused) if refused == Refused::too_many_records() => {
                    self.records = Records::default();
                    return request
                        .topics
                        .iter()
                        .map(|topic| failed(&topic.name, &refused))
                        .collect();
                }
                Err(refused) => results.push(failed(&topic.name, &refused)),
            }
        }
        let refused = Refused::invalid_request("Duplicate topic name.");
        results.extend(duplicates.into_iter().map(|name| failed(name, &refused)));
        results
    }

    fn partitions_of<'t, 'n: 't>(
        &self,
        topics: impl Iterator<Item = &'t CreatableTopic<'n>>,
    ) -> i64 {
        let default = i64::from(self.controller.settings.default_partitions);
        topics
            .map(
                |topic| match (topic.assignments.len(), topic.num_partitions) {
                    (0, DEFAULT) => default,
                    (0, partitions) => i64::from(partitions.max(0)),
                    (assigned, _) => i64::try_from(assigned).unwrap_or(i64::MAX),
                },
            )
            .fold(0, i64::saturating_add)
    }

    fn create(
        &mut self,
        topic: &CreatableTopic<'_>,
    ) -> Result<CreatableTopicResult<'static>, Refused> {
        self.check_name(&topic.name)?;
        let configs = given_configs(topic)?;
        let config_records =
            self.controller
                .topic_configs(&self.effective, &topic.name, &configs)?;
        let partitions = self.partitions(topic)?;
        let id = draw_topic_id(self.random);
        let new = NewTopic {
            id,
            partitions,
            configs,
            config_records,
        };
        let result = self.describe(&topic.name, &new);
        self.write(&topic.name, new)?;
        self.created.insert(topic.name.replace('.', "_"));
        Ok(result)
    }

    fn check_name(&self, name: &str) -> Result<(), Refused> {
        if name == CLUSTER_METADATA {
            let message = format!("Creation of internal topic {CLUSTER_METADATA} is prohibited.");
            return Err(Refused::invalid_request(message));
        }
        let topics = self.controller.image.topics();
        if topics.id(name).is_some() {
            let message = format!("Topic '{name}' already exists.");
            return Err(Refused::new(ErrorCode::TOPIC_ALREADY_EXISTS, message));
        }
        topic_names::check(name)?;
        if !topic_names::has_collision_chars(name) {
            return Ok(());
        }
        let in_request = || {
            self.created
                .contains(&name.replace('.', "_"))
                .then_some(name)
        };
        match topics.colliding(name).or_else(in_request) {
            None => Ok(()),
            Some(other) => {
                let message = format!("Topic '{name}' collides with existing topic: {other}");
                Err(Refused::new(ErrorCode::INVALID_TOPIC_EXCEPTION, message))
            }
        }
    }

    fn partitions(&mut self, topic: &CreatableTopic<'_>) -> Result<Vec<Partition>, Refused> {
        if !topic.assignments.is_empty() {
            return self.assigned(topic);
        }
        let factor = topic.replication_factor;
        if factor < -1 || factor == 0 {
            let message =
                "Replication factor must be larger than 0, or -1 to use the default value.";
            return Err(Refused::new(ErrorCode::INVALID_REPLICATION_FACTOR, message));
        }
        if topic.num_partitions < DEFAULT || topic.num_partitions == 0 {
            let message = "Number of partitions was set to an invalid non-positive value.";
            return Err(Refused::new(ErrorCode::INVALID_PARTITIONS, message));
        }
        let settings = &self.controller.settings;
        let count = match topic.num_partitions {
            DEFAULT => settings.default_partitions,
            count => count,
        };
        let factor = if factor == -1 {
            settings.default_replication_factor
        } else {
            factor
        };
        let unable = |refused: Refused| {
            let reason = refused.message.unwrap_or_default();
            let message = format!("Unable to replicate the partition {factor} time(s): {reason}");
            Refused::new(ErrorCode::INVALID_REPLICATION_FACTOR, message)
        };
        self.controller
            .place(self.random, count, factor)
            .map_err(unable)
    }

    /// Replicas as the request names them.
    fn assigned(&self, topic: &CreatableTopic<'_>) -> Result<Vec<Partition>, Refused> {
        let given = |what: &str| {
            Refused::invalid_request(format!(
                "A manual partition assignment was specified, but {what} was not set to -1."
            ))
        };
        if topic.replication_factor != -1 {
            return Err(given("replication factor"));
        }
        if topic.num_partitions != DEFAULT {
            return Err(given("numPartitions"));
        }
        let mut partitions = BTreeMap::new();
        let mut factor = None;
        for assignment in &topic.assignments {
            let index = PartitionIndex(assignment.partition_index);
            if partitions.contains_key(&index) {
                let message =
                    format!("Found multiple manual partition assignments for partition {index}");
                return Err(Refused::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, message));
            }
            let replicas: Replicas = assignment
                .broker_ids
                .iter()
                .map(|id| BrokerId(*id))
                .collect();
            self.controller.check_assignment(&replicas, factor)?;
            factor = Some(replicas.len());
            partitions.insert(index, self.controller.assigned_partition(index, replicas)?);
        }
        let is_sequence = partitions
            .keys()
            .zip(0..)
            .all(|(index, expected)| index.0 == expected);
        if !is_sequence {
            let message = "partitions should be a consecutive 0-based integer sequence";
            return Err(Refused::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, message));
        }
        Ok(partitions.into_values().collect())
    }

    /// Either all records of a topic, or an error that ends the request.
    fn write(&mut self, name: &str, new: NewTopic) -> Result<(), Refused> {
        let (name, topic_id) = (name.to_owned().into(), new.id);
        self.records.push(TopicRecord {
            name,
            topic_id,
            ..TopicRecord::default()
        })?;
        self.records.extend(new.config_records)?;
        let metadata_version = self.controller.image.metadata_version();
        for (partition, index) in new.partitions.iter().zip(0..) {
            let record = partition.to_record(topic_id, PartitionIndex(index), metadata_version);
            self.records.push(record)?;
        }
        Ok(())
    }

    fn describe(&self, name: &str, new: &NewTopic) -> CreatableTopicResult<'static> {
        let mut result = CreatableTopicResult {
            name: name.to_owned().into(),
            topic_id: new.id,
            ..CreatableTopicResult::default()
        };
        if !(self.may_describe)(name) {
            result.topic_config_error_code = ErrorCode::TOPIC_AUTHORIZATION_FAILED;
            return result;
        }
        let replicas = new
            .partitions
            .first()
            .map_or(0, |partition| partition.replicas.len());
        result.num_partitions = i32::try_from(new.partitions.len()).unwrap_or(i32::MAX);
        result.replication_factor = i16::try_from(replicas).unwrap_or(i16::MAX);
        let overrides: Texts = new
            .configs
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
            .collect();
        let entries =
            config::describe::topic(self.effective.layers(), &self.effective.config, &overrides);
        let configs = entries.into_iter().map(|entry| CreatableTopicConfigs {
            name: entry.name.into(),
            value: entry.value.map(Into::into),
            read_only: entry.read_only,
            config_source: entry.source.wire_id(),
            is_sensitive: entry.is_sensitive,
            ..CreatableTopicConfigs::default()
        });
        result.configs = Some(configs.collect());
        result
    }
}

impl Controller {
    /// New partitions with placed replicas.
    pub(crate) fn place(
        &self,
        random: Random<'_>,
        count: i32,
        factor: i16,
    ) -> Result<Vec<Partition>, Refused> {
        let mut placer = Placer::new(&self.usable_brokers(), random);
        placer.check(factor)?;
        (0..count)
            .map(|_| {
                let replicas = placer.place(factor, random);
                self.new_partition(replicas).ok_or_else(|| {
                    let message = "All brokers are currently fenced or in controlled shutdown.";
                    Refused::new(ErrorCode::INVALID_REPLICATION_FACTOR, message)
                })
            })
            .collect()
    }

    /// A new partition with the replicas that a request names.
    pub(crate) fn assigned_partition(
        &self,
        index: PartitionIndex,
        replicas: Replicas,
    ) -> Result<Partition, Refused> {
        self.new_partition(replicas).ok_or_else(|| {
            let message = format!(
                "All brokers specified in the manual partition assignment for partition {index} are \
                 fenced or in controlled shutdown."
            );
            Refused::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, message)
        })
    }

    /// Live replicas are in sync from the beginning. `None` if there are none.
    fn new_partition(&self, replicas: Replicas) -> Option<Partition> {
        let isr: Replicas = replicas
            .iter()
            .copied()
            .filter(|id| self.is_active(*id))
            .collect();
        let directories: Directories = replicas.iter().map(|id| self.default_dir(*id)).collect();
        (!isr.is_empty()).then(|| Partition::new(replicas, directories, isr))
    }

    /// Refuses replicas that cannot be: none, unknown, twice, or not as many as `factor`.
    pub(crate) fn check_assignment(
        &self,
        replicas: &[BrokerId],
        factor: Option<usize>,
    ) -> Result<(), Refused> {
        let invalid = |message: String| {
            let message = format!("The manual partition assignment includes {message}");
            Err(Refused::new(ErrorCode::INVALID_REPLICA_ASSIGNMENT, message))
        };
        if replicas.is_empty() {
            return invalid("an empty replica list.".to_owned());
        }
        let mut sorted = replicas.to_vec();
        sorted.sort_unstable();
        let mut previous = None;
        for id in sorted {
            let Some(broker) = self.image.broker(id) else {
                return invalid(format!("broker {id}, but no such broker is registered."));
            };
            if !broker.has_uncordoned_dirs() {
                return invalid(format!(
                    "broker {id}, but all its log directories are cordoned."
                ));
            }
            if previous == Some(id) {
                return invalid(format!("the broker {id} more than once."));
            }
            previous = Some(id);
        }
        match factor.filter(|factor| *factor != replicas.len()) {
            None => Ok(()),
            Some(factor) => invalid(format!(
                "a partition with {} replica(s), but this is not consistent with previous partitions, \
                 which have {factor} replica(s).",
                replicas.len()
            )),
        }
    }
}

fn given_configs(topic: &CreatableTopic<'_>) -> Result<BTreeMap<String, Option<String>>, Refused> {
    let nulls = topic.configs.iter().filter(|config| config.value.is_none());
    let nulls: Vec<&str> = nulls.map(|config| &*config.name).collect();
    if !nulls.is_empty() {
        let message = format!(
            "Null value not supported for topic configs: {}",
            nulls.join(",")
        );
        return Err(Refused::new(ErrorCode::INVALID_CONFIG, message));
    }
    let configs = topic.configs.iter();
    Ok(configs
        .map(|config| {
            (
                config.name.to_string(),
                config.value.as_deref().map(str::to_owned),
            )
        })
        .collect())
}

fn draw_topic_id(random: Random<'_>) -> TopicId {
    loop {
        let bits = u128::from(random()) << 64 | u128::from(random());
        if let Some(id) = TopicId::from_random(bits) {
            return id;
        }
    }
}

fn failed(name: &str, refused: &Refused) -> CreatableTopicResult<'static> {
    CreatableTopicResult {
        name: name.to_owned().into(),
        error_code: refused.code,
        error_message: refused.message.clone().map(Into::into),
        ..CreatableTopicResult::default()
    }
}
