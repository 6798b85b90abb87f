//! Dynamic configurations of topics, brokers, groups and client metrics.

use std::collections::{BTreeMap, BTreeSet};

use config::{ConfigError, Kind, Scope, Texts, table};
use metadata::ConfigResourceType;
use model::ErrorCode;
use protocol::alter_configs_request::AlterConfigsRequest;
use protocol::alter_configs_response::{self as legacy, AlterConfigsResponse};
use protocol::clear_elr_record::ClearElrRecord;
use protocol::config_record::ConfigRecord;
use protocol::incremental_alter_configs_request::{
    self as request, IncrementalAlterConfigsRequest,
};
use protocol::incremental_alter_configs_response::{
    self as response, IncrementalAlterConfigsResponse,
};
use statemachine::Decision;

use crate::answer::{Refused, tell};
use crate::controller::{Controller, Decided, Record, Records};
use crate::effective::{Effective, MIN_INSYNC_REPLICAS, texts};
use crate::topic_names;

/// The directories that take no new replicas (KIP-1066).
const CORDONED_LOG_DIRS: &str = "cordoned.log.dirs";
/// 4.3-IV0.
const CORDONED_SINCE: i16 = 30;
/// The longest value, in characters.
const MAX_VALUE_LEN: usize = 32_767;

/// The operations of IncrementalAlterConfigs.
const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;
const SUBTRACT: i8 = 3;

/// What a resource's configurations shall become: a new value, or `None` to remove one.
type NewValues = BTreeMap<String, Option<String>>;

