//! The faults. Each begins, lasts for a time that chance chooses, and ends with everything as it was.

use std::time::Duration;

use clap::ValueEnum;
use rustix::process::Signal;

use crate::client_faults;
use crate::ground::{Ground, Stop};
use crate::links::{Party, Weather};
use crate::requests;
use crate::storm;

/// How long a restarted node may take to be in sync before the next is restarted.
const ROLL_LIMIT: Duration = Duration::from_secs(60);
/// How long after a rolling restart errors still count as of it.
const AFTERMATH: Duration = Duration::from_secs(2);
/// How often connections are cut while that is the fault.
const CUTS_EVERY: Duration = Duration::from_millis(300);

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Kind {
    /// A node is killed.
    Kill,
    /// The leader of a partition is killed.
    KillLeader,
    /// The active controller is killed.
    KillController,
    /// All nodes are killed at once.
    KillAll,
    /// A leader is killed, and the next one as soon as there is one, so that two of three are gone.
    KillInTurn,
    /// A leader stands still, for less or longer than its session.
    Pause,
    /// The active controller stands still.
    PauseController,
    /// A node reaches no other node; clients reach it.
    Isolate,
    /// A node reaches nobody.
    IsolateFromAll,
    /// A node hears, but is not heard.
    Mute,
    /// A node is heard, but does not hear.
    Deafen,
    /// Everything that a node sends or gets arrives late.
    Slow,
    /// Connections are cut again and again, some within a message.
    Cut,
    /// Nodes are stopped and started, one after the other.
    Roll,
    /// Replicas are moved, and leaders elected.
    Reassign,
    /// A client is killed, and another takes its place.
    KillClient,
    /// A client stands still, for less or longer than its transactions may take.
    PauseClient,
    /// Many faults of nodes and links at once.
    Storm,
}

impl Kind {
    /// Its name on the command line.
    pub fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Lets it happen, from its begin to its end.
    ///
    /// # Errors
    /// [`Stop`] when a node or a client did what it must not.
    pub fn strike(self, ground: &mut Ground) -> Result<(), Stop> {
        match self {
            Self::Kill => {
                let node = ground.any_node();
                kill(ground, &[node])
            }
            Self::KillLeader => {
                let node = ground.any_leader();
                kill(ground, &[node])
            }
            Self::KillController => {
                let node = ground.controller();
                kill(ground, &[node])
            }
            Self::KillAll => {
                let all = ground.cluster.ids();
                kill(ground, &all)
            }
            Self::KillInTurn => kill_in_turn(ground),
            Self::Pause => {
                let node = ground.any_leader();
                pause(ground, node)
            }
            Self::PauseController => {
                let node = ground.controller();
                pause(ground, node)
            }
            Self::Isolate => isolate(ground, false, [true, true]),
            Self::IsolateFromAll => isolate(ground, true, [true, true]),
            Self::Mute => isolate(ground, false, [true, false]),
            Self::Deafen => isolate(ground, false, [false, true]),
            Self::Slow => slow(ground),
            Self::Cut => cut(ground),
            Self::Roll => roll(ground),
            Self::Reassign => requests::reassign(ground),
            Self::KillClient => client_faults::kill(ground),
            Self::PauseClient => client_faults::pause(ground),
            Self::Storm => storm::strike(ground),
        }
    }
}

fn kill(ground: &mut Ground, nodes: &[usize]) -> Result<(), Stop> {
    ground.look()?;
    ground.say(&format!("kill {nodes:?}"));
    for node in nodes {
        ground.cluster.kill(*node);
    }
    let time = ground.chance.millis(100, 12_000);
    ground.pass(time)?;
    ground.say(&format!("start {nodes:?}"));
    for node in nodes {
        ground.cluster.launch(*node)?;
    }
    Ok(())
}

fn kill_in_turn(ground: &mut Ground) -> Result<(), Stop> {
    let first = ground.any_leader();
    ground.look()?;
    ground.say(&format!("kill {first}"));
    ground.cluster.kill(first);
    let time = ground.chance.millis(500, 5_000);
    ground.pass(time)?;
    let second = match ground.any_leader() {
        same if same == first => first % ground.cluster.ids().len() + 1,
        other => other,
    };
    ground.say(&format!("kill {second}"));
    ground.cluster.kill(second);
    let mut order = [first, second];
    ground.chance.shuffle(&mut order);
    for node in order {
        let time = ground.chance.millis(100, 4_000);
        ground.pass(time)?;
        ground.say(&format!("start {node}"));
        ground.cluster.launch(node)?;
    }
    Ok(())
}

