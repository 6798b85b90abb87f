//! Produce, key 0, versions 3 to 13.
//!
//! - Appends one record batch to each partition and answers once it is acknowledged: acks=0 never,
//!   acks=1 when this replica has it, acks=all (-1) when it is committed. With `flush.messages=1` a
//!   record is acknowledged only after it was synced, whatever acks says.
//! - Partitions are independent: each has its own error.
//! - acks=0 has no answer, so an error closes the connection, as Kafka does: the producer learns
//!   that its view is stale and refreshes it.
//! - Internal topics are their coordinators': others get `INVALID_TOPIC_EXCEPTION`, but for the client id of
//!   administrators' own tools.
//! - The first batch of a transaction is taken only if the transaction's coordinator knows of it (KIP-890).
//! - Version 7 brings zstd, 8 errors of single records, 10 the current leader (KIP-951), 11 `TRANSACTION_ABORTABLE`, 12 adds
//!   partitions to the transaction by writing to them, 13 has topic ids in place of names.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, LeaderEpoch, Offset};
use partition::{Append, AppendRejection, Appended, Partition};
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::{
    BatchIndexAndErrorMessage, LeaderIdAndEpoch, NodeEndpoint, PartitionProduceResponse,
    ProduceResponse, TopicProduceResponse,
};

use smallvec::SmallVec;

use super::produce_txn::{Found, Taking, taking};
use super::{Cx, Outgoing, Place};
use crate::broker::Broker;
use crate::connection::{CloseReason, Handled};
use crate::parked::Parked;
use crate::taking_part::Consent;
use crate::topics::is_internal;

/// The client id that may write to internal topics.
const ADMIN_CLIENT: &str = "__admin_client";

/// What a parked produce waits for.
#[derive(Debug)]
pub struct ParkedProduce {
    outgoing: Outgoing,
    response: ProduceResponse<'static>,
    waits: Vec<Wait>,
}

#[derive(Debug)]
struct Wait {
    topic: usize,
    partition: usize,
    replica: Arc<Partition>,
    epoch: LeaderEpoch,
    end: Offset,
}

pub(super) fn handle(broker: &Broker, cx: &mut Cx<'_>, request: ProduceRequest<'_>) -> Handled {
    let replicas = resolve(broker, cx.version, &request);
    if let Some(held) = cx.wait_for_logs(broker, replicas.iter().flatten()) {
        return held;
    }
    let taking = taking(broker, cx, &request, &replicas);
    if matches!(taking, Taking::Later) {
        return Handled::Held(cx.frame.into());
    }
    let mut replicas = replicas.into_iter();
    let mut produce = Produce {
        broker,
        listener: cx.session.listener,
        version: cx.version,
        acks: request.acks,
        taking,
        response: ProduceResponse {
            responses: Vec::with_capacity(request.topic_data.len()),
            ..Default::default()
        },
        waits: Vec::new(),
        has_appended: false,
        takes_long: false,
    };
    for topic in &request.topic_data {
        produce.topic(cx, topic, &mut replicas);
        if produce.takes_long {
            return Handled::Aside;
        }
    }
    let timeout = Duration::from_millis(u64::try_from(request.timeout_ms).unwrap_or(0));
    produce.finish(cx, timeout)
}

/// The partitions of the request, in its order.
fn resolve(broker: &Broker, version: i16, request: &ProduceRequest<'_>) -> SmallVec<[Found; 4]> {
    let mut found = SmallVec::new();
    for topic in &request.topic_data {
        let id = broker.find_topic(version >= 13, &topic.name, topic.topic_id);
        let partitions = topic.partition_data.iter();
        found.extend(partitions.map(|data| broker.find_partition(id?, data.index)));
    }
    found
}

struct Produce<'a, 'r> {
    broker: &'r Broker,
    listener: usize,
    version: i16,
    acks: i16,
    taking: Taking<'r>,
    response: ProduceResponse<'a>,
    waits: Vec<Wait>,
    /// Something was appended: the request is finished where it is.
    has_appended: bool,
    /// Nothing was appended, and the first batch takes long: the request is handled elsewhere.
    takes_long: bool,
}

