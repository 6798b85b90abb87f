//! kafka-metadata-quorum: who votes in the metadata quorum, and how far each replica is.

use std::time::SystemTime;

use client::admin::{Quorum, QuorumReplica};
use client::{Client, ClientError};
use model::{ErrorCode, Uuid};

use super::args::{Command, Given, Parser, Takes, flag, value};
use super::connect;
use super::console::{line, print};
use super::faults::{Fault, Thrown, thrown};
use super::{ArgScript, Refusal, Shown, table};

/// The script.
pub const SCRIPT: ArgScript = ArgScript {
    parser: Parser {
        name: "kafka-metadata-quorum",
        about: "Shows the metadata quorum.",
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
        required_groups: &[1],
        commands: &[DESCRIBE, REMOVE_CONTROLLER],
        command_value: "",
    },
    refusal: Refusal::Usage,
    unexpected: Shown::Message,
    run,
};

const DESCRIBE: Command = Command {
    name: "describe",
    about: "Show the quorum, or how far its replicas are.",
    args: &[
        flag(&["--status"], "Show the quorum."),
        flag(&["--replication"], "Show how far replicas are."),
        flag(
            &["--human-readable"],
            "Show times as how long ago they are.",
        ),
    ],
    required_groups: &[],
};

const REMOVE_CONTROLLER: Command = Command {
    name: "remove-controller",
    about: "Take a voter out of the quorum.",
    args: &[
        value(
            &["--controller-id", "-i"],
            Takes::Number("int"),
            "CONTROLLER_ID",
            "Its node id.",
        )
        .needed(),
        value(
            &["--controller-directory-id", "-d"],
            Takes::Text,
            "CONTROLLER_DIRECTORY_ID",
            "The id of its metadata log directory.",
        )
        .needed(),
        flag(&["--dry-run"], "Show what would be done."),
    ],
    required_groups: &[],
};

fn terse(message: impl Into<String>) -> Fault {
    Fault::Message(message.into())
}

fn run(given: &Given) -> Result<u8, Fault> {
    let file = given.text("command-config");
    if let Some(file) = file.filter(|file| !std::path::Path::new(file).exists()) {
        return Err(terse(format!("Properties file {file} does not exists!")));
    }
    let properties = file.map(connect::load).transpose()?.unwrap_or_default();
    let servers = given
        .text("bootstrap-server")
        .or(given.text("bootstrap-controller"));
    let client = connect::admin(servers.unwrap_or_default(), &properties)?;
    if given.command == REMOVE_CONTROLLER.name {
        return remove(&client, given).map(|()| 0);
    }
    match (given.has("status"), given.has("replication")) {
        (true, true) => Err(terse(
            "Only one of --status or --replication should be specified with describe sub-command",
        )),
        (false, false) => Err(terse(
            "One of --status or --replication must be specified with describe sub-command",
        )),
        (true, _) if given.has("human-readable") => Err(terse(
            "The option --human-readable is only supported along with --replication",
        )),
        (true, _) => status(&client).map(|()| 0),
        _ => replication(&client, given.has("human-readable")).map(|()| 0),
    }
}

fn remove(client: &Client, given: &Given) -> Result<(), Fault> {
    let id: i32 = given.number("controller-id").unwrap_or_default();
    if id < 0 {
        return Err(terse(format!("Invalid negative --controller-id: {id}")));
    }
    let text = given.text("controller-directory-id").unwrap_or_default();
    let directory: Uuid = text.parse().map_err(|error| {
        terse(format!(
            "Failed to parse --controller-directory-id: {text}: {error}"
        ))
    })?;
    let done = if given.has("dry-run") {
        "DRY RUN of removing "
    } else {
        client.remove_voter(id, directory).map_err(|error| {
            let why = match error {
                ClientError::Unsupported { .. } => {
                    let message = "The node does not support REMOVE_RAFT_VOTER";
                    Thrown::of_code(ErrorCode::UNSUPPORTED_VERSION, Some(message))
                }
                error => thrown("removeRaftVoter", &error),
            };
            why.in_execution()
        })?;
        "Removed "
    };
    line(format!(
        "{done} KRaft controller {id} with directory id {directory}"
    ))
}

