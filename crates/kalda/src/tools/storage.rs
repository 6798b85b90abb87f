//! `kalda storage`: formats the directories of a node before its first start, and shows what they are, as Kafka's
//! kafka-storage does.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use broker::{Format, InitialController, InitialControllers, format_directories};
use clap::{Args, Subcommand};
use config::BrokerConfig;
use metadata::features;
use model::{BrokerId, Uuid};
use storage::disk::{Disk, RealDisk};
use storage::meta_properties::MetaProperties;

use super::ToolError;
use super::output;
use crate::configuration;

/// `kalda storage`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  kalda storage random-uuid
  kalda storage format --cluster-id 5L6g3nShT-eMCtK--X86sw --config server.properties
  kalda storage info --config server.properties

A node that is a whole cluster of its own needs none of this: it formats itself when it starts. The nodes of one cluster are all
formatted with the same cluster id.")]
pub struct StorageArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Print a random id, for a cluster or a directory.
    RandomUuid,
    /// Format the directories that a configuration names.
    Format(FormatArgs),
    /// Show what the directories that a configuration names are.
    Info(ConfigArgs),
    /// Show the feature levels that a release brings with it.
    VersionMapping(VersionArgs),
}

#[derive(Args, Debug)]
struct ConfigArgs {
    /// The properties file of the node.
    #[arg(long, short, value_name = "FILE")]
    config: PathBuf,
}

#[derive(Args, Debug)]
struct VersionArgs {
    /// A release (4.1) or metadata version (4.1-IV0); the newest if not said.
    #[arg(long, short, value_name = "RELEASE", value_parser = metadata_version)]
    release_version: Option<i16>,
}

#[derive(Args, Debug)]
struct FormatArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    version: VersionArgs,
    /// The id of the cluster, the same for all of its nodes; `kalda storage random-uuid` makes one.
    #[arg(long, short = 't', value_name = "ID", value_parser = cluster_id)]
    cluster_id: String,
    /// Leave directories that are formatted already as they are.
    #[arg(long, short = 'g')]
    ignore_formatted: bool,
    /// A feature at another level than the release brings with it, such as group.version=0; may be given several times.
    #[arg(long, short, value_name = "FEATURE=LEVEL", value_parser = feature)]
    feature: Vec<(String, i16)>,
    /// This controller is a quorum of its own, to which others may be added.
    #[arg(long, short, group = "controllers")]
    standalone: bool,
    /// This node learns who the controllers are from those that are there.
    #[arg(long, short, group = "controllers")]
    no_initial_controllers: bool,
    /// The controllers of a new quorum, the same list for all nodes: ID@HOST:PORT:DIRECTORY-ID,...
    #[arg(long, short = 'I', group = "controllers", value_name = "LIST", value_delimiter = ',', value_parser = controller)]
    initial_controllers: Vec<InitialController>,
}

fn metadata_version(text: &str) -> Result<i16, String> {
    features::metadata_version_of(text).ok_or_else(|| {
        let known = features::metadata_version_names().join(", ");
        format!("Unknown metadata.version '{text}'. Supported metadata.version are: {known}")
    })
}

fn cluster_id(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a cluster id is not empty".to_owned()),
        id if id.contains(char::is_whitespace) => Err("a cluster id has no spaces".to_owned()),
        id => Ok(id.to_owned()),
    }
}

fn feature(text: &str) -> Result<(String, i16), String> {
    let (name, level) = text
        .split_once('=')
        .ok_or("a feature is given as NAME=LEVEL")?;
    let level = level
        .trim()
        .parse()
        .map_err(|_| format!("{level} is no level of a feature"))?;
    Ok((name.trim().to_owned(), level))
}

fn controller(text: &str) -> Result<InitialController, String> {
    let parse = || {
        let (id, place) = text.trim().split_once('@')?;
        let (address, directory) = place.rsplit_once(':')?;
        let (host, port) = address.rsplit_once(':')?;
        Some(InitialController {
            id: BrokerId(id.parse().ok().filter(|id| *id >= 0)?),
            host: host
                .trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
            port: port.parse().ok()?,
            directory: directory.parse::<Uuid>().ok()?,
        })
    };
    parse().ok_or_else(|| format!("{text} is not ID@HOST:PORT:DIRECTORY-ID"))
}

impl StorageArgs {
    /// Runs `kalda storage`.
    pub fn run(self) -> Result<(), ToolError> {
        match self.action {
            Action::RandomUuid => output::print(&format!("{}\n", random_uuid()?)),
            Action::Format(args) => args.run(),
            Action::Info(args) => info(&args.load()?),
            Action::VersionMapping(args) => output::print(&args.mapping()),
        }
    }
}

impl ConfigArgs {
    fn load(&self) -> Result<BrokerConfig, ToolError> {
        Ok(configuration::load(Some(&self.config), &[])?.broker())
    }
}

