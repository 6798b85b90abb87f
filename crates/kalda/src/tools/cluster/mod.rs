//! `kalda cluster`: shows a cluster, and starts and stops one of several nodes.

mod describe;
mod machine;
mod plan;
mod run;

use clap::{Args, Subcommand};

use super::ToolError;
use super::connect::ConnectArgs;

/// `kalda cluster`.
#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  kalda cluster
  kalda cluster --bootstrap-server broker-1:9092 --output json
  kalda cluster start --nodes 3
  kalda cluster status
  kalda cluster kill 2
  kalda cluster start
  kalda cluster stop

'start' makes a cluster of nodes on this machine, or on those of --hosts, and remembers it in its directory: called again, it starts
those of its nodes that do not run."
)]
pub struct ClusterArgs {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    connect: ConnectArgs,
}

#[derive(Subcommand, Debug)]
enum Action {
    /// Start a cluster of several nodes, or those of its nodes that do not run.
    Start(run::StartArgs),
    /// Stop the nodes of a cluster that was started here; their data stays.
    Stop(run::WhereArgs),
    /// Show the nodes of a cluster that was started here.
    Status(run::WhereArgs),
    /// End a node at once, as a crash would.
    Kill(run::KillArgs),
}

impl ClusterArgs {
    /// Runs `kalda cluster`.
    pub fn run(self) -> Result<(), ToolError> {
        match self.action {
            None => describe::describe(&self.connect),
            Some(Action::Start(args)) => args.run(),
            Some(Action::Stop(args)) => args.stop(),
            Some(Action::Status(args)) => args.status(),
            Some(Action::Kill(args)) => args.run(),
        }
    }
}
