//! Feature levels are changed; controllers come and go.

use model::{BrokerId, ErrorCode, Uuid};
use protocol::controller_registration_request::ControllerRegistrationRequest;
use protocol::unregister_controller_request::UnregisterControllerRequest;
use protocol::update_features_request::{FeatureUpdateKey, UpdateFeaturesRequest};
use protocol::update_features_response::UpdateFeaturesResponse;

use crate::fixture::Cluster;

const UPGRADE: i8 = 1;
const SAFE: i8 = 2;
const UNSAFE: i8 = 3;

fn update(
    cluster: &mut Cluster,
    updates: &[(&'static str, i16, i8)],
) -> UpdateFeaturesResponse<'static> {
    let update = |(feature, level, upgrade_type): &(&'static str, i16, i8)| FeatureUpdateKey {
        feature: (*feature).into(),
        max_version_level: *level,
        upgrade_type: *upgrade_type,
        ..FeatureUpdateKey::default()
    };
    let feature_updates = updates.iter().map(update).collect();
    let request = UpdateFeaturesRequest {
        feature_updates,
        ..Default::default()
    };
    let decided = cluster.controller.update_features(1, &request);
    cluster.commit(decided)
}

#[track_caller]
fn refused(cluster: &mut Cluster, one: (&'static str, i16, i8), reason: &str) {
    let response = update(cluster, &[one]);
    assert_eq!(response.error_code, ErrorCode::INVALID_UPDATE_VERSION);
    let prefix = "The update failed for all features since the following feature had an error: ";
    assert_eq!(
        response.error_message.as_deref(),
        Some(format!("{prefix}{reason}").as_str())
    );
    assert_eq!(cluster.last, []);
}

#[test]
fn levels_go_down_and_up_when_asked_for() {
    let mut cluster = Cluster::of(1);
    let response = update(
        &mut cluster,
        &[("group.version", 0, SAFE), ("share.version", 1, SAFE)],
    );
    assert_eq!(response.error_code, ErrorCode::NONE);
    let named: Vec<_> = response
        .results
        .iter()
        .map(|result| &*result.feature)
        .collect();
    assert_eq!(named, ["group.version", "share.version"]);
    assert_eq!(cluster.kinds(), ["FeatureLevel", "FeatureLevel"]);
    let features = cluster.controller.image().features();
    assert_eq!(
        (
            features.level("group.version"),
            features.level("share.version")
        ),
        (0, 1)
    );
    update(&mut cluster, &[("group.version", 1, UPGRADE)]);
    assert_eq!(
        cluster.controller.image().features().level("group.version"),
        1
    );
}

#[test]
fn updates_that_cannot_be_say_why() {
    let mut cluster = Cluster::of(1);
    let mut check = |one: (&'static str, i16, i8), reason: &str| {
        let (feature, level, _) = one;
        let reason = format!("Invalid update version {level} for feature {feature}. {reason}");
        refused(&mut cluster, one, &reason);
    };
    check(
        ("group.version", 0, 9),
        "The controller does not support the given upgrade type.",
    );
    check(
        ("group.version", -1, SAFE),
        "A feature version cannot be less than 0.",
    );
    check(
        ("no.such", 1, UPGRADE),
        "Local controller 100 does not support this feature.",
    );
    check(
        ("share.version", 3, UPGRADE),
        "Local controller 100 only supports versions 0-2",
    );
    check(
        ("metadata.version", 6, SAFE),
        "Local controller 100 only supports versions 7-33",
    );
    check(
        ("group.version", 0, UPGRADE),
        "Can't downgrade the version of this feature without setting the upgrade type to either safe or \
         unsafe downgrade.",
    );
}

#[test]
fn a_level_that_a_broker_does_not_support_is_refused() {
    let mut cluster = Cluster::of(1);
    update(&mut cluster, &[("share.version", 1, SAFE)]);
    let mut old = Cluster::registration(1, 1);
    let share = old
        .features
        .iter_mut()
        .find(|feature| feature.name == "share.version")
        .unwrap();
    share.max_supported_version = 1;
    assert_eq!(cluster.register(&old).error_code, ErrorCode::NONE);
    let reason =
        "Invalid update version 2 for feature share.version. Broker 1 only supports versions 0-1";
    refused(&mut cluster, ("share.version", 2, UPGRADE), reason);
}

#[test]
fn metadata_version_goes_down_only_where_nothing_is_lost() {
    let mut cluster = Cluster::of(1);
    let reason = "Unsupported metadata.version downgrade from 33 to 29. Refusing to perform the requested \
                  downgrade because it might delete metadata information.";
    refused(&mut cluster, ("metadata.version", 29, SAFE), reason);
    let reason = "Unsupported metadata.version downgrade from 33 to 29. Unsafe metadata downgrade is not \
                  supported in this version.";
    refused(&mut cluster, ("metadata.version", 29, UNSAFE), reason);
    assert_eq!(
        update(&mut cluster, &[("metadata.version", 30, SAFE)]).error_code,
        ErrorCode::NONE
    );
    assert_eq!(cluster.controller.image().metadata_version(), 30);
}

#[test]
fn directories_are_cordoned_only_where_brokers_can_say_so() {
    let mut cluster = Cluster::of(1);
    cluster.set_feature("metadata.version", 29);
    let refused = cluster
        .alter_broker("0", "cordoned.log.dirs", "/a")
        .unwrap();
    let message = "The cordoned.log.dirs configuration value cannot be set because it requires \
                   metadata.version >= 4.3-IV0";
    assert_eq!(refused, message);
    cluster.set_feature("metadata.version", 30);
    assert_eq!(cluster.alter_broker("0", "cordoned.log.dirs", "/a"), None);
}

#[test]
fn eligible_leaders_are_kept_only_with_one_min_insync_replicas_for_all() {
    let mut cluster = Cluster::of(1);
    update(
        &mut cluster,
        &[("eligible.leader.replicas.version", 0, SAFE)],
    );
    cluster.set_config(4, "", "min.insync.replicas", None);
    cluster.set_config(4, "0", "min.insync.replicas", Some("2"));
    update(
        &mut cluster,
        &[("eligible.leader.replicas.version", 1, UPGRADE)],
    );
    assert_eq!(cluster.kinds(), ["Config", "Config", "FeatureLevel"]);
    let configs = cluster.controller.image().configs();
    let broker = metadata::ConfigResourceType::BROKER;
    assert_eq!(configs.get(broker, "", "min.insync.replicas"), Some("1"));
    assert_eq!(configs.get(broker, "0", "min.insync.replicas"), None);
}

#[test]
fn controllers_register_and_unregister() {
    let mut cluster = Cluster::empty();
    for controller_id in [100, 101] {
        let incarnation_id = Uuid::reserved(9);
        let request = ControllerRegistrationRequest {
            controller_id,
            incarnation_id,
            ..Default::default()
        };
        let decided = cluster.controller.register_controller(&request);
        assert_eq!(cluster.commit(decided).error_code, ErrorCode::NONE);
    }
    assert!(
        cluster
            .controller
            .image()
            .controller(BrokerId(101))
            .is_some()
    );
    let mut unregister = |controller_id| {
        let request = UnregisterControllerRequest {
            controller_id,
            ..Default::default()
        };
        let decided = cluster.controller.unregister_controller(&request);
        cluster.commit(decided).error_code
    };
    assert_eq!(unregister(101), ErrorCode::NONE);
    assert_eq!(unregister(101), ErrorCode::CONTROLLER_ID_NOT_REGISTERED);
    assert_eq!(unregister(100), ErrorCode::INVALID_REQUEST);
}