/// Of the times that a node stands still, some are shorter than its session of 9 s and some are longer.
fn pause(ground: &mut Ground, node: usize) -> Result<(), Stop> {
    let time = match ground.chance.below(2) {
        0 => ground.chance.millis(1_000, 6_000),
        _ => ground.chance.millis(10_000, 14_000),
    };
    ground.say(&format!(
        "node {node} stands still for {:.1} s",
        time.as_secs_f32()
    ));
    ground.cluster.signal(&[node], Signal::STOP);
    let passed = ground.pass(time);
    ground.cluster.signal(&[node], Signal::CONT);
    ground.say(&format!("node {node} goes on"));
    passed
}

/// Holds back what a node sends, what it gets, or both.
fn isolate(ground: &mut Ground, with_clients: bool, [sends, gets]: [bool; 2]) -> Result<(), Stop> {
    let node = match ground.chance.below(3) {
        0 => ground.controller(),
        1 => ground.any_leader(),
        _ => ground.any_node(),
    };
    let time = ground.chance.millis(3_000, 15_000);
    let what = match (sends, gets, with_clients) {
        (true, true, false) => "reaches no other node",
        (true, true, true) => "reaches nobody",
        (true, false, _) => "is not heard by the others",
        _ => "does not hear the others",
    };
    ground.say(&format!(
        "node {node} {what} for {:.1} s",
        time.as_secs_f32()
    ));
    let held = Weather {
        is_held: true,
        ..Weather::default()
    };
    for other in ground.others(node, with_clients) {
        if sends {
            ground.links.set(Party::Node(node), other, held);
        }
        if gets {
            ground.links.set(other, Party::Node(node), held);
        }
    }
    let passed = ground.pass(time);
    // What was held arrives late, or never.
    if ground.chance.below(2) == 0 {
        let is_its = |party| party == Party::Node(node);
        ground
            .links
            .cut(|from, to| from != to && (is_its(from) || is_its(to)));
    }
    ground.links.clear();
    ground.say(&format!("node {node} is reached again"));
    passed
}

fn slow(ground: &mut Ground) -> Result<(), Stop> {
    let node = ground.any_node();
    let (delay, time) = (
        ground.chance.millis(20, 400),
        ground.chance.millis(4_000, 10_000),
    );
    let weather = Weather {
        delay,
        ..Weather::default()
    };
    ground.say(&format!(
        "what node {node} sends and gets takes {} ms longer",
        delay.as_millis()
    ));
    for other in ground.others(node, true) {
        ground.links.set(Party::Node(node), other, weather);
        ground.links.set(other, Party::Node(node), weather);
    }
    let passed = ground.pass(time);
    ground.links.clear();
    passed
}

fn cut(ground: &mut Ground) -> Result<(), Stop> {
    let time = ground.chance.millis(4_000, 9_000);
    ground.say(&format!(
        "connections are cut for {:.1} s",
        time.as_secs_f32()
    ));
    let (mut cut, mut left) = (0, time);
    while !left.is_zero() {
        let chance = &mut ground.chance;
        cut += ground.links.cut(|_, _| chance.below(4) == 0);
        ground.pass(CUTS_EVERY)?;
        left = left.saturating_sub(CUTS_EVERY);
    }
    ground.say(&format!("{cut} connections were cut"));
    Ok(())
}

fn roll(ground: &mut Ground) -> Result<(), Stop> {
    // Nothing else is to be wrong.
    ground.until_in_sync(ROLL_LIMIT)?;
    ground.until_all_write(ROLL_LIMIT)?;
    let began = ground.history.now();
    for node in ground.cluster.ids() {
        ground.look()?;
        ground.say(&format!("stop {node}"));
        ground.cluster.stop(node)?;
        let time = ground.chance.millis(0, 1_000);
        ground.pass(time)?;
        ground.say(&format!("start {node}"));
        ground.cluster.launch(node)?;
        ground.until_in_sync(ROLL_LIMIT)?;
    }
    ground.pass(AFTERMATH)?;
    ground.rolling.push((began, ground.history.now()));
    Ok(())
}
