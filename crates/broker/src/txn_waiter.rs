//! Who waits for a transaction coordinator, and how the answer is put.

use std::sync::Arc;

use model::{ErrorCode, Ticket};
use parking_lot::Mutex;
use protocol::add_offsets_to_txn_response::AddOffsetsToTxnResponse;
use protocol::end_txn_response::EndTxnResponse;
use protocol::init_producer_id_response::InitProducerIdResponse;
use transaction::{Answer, Producer, Response};

use crate::api::{AddPartitionsGather, Outgoing};
use crate::effects::Effects;
use crate::taking_part::Asked;

/// The first version of InitProducerId whose clients know `PRODUCER_FENCED` (KIP-588).
const FENCED_IN_INIT: i16 = 4;
/// The same of AddPartitionsToTxn, AddOffsetsToTxn and EndTxn.
pub(crate) const FENCED: i16 = 2;

/// An error in the words of clients that do not know `PRODUCER_FENCED` before the version `first`.
pub(crate) fn understood(error: ErrorCode, outgoing: Outgoing, first: i16) -> ErrorCode {
    if error == ErrorCode::PRODUCER_FENCED && outgoing.version < first {
        return ErrorCode::INVALID_PRODUCER_EPOCH;
    }
    error
}

/// Who waits for an answer.
#[derive(Clone, Debug)]
pub(crate) enum TxnWaiter {
    /// An InitProducerId.
    InitProducerId(Ticket, Outgoing),
    /// An EndTxn.
    EndTxn(Ticket, Outgoing),
    /// An AddOffsetsToTxn.
    AddOffsets(Ticket, Outgoing),
    /// One of the transactions of an AddPartitionsToTxn, by its place.
    AddPartitions(Arc<Mutex<AddPartitionsGather>>, usize),
    /// A request that writes within a transaction, and is handled again.
    Participant(Arc<Mutex<Asked>>),
}

impl TxnWaiter {
    /// Sends answers on their way.
    pub fn answer_all(answers: Vec<Answer<Self>>, fx: &mut Effects) {
        for Answer { waiter, response } in answers {
            waiter.answer(response, fx);
        }
    }

    /// Sends the answer on its way.
    pub fn answer(self, response: Response, fx: &mut Effects) {
        match self {
            Self::InitProducerId(ticket, outgoing) => {
                let (error_code, producer) = parts(response);
                let error_code = understood(error_code, outgoing, FENCED_IN_INIT);
                let response = InitProducerIdResponse {
                    error_code,
                    producer_id: producer.map_or(-1, |producer| producer.id.0),
                    producer_epoch: producer.map_or(-1, |producer| producer.epoch.0),
                    ..Default::default()
                };
                send(ticket, outgoing, &response, fx);
            }
            Self::EndTxn(ticket, outgoing) => {
                let (error_code, producer) = parts(response);
                let error_code = understood(error_code, outgoing, FENCED);
                let response = EndTxnResponse {
                    error_code,
                    producer_id: producer.map_or(-1, |producer| producer.id.0),
                    producer_epoch: producer.map_or(-1, |producer| producer.epoch.0),
                    ..Default::default()
                };
                send(ticket, outgoing, &response, fx);
            }
            Self::AddOffsets(ticket, outgoing) => {
                let response = AddOffsetsToTxnResponse {
                    error_code: understood(parts(response).0, outgoing, FENCED),
                    ..Default::default()
                };
                send(ticket, outgoing, &response, fx);
            }
            Self::AddPartitions(gather, place) => {
                let mut gather = gather.lock();
                if let Some(response) = gather.add(place, &response) {
                    send(gather.ticket, gather.outgoing, &response, fx);
                }
            }
            Self::Participant(asked) => asked.lock().answer(&response, fx),
        }
    }
}

fn parts(response: Response) -> (ErrorCode, Option<Producer>) {
    match response {
        Response::Producer(Ok(producer)) => (ErrorCode::NONE, Some(producer)),
        Response::Added(Ok(())) | Response::Verified(Ok(_)) => (ErrorCode::NONE, None),
        Response::Producer(Err(error))
        | Response::Added(Err(error))
        | Response::Verified(Err(error)) => (error, None),
    }
}

fn send<'m>(
    ticket: Ticket,
    outgoing: Outgoing,
    response: &impl protocol::Message<'m>,
    fx: &mut Effects,
) {
    match outgoing.encode(response, &[]) {
        Ok(reply) => fx.replies.push((ticket, reply)),
        Err(_) => fx.abandoned.push(ticket),
    }
}
