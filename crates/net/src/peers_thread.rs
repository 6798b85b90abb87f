//! The thread that asks other nodes what is not the controller's to ask: fetches of replicas, and what coordinators want of each
//! other. It takes the answers in itself, and never wakes on a node that asks nobody.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::carrier::Carrier;
use crate::mailbox::AskBox;
use crate::outbound::Outbound;

/// Asks until `stopping` is set and the bell of `asks` has rung.
///
/// # Errors
/// The system's poll failed, which no later call can mend.
pub fn run(
    mut outbound: Outbound,
    asks: &AskBox,
    mut carrier: Carrier,
    stopping: &Arc<AtomicBool>,
) -> io::Result<()> {
    while !stopping.load(Ordering::Acquire) {
        outbound.ask(asks.take());
        for (token, answer) in outbound.turn(None)? {
            let now = carrier.clock.now();
            let broker = Arc::clone(&carrier.broker);
            broker.on_answer(now, token, answer, &mut carrier.fx);
        }
        carrier.run();
    }
    Ok(())
}
