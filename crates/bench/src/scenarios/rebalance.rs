//! How long a group of many members takes until each has its partitions, and until one more has its share.
//!
//! Each member is a thread with a connection, which beats each tenth of a second and says at once what it gave up, as
//! clients do. In classic groups the leader assigns, keeps what members have and withholds what they are to give up first.

mod board;
mod classic;
mod consumer;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::call::{Caller, GROUP, Topic, await_coordinator, create_topic};
use crate::scenario::Limit::AtMost;
use crate::scenario::{Context, Measure, Sample, Scenario, held, measure};
use crate::systems::System;
use crate::usage::Usage;

use board::Board;

const TWO: &[System] = &[System::Kalda, System::KafkaTuned];
const MEMBERS: usize = 100;
const PARTITIONS: usize = 1_000;
/// How often a member beats.
const HEARTBEAT: Duration = Duration::from_millis(100);
/// A group that has not settled by then never will.
const PATIENCE: Duration = Duration::from_secs(60);

const MEASURES: &[Measure] = &[
    held("all assigned", "ms", AtMost(1_000.0)),
    measure("CPU of it", "ms"),
    held("one more", "ms", AtMost(100.0)),
    measure("CPU of one more", "ms"),
    measure("moved", "partitions"),
    measure("paused", "partition-ms"),
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

/// Rebalances with either protocol.
pub const SCENARIOS: &[Scenario] = &[
    scenario(
        "rebalance-classic",
        "100 members of a classic group join and get 1,000 partitions, then one more joins; heartbeats each 100 ms",
        |c, s| rebalance(c, s, classic::live),
    ),
    scenario(
        "rebalance-consumer",
        "the same in a consumer group, whose coordinator assigns (uniform)",
        |c, s| rebalance(c, s, consumer::live),
    ),
];

/// A member's life until the board is closed.
type Live = fn(&Place<'_>, Caller, usize) -> Result<(), String>;

/// Where members live.
struct Place<'a> {
    group: &'a str,
    topic: &'a Topic,
    board: &'a Board,
}

const SETTINGS: [(&str, &str); 4] = [
    ("group.consumer.min.heartbeat.interval.ms", "100"),
    ("group.consumer.heartbeat.interval.ms", "100"),
    ("group.consumer.assignment.interval.ms", "0"),
    ("group.initial.rebalance.delay.ms", "0"),
];

fn rebalance(context: &mut Context, system: System, live: Live) -> Result<Sample, String> {
    let broker = context.programs.start(system, &SETTINGS)?;
    let (address, pid) = (broker.address(), broker.process_id());
    let mut caller = Caller::connect(address)?;
    let partitions = i32::try_from(PARTITIONS).unwrap_or(i32::MAX);
    let topic = create_topic(&mut caller, "shared-out", partitions, &[])?;
    if system.is_kafka() {
        // What it runs here has to be compiled first.
        for number in 0..3 {
            one_group(address, pid, &topic, &format!("warm-up-{number}"), live)?;
        }
    }
    one_group(address, pid, &topic, "measured", live)
}

fn one_group(
    address: SocketAddr,
    pid: u32,
    topic: &Topic,
    group: &str,
    live: Live,
) -> Result<Sample, String> {
    await_coordinator(&mut Caller::connect(address)?, GROUP, group)?;
    let board = Board::new(PARTITIONS);
    let place = Place {
        group,
        topic,
        board: &board,
    };
    std::thread::scope(|scope| {
        let member = |number, caller| {
            let place = &place;
            scope.spawn(move || {
                if let Err(error) = live(place, caller, number) {
                    place.board.fail(format!("member {number}: {error}"));
                }
            })
        };
        let mut sample = Sample::default();
        let mut step = |members: usize, from: usize, time, cpu| {
            // Connecting is not what is measured: so many at once wait for the kernel.
            let callers: Vec<_> = (from..members)
                .map(|_| Caller::greeted(address))
                .collect::<Result<_, _>>()?;
            let (began, before) = (Instant::now(), Usage::of(pid));
            for (number, caller) in (from..members).zip(callers) {
                member(number, caller);
            }
            board.await_settled(members, PATIENCE)?;
            sample.set(time, began.elapsed().as_secs_f64() * 1e3);
            sample.set(cpu, (Usage::of(pid).cpu - before.cpu) * 1e3);
            Ok::<(), String>(())
        };
        let mut outcome = step(MEMBERS, 0, "all assigned", "CPU of it");
        if outcome.is_ok() {
            // Everybody has said what it has, and beats at a moment of its own.
            std::thread::sleep(HEARTBEAT * 5);
            board.forget_moves();
            outcome = step(MEMBERS + 1, MEMBERS, "one more", "CPU of one more");
        }
        let (moved, paused) = board.moves();
        board.close();
        outcome?;
        sample.set("moved", moved as f64);
        sample.set("paused", paused.as_secs_f64() * 1e3);
        Ok(sample)
    })
}
