//! Whether what a producer writes belongs to a transaction that its coordinator knows of (KIP-890).
//!
//! A partition that takes the first record of a transaction which nobody coordinates would hold readers of committed records
//! up for good. So the coordinator is asked first; the record is then appended while the coordinator can decide nothing, so that
//! the marker of whatever it decides comes after. Clients of transaction version 2 do not add partitions themselves: asking
//! adds.
//!
//! A coordinator on another node cannot be held still. There each partition keeps a guard from before it is asked, which holds no
//! more once a transaction of the producer was ended in the partition: then the record is refused.
//!
//! Locks are taken in this order: the transaction coordinator's, a group coordinator's, a partition's.

use std::sync::Arc;

use model::{BrokerId, ErrorCode, Now, Ticket};
use parking_lot::Mutex;
use transaction::{EPOCH_BUMPING, Partitions, Producer, Request, Response};

use crate::broker::Broker;
use crate::coordination::{Question, Verified};
use crate::effects::Effects;
use crate::transactions::{TxnCoordinator, TxnShard};
use crate::txn_waiter::TxnWaiter;

/// What a client of this version of Produce or TxnOffsetCommit understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Understands {
    /// Nothing of KIP-890.
    Nothing,
    /// `TRANSACTION_ABORTABLE`.
    Abortable,
    /// Partitions are added by writing to them (transaction version 2).
    Adding,
}

/// A producer's transaction, and what its client understands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Participant<'r> {
    /// The transactional id.
    pub id: &'r str,
    /// Its producer.
    pub producer: Producer,
    /// The client.
    pub understands: Understands,
}

/// What the coordinator says.
#[derive(Debug)]
pub(crate) enum Participation {
    /// It knows.
    Known(Consent),
    /// It was asked; the request is handled from its beginning when it has answered.
    Later,
    /// No record is to be written.
    Refused(ErrorCode),
}

/// The coordinator knows of the transaction.
#[derive(Debug)]
pub(crate) enum Consent {
    /// It is on this node: each record is written with [`Participant::write`].
    Here(Arc<TxnShard>),
    /// It is elsewhere: each record is written with the guard of its partition.
    Elsewhere(Verified),
}

/// A request that waits for the coordinator to know of what it writes.
#[derive(Debug)]
pub(crate) struct Asked {
    ticket: Ticket,
    answer: Option<Result<(), ErrorCode>>,
    is_held: bool,
}

impl Asked {
    /// Takes in the answer; who is held is woken.
    pub(crate) fn answer(&mut self, response: &Response, fx: &mut Effects) {
        self.answer = Some(match response {
            Response::Added(Err(error))
            | Response::Verified(Err(error))
            | Response::Producer(Err(error)) => Err(*error),
            Response::Added(Ok(())) | Response::Verified(Ok(_)) | Response::Producer(Ok(_)) => {
                Ok(())
            }
        });
        if self.is_held {
            fx.wakes.push(self.ticket);
        }
    }
}

impl Broker {
    /// `transaction.partition.verification.enable`.
    pub(crate) fn verifies_partitions(&self) -> bool {
        self.effective
            .now()
            .broker
            .transactions
            .partition_verification
    }
}

impl Participant<'_> {
    /// Asks the coordinator about `partitions`; for a while again where the transaction before has not ended.
    pub(crate) fn ask(
        &self,
        broker: &Broker,
        (now, ticket): (Now, Ticket),
        partitions: &Partitions,
        fx: &mut Effects,
    ) -> Participation {
        let participation = match broker.txn_coordinator(self.id) {
            Ok(TxnCoordinator::Here(shard)) => {
                self.ask_here(broker, (now, ticket), shard, partitions, fx)
            }
            Ok(TxnCoordinator::At(node)) => {
                self.ask_elsewhere(broker, (now, ticket), node, partitions, fx)
            }
            Err(error) => Participation::Refused(error),
        };
        let concurrent = match &participation {
            Participation::Refused(error) => *error == ErrorCode::CONCURRENT_TRANSACTIONS,
            Participation::Known(Consent::Elsewhere(verified)) => verified.is_concurrent(),
            Participation::Known(Consent::Here(_)) | Participation::Later => false,
        };
        if concurrent && self.understands == Understands::Adding {
            let config = &broker.effective.now().broker.transactions;
            let limits = (config.adding_backoff, config.adding_backoff_max);
            if let Some(at) = broker.held_back.ask_again(now, ticket, limits) {
                fx.wake_groups_by(Some(at));
                return Participation::Later;
            }
        }
        match participation {
            Participation::Refused(error) => Participation::Refused(self.told(error)),
            other => other,
        }
    }

    fn ask_elsewhere(
        &self,
        broker: &Broker,
        at: (Now, Ticket),
        node: BrokerId,
        partitions: &Partitions,
        fx: &mut Effects,
    ) -> Participation {
        let question = Question {
            id: Box::from(self.id),
            producer: self.producer,
            partitions: partitions.clone(),
            adds: self.understands == Understands::Adding,
        };
        match broker.ask_elsewhere(at, node, question, fx) {
            Some(Ok(verified)) => Participation::Known(Consent::Elsewhere(verified)),
            Some(Err(error)) => Participation::Refused(error),
            None => Participation::Later,
        }
    }

    fn ask_here(
        &self,
        broker: &Broker,
        (now, ticket): (Now, Ticket),
        shard: Arc<TxnShard>,
        partitions: &Partitions,
        fx: &mut Effects,
    ) -> Participation {
        let Self { id, producer, .. } = *self;
        let request = if self.understands == Understands::Adding {
            Request::AddPartitions {
                id,
                producer,
                partitions,
                client_version: EPOCH_BUMPING,
            }
        } else {
            Request::VerifyPartitions {
                id,
                producer,
                partitions,
            }
        };
        let asked = Arc::new(Mutex::new(Asked {
            ticket,
            answer: None,
            is_held: false,
        }));
        let waiter = TxnWaiter::Participant(Arc::clone(&asked));
        broker.ask_transactions(now, &shard, waiter, &request, fx);
        let mut asked = asked.lock();
        match asked.answer {
            Some(Ok(())) => Participation::Known(Consent::Here(shard)),
            Some(Err(error)) => Participation::Refused(error),
            None => {
                asked.is_held = true;
                Participation::Later
            }
        }
    }

    /// Writes what belongs to the transaction in one partition, unless it does not take part any more.
    ///
    /// # Errors
    /// What the client is told if it does not.
    pub(crate) fn write<T>(
        &self,
        shard: &TxnShard,
        place: (&str, i32),
        write: impl FnOnce() -> T,
    ) -> Result<T, ErrorCode> {
        shard
            .while_taking_part(self.id, self.producer, place, write)
            .map_err(|error| self.told(error))
    }

    /// An error of the coordinator in the words that the client understands.
    pub(crate) fn told(&self, error: ErrorCode) -> ErrorCode {
        match error {
            ErrorCode::PRODUCER_FENCED => ErrorCode::INVALID_PRODUCER_EPOCH,
            ErrorCode::TRANSACTION_ABORTABLE if self.understands == Understands::Nothing => {
                ErrorCode::INVALID_TXN_STATE
            }
            ErrorCode::CONCURRENT_TRANSACTIONS if self.understands == Understands::Adding => error,
            ErrorCode::CONCURRENT_TRANSACTIONS
            | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
            | ErrorCode::COORDINATOR_NOT_AVAILABLE
            | ErrorCode::NOT_COORDINATOR => ErrorCode::NOT_ENOUGH_REPLICAS,
            other => other,
        }
    }
}
