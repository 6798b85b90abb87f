//! Brokers register and unregister.

use std::collections::BTreeSet;

use metadata::{BrokerRegistration, VersionRange, features};
use model::{BrokerId, ErrorCode, Now, Uuid};
use protocol::broker_registration_request::{BrokerRegistrationRequest, Feature};
use protocol::broker_registration_response::BrokerRegistrationResponse;
use protocol::register_broker_record::{BrokerEndpoint, BrokerFeature, RegisterBrokerRecord};
use protocol::unregister_broker_record::UnregisterBrokerRecord;
use protocol::unregister_broker_request::UnregisterBrokerRequest;
use protocol::unregister_broker_response::UnregisterBrokerResponse;
use statemachine::Decision;

use crate::answer::{Refused, tell};
use crate::controller::{Controller, Decided, Record, Records};
use crate::heartbeat::leaves_cleanly;
use crate::leadership::Fate;

/// 3.7-IV2: brokers tell of their directories (KIP-858).
const DIRECTORIES_SINCE: i16 = 17;
/// The version from which a broker says whether it stopped cleanly (KIP-966).
const CLEAN_SHUTDOWN_SINCE: i16 = 3;

impl Controller {
    /// BrokerRegistration, key 62, versions 0 to 4 (KIP-631).
    ///
    /// - Registers an incarnation of a broker, fenced, under a new broker epoch: the offset at which
    ///   its records begin. The same incarnation keeps its epoch and its state.
    /// - A new incarnation leaves the ISRs of the old one; if it did not stop cleanly (v3:
    ///   `PreviousBrokerEpoch` is not the one registered), it is eligible to lead nowhere (KIP-966).
    /// - `DUPLICATE_BROKER_REGISTRATION` while another incarnation is heard of,
    ///   `INCONSISTENT_CLUSTER_ID`, `INVALID_REGISTRATION`, `UNSUPPORTED_VERSION` if it does not
    ///   support a finalized feature level.
    ///
    /// Known difference from Apache Kafka: after a clean stop it stays leader of partitions of which
    /// it has the only replica.
    #[must_use]
    pub fn register_broker(
        &self,
        now: Now,
        version: i16,
        request: &BrokerRegistrationRequest<'_>,
    ) -> Decided<BrokerRegistrationResponse> {
        match self.try_register(now, version, request) {
            Ok((records, broker_epoch)) => {
                let response = BrokerRegistrationResponse {
                    broker_epoch,
                    ..Default::default()
                };
                Decision::write(records, response)
            }
            Err(refused) => Decision::read(BrokerRegistrationResponse {
                error_code: refused.code,
                ..BrokerRegistrationResponse::default()
            }),
        }
    }

    fn try_register(
        &self,
        now: Now,
        version: i16,
        request: &BrokerRegistrationRequest<'_>,
    ) -> Result<(Vec<Record>, i64), Refused> {
        let existing = self.image.broker(BrokerId(request.broker_id));
        self.check_registration(now, request, existing)?;
        let same = existing.filter(|existing| existing.incarnation_id == request.incarnation_id);
        let mut records = match same {
            Some(_) => Vec::new(),
            None => self.end_last_incarnation(version, request, existing),
        };
        let record = self.registration_record(request, same);
        let epoch = record.broker_epoch;
        records.push(record.into());
        // The session begins with the registration.
        let broker = BrokerId(request.broker_id);
        self.contacts
            .lock()
            .heard(broker, model::BrokerEpoch(epoch), now.mono);
        Ok((records, epoch))
    }

    fn check_registration(
        &self,
        now: Now,
        request: &BrokerRegistrationRequest<'_>,
        existing: Option<&BrokerRegistration>,
    ) -> Result<(), Refused> {
        let (expected, given) = (&self.settings.cluster_id, &request.cluster_id);
        if given != expected {
            let message = format!("Expected cluster ID {expected}, but got cluster ID {given}");
            return Err(Refused::new(ErrorCode::INCONSISTENT_CLUSTER_ID, message));
        }
        if let Some(existing) = existing
            && existing.incarnation_id != request.incarnation_id
            && self.may_be_alive(existing, now.mono)
        {
            let message = "Another broker is registered with that broker id. If the broker was recently \
                           restarted this should self-resolve once the heartbeat manager expires the \
                           broker's session.";
            return Err(Refused::new(
                ErrorCode::DUPLICATE_BROKER_REGISTRATION,
                message,
            ));
        }
        if request.is_migrating_zk_broker {
            let message = "Controller does not support registering ZK brokers.";
            return Err(Refused::new(ErrorCode::BROKER_ID_NOT_REGISTERED, message));
        }
        if self.image.metadata_version() >= DIRECTORIES_SINCE {
            self.check_directories(request)?;
        }
        self.check_features(&request.features)
    }

    fn check_directories(&self, request: &BrokerRegistrationRequest<'_>) -> Result<(), Refused> {
        let invalid = |message| Err(Refused::new(ErrorCode::INVALID_REGISTRATION, message));
        if request.log_dirs.is_empty() {
            return invalid("No directories specified in request".to_owned());
        }
        if request.log_dirs.iter().copied().any(is_reserved) {
            return invalid("Reserved directory ID in request".to_owned());
        }
        let distinct: BTreeSet<_> = request.log_dirs.iter().collect();
        if distinct.len() != request.log_dirs.len() {
            return invalid("Duplicate directory ID in request".to_owned());
        }
        let mut others = self
            .image
            .brokers()
            .filter(|other| other.id.0 != request.broker_id);
        let taken = others.find_map(|other| {
            let dir = request
                .log_dirs
                .iter()
                .find(|dir| other.log_dirs.contains(dir))?;
            Some((other.id, *dir))
        });
        match taken {
            Some((other, dir)) => invalid(format!(
                "Broker {other} is already registered with directory {dir}"
            )),
            None => Ok(()),
        }
    }