impl Controller {
    /// IncrementalAlterConfigs, key 44, versions 0 and 1 (KIP-339).
    ///
    /// - SET, DELETE, APPEND and SUBTRACT of single configurations of topics, brokers (empty name: of
    ///   all), groups and client metrics. Each resource succeeds or fails as a whole.
    /// - Known difference: loggers of brokers have no levels that could be set: `INVALID_REQUEST`.
    /// - What would not fit the other configurations of a broker is refused, as far as its file is this node's.
    /// - Per resource `INVALID_CONFIG`, `INVALID_REQUEST`, `UNKNOWN_TOPIC_OR_PARTITION`,
    ///   `BROKER_ID_NOT_REGISTERED`; `POLICY_VIOLATION` for all if there are too many.
    /// - While eligible leader replicas are kept, `min.insync.replicas` can neither be set for one broker
    ///   nor be removed for all, and a change of it forgets them (KIP-966).
    #[must_use]
    pub fn incremental_alter_configs(
        &self,
        request: &IncrementalAlterConfigsRequest<'_>,
    ) -> Decided<IncrementalAlterConfigsResponse<'static>> {
        let effective = self.effective();
        let names = request
            .resources
            .iter()
            .map(|r| (r.resource_type, &*r.resource_name));
        let duplicates = duplicates(names);
        let outcomes = request.resources.iter().map(|resource| {
            let (kind, name) = (resource.resource_type, &*resource.resource_name);
            let configs = resource.configs.iter();
            let nulls =
                configs.map(|c| (&*c.name, c.value.is_none() && c.config_operation != DELETE));
            let outcome = check_resource(kind, name, &duplicates, nulls).and_then(|kind| {
                let change = self.incremental_change(kind, name, &resource.configs)?;
                self.alter(&effective, kind, name, change)
            });
            (kind, name.to_owned(), outcome)
        });
        self.conclude(outcomes.collect(), request.validate_only)
            .map(|answers| {
                let responses =
                    answers
                        .into_iter()
                        .map(|answer| response::AlterConfigsResourceResponse {
                            error_code: answer.code,
                            error_message: answer.message.map(Into::into),
                            resource_type: answer.kind,
                            resource_name: answer.name.into(),
                            ..response::AlterConfigsResourceResponse::default()
                        });
                IncrementalAlterConfigsResponse {
                    responses: responses.collect(),
                    ..Default::default()
                }
            })
    }

    /// AlterConfigs, key 33, versions 0 to 2 (KIP-133).
    ///
    /// - Replaces all configurations of a resource: what is not named is removed.
    /// - Errors as those of [`Controller::incremental_alter_configs`].
    #[must_use]
    pub fn alter_configs(
        &self,
        request: &AlterConfigsRequest<'_>,
    ) -> Decided<AlterConfigsResponse<'static>> {
        let effective = self.effective();
        let names = request
            .resources
            .iter()
            .map(|r| (r.resource_type, &*r.resource_name));
        let duplicates = duplicates(names);
        let outcomes = request.resources.iter().map(|resource| {
            let (kind, name) = (resource.resource_type, &*resource.resource_name);
            let nulls = resource
                .configs
                .iter()
                .map(|c| (&*c.name, c.value.is_none()));
            let outcome = check_resource(kind, name, &duplicates, nulls).and_then(|kind| {
                let given = resource.configs.iter();
                let mut change: NewValues = given
                    .map(|config| {
                        (
                            config.name.to_string(),
                            config.value.as_deref().map(str::to_owned),
                        )
                    })
                    .collect();
                let current = self.image.configs().of(kind, name).into_iter();
                for (name, _) in current.flat_map(metadata::ResourceConfigs::iter) {
                    change.entry(name.to_owned()).or_insert(None);
                }
                self.alter(&effective, kind, name, change)
            });
            (kind, name.to_owned(), outcome)
        });
        self.conclude(outcomes.collect(), request.validate_only)
            .map(|answers| {
                let responses =
                    answers
                        .into_iter()
                        .map(|answer| legacy::AlterConfigsResourceResponse {
                            error_code: answer.code,
                            error_message: answer.message.map(Into::into),
                            resource_type: answer.kind,
                            resource_name: answer.name.into(),
                            ..legacy::AlterConfigsResourceResponse::default()
                        });
                AlterConfigsResponse {
                    responses: responses.collect(),
                    ..Default::default()
                }
            })
    }

    fn conclude(
        &self,
        outcomes: Vec<(i8, String, Result<Vec<Record>, Refused>)>,
        validate_only: bool,
    ) -> Decided<Vec<Answer>> {
        let mut records = Records::default();
        let mut too_many = None;
        let mut answers = Vec::new();
        for (kind, name, outcome) in outcomes {
            let (code, message) = tell(&outcome);
            answers.push(Answer {
                kind,
                name,
                code,
                message: message.map(String::from),
            });
            if let Err(refused) = records.extend(outcome.unwrap_or_default()) {
                too_many = Some(refused);
            }
        }
        if let Some(refused) = too_many {
            for answer in &mut answers {
                (answer.code, answer.message) = (refused.code, refused.message.clone());
            }
            return Decision::read(answers);
        }
        if validate_only {
            return Decision::read(answers);
        }
        let mut records = records.into_vec();
        records.extend(self.clear_elr_records(&records));
        Decision::atomically(records, answers)
    }

    /// Who is eligible to lead depends on `min.insync.replicas`.
    fn clear_elr_records(&self, records: &[Record]) -> Vec<Record> {
        if !self.image.features().is_elr_enabled() {
            return Vec::new();
        }
        let changes = records.iter().filter_map(|record| match record {
            Record::Config(config) if config.name == MIN_INSYNC_REPLICAS => Some(config),
            _ => None,
        });
        let of_topic = |config: &ConfigRecord<'_>| match ConfigResourceType(config.resource_type) {
            ConfigResourceType::TOPIC => config.resource_name.to_string(),
            _ => String::new(),
        };
        changes
            .map(|config| {
                let topic_name = of_topic(config).into();
                ClearElrRecord {
                    topic_name,
                    ..ClearElrRecord::default()
                }
                .into()
            })
            .collect()
    }

    fn incremental_change(
        &self,
        kind: ConfigResourceType,
        name: &str,
        configs: &[request::AlterableConfig<'_>],
    ) -> Result<NewValues, Refused> {
        let mut change = NewValues::new();
        for config in configs {
            let current = self.image.configs().get(kind, name, &config.name);
            let value = config.value.as_deref();
            let new = match config.config_operation {
                SET => value.map(str::to_owned),
                DELETE => None,
                APPEND => Some(edit_list(
                    kind,
                    &config.name,
                    "APPEND",
                    current,
                    value,
                    append,
                )?),
                SUBTRACT => Some(edit_list(
                    kind,
                    &config.name,
                    "SUBTRACT",
                    current,
                    value,
                    subtract,
                )?),
                other => {
                    let message = format!("Unknown operations type {other}");
                    return Err(Refused::invalid_request(message));
                }
            };
            change.insert(config.name.to_string(), new);
        }
        Ok(change)
    }

    /// The records of a change that is in order.
    fn alter(
        &self,
        effective: &Effective<'_>,
        kind: ConfigResourceType,
        name: &str,
        change: NewValues,
    ) -> Result<Vec<Record>, Refused> {
        let current = texts(self.image.configs().of(kind, name));
        // Brokers reload a configuration, such as a file of keys, when it is set again to what it was.
        let differs = |(name, value): &(&String, &Option<String>)| {
            kind == ConfigResourceType::BROKER || current.get(*name) != value.as_ref()
        };
        let records: Vec<Record> = change
            .iter()
            .filter(differs)
            .map(|(config, value)| config_record(kind, name, config, value.as_deref()))
            .collect();
        self.check_min_insync(kind, name, &change)?;
        self.check_cordoning(kind, &change)?;
        let after = apply(&current, &change)?;
        validate(effective, kind, name, &current, &after)?;
        self.check_exists(kind, name)?;
        Ok(records)
    }

    fn check_min_insync(
        &self,
        kind: ConfigResourceType,
        name: &str,
        change: &NewValues,
    ) -> Result<(), Refused> {
        let Some(value) = change.get(MIN_INSYNC_REPLICAS) else {
            return Ok(());
        };
        if kind != ConfigResourceType::BROKER || !self.image.features().is_elr_enabled() {
            return Ok(());
        }
        let invalid = |message: &str| Err(Refused::new(ErrorCode::INVALID_CONFIG, message));
        match (name, value) {
            ("", Some(_)) => Ok(()),
            ("", None) => {
                invalid("Cluster-level min.insync.replicas cannot be removed while ELR is enabled.")
            }
            _ => {
                invalid("Broker-level min.insync.replicas cannot be altered while ELR is enabled.")
            }
        }
    }

    fn check_cordoning(&self, kind: ConfigResourceType, change: &NewValues) -> Result<(), Refused> {
        let cordons = kind == ConfigResourceType::BROKER && change.contains_key(CORDONED_LOG_DIRS);
        if !cordons || self.image.metadata_version() >= CORDONED_SINCE {
            return Ok(());
        }
        let message = "The cordoned.log.dirs configuration value cannot be set because it requires \
                       metadata.version >= 4.3-IV0";
        Err(Refused::new(ErrorCode::INVALID_CONFIG, message))
    }

    fn check_exists(&self, kind: ConfigResourceType, name: &str) -> Result<(), Refused> {
        match kind {
            ConfigResourceType::TOPIC if self.image.topics().id(name).is_none() => {
                let message = format!("The topic '{name}' does not exist.");
                Err(Refused::new(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, message))
            }
            ConfigResourceType::BROKER if !name.is_empty() => {
                let id = name.parse().map(model::BrokerId);
                let known = |id: &model::BrokerId| {
                    let controller = self.image.controller(*id).is_some();
                    controller
                        || self.image.broker(*id).is_some()
                        || self.settings.voters.contains(id)
                };
                if id.as_ref().is_ok_and(known) {
                    return Ok(());
                }
                let message = format!("No node with id {name} found.");
                Err(Refused::new(ErrorCode::BROKER_ID_NOT_REGISTERED, message))
            }
            _ => Ok(()),
        }
    }

    /// The configurations of a new topic: their records and what they make of it.
    pub(crate) fn topic_configs(
        &self,
        effective: &Effective<'_>,
        topic: &str,
        given: &NewValues,
    ) -> Result<Vec<Record>, Refused> {
        let kind = ConfigResourceType::TOPIC;
        let after = apply(&Texts::new(), given)?;
        validate(effective, kind, topic, &Texts::new(), &after)?;
        let record =
            |(name, value): (&String, &String)| config_record(kind, topic, name, Some(value));
        Ok(after.iter().map(record).collect())
    }
}

