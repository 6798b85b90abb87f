//! Requests of clients that the controller decides.

use controller::Controller;
use model::Now;
use protocol::create_topics_request::{CreatableTopic, CreatableTopicConfig, CreateTopicsRequest};
use protocol::create_topics_response::CreateTopicsResponse;
use protocol::request_header::RequestHeader;
use protocol::{ApiKey, DecodeError, Message, Reader};
use statemachine::Decision;

use super::lifecycle::OwnAnswer;
use super::{Answer, ControllerHost, Waiter};
use crate::api::Outgoing;
use crate::controller_inbox::{ControllerInput, ForwardedRequest};
use crate::effects::Effects;
use crate::topics::{CONSUMER_OFFSETS, SHARE_GROUP_STATE, TRANSACTION_STATE};

/// Lets the broker or the cluster decide the number of partitions and the replication factor.
const DEFAULT: i32 = -1;

impl ControllerHost {
    pub(super) fn on_input(&mut self, now: Now, input: ControllerInput, fx: &mut Effects) {
        match input {
            ControllerInput::Request(request) => self.on_request(now, &request, fx),
            ControllerInput::CreateInternalTopics(topics, retry_after) => {
                self.create_topics(now, topics, |response| {
                    OwnAnswer::InternalTopicsCreated(response, retry_after)
                });
            }
            ControllerInput::CreateTopics(names) => {
                let topics = names.iter().map(|name| self.automatic_topic(name));
                self.create_topics(now, topics.collect(), OwnAnswer::TopicsCreated);
            }
            ControllerInput::CreateDeadLetterTopic(name) => {
                let mut topic = self.automatic_topic(&name);
                topic.configs = vec![
                    config("errors.deadletterqueue.group.enable", "true".to_owned()),
                    config("message.timestamp.type", "CreateTime".to_owned()),
                ];
                self.create_topics(now, vec![topic], OwnAnswer::TopicsCreated);
            }
            ControllerInput::AllocateProducerIds => self.allocate_producer_ids(now),
        }
    }

    fn on_request(&mut self, now: Now, request: &ForwardedRequest, fx: &mut Effects) {
        if let Err(error) = self.dispatch(now, request, fx) {
            let name = request.outgoing.key.name();
            fx.reports.push(format!(
                "a request for the controller cannot be read: {name}: {error}"
            ));
            fx.abandoned.push(request.ticket);
        }
    }

