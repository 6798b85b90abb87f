//! The broker's own conversation with the controller: it registers, says that it is alive, learns that
//! it is not fenced any more, and gets producer ids (KIP-631, KIP-730).
//!
//! ```text
//!  Waiting -- controller --> Registering -- epoch --> Alive (heartbeats) -- lost --> Waiting
//! ```

use std::time::Duration;

use config::{BrokerConfig, Listener};
use model::{BrokerEpoch, BrokerId, DirectoryId, ErrorCode, Now, Uuid};
use protocol::allocate_producer_ids_request::AllocateProducerIdsRequest;
use protocol::broker_heartbeat_request::BrokerHeartbeatRequest;
use protocol::broker_heartbeat_response::BrokerHeartbeatResponse;
use protocol::broker_registration_request::{BrokerRegistrationRequest, Feature};
use protocol::broker_registration_response::BrokerRegistrationResponse;
use protocol::create_topics_response::CreateTopicsResponse;

use super::ControllerHost;
use super::own::{OwnAnswer, OwnRequest, Wish};
use crate::effects::Effects;
use crate::features::SUPPORTED;

/// How long a broker waits before it tries again what the controller refused.
const RETRY: Duration = Duration::from_millis(100);

#[derive(Debug)]
enum Stage {
    /// No controller is known, or it refused: try again at this time.
    Waiting(Option<Duration>),
    Asked,
    Alive {
        epoch: BrokerEpoch,
        next_heartbeat: Duration,
    },
}

/// What the broker is to the controller.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    stage: Stage,
    /// Whether the node serves clients; otherwise there is nothing to register.
    is_broker: bool,
    incarnation: Uuid,
    directories: Vec<DirectoryId>,
    /// Those of them that have failed, as the controller was last told.
    offline: Vec<DirectoryId>,
    previous_epoch: Option<BrokerEpoch>,
    advertised: Vec<Listener>,
    heartbeat_interval: Duration,
    /// The other node that was asked last has not answered the heartbeat yet.
    heartbeat_is_out: bool,
    /// The node stops, and wants others to lead its partitions.
    wants_shut_down: bool,
    /// What the operator was told of refused registrations.
    told: Option<ErrorCode>,
}

impl Lifecycle {
    /// A broker that has just started; `advertised` has real hosts and ports.
    pub fn new(
        config: &BrokerConfig,
        advertised: Vec<Listener>,
        incarnation: Uuid,
        directories: Vec<DirectoryId>,
        previous_epoch: Option<BrokerEpoch>,
    ) -> Self {
        Self {
            stage: Stage::Waiting(None),
            is_broker: config.roles.broker,
            incarnation,
            directories,
            offline: Vec::new(),
            previous_epoch,
            advertised,
            heartbeat_interval: config.quorum.broker_heartbeat_interval,
            heartbeat_is_out: false,
            wants_shut_down: false,
            told: None,
        }
    }

    /// The epoch of this registration.
    pub fn epoch(&self) -> Option<BrokerEpoch> {
        match self.stage {
            Stage::Alive { epoch, .. } => Some(epoch),
            _ => None,
        }
    }

    pub fn next_deadline(&self) -> Option<Duration> {
        match self.stage {
            Stage::Waiting(at) => at,
            Stage::Asked => None,
            Stage::Alive { .. } if self.heartbeat_is_out => None,
            Stage::Alive { next_heartbeat, .. } => Some(next_heartbeat),
        }
    }

    /// A controller is there to register with.
    pub fn on_controller(&mut self, now: Now) {
        if self.is_broker && !matches!(self.stage, Stage::Alive { .. }) {
            self.stage = Stage::Waiting(Some(now.mono));
        }
    }

    /// The controller did not decide: what was asked is asked again later.
    pub fn on_refused(&mut self, now: Now) {
        self.heartbeat_is_out = false;
        match &mut self.stage {
            Stage::Asked => self.try_again(now),
            Stage::Alive { next_heartbeat, .. } => {
                *next_heartbeat = (*next_heartbeat).min(now.mono + RETRY);
            }
            Stage::Waiting(_) => {}
        }
    }

    /// Whether the node is a broker that the controller knows.
    pub const fn is_alive(&self) -> bool {
        matches!(self.stage, Stage::Alive { .. })
    }

    /// The node stops, and says so with its next heartbeats.
    pub fn want_shut_down(&mut self, now: Now) {
        self.wants_shut_down = true;
        if let Stage::Alive { next_heartbeat, .. } = &mut self.stage {
            *next_heartbeat = now.mono;
        }
    }

