//! kafka-features: the levels of a cluster's features, shown and changed.

use std::collections::BTreeMap;

use client::admin::FeatureChange;
use client::{Client, Target};
use metadata::features;
use model::BrokerId;

use super::args::{Arg, Command, Given, Parser, Takes, flag, value};
use super::connect;
use super::console::{line, note};
use super::faults::{Fault, Thrown, thrown};
use super::{ArgScript, Refusal, Shown};

const METADATA_VERSION: &str = "metadata.version";
/// The release that keeps what the first level of eligible leader replicas needs; no other feature needs anything.
const ELR_NEEDS: i16 = 23;
const METADATA: Arg = value(
    &["--metadata"],
    Takes::Text,
    "METADATA",
    "The older way to name a release.",
);
const RELEASE: Arg = value(
    &["--release-version"],
    Takes::Text,
    "RELEASE_VERSION",
    "All features to the levels of this release.",
);
const FEATURE: Arg = value(
    &["--feature"],
    Takes::Each,
    "FEATURE",
    "A feature and its level: feature=level.",
);
const DRY_RUN: Arg = flag(&["--dry-run"], "See whether it could be done.");
const UNSAFE: Arg = flag(&["--unsafe"], "Do it even where metadata is lost.");

/// The script.
pub const SCRIPT: ArgScript = ArgScript {
    parser: Parser {
        name: "kafka-features",
        about: "Shows and changes the levels of the cluster's features.",
        args: &[
            value(
                &["--command-config"],
                Takes::Text,
                "COMMAND_CONFIG",
                "A properties file with configurations of the client.",
            ),
            value(
                &["--bootstrap-server"],
                Takes::Text,
                "BOOTSTRAP_SERVER",
                "Brokers to ask first.",
            )
            .in_group(1),
            value(
                &["--bootstrap-controller"],
                Takes::Text,
                "BOOTSTRAP_CONTROLLER",
                "Controllers to ask instead.",
            )
            .in_group(1),
        ],
        required_groups: &[],
        commands: &[
            Command {
                name: "describe",
                about: "Show the levels.",
                args: &[value(
                    &["--node-id"],
                    Takes::Number("int"),
                    "NODE_ID",
                    "The node that is asked.",
                )],
                required_groups: &[],
            },
            Command {
                name: "upgrade",
                about: "Raise levels.",
                args: &[METADATA, RELEASE, FEATURE, DRY_RUN],
                required_groups: &[],
            },
            Command {
                name: "downgrade",
                about: "Lower levels.",
                args: &[METADATA, RELEASE, FEATURE, UNSAFE, DRY_RUN],
                required_groups: &[],
            },
            Command {
                name: "disable",
                about: "Switch features off.",
                args: &[
                    value(&["--feature"], Takes::Each, "FEATURE", "A feature."),
                    UNSAFE,
                    DRY_RUN,
                ],
                required_groups: &[],
            },
            Command {
                name: "version-mapping",
                about: "Show the levels that a release brings with it.",
                args: &[RELEASE],
                required_groups: &[],
            },
            Command {
                name: "feature-dependencies",
                about: "Show what the level of a feature needs.",
                args: &[FEATURE.needed()],
                required_groups: &[],
            },
        ],
        command_value: "",
    },
    refusal: Refusal::Sentence,
    unexpected: Shown::Terse(""),
    run,
};

/// The flags of older releases as commands.
pub fn modern(arguments: &[String]) -> Vec<String> {
    let command = |word: &String| match word.as_str() {
        "--describe" => Some("describe"),
        "--upgrade" => Some("upgrade"),
        "--downgrade" => Some("downgrade"),
        _ => None,
    };
    let Some(at) = arguments.iter().position(|word| command(word).is_some()) else {
        return arguments.to_vec();
    };
    let name = command(&arguments[at]).unwrap_or_default();
    note(format!(
        "{} is an option of older releases: it is a command, {name}",
        arguments[at]
    ));
    let mut rest = arguments.to_vec();
    rest.remove(at);
    // Options before the command are those of the connection.
    let split = rest
        .iter()
        .position(|word| ["--feature", "--dry-run"].contains(&word.as_str()));
    rest.insert(split.unwrap_or(rest.len()), name.to_owned());
    rest
}

