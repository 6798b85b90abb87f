//! A share group as a queue: one member takes records and acknowledges them.

use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use model::ErrorCode;
use protocol::share_fetch_request::{
    AcknowledgementBatch, FetchPartition, FetchTopic, ShareFetchRequest,
};
use protocol::share_group_heartbeat_request::ShareGroupHeartbeatRequest;

use crate::call::{Caller, GROUP, Resource, Topic, await_coordinator, set_config};
use crate::load::{histogram, nanos};
use crate::scenario::{Context, Measure, Sample, Scenario, measure};
use crate::scenarios::fetch::fill;
use crate::systems::{System, Target};
use crate::usage::Usage;

const TWO: &[System] = &[System::Kalda, System::KafkaTuned];

const MEASURES: &[Measure] = &[
    measure("records", "/s"),
    measure("broker CPU", "us/record"),
    measure("per CPU s", ""),
    measure("p50", "us"),
    measure("p99", "us"),
];

const fn scenario(
    name: &'static str,
    about: &'static str,
    run: fn(&mut Context, System) -> Result<Sample, String>,
) -> Scenario {
    Scenario {
        name,
        about,
        measures: MEASURES,
        systems: TWO,
        most_reps: 3,
        by_default: false,
        run,
    }
}

/// One record at a time, and many.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "share-one",
        "a member of a share group takes one record of 1 KB at a time and acknowledges it with the next fetch",
        |c, s| run(c, s, 1, 16_000),
    ),
    scenario(
        "share-batch",
        "the same with 500 records at a time",
        |c, s| run(c, s, 500, 640_000),
    ),
];

/// The member of each group.
const MEMBER: &str = "member";
/// Accepted, as an acknowledgement says it.
const ACCEPT: i8 = 1;
/// Not one record more than was asked for is given out.
const RECORD_LIMIT: i8 = 1;
/// Records in a batch of [`fill`].
const IN_A_BATCH: u64 = 64;
/// The group has so much time to give out the topic's first records.
const PATIENCE: Duration = Duration::from_secs(60);

fn run(
    context: &mut Context,
    system: System,
    at_once: i32,
    records: u64,
) -> Result<Sample, String> {
    let target = context.target(system)?;
    let topic = context.topic(&target, 1, &[])?;
    fill(&target, &topic, records / IN_A_BATCH)?;
    if system.is_kafka() {
        // What it runs here has to be compiled first.
        Taker::join(&target, &topic, "warm-up")?.take(records, at_once)?;
    }
    let mut taker = Taker::join(&target, &topic, "measured")?;
    let before = Usage::of(target.pid);
    let latencies = taker.take(records, at_once)?;
    let after = Usage::of(target.pid);
    let (cpu, seconds) = (after.cpu - before.cpu, (after.at - before.at).as_secs_f64());
    let mut sample = Sample::default();
    sample.set("records", records as f64 / seconds);
    sample.set("broker CPU", cpu * 1e6 / records as f64);
    sample.set("per CPU s", records as f64 / cpu);
    sample.set_latencies(&latencies);
    context.done_with(&target, &topic)?;
    Ok(sample)
}

/// The only member of a group, and its session.
struct Taker<'a> {
    caller: Caller,
    topic: &'a Topic,
    group: String,
    session_epoch: i32,
    /// What it has and did not acknowledge yet.
    taken: Vec<(i64, i64)>,
}

