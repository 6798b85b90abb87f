//! Raising and lowering feature levels.

use std::collections::BTreeMap;

use metadata::{ConfigResourceType, VersionRange, features};
use model::ErrorCode;
use protocol::config_record::ConfigRecord;
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::update_features_request::{FeatureUpdateKey, UpdateFeaturesRequest};
use protocol::update_features_response::{UpdatableFeatureResult, UpdateFeaturesResponse};
use statemachine::Decision;

use crate::answer::Refused;
use crate::controller::{Controller, Decided, Record};
use crate::effective::MIN_INSYNC_REPLICAS;

/// The last version whose answers name every feature.
const LAST_WITH_RESULTS: i16 = 1;
/// 4.0-IV1: the records that eligible leader replicas need.
const ELR_SINCE: i16 = 23;
/// 3.7-IV0: controllers tell what they support.
const CONTROLLERS_SINCE: i16 = 15;
const NOT_SUPPORTED: VersionRange = VersionRange { min: 0, max: 0 };

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Direction {
    Upgrade,
    SafeDowngrade,
    UnsafeDowngrade,
}

impl Direction {
    fn of(update: &FeatureUpdateKey<'_>) -> Option<Self> {
        match update.upgrade_type {
            // Version 0 says it with a flag.
            1 if update.allow_downgrade => Some(Self::SafeDowngrade),
            1 => Some(Self::Upgrade),
            2 => Some(Self::SafeDowngrade),
            3 => Some(Self::UnsafeDowngrade),
            _ => None,
        }
    }
}