impl<'a> Produce<'a, '_> {
    fn topic(
        &mut self,
        cx: &mut Cx<'_>,
        topic: &TopicProduceData<'a>,
        replicas: &mut impl Iterator<Item = Found>,
    ) {
        let partitions = topic.partition_data.iter();
        let mut responses = Vec::with_capacity(topic.partition_data.len());
        for (index, data) in partitions.enumerate() {
            let found = replicas.next().expect("each partition was looked up");
            let place = (self.response.responses.len(), index);
            let result = found.and_then(|replica| self.partition(cx, replica, data, place));
            responses.push(match result {
                Ok(response) => response,
                Err(error) => failed(data.index, error),
            });
        }
        self.response.responses.push(TopicProduceResponse {
            name: topic.name.clone(),
            topic_id: topic.topic_id,
            partition_responses: responses,
            ..Default::default()
        });
    }

    fn partition(
        &mut self,
        cx: &mut Cx<'_>,
        replica: Arc<Partition>,
        data: &PartitionProduceData<'a>,
        (topic_index, partition_index): (usize, usize),
    ) -> Result<PartitionProduceResponse<'a>, ErrorCode> {
        if self.takes_long {
            return Err(ErrorCode::NONE);
        }
        if !matches!(self.acks, -1..=1) {
            return Err(ErrorCode::INVALID_REQUIRED_ACKS);
        }
        if let Taking::Not(error) = self.taking {
            return Err(error);
        }
        if is_internal(replica.topic_name()) && cx.client_id != ADMIN_CLIENT {
            return Err(ErrorCode::INVALID_TOPIC_EXCEPTION);
        }
        let records = data
            .records
            .as_ref()
            .and_then(protocol::Records::bytes)
            .unwrap_or(&[]);
        let append = Append {
            records,
            acks_all: self.acks == -1,
            wants_answer: self.acks != 0,
            may_take_long: cx.place == Place::Aside || self.has_appended,
            origin: records::Origin::Client {
                produce_version: cx.version,
            },
            may_begin_transaction: matches!(self.taking, Taking::Freely),
            verified: None,
            ticket: cx.ticket,
        };
        match self.append(cx, &replica, &append)? {
            Ok(appended) => {
                self.has_appended = true;
                if let Some((epoch, end)) = appended.wait {
                    self.waits.push(Wait {
                        topic: topic_index,
                        partition: partition_index,
                        replica,
                        epoch,
                        end,
                    });
                }
                Ok(accepted(data.index, &appended))
            }
            Err(rejection) if rejection.takes_long => {
                self.takes_long = true;
                Err(ErrorCode::NONE)
            }
            Err(rejection) => Ok(self.rejected(data.index, &replica, rejection)),
        }
    }

    /// Appends; what begins a transaction here only as its coordinator consents.
    fn append(
        &self,
        cx: &mut Cx<'_>,
        replica: &Arc<Partition>,
        append: &Append<'_>,
    ) -> Result<Result<Appended, AppendRejection>, ErrorCode> {
        let appended = self.broker.append(replica, cx.now, append, cx.fx);
        let begins = (appended.as_ref())
            .is_err_and(|rejection| rejection.error == ErrorCode::INVALID_TXN_STATE);
        if append.may_begin_transaction || !begins {
            return Ok(appended);
        }
        match &self.taking {
            Taking::Unless(error) => Err(*error),
            Taking::Within(participant, Some(Consent::Elsewhere(verified))) => {
                let guard = verified.guard(replica.topic_name(), replica.id().partition.0);
                let append = Append {
                    verified: Some(guard.map_err(|error| participant.told(error))?),
                    ..*append
                };
                Ok(self.broker.append(replica, cx.now, &append, cx.fx))
            }
            Taking::Within(participant, Some(Consent::Here(shard))) => {
                let name = replica.name();
                let append = Append {
                    may_begin_transaction: true,
                    ..*append
                };
                participant.write(shard, (&name.topic, name.partition.0), || {
                    self.broker.append(replica, cx.now, &append, cx.fx)
                })
            }
            _ => Ok(appended),
        }
    }

    fn rejected(
        &mut self,
        index: i32,
        replica: &Partition,
        rejection: AppendRejection,
    ) -> PartitionProduceResponse<'a> {
        let mut response = failed(index, rejection.error);
        response.log_start_offset = rejection.log_start_offset.map_or(-1, |offset| offset.0);
        response.error_message = rejection.message.map(Cow::Owned);
        response.record_errors = (rejection.records.into_iter())
            .map(|(batch_index, message)| BatchIndexAndErrorMessage {
                batch_index,
                batch_index_error_message: message.map(Cow::Owned),
                ..Default::default()
            })
            .collect();
        if self.version >= 10
            && rejection.error == ErrorCode::NOT_LEADER_OR_FOLLOWER
            && let Some((leader, epoch)) = replica.current_leader()
        {
            response.current_leader = LeaderIdAndEpoch {
                leader_id: leader.0,
                leader_epoch: epoch.0,
                ..Default::default()
            };
            self.name_leader(leader);
        }
        response
    }

    fn name_leader(&mut self, leader: model::BrokerId) {
        let known = self
            .response
            .node_endpoints
            .iter()
            .any(|node| node.node_id == leader.0);
        if !known && let Some(endpoint) = self.broker.endpoint_of(leader, self.listener) {
            self.response.node_endpoints.push(NodeEndpoint {
                node_id: leader.0,
                host: Cow::Owned(endpoint.host),
                port: i32::from(endpoint.port),
                rack: endpoint.rack.map(Cow::Owned),
                ..Default::default()
            });
        }
    }

    fn finish(self, cx: &mut Cx<'_>, timeout: Duration) -> Handled {
        if self.acks == 0 {
            let failed = (self.response.responses.iter())
                .flat_map(|topic| &topic.partition_responses)
                .any(|partition| !partition.error_code.is_none());
            return if failed {
                Handled::Close(CloseReason::UnansweredError)
            } else {
                Handled::Silent
            };
        }
        if self.waits.is_empty() {
            return cx.reply(&self.response);
        }
        let parked = ParkedProduce {
            outgoing: cx.outgoing(),
            response: self.response.into_owned(),
            waits: self.waits,
        };
        Handled::Parked(Parked::Produce(parked), Some(cx.now.mono + timeout))
    }
}

