//! Blocks of producer ids (KIP-730).

use model::ErrorCode;
use protocol::allocate_producer_ids_request::AllocateProducerIdsRequest;
use protocol::allocate_producer_ids_response::AllocateProducerIdsResponse;
use protocol::producer_ids_record::ProducerIdsRecord;
use statemachine::Decision;

use crate::controller::{Controller, Decided};

/// How many ids a broker gets at once.
pub const PRODUCER_ID_BLOCK: i32 = 1_000;

impl Controller {
    /// AllocateProducerIds, key 67, version 0 (KIP-730).
    ///
    /// - Gives the broker the next block of [`PRODUCER_ID_BLOCK`] ids; no id is given twice.
    /// - `STALE_BROKER_EPOCH` unless that incarnation of the broker is registered.
    #[must_use]
    pub fn allocate_producer_ids(
        &self,
        request: &AllocateProducerIdsRequest,
    ) -> Decided<AllocateProducerIdsResponse> {
        let error = |error_code| AllocateProducerIdsResponse {
            error_code,
            ..Default::default()
        };
        if let Err(refused) = self.check_broker_epoch(request.broker_id, request.broker_epoch) {
            return Decision::read(error(refused.code));
        }
        let first = self.image.next_producer_id().0;
        let Some(next_producer_id) = first.checked_add(i64::from(PRODUCER_ID_BLOCK)) else {
            return Decision::read(error(ErrorCode::UNKNOWN_SERVER_ERROR));
        };
        let record = ProducerIdsRecord {
            broker_id: request.broker_id,
            broker_epoch: request.broker_epoch,
            next_producer_id,
            ..ProducerIdsRecord::default()
        };
        let response = AllocateProducerIdsResponse {
            producer_id_start: first,
            producer_id_len: PRODUCER_ID_BLOCK,
            ..AllocateProducerIdsResponse::default()
        };
        Decision::write(vec![record.into()], response)
    }
}
