//! Offsets by time, by end and by beginning.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use model::BrokerId;
use protocol::list_offsets_request::{ListOffsetsPartition, ListOffsetsRequest, ListOffsetsTopic};

use crate::client::check;
use crate::{Client, ClientError, Target, TopicPartition};

/// ListOffsets with a leader epoch and an isolation level.
const VERSIONS: RangeInclusive<i16> = 2..=i16::MAX;

/// Which offset of a partition is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetSpec {
    /// The log start offset.
    Earliest,
    /// The high watermark.
    Latest,
    /// That of the first record whose timestamp is not before this one, in milliseconds since 1970.
    AtTime(i64),
    /// That of the record with the largest timestamp (KIP-734).
    MaxTimestamp,
    /// The first that is kept on the broker itself (KIP-405).
    EarliestLocal,
    /// The last that is kept in tiered storage (KIP-1005).
    LatestTiered,
    /// The first that is not in tiered storage yet (KIP-1023).
    EarliestPendingUpload,
}

impl OffsetSpec {
    /// The number that stands for it in ListOffsets.
    const fn timestamp(self) -> i64 {
        match self {
            Self::Earliest => -2,
            Self::Latest => -1,
            Self::AtTime(timestamp) => timestamp,
            Self::MaxTimestamp => -3,
            Self::EarliestLocal => -4,
            Self::LatestTiered => -5,
            Self::EarliestPendingUpload => -6,
        }
    }
}

impl Client {
    /// The offsets that `wanted` asks for. A partition without a record at or after the time that was asked
    /// for has its end.
    ///
    /// # Errors
    /// [`ClientError::UnknownTopic`] or [`ClientError::UnknownPartition`]; or as [`Client::send`], after
    /// retries.
    pub fn offsets(
        &self,
        wanted: &[(TopicPartition, OffsetSpec)],
    ) -> Result<BTreeMap<TopicPartition, i64>, ClientError> {
        for (tp, _) in wanted {
            let cluster = self.with_topic(&tp.topic, false)?;
            let partitions = &cluster.topics[&tp.topic].partitions;
            if !partitions.contains_key(&tp.partition) {
                return Err(ClientError::UnknownPartition {
                    topic: tp.topic.to_string(),
                    partition: tp.partition,
                    count: partitions.len(),
                });
            }
        }
        let mut found = self.retrying(|| self.offsets_once(wanted))?;
        let late: Vec<_> = found
            .iter()
            .filter(|(_, offset)| **offset < 0)
            .map(|(tp, _)| (tp.clone(), OffsetSpec::Latest))
            .collect();
        if !late.is_empty() {
            found.extend(self.retrying(|| self.offsets_once(&late))?);
        }
        Ok(found)
    }

    /// What each partition answers to one of these questions, by itself: -1 where there is no such offset.
    ///
    /// # Errors
    /// As [`Self::offsets`]; those of single partitions are in the answer.
    pub fn offsets_each(
        &self,
        wanted: &[(TopicPartition, OffsetSpec)],
    ) -> Result<BTreeMap<TopicPartition, Result<i64, ClientError>>, ClientError> {
        for (tp, _) in wanted {
            self.with_topic(&tp.topic, false)?;
        }
        // Where all answer, which is the rule, one request to each leader is enough.
        if let Ok(found) = self.offsets_once(wanted) {
            let found = found.into_iter();
            return Ok(found.map(|(tp, offset)| (tp, Ok(offset))).collect());
        }
        let each = wanted.iter().map(|one| {
            let answer = self.retrying(|| self.offsets_once(std::slice::from_ref(one)));
            let offset = answer.map(|found| found.get(&one.0).copied().unwrap_or(-1));
            (one.0.clone(), offset)
        });
        Ok(each.collect())
    }

    fn offsets_once(
        &self,
        wanted: &[(TopicPartition, OffsetSpec)],
    ) -> Result<BTreeMap<TopicPartition, i64>, ClientError> {
        let mut by_leader: BTreeMap<BrokerId, Vec<ListOffsetsTopic<'_>>> = BTreeMap::new();
        for (tp, spec) in wanted {
            let (leader, leader_epoch) = self.leader(&tp.topic, tp.partition)?;
            by_leader.entry(leader).or_default().push(ListOffsetsTopic {
                name: (&*tp.topic).into(),
                partitions: vec![ListOffsetsPartition {
                    partition_index: tp.partition,
                    current_leader_epoch: leader_epoch,
                    timestamp: spec.timestamp(),
                    ..ListOffsetsPartition::default()
                }],
                ..ListOffsetsTopic::default()
            });
        }
        let mut found = BTreeMap::new();
        for (leader, topics) in by_leader {
            self.ask_offsets(leader, merged(topics), &mut found)?;
        }
        Ok(found)
    }

    fn ask_offsets(
        &self,
        leader: BrokerId,
        topics: Vec<ListOffsetsTopic<'_>>,
        found: &mut BTreeMap<TopicPartition, i64>,
    ) -> Result<(), ClientError> {
        let request = ListOffsetsRequest {
            replica_id: -1,
            topics,
            timeout_ms: i32::try_from(self.config().request_timeout.as_millis())
                .unwrap_or(i32::MAX),
            ..ListOffsetsRequest::default()
        };
        let answer = self.send_between(Target::Broker(leader), VERSIONS, &request)?;
        for topic in &answer.message()?.topics {
            for partition in &topic.partitions {
                let tp = TopicPartition::new(&topic.name, partition.partition_index);
                check(format!("offset of {tp}"), partition.error_code, None)?;
                found.insert(tp, partition.offset);
            }
        }
        Ok(())
    }
}

/// Gathers the partitions of each topic: a broker takes a topic once a request.
fn merged(topics: Vec<ListOffsetsTopic<'_>>) -> Vec<ListOffsetsTopic<'_>> {
    let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for topic in topics {
        by_name
            .entry(topic.name)
            .or_default()
            .extend(topic.partitions);
    }
    let topics = by_name
        .into_iter()
        .map(|(name, partitions)| ListOffsetsTopic {
            name,
            partitions,
            ..ListOffsetsTopic::default()
        });
    topics.collect()
}
