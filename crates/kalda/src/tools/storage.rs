//! `kalda storage`: the directories of a node before its first start.

use std::path::PathBuf;

use broker::{Node, OpenError};
use clap::{Args, Subcommand};
use model::Uuid;
use storage::disk::RealDisk;

use super::ToolError;
use super::output;
use crate::server;

/// `kalda storage`.
#[derive(Args, Debug)]
pub struct StorageArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the directories of a node those of a cluster.
    ///
    /// Every node of a cluster of several is formatted with the same id. A node without other voters formats itself.
    #[command(after_help = "Examples:
  kalda storage format --cluster-id $(kalda storage random-uuid) server.properties
  kalda storage format -t MkU3OEVBNTcwNTJENDM2Qg server.properties --override log.dirs=/srv/kalda")]
    Format(FormatArgs),
    /// Print a new id for a cluster.
    RandomUuid,
}

#[derive(Args, Debug)]
struct FormatArgs {
    /// The properties file of the node.
    file: PathBuf,
    /// The id of the cluster.
    #[arg(long, short = 't', value_name = "ID")]
    cluster_id: String,
    /// A configuration that counts more than the file's; may be given several times.
    #[arg(long = "override", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
    /// Succeed where the directories are formatted for this cluster already.
    #[arg(long)]
    ignore_formatted: bool,
}

impl StorageArgs {
    /// Runs `kalda storage`.
    pub fn run(self) -> Result<(), ToolError> {
        match self.command {
            Command::Format(args) => args.run(),
            Command::RandomUuid => output::print(&format!("{}\n", random_uuid()?)),
        }
    }
}

impl FormatArgs {
    fn run(&self) -> Result<(), ToolError> {
        let config = server::load(Some(&self.file), &self.overrides)?;
        let disk = RealDisk::new(1, |_| ());
        match Node::format(config.given(), &self.cluster_id, &disk, seed()?) {
            Ok(paths) => {
                let lines = paths.iter().map(|path| {
                    format!(
                        "formatted {} for cluster {}\n",
                        path.display(),
                        self.cluster_id
                    )
                });
                output::print(&lines.collect::<String>())
            }
            Err(OpenError::IsFormatted { cluster_id, .. })
                if self.ignore_formatted && cluster_id == self.cluster_id =>
            {
                Ok(())
            }
            Err(error) => Err(server::Failure::Open(error).into()),
        }
    }
}

/// Formats the directories of the node that `file` describes.
pub(super) fn format(file: &PathBuf, cluster_id: &str) -> Result<Vec<PathBuf>, ToolError> {
    let config = server::load(Some(file), &[])?;
    let disk = RealDisk::new(1, |_| ());
    let formatted = Node::format(config.given(), cluster_id, &disk, seed()?);
    Ok(formatted.map_err(server::Failure::Open)?)
}

fn seed() -> Result<[u8; 32], ToolError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(server::Failure::Random)?;
    Ok(seed)
}

/// An id that no cluster has.
pub(super) fn random_uuid() -> Result<Uuid, ToolError> {
    loop {
        let seed = seed()?;
        let bits = seed.first_chunk().map(|bits| u128::from_be_bytes(*bits));
        if let Some(id) = bits.and_then(Uuid::from_random) {
            return Ok(id);
        }
    }
}