    fn try_again(&mut self, now: Now) {
        self.stage = Stage::Waiting(Some(now.mono + RETRY));
    }

    fn registration(
        &self,
        me: BrokerId,
        cluster_id: &str,
        rack: Option<&str>,
    ) -> BrokerRegistrationRequest<'static> {
        let listener = |listener: &Listener| protocol::broker_registration_request::Listener {
            name: listener.name.clone().into(),
            host: listener.host.clone().unwrap_or_default().into(),
            port: listener.port,
            security_protocol: listener.protocol.wire_id(),
            ..Default::default()
        };
        let features = SUPPORTED.iter().map(|feature| Feature {
            name: feature.name.into(),
            min_supported_version: feature.min,
            max_supported_version: feature.max,
            ..Default::default()
        });
        let mut log_dirs = self.directories.clone();
        log_dirs.sort_unstable();
        BrokerRegistrationRequest {
            broker_id: me.0,
            cluster_id: cluster_id.to_owned().into(),
            incarnation_id: self.incarnation,
            listeners: self.advertised.iter().map(listener).collect(),
            features: features.collect(),
            rack: rack.map(|rack| rack.to_owned().into()),
            is_migrating_zk_broker: false,
            log_dirs,
            previous_broker_epoch: self.previous_epoch.map_or(-1, |epoch| epoch.0),
            ..Default::default()
        }
    }
}

impl ControllerHost {
    /// Registers or says that the broker is alive, when it is time to, and at once when a log directory has failed.
    pub(super) fn live(&mut self, now: Now, fx: &mut Effects) {
        if !self.has_controller() {
            return;
        }
        let offline = self.offline_directories();
        match self.lifecycle.stage {
            Stage::Waiting(Some(at)) if at <= now.mono => self.register(now, fx),
            Stage::Alive {
                epoch,
                next_heartbeat,
            } if !self.lifecycle.heartbeat_is_out
                && (next_heartbeat <= now.mono || offline != self.lifecycle.offline) =>
            {
                self.heartbeat(now, epoch, offline, fx);
            }
            _ => {}
        }
    }

    /// The directories that were online when the broker registered, and are not any more.
    fn offline_directories(&self) -> Vec<DirectoryId> {
        let manager = self.broker.store.manager();
        let failed = manager.dirs().iter().filter(|dir| !dir.is_online());
        let failed = failed.filter_map(|dir| dir.id());
        failed
            .filter(|id| self.lifecycle.directories.contains(id))
            .collect()
    }

    fn register(&mut self, now: Now, fx: &mut Effects) {
        let config = self.broker.effective.now();
        let rack = config.broker.rack.as_deref();
        let (me, cluster) = (self.broker.node_id(), self.broker.cluster_id());
        let request = self.lifecycle.registration(me, cluster, rack);
        self.lifecycle.stage = Stage::Asked;
        self.ask_controller(now, OwnRequest::Register(request), fx);
    }

    fn heartbeat(
        &mut self,
        now: Now,
        epoch: BrokerEpoch,
        offline: Vec<DirectoryId>,
        fx: &mut Effects,
    ) {
        let known = self.loader.image().provenance();
        let request = BrokerHeartbeatRequest {
            broker_id: self.broker.node_id().0,
            broker_epoch: epoch.0,
            current_metadata_offset: known.map_or(-1, |last| last.offset.0),
            want_shut_down: self.lifecycle.wants_shut_down,
            offline_log_dirs: offline.clone(),
            ..Default::default()
        };
        self.lifecycle.offline = offline;
        self.broker.assignments.retry();
        let interval = match self.lifecycle.wants_shut_down {
            true => RETRY,
            false => self.lifecycle.heartbeat_interval,
        };
        let next_heartbeat = now.mono + interval;
        self.lifecycle.stage = Stage::Alive {
            epoch,
            next_heartbeat,
        };
        // The controller beside this broker may decide later; it has heard of the broker all the same.
        self.lifecycle.heartbeat_is_out = !self.is_active();
        self.ask_controller(now, OwnRequest::Heartbeat(request), fx);
    }

