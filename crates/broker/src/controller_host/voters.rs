//! The other voters of the metadata quorum: who leads it, where they are, what is told them.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use model::{BrokerId, Now};

use super::{ControllerHost, Member};
use crate::asks::{Ask, AskToken, Destination, Lane};
use crate::effects::Effects;
use crate::voter_messages;

/// A message that could not be sent for so long says nothing any more.
const PATIENCE: Duration = Duration::from_secs(2);

impl ControllerHost {
    /// Whether this node follows the quorum without a vote.
    pub(super) fn is_observer(&self) -> bool {
        matches!(self.quorum, Member::Observer(_))
    }

    /// Whether this node has the active controller.
    pub(super) fn is_active(&self) -> bool {
        self.runtime.machine().is_ok()
    }

    /// Whether an active controller is known, here or elsewhere.
    pub(super) fn has_controller(&self) -> bool {
        self.is_active() || self.other_leader().is_some()
    }

    /// The active controller, if it is on another node.
    pub(super) fn other_leader(&self) -> Option<Destination> {
        let leader = self
            .leader
            .filter(|leader| *leader != self.broker.node_id())?;
        self.controller_at(leader)
    }

    /// Where a voter listens: as `controller.quorum.voters` says, or else the record of the voters.
    pub(super) fn controller_at(&self, id: BrokerId) -> Option<Destination> {
        let config = self.broker.effective.now();
        let configured = config.broker.voters.iter().find(|voter| voter.id == id);
        let recorded = || {
            let found = self.quorum.endpoint_of(id);
            found.map(|found| (found.host, found.port))
        };
        let (host, port) = configured
            .map(|voter| (voter.host.clone(), voter.port))
            .or_else(recorded)
            .or_else(|| self.observing.endpoint_of(id))?;
        Some(Destination {
            node: id,
            host: host.into(),
            port,
        })
    }

    /// Another leader of the quorum is known, or none.
    pub(super) fn on_leader(&mut self, now: Now, leader: Option<BrokerId>, fx: &mut Effects) {
        self.leader = leader;
        let number = leader.map_or(-1, |leader| leader.0);
        self.broker.leader.store(number, Ordering::Relaxed);
        if self.other_leader().is_some() {
            self.lifecycle.on_controller(now);
            self.retry_held(now, fx);
        }
    }

    /// Tells the other nodes' brokers who votes.
    pub(crate) fn publish_voters(&self) {
        let voters = self
            .quorum
            .info()
            .voters
            .iter()
            .map(|voter| voter.id)
            .collect();
        self.broker.voters.store(Arc::new(voters));
    }

    pub(super) fn send_to_voters(
        &self,
        now: Now,
        messages: Vec<(BrokerId, Vec<u8>)>,
        fx: &mut Effects,
    ) {
        for (to, message) in messages {
            let Some(destination) = self.controller_at(to) else {
                continue;
            };
            fx.asks.push(Ask {
                to: destination,
                lane: Lane::Voters,
                token: AskToken::Nobody,
                deadline: now.mono + PATIENCE,
                request: voter_messages::request(&self.broker, to, &message),
            });
        }
    }
}
