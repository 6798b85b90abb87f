//! The thread of the metadata quorum and the controller, which never writes partition data.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use broker::{Broker, ControllerHost, Effects};

use crate::clock::Clock;
use crate::mailbox::{AskBox, Router};
use crate::outbound::Outbound;

/// What the thread works with.
#[derive(Debug)]
pub struct Parts {
    pub broker: Arc<Broker>,
    pub clock: Clock,
    pub router: Router,
    /// The connections on which the controller's thread asks other nodes.
    pub outbound: Outbound,
    pub asks: Arc<AskBox>,
    pub stopping: Arc<AtomicBool>,
}

/// Runs the controller until `stopping` is set and its bell has rung, or until its files fail: then `on_failure` is
/// called, because a node without its metadata must not go on serving.
pub fn run(mut host: ControllerHost, parts: Parts, on_failure: impl FnOnce()) -> ControllerHost {
    let Parts {
        broker,
        clock,
        router,
        mut outbound,
        asks,
        stopping,
    } = parts;
    let mut fx = Effects::default();
    while !stopping.load(Ordering::Acquire) {
        let next = host.turn(clock.now(), &mut fx);
        // What is left of its work is in `next`: nobody has to wake it for that.
        fx.controller = false;
        let (own, others) = (fx.asks.drain(..)).partition(|ask| ask.lane.is_of_controller());
        fx.asks = others;
        let own: Vec<_> = own;
        outbound.ask(own.into_iter().chain(asks.take()));
        router.route(&mut fx);
        if host.has_failed() {
            on_failure();
            return host;
        }
        let timeout = next.map(|deadline| deadline.saturating_sub(clock.now().mono));
        // Without its connections a controller is deaf and mute: a panic ends the process.
        let answers = outbound.turn(timeout);
        for (token, answer) in answers.expect("a poll that was made can be asked") {
            broker.on_answer(clock.now(), token, answer, &mut fx);
        }
    }
    host
}
