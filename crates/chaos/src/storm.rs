//! Many faults at once: what each does alone is known, what they do to one another is the question.

use std::collections::BTreeSet;

use rustix::process::Signal;

use crate::ground::{Ground, Stop};
use crate::links::{Party, Weather};
use crate::requests;

/// What may happen in one step, and how often, compared with the others.
const STEPS: [(Step, usize); 8] = [
    (Step::Hold, 5),
    (Step::Slow, 2),
    (Step::Clear, 2),
    (Step::Cut, 3),
    (Step::Kill, 3),
    (Step::Start, 4),
    (Step::Pause, 2),
    (Step::Reassign, 1),
];

#[derive(Clone, Copy, Debug)]
enum Step {
    Hold,
    Slow,
    Clear,
    Cut,
    Kill,
    Start,
    Pause,
    Reassign,
}

/// Lets it storm, and ends with every node running and every link as it was.
///
/// # Errors
/// As [`Ground::look`].
pub fn strike(ground: &mut Ground) -> Result<(), Stop> {
    let time = ground.chance.millis(10_000, 20_000);
    ground.say(&format!("it storms for {:.1} s", time.as_secs_f32()));
    let end = ground.history.now() + time;
    let mut down = BTreeSet::new();
    while ground.history.now() < end {
        let step = draw(ground);
        take(ground, step, &mut down)?;
        let pause = ground.chance.millis(100, 1_500);
        ground.pass(pause)?;
    }
    ground.links.clear();
    for node in down {
        ground.say(&format!("start {node}"));
        ground.cluster.launch(node)?;
    }
    ground.say("the storm is over");
    Ok(())
}

fn draw(ground: &mut Ground) -> Step {
    let all: Vec<_> = STEPS
        .iter()
        .flat_map(|(step, times)| vec![*step; *times])
        .collect();
    ground.chance.one_of(&all)
}

fn take(ground: &mut Ground, step: Step, down: &mut BTreeSet<usize>) -> Result<(), Stop> {
    match step {
        Step::Hold => set(
            ground,
            Weather {
                is_held: true,
                ..Weather::default()
            },
        ),
        Step::Slow => {
            let delay = ground.chance.millis(10, 300);
            set(
                ground,
                Weather {
                    delay,
                    ..Weather::default()
                },
            );
        }
        Step::Clear => ground.links.clear(),
        Step::Cut => {
            let chance = &mut ground.chance;
            ground.links.cut(|_, _| chance.below(3) == 0);
        }
        Step::Kill => {
            let node = ground.any_node();
            if down.insert(node) {
                ground.say(&format!("kill {node}"));
                ground.cluster.kill(node);
            }
        }
        Step::Start => {
            if let Some(node) = down.pop_first() {
                ground.say(&format!("start {node}"));
                ground.cluster.launch(node)?;
            }
        }
        Step::Pause => return pause(ground),
        Step::Reassign => {
            let replicas = ground.cluster.ids();
            requests::ask(ground, &replicas);
        }
    }
    Ok(())
}

/// Changes what happens from anybody to any node, or back.
fn set(ground: &mut Ground, weather: Weather) {
    let node = ground.any_node();
    let others = ground.others(node, true);
    let other = ground.chance.one_of(&others);
    let (from, to) = match ground.chance.below(2) {
        0 => (other, Party::Node(node)),
        _ => (Party::Node(node), other),
    };
    ground.say(&format!("from {from:?} to {to:?}: {weather:?}"));
    ground.links.set(from, to, weather);
}

fn pause(ground: &mut Ground) -> Result<(), Stop> {
    let (node, time) = (ground.any_node(), ground.chance.millis(200, 3_000));
    ground.say(&format!(
        "node {node} stands still for {:.1} s",
        time.as_secs_f32()
    ));
    ground.cluster.signal(&[node], Signal::STOP);
    let passed = ground.pass(time);
    ground.cluster.signal(&[node], Signal::CONT);
    passed
}
