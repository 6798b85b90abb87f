//! What Produce does about transactions. There is no coordinator of transactions here, so none is ever ongoing: a batch
//! that belongs to one would hold back readers of committed records for good, since nobody could end it.

use model::ErrorCode;
use protocol::produce_request::ProduceRequest;
use records::BatchHeader;

/// How the batches of one request are to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taking {
    /// None is transactional.
    Freely,
    /// None is.
    Not(ErrorCode),
}

/// Looks at all batches of a request. One that is transactional has the whole request refused: without a transactional
/// id with `TRANSACTIONAL_ID_AUTHORIZATION_FAILED`, with one with `INVALID_TXN_STATE`.
pub(super) fn taking(request: &ProduceRequest<'_>) -> Taking {
    let mut data = (request.topic_data.iter()).flat_map(|topic| &topic.partition_data);
    let is_transactional = data.any(|data| {
        let bytes = data.records.as_ref().and_then(protocol::Records::bytes);
        let header = bytes.and_then(|bytes| BatchHeader::parse(bytes).ok());
        header.is_some_and(|header| header.is_transactional())
    });
    match request.transactional_id {
        _ if !is_transactional => Taking::Freely,
        None => Taking::Not(ErrorCode::TRANSACTIONAL_ID_AUTHORIZATION_FAILED),
        Some(_) => Taking::Not(ErrorCode::INVALID_TXN_STATE),
    }
}
