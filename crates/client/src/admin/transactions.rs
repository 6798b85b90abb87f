//! Transactions and the producers of partitions (KIP-664).

use model::ErrorCode;
use protocol::describe_producers_request::{DescribeProducersRequest, TopicRequest};
use protocol::describe_transactions_request::DescribeTransactionsRequest;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::list_transactions_request::ListTransactionsRequest;

use model::BrokerId;

use crate::client::check;
use crate::{Client, ClientError, Target, TopicPartition};

/// What FindCoordinator calls a transactional id.
const TRANSACTION: i8 = 1;

/// A transaction in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionListing {
    /// Its transactional id.
    pub id: String,
    /// The broker that coordinates it.
    pub coordinator: BrokerId,
    /// The producer id.
    pub producer_id: i64,
    /// Its state.
    pub state: String,
}

/// A transaction with all that its coordinator tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionDescription {
    /// The broker that coordinates it.
    pub coordinator: BrokerId,
    /// The producer id.
    pub producer_id: i64,
    /// The producer's epoch.
    pub producer_epoch: i16,
    /// Its state.
    pub state: String,
    /// How long it may be open.
    pub timeout_ms: i32,
    /// When it began; absent where none is open.
    pub start_ms: Option<i64>,
    /// The partitions in it.
    pub partitions: Vec<TopicPartition>,
}

/// A producer of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProducerState {
    /// Its id.
    pub id: i64,
    /// Its epoch.
    pub epoch: i32,
    /// The sequence number of its last record.
    pub last_sequence: i32,
    /// The timestamp of its last record.
    pub last_timestamp: i64,
    /// The epoch of the coordinator that last ended a transaction of it; -1 if none did.
    pub coordinator_epoch: i32,
    /// Where its open transaction begins.
    pub transaction_start: Option<i64>,
}

impl Client {
    /// The transactions of all brokers: those open for longer than a time, and those whose id an expression matches.
    ///
    /// # Errors
    /// A broker's refusal, or as [`Client::send`], after retries.
    pub fn list_transactions(
        &self,
        open_for_ms: Option<i64>,
        pattern: Option<&str>,
    ) -> Result<Vec<TransactionListing>, ClientError> {
        let request = ListTransactionsRequest {
            duration_filter: open_for_ms.unwrap_or(-1),
            transactional_id_pattern: pattern.map(Into::into),
            ..ListTransactionsRequest::default()
        };
        let lowest = match (open_for_ms, pattern) {
            (_, Some(_)) => 2,
            (Some(_), _) => 1,
            _ => 0,
        };
        self.retrying(|| {
            let mut found = Vec::new();
            for id in self.refresh()?.nodes.keys() {
                let target = Target::Broker(*id);
                let answer = self.send_between(target, lowest..=i16::MAX, &request)?;
                let response = answer.message()?;
                check("transactions", response.error_code, None)?;
                let listed = response.transaction_states.iter();
                found.extend(listed.map(|transaction| TransactionListing {
                    id: transaction.transactional_id.to_string(),
                    coordinator: *id,
                    producer_id: transaction.producer_id,
                    state: transaction.transaction_state.to_string(),
                }));
            }
            Ok(found)
        })
    }

    /// A transaction.
    ///
    /// # Errors
    /// The coordinator's refusal, or as [`Client::send`], after retries.
    pub fn describe_transaction(&self, id: &str) -> Result<TransactionDescription, ClientError> {
        let request = DescribeTransactionsRequest {
            transactional_ids: vec![id.into()],
            ..DescribeTransactionsRequest::default()
        };
        self.retrying(|| {
            let coordinator = self.transaction_coordinator(id)?;
            let answer = self.send(Target::Broker(coordinator), &request)?;
            let response = answer.message()?;
            let what = format!("transactional id '{id}'");
            let code = ErrorCode::TRANSACTIONAL_ID_NOT_FOUND;
            let state = response.transaction_states.first();
            let state = state.ok_or_else(|| ClientError::refused(what.as_str(), code, None))?;
            check(what, state.error_code, None)?;
            let partitions = state.topics.iter().flat_map(|topic| {
                let indexes = topic.partitions.iter();
                indexes.map(|index| TopicPartition::new(&topic.topic, *index))
            });
            Ok(TransactionDescription {
                coordinator,
                producer_id: state.producer_id,
                producer_epoch: state.producer_epoch,
                state: state.transaction_state.to_string(),
                timeout_ms: state.transaction_timeout_ms,
                start_ms: Some(state.transaction_start_time_ms).filter(|ms| *ms >= 0),
                partitions: partitions.collect(),
            })
        })
    }

    /// Ends whatever transaction of this id is open, by taking its place.
    ///
    /// # Errors
    /// The coordinator's refusal, or as [`Client::send`], after retries.
    pub fn force_terminate_transaction(&self, id: &str) -> Result<(), ClientError> {
        let request = InitProducerIdRequest {
            transactional_id: Some(id.into()),
            transaction_timeout_ms: self.timeout_ms(),
            producer_id: -1,
            producer_epoch: -1,
            ..InitProducerIdRequest::default()
        };
        self.retrying(|| {
            let target = Target::Broker(self.transaction_coordinator(id)?);
            let answer = self.send(target, &request)?;
            let what = format!("transactional id '{id}'");
            check(what, answer.message()?.error_code, None)
        })
    }

    /// The producers of a partition, as its leader or another of its brokers knows them.
    ///
    /// # Errors
    /// The broker's refusal, or as [`Client::send`], after retries.
    pub fn describe_producers(
        &self,
        tp: &TopicPartition,
        broker: Option<BrokerId>,
    ) -> Result<Vec<ProducerState>, ClientError> {
        self.with_topic(&tp.topic, false)?;
        let request = DescribeProducersRequest {
            topics: vec![TopicRequest {
                name: (&*tp.topic).into(),
                partition_indexes: vec![tp.partition],
                ..TopicRequest::default()
            }],
            ..DescribeProducersRequest::default()
        };
        self.retrying(|| {
            let target = match broker {
                Some(id) => id,
                None => self.leader(&tp.topic, tp.partition)?.0,
            };
            let answer = self.send(Target::Broker(target), &request)?;
            let mut found = Vec::new();
            for topic in &answer.message()?.topics {
                for partition in &topic.partitions {
                    let message = partition.error_message.as_deref();
                    check(format!("producers of {tp}"), partition.error_code, message)?;
                    let producers = partition.active_producers.iter();
                    found.extend(producers.map(|producer| ProducerState {
                        id: producer.producer_id,
                        epoch: producer.producer_epoch,
                        last_sequence: producer.last_sequence,
                        last_timestamp: producer.last_timestamp,
                        coordinator_epoch: producer.coordinator_epoch,
                        transaction_start:
                            Some(producer.current_txn_start_offset).filter(|offset| *offset >= 0),
                    }));
                }
            }
            Ok(found)
        })
    }

    fn transaction_coordinator(&self, id: &str) -> Result<BrokerId, ClientError> {
        let request = FindCoordinatorRequest {
            key_type: TRANSACTION,
            coordinator_keys: vec![id.into()],
            ..FindCoordinatorRequest::default()
        };
        let answer = self.send_between(Target::Any, 4..=i16::MAX, &request)?;
        let response = answer.message()?;
        let what = format!("coordinator of transactional id '{id}'");
        let code = ErrorCode::COORDINATOR_NOT_AVAILABLE;
        let found = response.coordinators.first();
        let found = found.ok_or_else(|| ClientError::refused(what.as_str(), code, None))?;
        check(what, found.error_code, found.error_message.as_deref())?;
        Ok(BrokerId(found.node_id))
    }
}
