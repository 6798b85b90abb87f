//! Controllers register and unregister.

use model::{BrokerId, ErrorCode};
use protocol::controller_registration_request::ControllerRegistrationRequest;
use protocol::controller_registration_response::ControllerRegistrationResponse;
use protocol::register_controller_record::{
    ControllerEndpoint, ControllerFeature, RegisterControllerRecord,
};
use protocol::unregister_controller_record::UnregisterControllerRecord;
use protocol::unregister_controller_request::UnregisterControllerRequest;
use protocol::unregister_controller_response::UnregisterControllerResponse;
use statemachine::Decision;

use crate::controller::{Controller, Decided};

/// 3.7-IV0.
const REGISTRATION_SINCE: i16 = 15;
/// 4.4-IV2.
const UNREGISTRATION_SINCE: i16 = 33;

impl Controller {
    /// ControllerRegistration, key 70, version 0 (KIP-919).
    ///
    /// - Notes where a controller listens and what it supports.
    /// - `UNSUPPORTED_VERSION` before metadata version 3.7-IV0.
    #[must_use]
    pub fn register_controller(
        &self,
        request: &ControllerRegistrationRequest<'_>,
    ) -> Decided<ControllerRegistrationResponse<'static>> {
        if self.image.metadata_version() < REGISTRATION_SINCE {
            let message =
                "The current MetadataVersion is too old to support controller registrations.";
            return Decision::read(ControllerRegistrationResponse {
                error_code: ErrorCode::UNSUPPORTED_VERSION,
                error_message: Some(message.into()),
                ..ControllerRegistrationResponse::default()
            });
        }
        let end_points = request.listeners.iter().map(|listener| ControllerEndpoint {
            name: listener.name.to_string().into(),
            host: listener.host.to_string().into(),
            port: listener.port,
            security_protocol: listener.security_protocol,
            ..ControllerEndpoint::default()
        });
        let features = request.features.iter().map(|feature| ControllerFeature {
            name: feature.name.to_string().into(),
            min_supported_version: feature.min_supported_version,
            max_supported_version: feature.max_supported_version,
            ..ControllerFeature::default()
        });
        let record = RegisterControllerRecord {
            controller_id: request.controller_id,
            incarnation_id: request.incarnation_id,
            end_points: end_points.collect(),
            features: features.collect(),
            ..RegisterControllerRecord::default()
        };
        let response = ControllerRegistrationResponse::default();
        Decision::atomically(vec![record.into()], response)
    }

    /// UnregisterController, key 94, version 0.
    ///
    /// - Forgets a controller that is gone for good.
    /// - `UNSUPPORTED_VERSION` before metadata version 4.4-IV2, `CONTROLLER_ID_NOT_REGISTERED`,
    ///   `INVALID_REQUEST` for the active
    ///   controller itself.
    #[must_use]
    pub fn unregister_controller(
        &self,
        request: &UnregisterControllerRequest,
    ) -> Decided<UnregisterControllerResponse<'static>> {
        let id = BrokerId(request.controller_id);
        let refused = if self.image.metadata_version() < UNREGISTRATION_SINCE {
            let message =
                "The current MetadataVersion is too old to support controller unregistration.";
            Some((ErrorCode::UNSUPPORTED_VERSION, message.to_owned()))
        } else if self.image.controller(id).is_none() {
            let message = format!("Controller ID {id} is not currently registered.");
            Some((ErrorCode::CONTROLLER_ID_NOT_REGISTERED, message))
        } else if self.settings.node_id == id {
            let message = "Controller cannot unregister itself while it is active.";
            Some((ErrorCode::INVALID_REQUEST, message.to_owned()))
        } else {
            None
        };
        if let Some((error_code, message)) = refused {
            let error_message = Some(message.into());
            let response = UnregisterControllerResponse {
                error_code,
                error_message,
                ..Default::default()
            };
            return Decision::read(response);
        }
        let record = UnregisterControllerRecord {
            controller_id: id.0,
            ..Default::default()
        };
        Decision::atomically(vec![record.into()], UnregisterControllerResponse::default())
    }
}
