//! Faults of clients: what they had under way is for the cluster, and for their successors, to bring to an end.

use rustix::process::Signal;

use crate::ground::{Ground, Stop};

/// A client is killed, and another with its transactional id takes its place.
///
/// # Errors
/// [`Stop`] when it cannot be started.
pub fn kill(ground: &mut Ground) -> Result<(), Stop> {
    let chosen = ground.chance.below(ground.drivers.len());
    ground.look()?;
    let driver = &mut ground.drivers[chosen];
    let retired = driver.name.clone();
    driver.replace(&ground.history)?;
    let text = format!("{retired} is killed, {} takes its place", driver.name);
    ground.retired.push(retired);
    ground.say(&text);
    let time = ground.chance.millis(0, 2_000);
    ground.pass(time)
}

/// A client stands still, for less or longer than its transactions may take.
///
/// # Errors
/// As [`Ground::look`].
pub fn pause(ground: &mut Ground) -> Result<(), Stop> {
    let chosen = ground.chance.below(ground.drivers.len());
    let time = ground.chance.millis(2_000, 16_000);
    let name = ground.drivers[chosen].name.clone();
    ground.say(&format!(
        "{name} stands still for {:.1} s",
        time.as_secs_f32()
    ));
    ground.drivers[chosen].signal(Signal::STOP);
    let passed = ground.pass(time);
    ground.drivers[chosen].signal(Signal::CONT);
    ground.say(&format!("{name} goes on"));
    passed
}