fn run(given: &Given) -> Result<u8, Fault> {
    match given.command {
        "version-mapping" => return mapping(given),
        "feature-dependencies" => return dependencies(given),
        _ => {}
    }
    let file = given.text("command-config").map(connect::load);
    let properties = file.transpose()?.unwrap_or_default();
    let servers = given
        .text("bootstrap-server")
        .or(given.text("bootstrap-controller"));
    let servers = servers.ok_or_else(|| {
        Fault::Usage(
            "You must specify either --bootstrap-controller or --bootstrap-server.".to_owned(),
        )
    })?;
    let client = connect::admin(servers, &properties)?;
    match given.command {
        "describe" => describe(&client, given)?,
        command => change(&client, given, command)?,
    }
    Ok(0)
}

fn level_name(feature: &str, level: i16) -> String {
    match feature == METADATA_VERSION {
        true => features::metadata_version_name(level)
            .map_or_else(|| format!("UNKNOWN {level}"), str::to_owned),
        false => level.to_string(),
    }
}

fn describe(client: &Client, given: &Given) -> Result<(), Fault> {
    let target = match given.number::<i32>("node-id") {
        None => Target::Any,
        Some(id) if id < 0 => {
            let message = format!("Invalid node id {id}: must be non-negative.");
            return Err(Thrown::illegal_argument(message).into());
        }
        Some(id) => Target::Broker(BrokerId(id)),
    };
    let found = client.features(target);
    let (found, epoch) =
        found.map_err(|error| thrown("describeFeatures", &error).in_execution())?;
    let epoch = if epoch < 0 {
        "-".to_owned()
    } else {
        epoch.to_string()
    };
    for (name, feature) in found {
        let level = |level| level_name(&name, level);
        line(format!(
            "Feature: {name:40}  SupportedMinVersion: {:15}  SupportedMaxVersion: {:15}  FinalizedVersionLevel: {:15}  Epoch: {epoch}",
            level(feature.lowest),
            level(feature.highest),
            level(feature.finalized)
        ))?;
    }
    Ok(())
}

fn mapping(given: &Given) -> Result<u8, Fault> {
    let level = match given.text("release-version") {
        Some(text) => release(text)?,
        None => features::METADATA_VERSION_LATEST,
    };
    let shown = given.text("release-version").map(str::to_owned);
    let name = shown.unwrap_or_else(|| level_name(METADATA_VERSION, level));
    line(format!("{METADATA_VERSION}={level} ({name})"))?;
    for (name, level) in levels_of(level)
        .into_iter()
        .filter(|(name, _)| name != METADATA_VERSION)
    {
        line(format!("{name}={level}"))?;
    }
    Ok(0)
}

fn dependencies(given: &Given) -> Result<u8, Fault> {
    for text in given.texts("feature") {
        let (name, level) = name_and_level(text)?;
        if name == METADATA_VERSION {
            let release = features::metadata_version_name(level)
                .ok_or_else(|| Fault::Message(format!("Unknown metadata.version {level}")))?;
            line(format!("{name}={level} ({release}) has no dependencies."))?;
            continue;
        }
        let range = features::supported(&name)
            .ok_or_else(|| Fault::Message(format!("Unknown feature: {name}")))?;
        if level < 0 || level > range.max {
            let message = format!("No feature:{name} with feature level {level}");
            return Err(Thrown::illegal_argument(message).into());
        }
        if (name.as_str(), level) == (features::ELR_VERSION, 1) {
            line(format!("{name}={level} requires:"))?;
            line(format!(
                "    {METADATA_VERSION}={ELR_NEEDS} ({})",
                level_name(METADATA_VERSION, ELR_NEEDS)
            ))?;
        } else {
            line(format!("{name}={level} has no dependencies."))?;
        }
    }
    Ok(0)
}

fn release(text: &str) -> Result<i16, Fault> {
    features::metadata_version_of(text).ok_or_else(|| {
        let known = features::metadata_version_names().join(", ");
        Fault::Message(format!(
            "Version {text} is not a valid version. The known versions are: {known}"
        ))
    })
}

/// The levels that a release brings with it.
fn levels_of(metadata_version: i16) -> Vec<(String, i16)> {
    let levels = features::bootstrap_at(metadata_version);
    let level = |name: &str| (name.to_owned(), levels.get(name).copied().unwrap_or(0));
    // 3.9-IV0: the quorum may know its own voters.
    let kraft = (
        features::KRAFT_VERSION.to_owned(),
        i16::from(metadata_version >= 21),
    );
    let rest = [
        features::TRANSACTION_VERSION,
        features::GROUP_VERSION,
        features::ELR_VERSION,
        features::SHARE_VERSION,
        features::STREAMS_VERSION,
    ];
    let all = [(METADATA_VERSION.to_owned(), metadata_version), kraft];
    all.into_iter().chain(rest.map(level)).collect()
}