impl<'a> Taker<'a> {
    /// Joins a group of its own, which begins with the first record.
    fn join(target: &Target, topic: &'a Topic, name: &str) -> Result<Self, String> {
        let mut caller = Caller::connect(target.address)?;
        let group = format!("{}-{name}", topic.name);
        await_coordinator(&mut caller, GROUP, &group)?;
        let reset = "share.auto.offset.reset";
        set_config(&mut caller, Resource::Group(&group), reset, "earliest")?;
        let deadline = Instant::now() + PATIENCE;
        let mut epoch = 0;
        loop {
            let beat = ShareGroupHeartbeatRequest {
                group_id: group.as_str().into(),
                member_id: MEMBER.into(),
                member_epoch: epoch,
                subscribed_topic_names: (epoch == 0).then(|| vec![topic.name.as_str().into()]),
                ..Default::default()
            };
            let (error, now, has_partitions) = caller.call(1, &beat, |r| {
                let partitions = r.assignment.is_some_and(|a| !a.topic_partitions.is_empty());
                (r.error_code, r.member_epoch, partitions)
            })?;
            if error.is_none() {
                epoch = now;
            }
            if has_partitions {
                break;
            }
            if Instant::now() > deadline {
                return Err(format!("{group} gives out no partition: {error:?}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Self {
            caller,
            topic,
            group,
            session_epoch: 0,
            taken: Vec::new(),
        })
    }

    /// Takes and acknowledges so many records; gives how long each fetch took.
    fn take(&mut self, records: u64, at_once: i32) -> Result<Histogram<u64>, String> {
        let mut latencies = histogram();
        let (mut taken, mut last) = (0, Instant::now());
        while taken < records {
            let began = Instant::now();
            let count = self.fetch(at_once)?;
            if count > 0 {
                latencies.saturating_record(nanos(began.elapsed()));
                last = Instant::now();
            }
            taken += count;
            if last.elapsed() > PATIENCE {
                return Err(format!("{taken} records of {records}, and no more come"));
            }
        }
        // The last are acknowledged, and nothing is taken.
        self.fetch(0).map(|_| latencies)
    }

    /// Acknowledges what was taken and takes more; gives how many records that are.
    fn fetch(&mut self, at_once: i32) -> Result<u64, String> {
        let acknowledged = std::mem::take(&mut self.taken).into_iter();
        let acknowledged = acknowledged.map(|(first_offset, last_offset)| AcknowledgementBatch {
            first_offset,
            last_offset,
            acknowledge_types: vec![ACCEPT],
            ..Default::default()
        });
        let partition = FetchPartition {
            partition_index: 0,
            acknowledgement_batches: acknowledged.collect(),
            ..Default::default()
        };
        let topic = FetchTopic {
            topic_id: self.topic.id,
            partitions: vec![partition],
            ..Default::default()
        };
        let is_last = at_once == 0;
        let request = ShareFetchRequest {
            group_id: Some(self.group.as_str().into()),
            member_id: Some(MEMBER.into()),
            share_session_epoch: if is_last { -1 } else { self.session_epoch },
            max_wait_ms: 100,
            min_bytes: 1,
            max_bytes: 50 << 20,
            max_records: at_once,
            batch_size: at_once,
            share_acquire_mode: RECORD_LIMIT,
            topics: vec![topic],
            ..Default::default()
        };
        let group = &self.group;
        let taken = self.caller.call(2, &request, |response| {
            let mut taken = Vec::new();
            let partitions = response.responses.iter().flat_map(|t| &t.partitions);
            let mut errors = vec![response.error_code];
            for partition in partitions {
                errors.extend([partition.error_code, partition.acknowledge_error_code]);
                let acquired = partition.acquired_records.iter();
                taken.extend(acquired.map(|a| (a.first_offset, a.last_offset)));
            }
            match errors.into_iter().find(|error| !error.is_none()) {
                None => Ok(taken),
                // The partition's leader reads the group's state first.
                Some(ErrorCode::COORDINATOR_LOAD_IN_PROGRESS) => Ok(Vec::new()),
                Some(error) => Err(format!("ShareFetch of {group}: {error:?}")),
            }
        })??;
        self.session_epoch += 1;
        self.taken = taken;
        let counts = self.taken.iter().map(|(first, last)| last - first + 1);
        u64::try_from(counts.sum::<i64>()).map_err(|e| e.to_string())
    }
}
