//! Topics are deleted.

use std::collections::{BTreeMap, BTreeSet};

use metadata::Topics;
use model::{ErrorCode, TopicId};
use protocol::Str;
use protocol::delete_topics_request::DeleteTopicsRequest;
use protocol::delete_topics_response::{DeletableTopicResult, DeleteTopicsResponse};
use protocol::remove_topic_record::RemoveTopicRecord;
use statemachine::Decision;

use crate::answer::Refused;
use crate::controller::{Controller, Decided, Records};

/// From this version on there is a code for a cluster that does not delete topics.
const DISABLED_CODE_SINCE: i16 = 3;

impl Controller {
    /// DeleteTopics, key 20, versions 1 to 6 (KIP-4).
    ///
    /// - Deletes topics by name or (v6, KIP-516) by id, with their configurations.
    /// - Per topic `UNKNOWN_TOPIC_OR_PARTITION`, `UNKNOWN_TOPIC_ID`, `INVALID_REQUEST` for one that is
    ///   named twice or not at all.
    /// - `TOPIC_DELETION_DISABLED` (`INVALID_REQUEST` before v3) without `delete.topic.enable`;
    ///   `POLICY_VIOLATION` for too many at once.
    #[must_use]
    pub fn delete_topics(
        &self,
        version: i16,
        request: &DeleteTopicsRequest<'_>,
    ) -> Decided<DeleteTopicsResponse<'static>> {
        if !self.settings.delete_topic_enable {
            let code = if version < DISABLED_CODE_SINCE {
                ErrorCode::INVALID_REQUEST
            } else {
                ErrorCode::TOPIC_DELETION_DISABLED
            };
            return Decision::read(refuse_all(request, code));
        }
        let mut deletion = Deletion::default();
        deletion.collect(request);
        deletion.resolve(self.image.topics());
        let mut records = Records::default();
        for id in deletion.found.keys() {
            let record = RemoveTopicRecord {
                topic_id: *id,
                ..RemoveTopicRecord::default()
            };
            if let Err(refused) = records.push(record) {
                return Decision::read(refuse_all(request, refused.code));
            }
        }
        let response = DeleteTopicsResponse {
            responses: deletion.into_responses(),
            ..Default::default()
        };
        Decision::atomically(records.into_vec(), response)
    }
}

/// What a request names, and what came of it.
#[derive(Debug, Default)]
struct Deletion {
    names: BTreeSet<String>,
    ids: BTreeSet<TopicId>,
    duplicate_ids: BTreeSet<TopicId>,
    /// The topics to delete.
    found: BTreeMap<TopicId, String>,
    refused: Vec<DeletableTopicResult<'static>>,
}

impl Deletion {
    fn collect(&mut self, request: &DeleteTopicsRequest<'_>) {
        let mut duplicate_names = BTreeSet::new();
        let mut name_once = |name: &str, names: &mut BTreeSet<String>| {
            if duplicate_names.contains(name) || !names.insert(name.to_owned()) {
                duplicate_names.insert(name.to_owned());
                names.remove(name);
            }
        };
        for name in &request.topic_names {
            name_once(name, &mut self.names);
        }
        for topic in &request.topics {
            match (&topic.name, topic.topic_id.is_zero()) {
                (Some(name), true) => name_once(name, &mut self.names),
                (Some(name), false) => {
                    let message = "You may not specify both topic name and topic id.";
                    self.refuse(
                        Some(name),
                        topic.topic_id,
                        Refused::invalid_request(message),
                    );
                }
                (None, true) => {
                    let message = "Neither topic name nor id were specified.";
                    self.refuse(None, TopicId::ZERO, Refused::invalid_request(message));
                }
                (None, false) => self.id_once(topic.topic_id),
            }
        }
        for name in &duplicate_names {
            let refused = Refused::invalid_request("Duplicate topic name.");
            self.refuse(Some(name), TopicId::ZERO, refused);
        }
        for id in self.duplicate_ids.clone() {
            self.refuse(None, id, Refused::invalid_request("Duplicate topic id."));
        }
    }

    fn id_once(&mut self, id: TopicId) {
        if self.duplicate_ids.contains(&id) || !self.ids.insert(id) {
            self.duplicate_ids.insert(id);
            self.ids.remove(&id);
        }
    }

    fn resolve(&mut self, topics: &Topics) {
        for id in std::mem::take(&mut self.ids) {
            match topics.get(id) {
                Some(topic) => drop(self.found.insert(id, topic.name.to_string())),
                None => self.refuse(None, id, Refused::unknown_topic_id()),
            }
        }
        for name in std::mem::take(&mut self.names) {
            let Some(id) = topics.id(&name) else {
                self.refuse(Some(&name), TopicId::ZERO, Refused::unknown_topic());
                continue;
            };
            let twice = self.duplicate_ids.contains(&id) || self.found.contains_key(&id);
            if twice {
                self.duplicate_ids.insert(id);
                self.found.remove(&id);
                let message = "The provided topic name maps to an ID that was already supplied.";
                self.refuse(Some(&name), id, Refused::invalid_request(message));
            } else {
                self.found.insert(id, name);
            }
        }
    }

    fn refuse(&mut self, name: Option<&str>, topic_id: TopicId, refused: Refused) {
        self.refused.push(DeletableTopicResult {
            name: name.map(|name| name.to_owned().into()),
            topic_id,
            error_code: refused.code,
            error_message: refused.message.map(Into::into),
            ..DeletableTopicResult::default()
        });
    }

    fn into_responses(self) -> Vec<DeletableTopicResult<'static>> {
        let mut responses = self.refused;
        responses.extend(
            self.found
                .into_iter()
                .map(|(topic_id, name)| DeletableTopicResult {
                    name: Some(name.into()),
                    topic_id,
                    ..DeletableTopicResult::default()
                }),
        );
        responses
    }
}

fn refuse_all(
    request: &DeleteTopicsRequest<'_>,
    error_code: ErrorCode,
) -> DeleteTopicsResponse<'static> {
    let named = request
        .topic_names
        .iter()
        .map(|name| (Some(name), TopicId::ZERO));
    let topics = request
        .topics
        .iter()
        .map(|topic| (topic.name.as_ref(), topic.topic_id));
    let refused = named
        .chain(topics)
        .map(|(name, topic_id)| DeletableTopicResult {
            name: name.map(|name: &Str<'_>| name.to_string().into()),
            topic_id,
            error_code,
            ..DeletableTopicResult::default()
        });
    DeleteTopicsResponse {
        responses: refused.collect(),
        ..Default::default()
    }
}