fn quorum(client: &Client) -> Result<(Quorum, QuorumReplica), Fault> {
    let quorum = client
        .describe_quorum()
        .map_err(|error| thrown("describeMetadataQuorum", &error).in_execution())?;
    let leader = quorum
        .voters
        .iter()
        .find(|voter| voter.id == quorum.leader)
        .copied();
    let leader = leader
        .ok_or_else(|| Thrown::new("java.util.NoSuchElementException", "No value present"))?;
    Ok((quorum, leader))
}

fn status(client: &Client) -> Result<(), Fault> {
    let cluster = client.describe_cluster(false);
    let (id, _) = cluster.map_err(|error| thrown("describeCluster", &error).in_execution())?;
    let (quorum, leader) = quorum(client)?;
    let slowest = quorum
        .voters
        .iter()
        .min_by_key(|voter| voter.log_end_offset)
        .copied();
    let slowest = slowest.unwrap_or(leader);
    let lag_ms = match (leader.last_caught_up_ms, slowest.last_caught_up_ms) {
        _ if slowest.id == leader.id => 0,
        (-1, _) | (_, -1) => -1,
        (leader, slowest) => leader - slowest,
    };
    line(format!(
        "ClusterId:              {id}\n\
         LeaderId:               {}\n\
         LeaderEpoch:            {}\n\
         HighWatermark:          {}\n\
         MaxFollowerLag:         {}\n\
         MaxFollowerLagTimeMs:   {lag_ms}\n\
         CurrentVoters:          {}\n\
         CurrentObservers:       {}",
        quorum.leader,
        quorum.leader_epoch,
        quorum.high_watermark,
        leader.log_end_offset - slowest.log_end_offset,
        replicas(&quorum, &quorum.voters),
        replicas(&quorum, &quorum.observers)
    ))
}

fn replicas(quorum: &Quorum, replicas: &[QuorumReplica]) -> String {
    let shown: Vec<_> = replicas
        .iter()
        .map(|replica| replica_text(quorum, replica))
        .collect();
    format!("[{}]", shown.join(", "))
}

fn replica_text(quorum: &Quorum, replica: &QuorumReplica) -> String {
    let mut text = format!("{{\"id\": {}", replica.id);
    if replica.directory != Uuid::ZERO {
        text.push_str(&format!(", \"directoryId\": \"{}\"", replica.directory));
    }
    let listeners = quorum.listeners.get(&replica.id).into_iter().flatten();
    let listeners: Vec<_> = listeners
        .map(|(name, host, port)| match host.contains(':') {
            true => format!("\"{name}://[{host}]:{port}\""),
            false => format!("\"{name}://{host}:{port}\""),
        })
        .collect();
    if !listeners.is_empty() {
        text.push_str(&format!(", \"endpoints\": [{}]", listeners.join(", ")));
    }
    text.push('}');
    text
}

fn replication(client: &Client, human: bool) -> Result<(), Fault> {
    let (quorum, leader) = quorum(client)?;
    let followers = quorum
        .voters
        .iter()
        .filter(|voter| voter.id != quorum.leader);
    let all = [(&leader, "Leader")]
        .into_iter()
        .chain(followers.map(|voter| (voter, "Follower")))
        .chain(
            quorum
                .observers
                .iter()
                .map(|observer| (observer, "Observer")),
        );
    let rows: Vec<_> = all
        .map(|(replica, status)| {
            vec![
                replica.id.to_string(),
                replica.directory.to_string(),
                replica.log_end_offset.to_string(),
                (leader.log_end_offset - replica.log_end_offset).to_string(),
                time(replica.last_fetch_ms, human),
                time(replica.last_caught_up_ms, human),
                status.to_owned(),
            ]
        })
        .collect();
    let headings = [
        "NodeId",
        "DirectoryId",
        "LogEndOffset",
        "Lag",
        "LastFetchTimestamp",
        "LastCaughtUpTimestamp",
        "Status",
    ];
    print(&table::text(&headings, &rows))
}

fn time(ms: i64, human: bool) -> String {
    if ms < 0 || !human {
        return ms.to_string();
    }
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let now = since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    });
    format!("{} ms ago", (now - ms).max(0))
}
