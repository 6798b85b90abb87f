//! The node stops: others are to lead its partitions, and the metadata quorum, before it goes.
//!
//! ```text
//!  asked --> heartbeats that want to shut down --> granted --> leadership of the quorum handed over --> may stop
//!     \                                                                                                 ^
//!      +-- no controller for a while: nobody is there to take over ------------------------------------+
//! ```

use std::sync::atomic::Ordering;
use std::time::Duration;

use model::Now;

use super::ControllerHost;

/// How long the other voters may need to take the leadership of the quorum over.
const HAND_OVER: Duration = Duration::from_secs(1);
/// So long a controller may be unknown, as in an election, before a node that stops goes without one.
const WITHOUT_CONTROLLER: Duration = Duration::from_secs(3);

/// How far a node that stops has come.
#[derive(Debug)]
pub(super) struct Shutdown {
    /// When a controller was known last.
    controller_at: Duration,
    /// When the controller let the node stop.
    granted_at: Option<Duration>,
}

impl ControllerHost {
    /// The node is about to stop.
    pub(super) fn begin_shutdown(&mut self, now: Now) {
        self.shutdown.get_or_insert(Shutdown {
            controller_at: now.mono,
            granted_at: None,
        });
        self.lifecycle.want_shut_down(now);
        if !self.lifecycle.is_alive() {
            // No partition is led here.
            self.on_shutdown_granted(now);
        }
    }

    /// The controller lets the node stop.
    pub(super) fn on_shutdown_granted(&mut self, now: Now) {
        if let Some(shutdown) = &mut self.shutdown
            && shutdown.granted_at.is_none()
        {
            shutdown.granted_at = Some(now.mono);
            self.quorum.resign(now);
        }
    }

    /// Looks whether the node may stop.
    pub(super) fn go_on_with_shutdown(&mut self, now: Now) {
        let (is_known, leads) = (
            self.has_controller(),
            self.leader == Some(self.broker.node_id()),
        );
        let Some(shutdown) = &mut self.shutdown else {
            return;
        };
        if is_known {
            shutdown.controller_at = now.mono;
        }
        let is_over = match shutdown.granted_at {
            Some(at) => !leads || now.mono >= at + HAND_OVER,
            None => now.mono >= shutdown.controller_at + WITHOUT_CONTROLLER,
        };
        if is_over {
            self.broker.may_stop.store(true, Ordering::Release);
        }
    }

    /// When a node that stops has to look again.
    pub(super) fn shutdown_deadline(&self) -> Option<Duration> {
        if self.broker.may_stop.load(Ordering::Acquire) {
            return None;
        }
        let shutdown = self.shutdown.as_ref()?;
        Some(match shutdown.granted_at {
            Some(at) => at + HAND_OVER,
            None => shutdown.controller_at + WITHOUT_CONTROLLER,
        })
    }
}