    /// Has the controller note in which directories replicas lie; `true` if there was something to note. What it did not note is
    /// asked for again with the next heartbeat.
    pub(super) fn assign_directories(&mut self, now: Now, fx: &mut Effects) -> bool {
        let Some(epoch) = self.lifecycle.epoch().filter(|_| self.has_controller()) else {
            return false;
        };
        let requests = self.broker.assignments.take(self.broker.node_id(), epoch);
        let is_due = !requests.is_empty();
        for request in requests {
            self.ask_controller(now, OwnRequest::Directories(request), fx);
        }
        is_due
    }

    pub(super) fn allocate_producer_ids(&mut self, now: Now, fx: &mut Effects) {
        let Some(epoch) = self.lifecycle.epoch() else {
            return self.broker.producer_ids.refused();
        };
        let request = AllocateProducerIdsRequest {
            broker_id: self.broker.node_id().0,
            broker_epoch: epoch.0,
            ..Default::default()
        };
        self.ask_controller(now, OwnRequest::ProducerIds(request), fx);
    }

    pub(super) fn on_own_answer(&mut self, now: Now, answer: OwnAnswer, fx: &mut Effects) {
        match answer {
            OwnAnswer::Nothing => {}
            OwnAnswer::Registered(response) => self.on_registered(now, &response, fx),
            OwnAnswer::Heartbeat(response) => self.on_heartbeat(now, &response),
            OwnAnswer::ProducerIds(response) if response.error_code.is_none() => {
                let len = i64::from(response.producer_id_len);
                self.broker
                    .producer_ids
                    .add_block(response.producer_id_start, len);
            }
            OwnAnswer::ProducerIds(_) => self.broker.producer_ids.refused(),
            OwnAnswer::TopicsCreated(response, retry_after) => {
                if let Some(pause) = retry_after {
                    let until = now.mono + pause;
                    self.broker.refused_topics.note(now, &response, until);
                }
                report_refused_topics(&response, fx);
            }
            OwnAnswer::PartitionsAltered(response) => {
                self.broker.on_isr_answer(now, &response, fx);
            }
        }
    }

    /// There is no answer to what this node has asked.
    pub(super) fn on_own_refused(&mut self, now: Now, wish: Wish, fx: &mut Effects) {
        match wish {
            Wish::Register | Wish::Heartbeat => self.lifecycle.on_refused(now),
            Wish::ProducerIds => self.broker.producer_ids.refused(),
            Wish::AlterPartition => self.broker.on_isrs_unanswered(now, fx),
            // Directories are told again with the next heartbeat, and topics are wanted again by whoever wanted them.
            Wish::Nothing | Wish::Directories | Wish::CreateTopics(_) => {}
        }
    }

    fn on_heartbeat(&mut self, now: Now, response: &BrokerHeartbeatResponse) {
        self.lifecycle.heartbeat_is_out = false;
        if !response.error_code.is_none() {
            self.lifecycle.try_again(now);
        } else if response.should_shut_down {
            self.on_shutdown_granted(now);
        }
    }

    fn on_registered(&mut self, now: Now, response: &BrokerRegistrationResponse, fx: &mut Effects) {
        if response.error_code.is_none() {
            let epoch = BrokerEpoch(response.broker_epoch);
            self.broker.on_registered(now, epoch, fx);
            // The first heartbeat is due at once: it lets the broker be unfenced.
            self.lifecycle.stage = Stage::Alive {
                epoch,
                next_heartbeat: now.mono,
            };
            self.lifecycle.told = None;
            self.broker.producer_ids.prepare(&self.broker.inbox, fx);
        } else {
            let error = response.error_code;
            if self.lifecycle.told.replace(error) != Some(error) {
                fx.reports.push(format!(
                    "the controller refuses this broker: {error}; is another one running with node.id={}? It is asked again and \
                     again",
                    self.broker.node_id()
                ));
            }
            self.lifecycle.try_again(now);
        }
    }
}

/// One line for one request, which may name any number of topics.
fn report_refused_topics(response: &CreateTopicsResponse<'_>, fx: &mut Effects) {
    let expected = [ErrorCode::NONE, ErrorCode::TOPIC_ALREADY_EXISTS];
    let topics = response.topics.iter();
    let mut refused = topics.filter(|topic| !expected.contains(&topic.error_code));
    let Some(topic) = refused.next() else {
        return;
    };
    let others = match refused.count() {
        0 => String::new(),
        count => format!(" and {count} others that a request named"),
    };
    let why = topic.error_message.as_deref().unwrap_or("");
    let (name, error) = (&topic.name, topic.error_code);
    fx.reports.push(format!(
        "topic {name}{others} cannot be created automatically: {error} {why}"
    ));
}