    fn dispatch(
        &mut self,
        now: Now,
        request: &ForwardedRequest,
        fx: &mut Effects,
    ) -> Result<(), DecodeError> {
        let (outgoing, version) = (request.outgoing, request.outgoing.version);
        let mut reader = Reader::new(&request.frame);
        let r = &mut reader;
        RequestHeader::decode(r, outgoing.key.request_header_version(version))?;
        let broker = std::sync::Arc::clone(&self.broker);
        let mut random = || broker.random.bits64();
        match outgoing.key {
            ApiKey::CreateTopics => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| {
                    c.create_topics(&mut random, &body, &may_see_configs)
                });
            }
            ApiKey::DeleteTopics => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.delete_topics(version, &body));
            }
            ApiKey::CreatePartitions => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.create_partitions(&mut random, &body));
            }
            ApiKey::AlterConfigs => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.alter_configs(&body));
            }
            ApiKey::IncrementalAlterConfigs => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.incremental_alter_configs(&body));
            }
            ApiKey::UpdateFeatures => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.update_features(version, &body));
            }
            ApiKey::ElectLeaders => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.elect_leaders(&body));
            }
            ApiKey::AlterPartitionReassignments => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.alter_partition_reassignments(&body));
            }
            ApiKey::ListPartitionReassignments => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.list_partition_reassignments(&body));
            }
            ApiKey::UnregisterBroker => {
                let body = Message::decode(r, version)?;
                self.answer(now, request, |c| c.unregister_broker(&body));
            }
            ApiKey::DescribeQuorum => {
                let body = Message::decode(r, version)?;
                let response = self.describe_quorum(now, version, &body);
                match outgoing.encode(&response, &[]) {
                    Ok(reply) => fx.replies.push((request.ticket, reply)),
                    Err(_) => fx.abandoned.push(request.ticket),
                }
            }
            other => unreachable!("{} is not handed to the controller", other.name()),
        }
        Ok(())
    }

    fn answer<M: Message<'static>>(
        &mut self,
        now: Now,
        request: &ForwardedRequest,
        decide: impl FnOnce(&Controller) -> Decision<controller::Record, M>,
    ) {
        let outgoing: Outgoing = request.outgoing;
        self.decide(now, Waiter::Client(request.ticket), |controller| {
            decide(controller).map(|response| {
                outgoing
                    .encode(&response, &[])
                    .map_or(Answer::Unwritable, Answer::Reply)
            })
        });
    }

    /// Creates the topics that a request named, with the defaults of their kinds.
    /// Has the controller create topics; `answer` says what becomes of its response.
    fn create_topics(
        &mut self,
        now: Now,
        topics: Vec<CreatableTopic<'static>>,
        answer: impl FnOnce(CreateTopicsResponse<'static>) -> OwnAnswer,
    ) {
        let request = CreateTopicsRequest {
            topics,
            timeout_ms: i32::MAX,
            ..Default::default()
        };
        let broker = std::sync::Arc::clone(&self.broker);
        let mut random = || broker.random.bits64();
        self.decide(now, Waiter::Own, |controller| {
            let decided = controller.create_topics(&mut random, &request, &may_see_configs);
            decided.map(|response| Answer::Own(answer(response)))
        });
    }

    fn automatic_topic(&self, name: &str) -> CreatableTopic<'static> {
        let mut topic = CreatableTopic {
            name: name.to_owned().into(),
            num_partitions: DEFAULT,
            replication_factor: DEFAULT as i16,
            ..Default::default()
        };
        if name == CONSUMER_OFFSETS {
            let current = self.broker.effective.now();
            let offsets = &current.broker.offsets;
            topic.num_partitions = offsets.topic_partitions;
            topic.replication_factor = offsets.topic_replication_factor;
            topic.configs = vec![
                config("cleanup.policy", "compact".to_owned()),
                config("compression.type", "producer".to_owned()),
                config("segment.bytes", offsets.topic_segment_bytes.to_string()),
            ];
        }
        if name == TRANSACTION_STATE {
            let current = self.broker.effective.now();
            let transactions = &current.broker.transactions;
            topic.num_partitions = transactions.topic_partitions;
            topic.replication_factor = transactions.topic_replication_factor;
            topic.configs = vec![
                config("unclean.leader.election.enable", "false".to_owned()),
                config("compression.type", "uncompressed".to_owned()),
                config("cleanup.policy", "compact".to_owned()),
                config(
                    "min.insync.replicas",
                    transactions.topic_min_isr.to_string(),
                ),
                config(
                    "segment.bytes",
                    transactions.topic_segment_bytes.to_string(),
                ),
            ];
        }
        if name == SHARE_GROUP_STATE {
            let current = self.broker.effective.now();
            let share = &current.broker.share;
            topic.num_partitions = share.topic_partitions;
            topic.replication_factor = share.topic_replication_factor;
            topic.configs = vec![
                config("cleanup.policy", "delete".to_owned()),
                config("compression.type", "producer".to_owned()),
                config("segment.bytes", share.topic_segment_bytes.to_string()),
                config("min.insync.replicas", share.topic_min_isr.to_string()),
                config("retention.ms", "-1".to_owned()),
            ];
        }
        topic
    }
}

/// Until access control is there everybody may see the configurations of a topic that they create.
fn may_see_configs(_topic: &str) -> bool {
    true
}

fn config(name: &'static str, value: String) -> CreatableTopicConfig<'static> {
    CreatableTopicConfig {
        name: name.into(),
        value: Some(value.into()),
        ..Default::default()
    }
}