/// What became of one resource.
#[derive(Debug)]
struct Answer {
    kind: i8,
    name: String,
    code: ErrorCode,
    message: Option<String>,
}

fn duplicates<'a>(resources: impl Iterator<Item = (i8, &'a str)>) -> BTreeSet<(i8, String)> {
    let mut seen = BTreeSet::new();
    resources
        .filter(|resource| !seen.insert(*resource))
        .map(|(kind, name)| (kind, name.to_owned()))
        .collect()
}

/// What a request may not say, whatever the values.
fn check_resource<'a>(
    kind: i8,
    name: &str,
    duplicates: &BTreeSet<(i8, String)>,
    configs: impl Iterator<Item = (&'a str, bool)>,
) -> Result<ConfigResourceType, Refused> {
    if duplicates.contains(&(kind, name.to_owned())) {
        return Err(Refused::invalid_request(
            "Each resource must appear at most once.",
        ));
    }
    let mut seen = BTreeSet::new();
    let mut nulls = Vec::new();
    for (config, is_null) in configs {
        if !seen.insert(config) {
            return Err(Refused::invalid_request(
                "Error due to duplicate config keys",
            ));
        }
        nulls.extend(is_null.then_some(config));
    }
    if !nulls.is_empty() {
        let message = format!("Null value not supported for : {}", nulls.join(", "));
        return Err(Refused::invalid_request(message));
    }
    match scope(ConfigResourceType(kind)) {
        Some(_) => Ok(ConfigResourceType(kind)),
        None if kind == ConfigResourceType::BROKER_LOGGER.0 => {
            Err(Refused::invalid_request(metadata::NO_LOGGERS))
        }
        None => Err(Refused::invalid_request(format!(
            "Unknown resource type {kind}"
        ))),
    }
}