impl VersionArgs {
    fn level(&self) -> i16 {
        self.release_version
            .unwrap_or(features::METADATA_VERSION_LATEST)
    }

    fn name(&self) -> &'static str {
        features::metadata_version_name(self.level()).unwrap_or("?")
    }

    /// As Kafka prints it.
    fn mapping(&self) -> String {
        let levels = features::bootstrap_at(self.level());
        let mut text = format!("metadata.version={} ({})\n", self.level(), self.name());
        let kraft = i16::from(self.level() >= KRAFT_VERSION_1_AT);
        let _ = writeln!(text, "{}={kraft}", features::KRAFT_VERSION);
        for name in MAPPED {
            let level = levels.get(name).copied().unwrap_or(0);
            let _ = writeln!(text, "{name}={level}");
        }
        text
    }
}

/// 3.9-IV0: the quorum may know its own voters (KIP-853).
const KRAFT_VERSION_1_AT: i16 = 21;
/// In the order in which Kafka prints them.
const MAPPED: [&str; 5] = [
    features::TRANSACTION_VERSION,
    features::GROUP_VERSION,
    features::ELR_VERSION,
    features::SHARE_VERSION,
    features::STREAMS_VERSION,
];

impl FormatArgs {
    fn run(self) -> Result<(), ToolError> {
        let config = self.config.load()?;
        let disk: Arc<dyn Disk> = Arc::new(RealDisk::new(1, |_| ()));
        let format = Format {
            cluster_id: self.cluster_id.clone(),
            metadata_version: self.version.level(),
            levels: self.feature.clone(),
            ignore_formatted: self.ignore_formatted,
            seed: random()?,
            controllers: match () {
                () if self.standalone => InitialControllers::Standalone,
                () if self.no_initial_controllers => InitialControllers::Unknown,
                () if self.initial_controllers.is_empty() => InitialControllers::Configured,
                () => InitialControllers::These(self.initial_controllers),
            },
        };
        let formatted = format_directories(&disk, &config, &format)?;
        let mut text = String::new();
        for one in &formatted {
            let (kind, path, version) = (one.kind, one.path.display(), self.version.name());
            let _ = writeln!(
                text,
                "Formatting {kind} {path} with metadata.version {version}."
            );
        }
        if formatted.is_empty() {
            text.push_str("All of the log directories are already formatted.\n");
        }
        output::print(&text)
    }
}

fn info(config: &BrokerConfig) -> Result<(), ToolError> {
    let disk = RealDisk::new(1, |_| ());
    let mut paths = config.log_dirs.clone();
    if !paths.contains(&config.metadata_log_dir) {
        paths.push(config.metadata_log_dir.clone());
    }
    paths.sort();
    paths.dedup();
    let (mut found, mut problems, mut metadata) = (Vec::new(), Vec::new(), None);
    for path in paths.iter().map(PathBuf::from) {
        if !path.is_dir() {
            problems.push(format!("{} does not exist", path.display()));
            continue;
        }
        found.push(path.display().to_string());
        match MetaProperties::read(&disk, &path) {
            Ok(Some(meta)) => metadata = Some(meta),
            Ok(None) => problems.push(format!("{} is not formatted.", path.display())),
            Err(error) => problems.push(format!("{}: {error}", path.display())),
        }
    }
    output::print(&info_text(&found, metadata.as_ref(), &problems))?;
    match problems.len() {
        0 => Ok(()),
        count => Err(ToolError::Directories(count)),
    }
}

/// As Kafka prints it.
fn info_text(found: &[String], metadata: Option<&MetaProperties>, problems: &[String]) -> String {
    let mut text = list(["Found log directory", "Found log directories"], found);
    if let Some(meta) = metadata {
        let directory = meta.directory_id.map(|id| format!("directory.id={id}, "));
        let _ = writeln!(
            text,
            "Found metadata: {{cluster.id={}, {}node.id={}, version=1}}\n",
            meta.cluster_id,
            directory.unwrap_or_default(),
            meta.node_id
        );
    }
    text + &list(["Found problem", "Found problems"], problems)
}

/// Lines under a heading, for one and for several.
fn list([one, several]: [&str; 2], lines: &[String]) -> String {
    let heading = match lines.len() {
        0 => return String::new(),
        1 => one,
        _ => several,
    };
    let lines = lines.iter().map(|line| format!("  {line}\n"));
    format!("{heading}:\n{}\n", lines.collect::<String>())
}

fn random() -> Result<[u8; 32], ToolError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(ToolError::Random)?;
    Ok(bytes)
}

/// A random id that no option is taken for: Kafka's begin with no dash either.
pub fn random_uuid() -> Result<Uuid, ToolError> {
    loop {
        let bytes = random()?;
        let bits = u128::from_be_bytes(bytes[..16].try_into().expect("16 of 32 bytes"));
        if let Some(id) = Uuid::from_random(bits) {
            return Ok(id);
        }
    }
}
