//! Requests that the controller decides: of clients, of brokers, and of brokers for their clients.

use std::time::Duration;

use controller::Controller;
use model::{ErrorCode, Now, Ticket};
use protocol::create_topics_request::{CreatableTopic, CreatableTopicConfig, CreateTopicsRequest};
use protocol::envelope_request::EnvelopeRequest;
use protocol::envelope_response::EnvelopeResponse;
use protocol::request_header::RequestHeader;
use protocol::{ApiKey, DecodeError, Message, Reader};
use statemachine::Decision;

use super::channel::Pending;
use super::forwarding::read_principal;
use super::own::OwnRequest;
use super::{Answer, ControllerHost, Waiter, refusals};
use crate::api::{self, Outgoing};
use crate::controller_inbox::{ControllerInput, ForwardedRequest};
use crate::effects::Effects;
use crate::reply::Reply;
use crate::session::Door;
use crate::topics::{CONSUMER_OFFSETS, SHARE_GROUP_STATE, TRANSACTION_STATE};

/// What stands in front of an answer on the wire, but not in an envelope.
const SIZE_PREFIX: usize = 4;

/// Lets the broker or the cluster decide the number of partitions and the replication factor.
const DEFAULT: i32 = -1;

impl ControllerHost {
    pub(super) fn on_input(&mut self, now: Now, input: ControllerInput, fx: &mut Effects) {
        match input {
            ControllerInput::Request(request) => self.on_request(now, request, fx),
            ControllerInput::CreateTopics(names) => {
                let topics = names.iter().map(|name| self.automatic_topic(name));
                self.create_topics(now, topics.collect(), None, fx);
            }
            ControllerInput::CreateInternalTopics(topics, retry_after) => {
                self.create_topics(now, topics, Some(retry_after), fx);
            }
            ControllerInput::CreateDeadLetterTopic(name) => {
                let mut topic = self.automatic_topic(&name);
                topic.configs = vec![
                    config("errors.deadletterqueue.group.enable", "true".to_owned()),
                    config("message.timestamp.type", "CreateTime".to_owned()),
                ];
                self.create_topics(now, vec![topic], None, fx);
            }
            ControllerInput::AllocateProducerIds => self.allocate_producer_ids(now, fx),
            ControllerInput::AlterPartition(request) => {
                self.ask_controller(now, OwnRequest::AlterPartition(request), fx);
            }
            ControllerInput::ShutDown => self.begin_shutdown(now),
            ControllerInput::Answer(number, answer) => match self.channel.take(number) {
                Some(Pending::Own(wish)) => self.on_own_reply(now, wish, answer, fx),
                Some(Pending::Client(forwarded)) => {
                    self.on_forwarded_reply(now, forwarded, answer, fx);
                }
                Some(Pending::Metadata(wanted)) => {
                    self.on_metadata_reply(now, wanted, answer, fx);
                }
                None => {}
            },
        }
    }

    /// Decides a request, or hands it on. On the listener of controllers only the active one decides.
    pub(super) fn on_request(&mut self, now: Now, request: ForwardedRequest, fx: &mut Effects) {
        if request.door == Door::Clients && !self.is_active() {
            return self.forward(now, request, fx);
        }
        if let Err(error) = self.begin(now, &request, fx) {
            let name = request.outgoing.key.name();
            fx.reports.push(format!(
                "a request for the controller cannot be read: {name}: {error}"
            ));
            fx.abandoned.push(request.ticket);
        }
    }

    fn begin(
        &mut self,
        now: Now,
        request: &ForwardedRequest,
        fx: &mut Effects,
    ) -> Result<(), DecodeError> {
        let outgoing = request.outgoing;
        let mut reader = Reader::new(&request.frame);
        let r = &mut reader;
        RequestHeader::decode(r, outgoing.key.request_header_version(outgoing.version))?;
        let version = outgoing.version;
        match outgoing.key {
            ApiKey::DescribeQuorum => {
                let body = Message::decode(r, version)?;
                let response = self.describe_quorum(now, version, &body);
                reply(request.ticket, outgoing.encode(&response, &[]).ok(), fx);
                return Ok(());
            }
            ApiKey::Envelope => {
                let body = EnvelopeRequest::decode(r, version)?;
                return self.open_envelope(now, request, &body, fx);
            }
            ApiKey::Fetch => {
                let body = Message::decode(r, version)?;
                self.on_metadata_fetch(now, (request.ticket, outgoing), &body, fx);
                return Ok(());
            }
            ApiKey::FetchSnapshot => {
                let body = Message::decode(r, version)?;
                self.on_snapshot_fetch((request.ticket, outgoing), &body, fx);
                return Ok(());
            }
            _ => {}
        }
        if !self.is_active() {
            reply(request.ticket, refusals::not_controller(outgoing, r)?, fx);
            return Ok(());
        }
        self.dispatch(now, Waiter::Client(request.ticket), outgoing, r)
    }

