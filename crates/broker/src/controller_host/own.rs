//! What this node itself asks of the active controller, which may be the one beside it or another node's.

use std::time::Duration;

use bytes::Bytes;
use controller::{Controller, Record};
use model::{ErrorCode, Now};
use protocol::allocate_producer_ids_request::AllocateProducerIdsRequest;
use protocol::allocate_producer_ids_response::AllocateProducerIdsResponse;
use protocol::alter_partition_request::AlterPartitionRequest;
use protocol::alter_partition_response::AlterPartitionResponse;
use protocol::assign_replicas_to_dirs_request::AssignReplicasToDirsRequest;
use protocol::assign_replicas_to_dirs_response::AssignReplicasToDirsResponse;
use protocol::broker_heartbeat_request::BrokerHeartbeatRequest;
use protocol::broker_heartbeat_response::BrokerHeartbeatResponse;
use protocol::broker_registration_request::BrokerRegistrationRequest;
use protocol::broker_registration_response::BrokerRegistrationResponse;
use protocol::create_topics_request::CreateTopicsRequest;
use protocol::create_topics_response::CreateTopicsResponse;
use protocol::{Message, Reader, Request};
use statemachine::Decision;

use super::ControllerHost;
use super::{Answer, Waiter};
use crate::asks::{Ask, AskRequest, AskToken, Lane, Unanswered};
use crate::effects::Effects;
use crate::random::Random;

/// How long a request to the controller may take (`controller.socket.timeout.ms` of Apache Kafka).
const PATIENCE: Duration = Duration::from_secs(30);

/// The versions in which this node asks. Every node of Kafka 4.4 has them.
const REGISTRATION: i16 = 4;
const HEARTBEAT: i16 = 1;
const PRODUCER_IDS: i16 = 0;
const DIRECTORIES: i16 = 0;
const CREATE_TOPICS: i16 = 7;
const ALTER_PARTITION: i16 = 3;

/// A question of this node.
#[derive(Debug)]
pub(super) enum OwnRequest {
    Register(BrokerRegistrationRequest<'static>),
    Heartbeat(BrokerHeartbeatRequest),
    ProducerIds(AllocateProducerIdsRequest),
    Directories(AssignReplicasToDirsRequest),
    /// What the controller refuses is not asked for again before this time is over.
    CreateTopics(CreateTopicsRequest<'static>, Option<Duration>),
    AlterPartition(AlterPartitionRequest),
}

/// What a question was about, for when there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// The controller's own work.
    Nothing,
    Register,
    Heartbeat,
    ProducerIds,
    Directories,
    CreateTopics(Option<Duration>),
    AlterPartition,
}

/// The answer to a question of this node.
#[derive(Debug)]
pub(super) enum OwnAnswer {
    Nothing,
    Registered(BrokerRegistrationResponse),
    Heartbeat(BrokerHeartbeatResponse),
    ProducerIds(AllocateProducerIdsResponse),
    TopicsCreated(CreateTopicsResponse<'static>, Option<Duration>),
    PartitionsAltered(AlterPartitionResponse),
}

impl OwnRequest {
    const fn wish(&self) -> Wish {
        match self {
            Self::Register(_) => Wish::Register,
            Self::Heartbeat(_) => Wish::Heartbeat,
            Self::ProducerIds(_) => Wish::ProducerIds,
            Self::Directories(_) => Wish::Directories,
            Self::CreateTopics(_, retry_after) => Wish::CreateTopics(*retry_after),
            Self::AlterPartition(_) => Wish::AlterPartition,
        }
    }

    /// For another node.
    fn frame(&self, client_id: &str) -> AskRequest {
        match self {
            Self::Register(request) => framed(request, REGISTRATION, client_id),
            Self::Heartbeat(request) => framed(request, HEARTBEAT, client_id),
            Self::ProducerIds(request) => framed(request, PRODUCER_IDS, client_id),
            Self::Directories(request) => framed(request, DIRECTORIES, client_id),
            Self::CreateTopics(request, _) => framed(request, CREATE_TOPICS, client_id),
            Self::AlterPartition(request) => framed(request, ALTER_PARTITION, client_id),
        }
    }

