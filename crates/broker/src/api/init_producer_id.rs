//! InitProducerId, key 22, versions 0 to 5.
//!
//! - Without a transactional id: a producer id that was never given out before, with epoch 0 (KIP-98), from
//!   the block that the controller gave this broker.
//! - With a transactional id: `COORDINATOR_NOT_AVAILABLE`, since transactions are not served yet.

use model::ErrorCode;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

pub(super) fn handle(
    broker: &Broker,
    cx: &mut Cx<'_>,
    request: &InitProducerIdRequest<'_>,
) -> Handled {
    let error = match request.transactional_id.as_deref() {
        Some("") => ErrorCode::INVALID_REQUEST,
        Some(_) => ErrorCode::COORDINATOR_NOT_AVAILABLE,
        None => match broker.next_producer_id(cx.fx) {
            Some(id) => {
                return cx.reply(&InitProducerIdResponse {
                    producer_id: id.0,
                    ..Default::default()
                });
            }
            // The next block is on its way: the client asks again.
            None => ErrorCode::COORDINATOR_LOAD_IN_PROGRESS,
        },
    };
    cx.reply(&InitProducerIdResponse {
        error_code: error,
        producer_id: -1,
        producer_epoch: -1,
        ..Default::default()
    })
}