impl Controller {
    /// UpdateFeatures, key 57, versions 0 to 2 (KIP-584, KIP-778).
    ///
    /// - Sets levels that every registered node supports; all or none.
    /// - A level is lowered only when the request says so, `metadata.version` only where no metadata is
    ///   lost.
    /// - `INVALID_UPDATE_VERSION`, with the reason. Results per feature end with v1.
    ///
    /// Known difference from Apache Kafka: `kraft.version` cannot be changed.
    #[must_use]
    pub fn update_features(
        &self,
        version: i16,
        request: &UpdateFeaturesRequest<'_>,
    ) -> Decided<UpdateFeaturesResponse<'static>> {
        let mut records = Vec::new();
        for update in &request.feature_updates {
            if let Err(refused) = self.update_feature(update, request, &mut records) {
                return Decision::read(failed(&refused));
            }
        }
        let with_results = version <= LAST_WITH_RESULTS;
        let named = request.feature_updates.iter().filter(|_| with_results);
        let results = named.map(|update| UpdatableFeatureResult {
            feature: update.feature.to_string().into(),
            ..UpdatableFeatureResult::default()
        });
        let response = UpdateFeaturesResponse {
            results: results.collect(),
            ..Default::default()
        };
        if request.validate_only {
            return Decision::read(response);
        }
        let mut all = self.records_before_elr(request);
        all.extend(records);
        Decision::atomically(all, response)
    }

    fn update_feature(
        &self,
        update: &FeatureUpdateKey<'_>,
        request: &UpdateFeaturesRequest<'_>,
        records: &mut Vec<Record>,
    ) -> Result<(), Refused> {
        let (name, level) = (&*update.feature, update.max_version_level);
        let invalid = |reason: &str| {
            let message = format!("Invalid update version {level} for feature {name}. {reason}");
            Refused::new(ErrorCode::INVALID_UPDATE_VERSION, message)
        };
        let direction = Direction::of(update)
            .ok_or_else(|| invalid("The controller does not support the given upgrade type."))?;
        if level < 0 {
            return Err(invalid("A feature version cannot be less than 0."));
        }
        if let Some(reason) = self.reason_not_supported(name, level) {
            return Err(invalid(&reason));
        }
        let current = self.image.features().level(name);
        if level < current && direction == Direction::Upgrade {
            return Err(invalid(
                "Can't downgrade the version of this feature without setting the upgrade type to \
                 either safe or unsafe downgrade.",
            ));
        }
        if level > current && direction != Direction::Upgrade {
            return Err(invalid("Can't downgrade to a newer version."));
        }
        if name == features::KRAFT_VERSION {
            return match level == current {
                true => Ok(()),
                false => Err(invalid("This quorum keeps its voters statically.")),
            };
        }
        if name == features::METADATA_VERSION {
            check_metadata_version(current, level, direction)?;
        } else {
            self.check_dependencies(name, level, request)
                .map_err(|reason| invalid(&reason))?;
        }
        let name = name.to_owned().into();
        records.push(
            FeatureLevelRecord {
                name,
                feature_level: level,
                ..Default::default()
            }
            .into(),
        );
        Ok(())
    }

    /// Every node has to support a level before it is finalized.
    fn reason_not_supported(&self, name: &str, level: i16) -> Option<String> {
        let own = self.settings.node_id;
        let local = features::supported(name).unwrap_or(NOT_SUPPORTED);
        let of = |known: &BTreeMap<Box<str>, VersionRange>| known.get(name).copied();
        let brokers = self.image.brokers().map(|broker| {
            (
                format!("Broker {}", broker.id),
                of(&broker.features).unwrap_or(NOT_SUPPORTED),
            )
        });
        let others = self
            .image
            .controllers()
            .filter(|controller| controller.id != own);
        let controllers = others.map(|controller| {
            let what = format!("Controller {}", controller.id);
            (what, of(&controller.features).unwrap_or(NOT_SUPPORTED))
        });
        let mut nodes = [(format!("Local controller {own}"), local)]
            .into_iter()
            .chain(brokers)
            .chain(controllers);
        let lacking = nodes.find_map(|(what, range)| reason(&what, range, level));
        lacking.or_else(|| self.unregistered_voter())
    }

    fn unregistered_voter(&self) -> Option<String> {
        if self.image.metadata_version() < CONTROLLERS_SINCE {
            return None;
        }
        let mut others = self
            .settings
            .voters
            .iter()
            .filter(|id| **id != self.settings.node_id);
        let missing = others.find(|id| self.image.controller(**id).is_none())?;
        Some(format!(
            "controller {missing} has not registered, and may not support this feature"
        ))
    }

    fn check_dependencies(
        &self,
        name: &str,
        level: i16,
        request: &UpdateFeaturesRequest<'_>,
    ) -> Result<(), String> {
        if name != features::ELR_VERSION || level == 0 {
            return Ok(());
        }
        let depends_on = features::METADATA_VERSION;
        let proposed = request
            .feature_updates
            .iter()
            .find(|update| update.feature == depends_on);
        let metadata_version = proposed.map_or(self.image.metadata_version(), |update| {
            update.max_version_level
        });
        if metadata_version >= ELR_SINCE {
            return Ok(());
        }
        Err(format!(
            "{name} could not be set to {level} because it depends on {depends_on} level {ELR_SINCE}"
        ))
    }

    /// Before eligible leader replicas are kept, `min.insync.replicas` must be the same for all
    /// controllers: set for the whole cluster, and for no broker (KIP-966).
    fn records_before_elr(&self, request: &UpdateFeaturesRequest<'_>) -> Vec<Record> {
        let enables = |update: &FeatureUpdateKey<'_>| {
            update.feature == features::ELR_VERSION && update.max_version_level > 0
        };
        if !request.feature_updates.iter().any(enables) {
            return Vec::new();
        }
        let kind = ConfigResourceType::BROKER;
        let configs = self.image.configs();
        let mut records = Vec::new();
        if configs.get(kind, "", MIN_INSYNC_REPLICAS).is_none() {
            records.push(self.cluster_min_insync_replicas());
        }
        let brokers = configs.resources(kind).filter(|(name, _)| !name.is_empty());
        let set = brokers.filter(|(_, configs)| configs.get(MIN_INSYNC_REPLICAS).is_some());
        records.extend(set.map(|(name, _)| {
            let remove = ConfigRecord {
                resource_type: kind.0,
                resource_name: name.to_string().into(),
                name: MIN_INSYNC_REPLICAS.into(),
                value: None,
                ..ConfigRecord::default()
            };
            Record::from(remove)
        }));
        records
    }
}

fn reason(what: &str, range: VersionRange, level: i16) -> Option<String> {
    if range.contains(level) {
        return None;
    }
    let VersionRange { min, max } = range;
    Some(match max {
        0 => format!("{what} does not support this feature."),
        _ if min == max => format!("{what} only supports versions {min}"),
        _ => format!("{what} only supports versions {min}-{max}"),
    })
}

fn check_metadata_version(current: i16, level: i16, direction: Direction) -> Result<(), Refused> {
    if level >= current || !features::metadata_changed(level, current) {
        return Ok(());
    }
    let reason = match direction {
        Direction::UnsafeDowngrade => "Unsafe metadata downgrade is not supported in this version.",
        Direction::Upgrade | Direction::SafeDowngrade => {
            "Refusing to perform the requested downgrade because it might delete metadata information."
        }
    };
    let message =
        format!("Unsupported metadata.version downgrade from {current} to {level}. {reason}");
    Err(Refused::new(ErrorCode::INVALID_UPDATE_VERSION, message))
}

fn failed(refused: &Refused) -> UpdateFeaturesResponse<'static> {
    let message = refused.message.as_deref().unwrap_or_default();
    let prefix = "The update failed for all features since the following feature had an error: ";
    UpdateFeaturesResponse {
        error_code: refused.code,
        error_message: Some(format!("{prefix}{message}").into()),
        ..UpdateFeaturesResponse::default()
    }
}