impl ParkedProduce {
    /// Answers if everything is acknowledged or has failed by now.
    pub(crate) fn look_again(mut self) -> Result<Handled, Self> {
        let response = &mut self.response;
        self.waits.retain(
            |wait| match wait.replica.is_acknowledged(wait.epoch, wait.end) {
                Ok(acknowledged) => !acknowledged,
                Err(error) => {
                    fail(response, wait, error);
                    false
                }
            },
        );
        if self.waits.is_empty() {
            Ok(self.answer())
        } else {
            Err(self)
        }
    }

    /// Answers although some records are not acknowledged yet.
    pub(crate) fn time_out(mut self) -> Handled {
        for wait in std::mem::take(&mut self.waits) {
            fail(&mut self.response, &wait, ErrorCode::REQUEST_TIMED_OUT);
        }
        self.answer()
    }

    fn answer(&self) -> Handled {
        self.outgoing.reply(&self.response)
    }
}

fn fail(response: &mut ProduceResponse<'_>, wait: &Wait, error: ErrorCode) {
    let topic = &mut response.responses[wait.topic];
    let partition = &mut topic.partition_responses[wait.partition];
    *partition = failed(partition.index, error);
}

fn accepted<'a>(index: i32, appended: &Appended) -> PartitionProduceResponse<'a> {
    PartitionProduceResponse {
        index,
        base_offset: appended.base_offset.0,
        log_append_time_ms: appended.log_append_time.map_or(-1, |time| time.0),
        log_start_offset: appended.log_start_offset.0,
        ..Default::default()
    }
}

fn failed<'a>(index: i32, error_code: ErrorCode) -> PartitionProduceResponse<'a> {
    PartitionProduceResponse {
        index,
        error_code,
        base_offset: -1,
        ..Default::default()
    }
}