    /// The decision of the controller beside this broker.
    fn decide(
        &self,
        controller: &Controller,
        now: Now,
        random: &Random,
    ) -> Decision<Record, OwnAnswer> {
        let c = controller;
        match self {
            Self::Register(request) => {
                let decided = c.register_broker(now, REGISTRATION, request);
                decided.map(OwnAnswer::Registered)
            }
            Self::Heartbeat(request) => c.broker_heartbeat(now, request).map(OwnAnswer::Heartbeat),
            Self::ProducerIds(request) => {
                c.allocate_producer_ids(request).map(OwnAnswer::ProducerIds)
            }
            Self::Directories(request) => {
                let decided = c.assign_replicas_to_dirs(request);
                decided.map(|_| OwnAnswer::Nothing)
            }
            Self::CreateTopics(request, retry_after) => {
                let decided = c.create_topics(&mut || random.bits64(), request, &|_| true);
                decided.map(|response| OwnAnswer::TopicsCreated(response, *retry_after))
            }
            Self::AlterPartition(request) => {
                let decided = c.alter_partition(ALTER_PARTITION, request);
                decided.map(OwnAnswer::PartitionsAltered)
            }
        }
    }
}

fn framed<'a, R: Request<'a>>(request: &R, version: i16, client_id: &str) -> AskRequest {
    let framed = AskRequest::new(request, version, client_id);
    framed.expect("the version carries what this node asks")
}

impl Wish {
    /// What another node answered; `None` if that cannot be read, or the node is not the active controller.
    fn read(self, body: &[u8]) -> Option<OwnAnswer> {
        let mut reader = Reader::new(body);
        let r = &mut reader;
        let (answer, error) = match self {
            Self::Nothing => return None,
            Self::Register => {
                let response = BrokerRegistrationResponse::decode(r, REGISTRATION).ok()?;
                let error = response.error_code;
                (OwnAnswer::Registered(response), error)
            }
            Self::Heartbeat => {
                let response = BrokerHeartbeatResponse::decode(r, HEARTBEAT).ok()?;
                let error = response.error_code;
                (OwnAnswer::Heartbeat(response), error)
            }
            Self::ProducerIds => {
                let response = AllocateProducerIdsResponse::decode(r, PRODUCER_IDS).ok()?;
                let error = response.error_code;
                (OwnAnswer::ProducerIds(response), error)
            }
            Self::Directories => {
                let response = AssignReplicasToDirsResponse::decode(r, DIRECTORIES).ok()?;
                (OwnAnswer::Nothing, response.error_code)
            }
            Self::CreateTopics(retry_after) => {
                let response = CreateTopicsResponse::decode(r, CREATE_TOPICS).ok()?;
                let first = response.topics.first().map(|topic| topic.error_code);
                let error = first.unwrap_or(ErrorCode::NONE);
                let answer = OwnAnswer::TopicsCreated(response.into_owned(), retry_after);
                (answer, error)
            }
            Self::AlterPartition => {
                let response = AlterPartitionResponse::decode(r, ALTER_PARTITION).ok()?;
                let error = response.error_code;
                (OwnAnswer::PartitionsAltered(response), error)
            }
        };
        (error != ErrorCode::NOT_CONTROLLER).then_some(answer)
    }
}

impl ControllerHost {
    /// Asks the active controller, wherever it is. An answer, or that there is none, follows.
    pub(super) fn ask_controller(&mut self, now: Now, request: OwnRequest, fx: &mut Effects) {
        let wish = request.wish();
        if self.is_active() {
            let broker = std::sync::Arc::clone(&self.broker);
            return self.decide(now, Waiter::Own(wish), |controller| {
                let decided = request.decide(controller, now, &broker.random);
                decided.map(Answer::Own)
            });
        }
        let Some(to) = self.other_leader() else {
            return self.on_own_refused(now, wish, fx);
        };
        let patience = match wish {
            Wish::Heartbeat => {
                self.broker
                    .effective
                    .now()
                    .broker
                    .quorum
                    .broker_session_timeout
                    / 2
            }
            _ => PATIENCE,
        };
        let client_id = self.broker.node_id().to_string();
        fx.asks.push(Ask {
            to,
            lane: Lane::Controller,
            token: AskToken::Controller(self.channel.note_own(wish)),
            deadline: now.mono + patience,
            request: request.frame(&client_id),
        });
    }

    /// Another node has answered a question of this one, or will not.
    pub(super) fn on_own_reply(
        &mut self,
        now: Now,
        wish: Wish,
        reply: Result<Bytes, Unanswered>,
        fx: &mut Effects,
    ) {
        match reply.ok().and_then(|body| wish.read(&body)) {
            Some(answer) => self.on_own_answer(now, answer, fx),
            None => self.on_own_refused(now, wish, fx),
        }
    }
}
