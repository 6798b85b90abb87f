//! Offsets that go because somebody says so: OffsetDelete (key 47), DeleteGroups.

use std::borrow::Cow;

use model::{ErrorCode, Now};
use protocol::offset_delete_request::OffsetDeleteRequest;
use protocol::offset_delete_response::{
    OffsetDeleteResponse, OffsetDeleteResponsePartition, OffsetDeleteResponseTopic,
};

use statemachine::Decision;

use super::Offsets;
use crate::GroupCoordinator;
use crate::coordinator::{Found, Undo};
use crate::logged::Logged;
use crate::record::Record;
use crate::turn::{Decided, Reply, answer};

impl GroupCoordinator {
    /// OffsetDelete (key 47, version 0): forgets committed offsets (KIP-496).
    ///
    /// - The caller answers itself for topics and partitions that are unknown or not allowed.
    /// - A partition without offset is no error.
    ///
    /// Errors of the group: INVALID_GROUP_ID, GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP for active groups
    /// that are no consumers. Errors of a partition: GROUP_SUBSCRIBED_TO_TOPIC.
    pub fn offset_delete(
        &mut self,
        now: Now,
        logged: &Logged,
        request: &OffsetDeleteRequest<'_>,
    ) -> Decided<OffsetDeleteResponse<'static>> {
        self.undo = Undo::Nothing;
        if let Err(error) = self.validate_offset_delete(now, logged, &request.group_id) {
            return answer(OffsetDeleteResponse {
                error_code: error,
                ..OffsetDeleteResponse::default()
            });
        }
        let group = &*request.group_id;
        let mut records = Vec::new();
        let mut topics = Vec::with_capacity(request.topics.len());
        for topic in &request.topics {
            let in_use = self.is_subscribed(now, logged, group, &topic.name);
            let mut partitions = Vec::with_capacity(topic.partitions.len());
            for partition in &topic.partitions {
                let index = partition.partition_index;
                let there = logged.offsets().get(group, &topic.name, index).is_some()
                    || logged.offsets().is_unstable(group, &topic.name, index);
                if !in_use && there {
                    records.push(Record::offset_tombstone(group, &topic.name, index));
                }
                let error = if in_use {
                    ErrorCode::GROUP_SUBSCRIBED_TO_TOPIC
                } else {
                    ErrorCode::NONE
                };
                partitions.push(OffsetDeleteResponsePartition {
                    partition_index: index,
                    error_code: error,
                });
            }
            let name = Cow::Owned(topic.name.clone().into_owned());
            topics.push(OffsetDeleteResponseTopic { name, partitions });
        }
        let response = OffsetDeleteResponse {
            topics,
            ..OffsetDeleteResponse::default()
        };
        Decision::atomically(records, Reply::Now(response))
    }

    fn validate_offset_delete(
        &mut self,
        now: Now,
        logged: &Logged,
        group_id: &str,
    ) -> Result<(), ErrorCode> {
        if group_id.is_empty() {
            return Err(ErrorCode::INVALID_GROUP_ID);
        }
        match self.find(now, logged, group_id) {
            Found::Missing => Err(ErrorCode::GROUP_ID_NOT_FOUND),
            Found::Share(_) => Err(ErrorCode::GROUP_ID_NOT_FOUND),
            Found::Classic(group, _) => group.validate_offset_delete(),
            Found::Simple | Found::Consumer(_) | Found::Streams(_) => Ok(()),
        }
    }

    fn is_subscribed(&mut self, now: Now, logged: &Logged, group_id: &str, topic: &str) -> bool {
        match self.find(now, logged, group_id) {
            Found::Classic(group, _) => group.is_subscribed_to(topic),
            Found::Consumer(group) => group.is_subscribed_to(topic),
            Found::Streams(group) => group.is_subscribed_to(topic),
            Found::Simple | Found::Share(_) | Found::Missing => false,
        }
    }
}

impl Offsets {
    /// Tombstones for everything that a group has, open transactions included.
    pub(crate) fn forget_group(&self, group: &str, records: &mut Vec<Record>) {
        for (topic, partitions) in self.of_group(group).into_iter().flatten() {
            for partition in partitions.keys() {
                records.push(Record::offset_tombstone(group, topic, *partition));
            }
        }
        for place in self.open_places(group) {
            if self.get(group, &place.topic, place.partition).is_none() {
                records.push(Record::offset_tombstone(
                    group,
                    &place.topic,
                    place.partition,
                ));
            }
        }
    }
}
