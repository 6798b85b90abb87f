//! What groups ask of their coordinator all day: commits of offsets, and heartbeats.

use std::net::SocketAddr;

use hdrhistogram::Histogram;
use model::ErrorCode;
use protocol::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest;
use protocol::offset_commit_request::{
    OffsetCommitRequest, OffsetCommitRequestPartition, OffsetCommitRequestTopic,
};

use crate::call::{Caller, GROUP, Topic, await_coordinator};
use crate::load::{Window, histogram};
use crate::scenario::{Context, Measure, Sample, Scenario, measure, note, observe};
use crate::systems::{System, Target};
use crate::usage::Usage;

const TWO: &[System] = &[System::Kalda, System::KafkaTuned];

/// Commits, and what a heartbeat costs in groups of different sizes.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "commits",
        about: "16 connections commit one offset each, in turn for 1,000 groups, as fast as they are answered",
        measures: COMMITS,
        systems: TWO,
        most_reps: usize::MAX,
        by_default: false,
        run: commits,
    },
    Scenario {
        name: "slope-heartbeats",
        about: "heartbeats of a member that has nothing new to say, in a consumer group of so many members",
        measures: BEATS,
        systems: TWO,
        most_reps: 2,
        by_default: false,
        run: slope_of_heartbeats,
    },
];

const COMMITS: &[Measure] = &[
    measure("per CPU s", ""),
    measure("broker CPU", "us/commit"),
    measure("commits", "/s"),
    measure("p50", "us"),
    measure("p99", "us"),
];
const BEATS: &[Measure] = &[
    measure("with 10", "us/req"),
    measure("with 100", "us/req"),
    measure("with 1,000", "us/req"),
];

const CONNECTIONS: usize = 16;
const GROUPS: usize = 1_000;

