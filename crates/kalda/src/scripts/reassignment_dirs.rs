//! kafka-reassign-partitions: the log directories that replicas are in and are moved to (KIP-113).

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use client::Client;
use model::{BrokerId, ErrorCode};

use super::console::line;
use super::faults::{Fault, Thrown};
use super::reassign_partitions::{commas, failed, plural};
use super::reassignment_files::{Dirs, Replica};

/// How long is waited between two attempts to move a replica.
const PAUSE: Duration = Duration::from_millis(100);

/// Where a replica is, and where it is to be.
pub struct DirMove {
    target: String,
    /// Where it is.
    pub current: Option<String>,
    /// Where it is being moved to.
    pub future: Option<String>,
}

impl DirMove {
    /// What --verify says of it.
    pub fn said(&self, replica: &Replica) -> String {
        let (tp, broker, target) = (&replica.partition, replica.broker, &self.target);
        let name = format!("{tp}-{broker}");
        match (&self.current, &self.future) {
            (None, _) => format!(
                "Partition {tp} is not found in any live log dir on broker {broker}. There is likely an offline log directory on the broker."
            ),
            (_, Some(future)) if future == target => {
                format!("Reassignment of replica {name} is still in progress.")
            }
            (_, Some(future)) => format!(
                "Partition {tp} on broker {broker} is being moved to log dir {future} instead of {target}."
            ),
            (Some(current), None) if current == target => {
                format!("Reassignment of replica {name} completed successfully.")
            }
            (Some(current), None) => format!(
                "Partition {tp} on broker {broker} is not being moved from log dir {current} to {target}."
            ),
        }
    }
}

/// The replicas that are to be in other log directories.
///
/// # Errors
/// When a broker does not say where its replicas are.
pub fn dir_moves(client: &Client, wanted: &Dirs) -> Result<BTreeMap<Replica, DirMove>, Fault> {
    let [current, future] = dirs_of(client, wanted.keys().map(|replica| replica.broker))?;
    let moves = wanted.iter().map(|(replica, target)| {
        let state = DirMove {
            target: target.clone(),
            current: current.get(replica).cloned(),
            future: future.get(replica).cloned(),
        };
        (replica.clone(), state)
    });
    Ok(moves.collect())
}

/// Where the replicas of brokers are, and where those will be that are being moved.
///
/// # Errors
/// When a broker does not say where its replicas are.
pub fn dirs_of(client: &Client, brokers: impl Iterator<Item = i32>) -> Result<[Dirs; 2], Fault> {
    let mut found = [Dirs::new(), Dirs::new()];
    for broker in brokers.collect::<BTreeSet<_>>() {
        let dirs = client.describe_log_dirs(BrokerId(broker));
        for dir in dirs.map_err(failed("describeReplicaLogDirs"))? {
            for one in dir.replicas {
                let partition = one.partition;
                found[usize::from(one.is_future)]
                    .insert(Replica { broker, partition }, dir.path.clone());
            }
        }
    }
    Ok(found)
}

/// Moves replicas to log directories, for which they may have to come to the broker first.
///
/// # Errors
/// When one cannot be moved, or does not come in time.
pub fn move_dirs(client: &Client, patience: Duration, mut pending: Dirs) -> Result<(), Fault> {
    let until = Instant::now() + patience;
    while !pending.is_empty() {
        let mut started = Vec::new();
        for broker in pending.keys().map(|r| r.broker).collect::<BTreeSet<_>>() {
            let of_broker = pending.iter().filter(|(r, _)| r.broker == broker);
            let moves: Vec<_> = of_broker
                .map(|(replica, dir)| (replica.partition.clone(), dir.as_str()))
                .collect();
            let each = client.alter_replica_log_dirs(BrokerId(broker), &moves);
            for (partition, result) in each.map_err(failed("alterReplicaLogDirs"))? {
                match result {
                    Ok(()) => started.push(Replica { broker, partition }),
                    Err(error) if error.code() == Some(ErrorCode::REPLICA_NOT_AVAILABLE) => {}
                    Err(_) => {
                        let message = format!("Failed to alter dir for {partition}-{broker}");
                        return Err(Thrown::command_failed(message).into());
                    }
                }
            }
        }
        for replica in started {
            let dir = pending.remove(&replica).unwrap_or_default();
            let (tp, broker) = (&replica.partition, replica.broker);
            line(format!(
                "Successfully started moving log directory to {dir} for replica {tp} with broker {broker} "
            ))?;
        }
        if !pending.is_empty() {
            if Instant::now() >= until {
                let names = pending
                    .keys()
                    .map(|r| format!("{}-{}", r.partition, r.broker));
                return Err(Fault::Message(format!(
                    "Timed out before log directory move{} could be started for: {}",
                    plural(pending.len()),
                    commas(names)
                )));
            }
            std::thread::sleep(PAUSE);
        }
    }
    Ok(())
}