    /// Decides a client's request that another broker has handed on.
    fn open_envelope(
        &mut self,
        now: Now,
        request: &ForwardedRequest,
        envelope: &EnvelopeRequest<'_>,
        fx: &mut Effects,
    ) -> Result<(), DecodeError> {
        let (ticket, outer) = (request.ticket, request.outgoing);
        let refuse = |error_code, fx: &mut Effects| {
            reply(ticket, envelope_error(outer, error_code), fx);
            Ok(())
        };
        if !self.is_active() {
            return refuse(ErrorCode::NOT_CONTROLLER, fx);
        }
        let principal = envelope.request_principal.as_deref();
        if principal.and_then(read_principal).is_none() {
            return refuse(ErrorCode::PRINCIPAL_DESERIALIZATION_FAILURE, fx);
        }
        let mut reader = Reader::new(&envelope.request_data);
        let Some(inner) = api::forwarded(&mut reader) else {
            return refuse(ErrorCode::INVALID_REQUEST, fx);
        };
        if inner.key == ApiKey::DescribeQuorum {
            let body = Message::decode(&mut reader, inner.version)?;
            let response = self.describe_quorum(now, inner.version, &body);
            let answer = inner.encode(&response, &[]).ok();
            let answer = answer.and_then(|answer| enclose(outer, answer));
            reply(ticket, answer, fx);
            return Ok(());
        }
        let waiter = Waiter::Envelope(ticket, outer);
        match self.dispatch(now, waiter, inner, &mut reader) {
            Ok(()) => Ok(()),
            Err(_) => refuse(ErrorCode::INVALID_REQUEST, fx),
        }
    }

    fn dispatch(
        &mut self,
        now: Now,
        waiter: Waiter,
        outgoing: Outgoing,
        r: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        let version = outgoing.version;
        let broker = std::sync::Arc::clone(&self.broker);
        let mut random = || broker.random.bits64();
        let to = (waiter, outgoing);
        match outgoing.key {
            ApiKey::CreateTopics => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| {
                    c.create_topics(&mut random, &body, &may_see_configs)
                });
            }
            ApiKey::DeleteTopics => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.delete_topics(version, &body));
            }
            ApiKey::CreatePartitions => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.create_partitions(&mut random, &body));
            }
            ApiKey::AlterConfigs => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.alter_configs(&body));
            }
            ApiKey::IncrementalAlterConfigs => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.incremental_alter_configs(&body));
            }
            ApiKey::UpdateFeatures => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.update_features(version, &body));
            }
            ApiKey::ElectLeaders => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.elect_leaders(&body));
            }
            ApiKey::AlterPartitionReassignments => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.alter_partition_reassignments(&body));
            }
            ApiKey::ListPartitionReassignments => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.list_partition_reassignments(&body));
            }
            ApiKey::UnregisterBroker => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.unregister_broker(&body));
            }
            _ => return self.dispatch_of_nodes(now, to, r),
        }
        Ok(())
    }

    /// What brokers and controllers ask for themselves.
    fn dispatch_of_nodes(
        &mut self,
        now: Now,
        to: (Waiter, Outgoing),
        r: &mut Reader<'_>,
    ) -> Result<(), DecodeError> {
        let version = to.1.version;
        match to.1.key {
            ApiKey::BrokerRegistration => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.register_broker(now, version, &body));
            }
            ApiKey::BrokerHeartbeat => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.broker_heartbeat(now, &body));
            }
            ApiKey::AllocateProducerIds => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.allocate_producer_ids(&body));
            }
            ApiKey::AlterPartition => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.alter_partition(version, &body));
            }
            ApiKey::AssignReplicasToDirs => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.assign_replicas_to_dirs(&body));
            }
            ApiKey::ControllerRegistration => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.register_controller(&body));
            }
            ApiKey::UnregisterController => {
                let body = Message::decode(r, version)?;
                self.answer(now, to, |c| c.unregister_controller(&body));
            }
            other => unreachable!("{} is not handed to the controller", other.name()),
        }
        Ok(())
    }

    fn answer<M: Message<'static>>(
        &mut self,
        now: Now,
        (waiter, outgoing): (Waiter, Outgoing),
        decide: impl FnOnce(&Controller) -> Decision<controller::Record, M>,
    ) {
        self.decide(now, waiter, |controller| {
            decide(controller).map(|response| {
                outgoing
                    .encode(&response, &[])
                    .map_or(Answer::Unwritable, Answer::Reply)
            })
        });
    }

    /// Asks the controller for topics; what it refuses is not asked for again before `retry_after` is over.
    fn create_topics(
        &mut self,
        now: Now,
        topics: Vec<CreatableTopic<'static>>,
        retry_after: Option<Duration>,
        fx: &mut Effects,
    ) {
        let request = CreateTopicsRequest {
            topics,
            timeout_ms: i32::MAX,
            ..Default::default()
        };
        self.ask_controller(now, OwnRequest::CreateTopics(request, retry_after), fx);
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

/// The answer to an envelope with the answer to what was in it; `None` if it cannot be written.
pub(super) fn enclose(outer: Outgoing, answer: Reply) -> Option<Reply> {
    let bytes = answer.into_bytes()?;
    let response = EnvelopeResponse {
        response_data: Some(bytes.get(SIZE_PREFIX..)?.into()),
        ..Default::default()
    };
    outer.encode(&response, &[]).ok()
}

/// The answer to an envelope whose request was not carried out, or may not have been.
pub(super) fn envelope_error(outer: Outgoing, error_code: ErrorCode) -> Option<Reply> {
    let response = EnvelopeResponse {
        error_code,
        ..Default::default()
    };
    outer.encode(&response, &[]).ok()
}

/// Answers, or gives a request up that has no answer.
pub(super) fn reply(ticket: Ticket, answer: Option<Reply>, fx: &mut Effects) {
    match answer {
        Some(answer) => fx.replies.push((ticket, answer)),
        None => fx.abandoned.push(ticket),
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
