//! The thread of the metadata quorum and the controller, which never writes partition data.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use broker::{ControllerHost, Effects};

use crate::clock::Clock;
use crate::mailbox::{Bell, Router};

/// Runs the controller until `stopping` is set and the bell has rung, or until its files fail: then `on_failure` is
/// called, because a node without its metadata must not go on serving.
pub fn run(
    mut host: ControllerHost,
    clock: Clock,
    router: &Router,
    bell: &Arc<Bell>,
    stopping: &Arc<AtomicBool>,
    on_failure: impl FnOnce(),
) -> ControllerHost {
    let mut fx = Effects::default();
    while !stopping.load(Ordering::Acquire) {
        let now = clock.now();
        let next = host.turn(now, &mut fx);
        // What is left of its work is in `next`: nobody has to wake it for that.
        fx.controller = false;
        router.route(&mut fx);
        if host.has_failed() {
            on_failure();
            return host;
        }
        bell.wait(next.map(|deadline| deadline.saturating_sub(clock.now().mono)));
    }
    host
}
