//! The thread of the metadata quorum and the controller, which never writes partition data.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use broker::{ControllerHost, Effects};

use crate::clock::Clock;
use crate::mailbox::{Bell, Router};

/// Runs the controller until `stopping` is set and the bell has rung.
pub fn run(
    mut host: ControllerHost,
    clock: Clock,
    router: &Router,
    bell: &Arc<Bell>,
    stopping: &Arc<AtomicBool>,
) -> ControllerHost {
    let mut fx = Effects::default();
    while !stopping.load(Ordering::Acquire) {
        let now = clock.now();
        let next = host.turn(now, &mut fx);
        // What the controller asks of itself was done in its turn.
        fx.controller = false;
        router.route(&mut fx);
        bell.wait(next.map(|deadline| deadline.saturating_sub(clock.now().mono)));
    }
    host
}
