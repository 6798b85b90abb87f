//! What Produce does about transactions: which batches belong to one, and whether its coordinator knows of them.

use std::sync::Arc;

use model::{ErrorCode, ProducerEpoch, ProducerId};
use partition::Partition;
use protocol::produce_request::ProduceRequest;
use records::{BatchHeader, layout};
use transaction::{Partitions, Producer};

use super::Cx;
use crate::broker::Broker;
use crate::taking_part::{Consent, Participant, Participation, Understands};

/// The first version that has `TRANSACTION_ABORTABLE` (KIP-890).
const ABORTABLE: i16 = 11;
/// The first version whose clients do not add partitions themselves (KIP-890).
const ADDING: i16 = 12;

/// A partition as it was found, or why not.
pub(super) type Found = Result<Arc<Partition>, ErrorCode>;

/// How the batches of one request are to be taken.
#[derive(Debug)]
pub(super) enum Taking<'r> {
    /// None is transactional, or nobody is asked.
    Freely,
    /// Into partitions where the transaction is open; into the others as the coordinator consents.
    Within(Participant<'r>, Option<Consent>),
    /// Those that are transactional are refused where the transaction is not open.
    Unless(ErrorCode),
    /// None is.
    Not(ErrorCode),
    /// The coordinator was asked; the request is handled again.
    Later,
}

/// Looks at all batches of a request, which come in the order of `replicas`.
pub(super) fn taking<'r>(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &'r ProduceRequest<'_>,
    replicas: &[Found],
) -> Taking<'r> {
    let data = request
        .topic_data
        .iter()
        .flat_map(|topic| &topic.partition_data);
    let headers = data.map(|data| transactional(data.records.as_ref()?.bytes()?));
    let mut producers = Vec::new();
    let mut unopened = Partitions::new();
    for (producer, replica) in headers.zip(replicas) {
        let Some(producer) = producer else {
            continue;
        };
        if !producers.contains(&producer) {
            producers.push(producer);
        }
        let logs = broker.logs(cx.now);
        let to_begin = replica.as_ref().ok();
        let to_begin = to_begin
            .filter(|replica| !replica.has_open_transaction(logs, producer.id, producer.epoch));
        if let Some(replica) = to_begin {
            let name = replica.name();
            let indexes = unopened.entry(Box::from(&*name.topic)).or_default();
            indexes.insert(name.partition.0);
        }
    }
    let Some(producer) = producers.pop() else {
        return Taking::Freely;
    };
    let Some(id) = request.transactional_id.as_deref() else {
        return Taking::Not(ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
    };
    if !producers.is_empty() {
        return Taking::Not(ErrorCode::INVALID_PRODUCER_ID_MAPPING);
    }
    let participant = Participant {
        id,
        producer,
        understands: understands(cx.version),
    };
    let is_asked = participant.understands == Understands::Adding || broker.verifies_partitions();
    if !is_asked {
        return Taking::Freely;
    }
    if unopened.is_empty() {
        return Taking::Within(participant, None);
    }
    match participant.ask(broker, (cx.now, cx.ticket), &unopened, cx.fx) {
        Participation::Known(consent) => Taking::Within(participant, Some(consent)),
        Participation::Later => Taking::Later,
        Participation::Refused(error) => Taking::Unless(error),
    }
}

/// The producer of a batch that is part of a transaction.
fn transactional(batch: &[u8]) -> Option<Producer> {
    // Most batches are not, which one byte of the attributes says: only the others are parsed here as well.
    let attributes = i16::from(*batch.get(layout::ATTRIBUTES + 1)?);
    if attributes & layout::TRANSACTIONAL_FLAG == 0 {
        return None;
    }
    let header = BatchHeader::parse(batch).ok()?;
    let producer = header.producer_id().zip(header.producer_epoch());
    let (id, epoch): (ProducerId, ProducerEpoch) = producer?;
    header.is_transactional().then_some(Producer { id, epoch })
}

fn understands(version: i16) -> Understands {
    match version {
        ADDING.. => Understands::Adding,
        ABORTABLE.. => Understands::Abortable,
        _ => Understands::Nothing,
    }
}