fn name_and_level(text: &str) -> Result<(String, i16), Fault> {
    let fault = |why: String| {
        Fault::from(Thrown::runtime(format!(
            "Can't parse feature=level string {text}: {why}"
        )))
    };
    let (name, level) = text
        .split_once('=')
        .ok_or_else(|| fault("equals sign not found.".to_owned()))?;
    let level = level.trim();
    let number = level
        .parse()
        .map_err(|_| fault(format!("unable to parse {level} as a short.")))?;
    Ok((name.trim().to_owned(), number))
}

fn change(client: &Client, given: &Given, command: &str) -> Result<(), Fault> {
    let kind = match command {
        "upgrade" => FeatureChange::Upgrade,
        _ if given.has("unsafe") => FeatureChange::UnsafeDowngrade,
        _ => FeatureChange::SafeDowngrade,
    };
    let levels = wanted(given, command)?;
    if levels.is_empty() {
        return Err(Fault::Message(format!(
            "You must specify at least one feature to {command}"
        )));
    }
    let dry_run = given.has("dry-run");
    let each = client
        .update_features(&levels, kind, dry_run)
        .map_err(|error| thrown("updateFeatures", &error))?;
    let mut failures = 0;
    for (name, result) in each {
        let level = levels.get(&name).copied().unwrap_or_default();
        let is_off = command == "disable";
        match result {
            Ok(()) => {
                let verb = if dry_run { "can be" } else { "was" };
                let what = if is_off {
                    "disabled.".to_owned()
                } else {
                    format!("{command}d to {level}.")
                };
                line(format!("{name} {verb} {what}"))?;
            }
            Err(error) => {
                failures += 1;
                let verb = if dry_run { "Can not" } else { "Could not" };
                let to = if is_off {
                    String::new()
                } else {
                    format!(" to {level}")
                };
                let why = thrown("updateFeatures", &error);
                line(format!("{verb} {command} {name}{to}. {}", why.message()))?;
            }
        }
    }
    match failures {
        0 => Ok(()),
        _ => Err(Fault::Message(format!(
            "{failures} out of {} operation(s) failed.",
            levels.len()
        ))),
    }
}

/// The levels that are asked for.
fn wanted(given: &Given, command: &str) -> Result<BTreeMap<String, i16>, Fault> {
    let mut levels = BTreeMap::new();
    if let Some(text) = given.text("release-version") {
        if given.has("metadata") || given.has("feature") {
            let message = "Can not specify `release-version` with other feature flags.";
            return Err(Fault::Message(message.to_owned()));
        }
        let all = levels_of(release(text)?).into_iter();
        levels.extend(all.filter(|(_, level)| command != "upgrade" || *level > 0));
    }
    if let Some(text) = given.text("metadata") {
        line(" `metadata` flag is deprecated and may be removed in a future release.")?;
        levels.insert(METADATA_VERSION.to_owned(), release(text)?);
    }
    for text in given.texts("feature") {
        let (name, level) = match command {
            "disable" => (text.to_owned(), 0),
            _ => name_and_level(text)?,
        };
        if levels.insert(name.clone(), level).is_some() {
            let message = format!("Feature {name} was specified more than once.");
            return Err(Thrown::runtime(message).into());
        }
    }
    Ok(levels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_of_older_releases_are_commands() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let older = words("--bootstrap-server h:1 --describe");
        assert_eq!(modern(&older), words("--bootstrap-server h:1 describe"));
        let same = words("--bootstrap-server h:1 describe");
        assert_eq!(modern(&same), same);
    }

    #[test]
    fn a_feature_has_a_level() {
        assert_eq!(
            name_and_level("a=1").expect("well formed"),
            ("a".to_owned(), 1)
        );
        let message = |text: &str| name_and_level(text).expect_err(text).message();
        assert_eq!(
            message("a"),
            "Can't parse feature=level string a: equals sign not found."
        );
        assert_eq!(
            message("a=x"),
            "Can't parse feature=level string a=x: unable to parse x as a short."
        );
    }
}