fn scope(kind: ConfigResourceType) -> Option<Scope> {
    match kind {
        ConfigResourceType::TOPIC => Some(Scope::Topic),
        ConfigResourceType::BROKER => Some(Scope::Broker),
        ConfigResourceType::GROUP => Some(Scope::Group),
        ConfigResourceType::CLIENT_METRICS => Some(Scope::ClientMetrics),
        _ => None,
    }
}

/// APPEND and SUBTRACT work on lists alone; without a value they start from the default.
fn edit_list(
    kind: ConfigResourceType,
    name: &str,
    operation: &str,
    current: Option<&str>,
    value: Option<&str>,
    edit: fn(&mut Vec<String>, &str),
) -> Result<String, Refused> {
    let row = scope(kind).and_then(|scope| table(scope).get(name));
    let Some(row) = row.filter(|row| row.kind == Kind::List) else {
        let message = format!("Can't {operation} to key {name} because its type is not LIST.");
        return Err(Refused::new(ErrorCode::INVALID_CONFIG, message));
    };
    let default = row.default_value().to_text().unwrap_or_default();
    let start = current
        .unwrap_or(&default)
        .split(',')
        .filter(|part| !part.is_empty());
    let mut parts: Vec<_> = start.map(str::to_owned).collect();
    for part in value.unwrap_or_default().split(',') {
        edit(&mut parts, part);
    }
    Ok(parts.join(","))
}

fn append(parts: &mut Vec<String>, part: &str) {
    if !parts.iter().any(|known| known == part) {
        parts.push(part.to_owned());
    }
}

fn subtract(parts: &mut Vec<String>, part: &str) {
    if let Some(at) = parts.iter().position(|known| known == part) {
        parts.remove(at);
    }
}

fn apply(current: &Texts, change: &NewValues) -> Result<Texts, Refused> {
    let mut after = current.clone();
    for (name, value) in change {
        match value {
            None => drop(after.remove(name)),
            Some(value) if value.encode_utf16().count() > MAX_VALUE_LEN => {
                let message = format!(
                    "The configuration value cannot be added because it exceeds the maximum value size \
                     of {MAX_VALUE_LEN} bytes."
                );
                return Err(Refused::new(ErrorCode::INVALID_CONFIG, message));
            }
            Some(value) => drop(after.insert(name.clone(), value.clone())),
        }
    }
    Ok(after)
}

/// Whether a resource may have exactly the configurations `after`.
fn validate(
    effective: &Effective<'_>,
    kind: ConfigResourceType,
    name: &str,
    before: &Texts,
    after: &Texts,
) -> Result<(), Refused> {
    let entries = after
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let optional = entries.clone().map(|(name, value)| (name, Some(value)));
    let refuse = |error: ConfigError| Refused::new(error.error_code(), error.to_string());
    match kind {
        ConfigResourceType::TOPIC if name.is_empty() => Err(Refused::invalid_request(
            "Default topic resources are not allowed.",
        )),
        ConfigResourceType::TOPIC => {
            topic_names::check(name)?;
            config::validate_topic(&effective.config, before, optional).map_err(refuse)
        }
        ConfigResourceType::BROKER => {
            check_broker_name(name)?;
            config::validate_broker_change(after, !name.is_empty()).map_err(refuse)?;
            // What the file of another broker says is not known here.
            if !name.is_empty() && name != effective.config.node_id.to_string() {
                return Ok(());
            }
            let is_own = !name.is_empty();
            let fits = effective.check_broker_change(is_own, before, after);
            fits.map_err(refuse)
        }
        ConfigResourceType::GROUP if name.is_empty() => Err(Refused::invalid_request(
            "Default group resources are not allowed.",
        )),
        ConfigResourceType::GROUP => {
            config::validate_group(&effective.config, optional).map_err(refuse)
        }
        ConfigResourceType::CLIENT_METRICS => {
            config::validate_client_metrics(name, entries).map_err(refuse)
        }
        other => Err(Refused::invalid_request(format!(
            "Unknown resource type {}",
            other.name()
        ))),
    }
}

fn check_broker_name(name: &str) -> Result<(), Refused> {
    if name.is_empty() {
        return Ok(());
    }
    match name.parse::<i32>() {
        Err(_) => Err(Refused::invalid_request(
            "Unable to parse broker name as a base 10 number.",
        )),
        Ok(id) if id < 0 => Err(Refused::invalid_request("Invalid negative broker ID.")),
        Ok(_) => Ok(()),
    }
}

fn config_record(kind: ConfigResourceType, of: &str, name: &str, value: Option<&str>) -> Record {
    ConfigRecord {
        resource_type: kind.0,
        resource_name: of.to_owned().into(),
        name: name.to_owned().into(),
        value: value.map(|value| value.to_owned().into()),
        ..ConfigRecord::default()
    }
    .into()
}