    /// A broker has to support what the cluster has agreed to use.
    fn check_features(&self, offered: &[Feature<'_>]) -> Result<(), Refused> {
        let missing = Feature::default();
        let finalized = self.image.features().iter();
        for (name, level) in finalized {
            let feature = offered.iter().find(|feature| feature.name == name);
            if feature.is_none() && name == features::METADATA_VERSION {
                let message = format!("Request features do not contain '{name}'");
                return Err(Refused::new(ErrorCode::INVALID_REGISTRATION, message));
            }
            check_feature(name, level, feature.unwrap_or(&missing))?;
        }
        let others = offered
            .iter()
            .filter(|feature| self.image.features().level(&feature.name) == 0);
        for feature in others.filter(|feature| feature.name != features::KRAFT_VERSION) {
            check_feature(&feature.name, 0, feature)?;
        }
        Ok(())
    }

    fn registration_record(
        &self,
        request: &BrokerRegistrationRequest<'_>,
        same: Option<&BrokerRegistration>,
    ) -> RegisterBrokerRecord<'static> {
        let with_dirs = self.image.metadata_version() >= DIRECTORIES_SINCE;
        RegisterBrokerRecord {
            broker_id: request.broker_id,
            incarnation_id: request.incarnation_id,
            broker_epoch: same.map_or(self.next_offset.0, |same| same.epoch.0),
            end_points: request.listeners.iter().map(endpoint).collect(),
            features: request.features.iter().map(feature).collect(),
            rack: request.rack.as_deref().map(|rack| rack.to_owned().into()),
            fenced: same.is_none_or(|same| same.fenced),
            in_controlled_shutdown: same.is_some_and(|same| same.in_controlled_shutdown),
            log_dirs: if with_dirs {
                request.log_dirs.clone()
            } else {
                Vec::new()
            },
            ..RegisterBrokerRecord::default()
        }
    }

    /// What an earlier incarnation held is given up, as the new one may have lost it.
    fn end_last_incarnation(
        &self,
        version: i16,
        request: &BrokerRegistrationRequest<'_>,
        existing: Option<&BrokerRegistration>,
    ) -> Vec<Record> {
        let id = BrokerId(request.broker_id);
        let is_clean = version >= CLEAN_SHUTDOWN_SINCE
            && existing.is_some_and(|existing| existing.epoch.0 == request.previous_broker_epoch);
        if is_clean {
            return self.follow(Fate::Removed(id), |partition| leaves_cleanly(id, partition));
        }
        if self.image.features().is_elr_enabled() {
            return self.follow(Fate::UncleanShutdown(id), |partition| {
                partition.isr.contains(&id) || partition.elr().contains(&id)
            });
        }
        self.follow(Fate::Removed(id), |partition| partition.isr.contains(&id))
    }

    /// UnregisterBroker, key 64, version 0.
    ///
    /// - Forgets a broker and takes it out of every ISR. Its replicas stay assigned to it.
    /// - `BROKER_ID_NOT_REGISTERED`; `POLICY_VIOLATION` if it takes too many records.
    #[must_use]
    pub fn unregister_broker(
        &self,
        request: &UnregisterBrokerRequest,
    ) -> Decided<UnregisterBrokerResponse<'static>> {
        let outcome = self.try_unregister(BrokerId(request.broker_id));
        let (error_code, error_message) = tell(&outcome);
        let response = UnregisterBrokerResponse {
            error_code,
            error_message,
            ..Default::default()
        };
        Decision::write(outcome.unwrap_or_default(), response)
    }

    fn try_unregister(&self, id: BrokerId) -> Result<Vec<Record>, Refused> {
        let broker = self.image.broker(id).ok_or_else(|| {
            let message = format!("Broker ID {id} is not currently registered");
            Refused::new(ErrorCode::BROKER_ID_NOT_REGISTERED, message)
        })?;
        let mut records = Records::default();
        records.extend(self.follow(Fate::Removed(id), |partition| {
            partition.isr.contains(&id) || partition.elr().contains(&id)
        }))?;
        records.push(UnregisterBrokerRecord {
            broker_id: id.0,
            broker_epoch: broker.epoch.0,
            ..UnregisterBrokerRecord::default()
        })?;
        Ok(records.into_vec())
    }
}

fn check_feature(name: &str, finalized: i16, offered: &Feature<'_>) -> Result<(), Refused> {
    let (min, max) = (offered.min_supported_version, offered.max_supported_version);
    if (VersionRange { min, max }).contains(finalized) {
        return Ok(());
    }
    let message = format!(
        "Unable to register because the broker does not support finalized version {finalized} of {name}. \
         The broker wants a version between {min} and {max}, inclusive."
    );
    Err(Refused::new(ErrorCode::UNSUPPORTED_VERSION, message))
}

/// The first 100 ids have a meaning of their own.
fn is_reserved(id: Uuid) -> bool {
    u128::from_be_bytes(id.0) < 100
}

fn endpoint(
    listener: &protocol::broker_registration_request::Listener<'_>,
) -> BrokerEndpoint<'static> {
    BrokerEndpoint {
        name: listener.name.to_string().into(),
        host: listener.host.to_string().into(),
        port: listener.port,
        security_protocol: listener.security_protocol,
        ..BrokerEndpoint::default()
    }
}

fn feature(feature: &Feature<'_>) -> BrokerFeature<'static> {
    BrokerFeature {
        name: feature.name.to_string().into(),
        min_supported_version: feature.min_supported_version,
        max_supported_version: feature.max_supported_version,
        ..BrokerFeature::default()
    }
}