fn commits(context: &mut Context, system: System) -> Result<Sample, String> {
    let target = context.target(system)?;
    let topic = context.topic(&target, 1, &[])?;
    await_coordinator(&mut Caller::connect(target.address)?, GROUP, &group(0))?;
    let window = context.window(system, context.seconds);
    let (all, observed) = std::thread::scope(|scope| {
        let (topic, window) = (&topic, &window);
        let one = |first| scope.spawn(move || commit_in_turn(target.address, topic, first, window));
        let threads: Vec<_> = (0..CONNECTIONS).map(one).collect();
        let observed = observe(target.pid, window);
        let all: Vec<_> = threads.into_iter().map(|t| t.join()).collect();
        (all, observed)
    });
    let mut latencies = histogram();
    for one in all {
        let one = one.map_err(|_| "a load thread panicked".to_owned())??;
        latencies.add(one).map_err(|e| e.to_string())?;
    }
    let count = latencies.len().max(1) as f64;
    let mut sample = Sample::default();
    sample.set("per CPU s", count / observed.cpu);
    sample.set("broker CPU", observed.cpu * 1e6 / count);
    sample.set("commits", count / window.seconds());
    sample.set_latencies(&latencies);
    note(&mut sample, &target, &observed);
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn group(number: usize) -> String {
    format!("committing-{number}")
}

/// Commits for every sixteenth group, the `first` and those after it, until the window ends.
fn commit_in_turn(
    address: SocketAddr,
    topic: &Topic,
    first: usize,
    window: &Window,
) -> Result<Histogram<u64>, String> {
    let mut caller = Caller::connect(address)?;
    let mut latencies = histogram();
    window.sleep_until(window.begin);
    let mut offset = 0;
    loop {
        offset += 1;
        for number in (first..GROUPS).step_by(CONNECTIONS) {
            let began = window.now();
            if began >= window.until {
                return Ok(latencies);
            }
            let error = commit(&mut caller, topic, &group(number), offset)?;
            match error {
                ErrorCode::NONE if window.counts(began) => {
                    latencies.saturating_record(window.now() - began);
                }
                // A coordinator loads its partition when it is first asked.
                ErrorCode::NONE
                | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
                | ErrorCode::NOT_COORDINATOR => {}
                error => return Err(format!("OffsetCommit: {error:?}")),
            }
        }
    }
}

fn commit(
    caller: &mut Caller,
    topic: &Topic,
    group: &str,
    offset: i64,
) -> Result<ErrorCode, String> {
    let partition = OffsetCommitRequestPartition {
        partition_index: 0,
        committed_offset: offset,
        committed_leader_epoch: -1,
        committed_metadata: Some("".into()),
        ..Default::default()
    };
    let request = OffsetCommitRequest {
        group_id: group.into(),
        generation_id_or_member_epoch: -1,
        topics: vec![OffsetCommitRequestTopic {
            topic_id: topic.id,
            partitions: vec![partition],
            ..Default::default()
        }],
        ..Default::default()
    };
    caller.call(10, &request, |response| {
        let partitions = response.topics.iter().flat_map(|t| &t.partitions);
        let mut errors = partitions.map(|p| p.error_code);
        errors.next().unwrap_or(ErrorCode::UNKNOWN_SERVER_ERROR)
    })
}

/// Heartbeats that one step is measured over.
const BEATS_ASKED: u32 = 5_000;

fn slope_of_heartbeats(context: &mut Context, system: System) -> Result<Sample, String> {
    let target = context.target(system)?;
    let topic = context.topic(&target, 100, &[])?;
    let mut sample = Sample::default();
    for (name, members) in [("with 10", 10), ("with 100", 100), ("with 1,000", 1_000)] {
        sample.set(name, cost_of_a_heartbeat(&target, &topic, members)?);
    }
    context.done_with(&target, &topic)?;
    Ok(sample)
}

fn cost_of_a_heartbeat(target: &Target, topic: &Topic, members: u32) -> Result<f64, String> {
    let mut caller = Caller::connect(target.address)?;
    let group = format!("{}-beats-{members}", topic.name);
    await_coordinator(&mut caller, GROUP, &group)?;
    let mut epoch = 0;
    for number in 0..members {
        epoch = join(&mut caller, topic, &group, &format!("member-{number}"))?;
    }
    let member = format!("member-{}", members - 1);
    let mut before = Usage::of(target.pid);
    for number in 0..BEATS_ASKED {
        if number == BEATS_ASKED / 5 {
            before = Usage::of(target.pid);
        }
        epoch = beat(&mut caller, &group, &member, epoch)?;
    }
    let counted = BEATS_ASKED - BEATS_ASKED / 5;
    let cpu = Usage::of(target.pid).cpu - before.cpu;
    Ok(cpu * 1e6 / f64::from(counted))
}

/// A heartbeat without news; gives the member's epoch, which rises once the group has settled.
fn beat(caller: &mut Caller, group: &str, member: &str, epoch: i32) -> Result<i32, String> {
    let request = ConsumerGroupHeartbeatRequest {
        group_id: group.into(),
        member_id: member.into(),
        member_epoch: epoch,
        rebalance_timeout_ms: -1,
        ..Default::default()
    };
    let (error, epoch) = caller.call(1, &request, |r| (r.error_code, r.member_epoch))?;
    if error.is_none() {
        return Ok(epoch);
    }
    Err(format!("ConsumerGroupHeartbeat: {error:?}"))
}

/// Joins a consumer group; gives the member's epoch.
fn join(caller: &mut Caller, topic: &Topic, group: &str, member: &str) -> Result<i32, String> {
    let request = ConsumerGroupHeartbeatRequest {
        group_id: group.into(),
        member_id: member.into(),
        member_epoch: 0,
        rebalance_timeout_ms: 300_000,
        subscribed_topic_names: Some(vec![topic.name.as_str().into()]),
        topic_partitions: Some(Vec::new()),
        ..Default::default()
    };
    loop {
        let (error, epoch) = caller.call(1, &request, |r| (r.error_code, r.member_epoch))?;
        match error {
            ErrorCode::NONE => return Ok(epoch),
            ErrorCode::COORDINATOR_LOAD_IN_PROGRESS | ErrorCode::NOT_COORDINATOR => {}
            error => return Err(format!("{member} cannot join {group}: {error:?}")),
        }
    }
}
