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
use protocol::allocate_producer_ids_response::AllocateProducerIdsResponse;
use protocol::alter_partition_request::AlterPartitionRequest;
use protocol::alter_partition_response::AlterPartitionResponse;
use protocol::broker_heartbeat_request::BrokerHeartbeatRequest;
use protocol::broker_heartbeat_response::BrokerHeartbeatResponse;
use protocol::broker_registration_request::{BrokerRegistrationRequest, Feature};
use protocol::broker_registration_response::BrokerRegistrationResponse;
use protocol::create_topics_response::CreateTopicsResponse;

use super::{Answer, ControllerHost, Waiter};
use crate::effects::Effects;
use crate::features::SUPPORTED;

/// How long a broker waits before it tries again what the controller refused.
const RETRY: Duration = Duration::from_millis(100);
/// The version of BrokerRegistration that this broker writes.
const REGISTRATION_VERSION: i16 = 4;
/// The version of AlterPartition that this broker writes.
const ALTER_PARTITION_VERSION: i16 = 3;

/// Answers to what this node's own broker asks.
#[derive(Debug)]
pub(super) enum OwnAnswer {
    Nothing,
    IsrsChanged(AlterPartitionResponse),
    Registered(BrokerRegistrationResponse),
    Heartbeat(BrokerHeartbeatResponse),
    ProducerIds(AllocateProducerIdsResponse),
    TopicsCreated(CreateTopicsResponse<'static>),
}

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
    incarnation: Uuid,
    directories: Vec<DirectoryId>,
    /// Those of them that have failed, as the controller was last told.
    offline: Vec<DirectoryId>,
    previous_epoch: Option<BrokerEpoch>,
    advertised: Vec<Listener>,
    heartbeat_interval: Duration,
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
            incarnation,
            directories,
            offline: Vec::new(),
            previous_epoch,
            advertised,
            heartbeat_interval: config.quorum.broker_heartbeat_interval,
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
            Stage::Alive { next_heartbeat, .. } => Some(next_heartbeat),
        }
    }

    /// A controller is there to register with.
    pub fn on_controller(&mut self, now: Now) {
        if !matches!(self.stage, Stage::Alive { .. }) {
            self.stage = Stage::Waiting(Some(now.mono));
        }
    }

    /// The controller did not decide: whatever was asked is asked again later.
    pub fn on_refused(&mut self, now: Now) {
        if matches!(self.stage, Stage::Asked) {
            self.try_again(now);
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
    pub(super) fn live(&mut self, now: Now) {
        if self.runtime.machine().is_err() {
            return;
        }
        let offline = self.offline_directories();
        match self.lifecycle.stage {
            Stage::Waiting(Some(at)) if at <= now.mono => self.register(now),
            Stage::Alive {
                epoch,
                next_heartbeat,
            } if next_heartbeat <= now.mono || offline != self.lifecycle.offline => {
                self.heartbeat(now, epoch, offline);
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

    fn register(&mut self, now: Now) {
        let config = self.broker.effective.now();
        let rack = config.broker.rack.as_deref();
        let (me, cluster) = (self.broker.node_id(), self.broker.cluster_id());
        let request = self.lifecycle.registration(me, cluster, rack);
        self.lifecycle.stage = Stage::Asked;
        self.decide(now, Waiter::Own, |controller| {
            let decided = controller.register_broker(now, REGISTRATION_VERSION, &request);
            decided.map(|response| Answer::Own(OwnAnswer::Registered(response)))
        });
    }

    fn heartbeat(&mut self, now: Now, epoch: BrokerEpoch, offline: Vec<DirectoryId>) {
        let known = self.loader.image().provenance();
        let request = BrokerHeartbeatRequest {
            broker_id: self.broker.node_id().0,
            broker_epoch: epoch.0,
            current_metadata_offset: known.map_or(-1, |last| last.offset.0),
            offline_log_dirs: offline.clone(),
            ..Default::default()
        };
        self.lifecycle.offline = offline;
        self.broker.assignments.retry();
        let next_heartbeat = now.mono + self.lifecycle.heartbeat_interval;
        self.lifecycle.stage = Stage::Alive {
            epoch,
            next_heartbeat,
        };
        self.decide(now, Waiter::Own, |controller| {
            let decided = controller.broker_heartbeat(now, &request);
            decided.map(|response| Answer::Own(OwnAnswer::Heartbeat(response)))
        });
    }

    /// Has the controller note in which directories replicas lie; `true` if there was something to note. What it did not note is
    /// asked for again with the next heartbeat.
    pub(super) fn assign_directories(&mut self, now: Now) -> bool {
        let Some(epoch) = self.lifecycle.epoch() else {
            return false;
        };
        let requests = self.broker.assignments.take(self.broker.node_id(), epoch);
        for request in &requests {
            self.decide(now, Waiter::Own, |controller| {
                let decided = controller.assign_replicas_to_dirs(request);
                decided.map(|_| Answer::Own(OwnAnswer::Nothing))
            });
        }
        !requests.is_empty()
    }

    /// Asks the controller for other ISRs of partitions that this broker leads.
    pub(super) fn alter_partitions(&mut self, now: Now, request: &AlterPartitionRequest) {
        self.decide(now, Waiter::Isrs, |controller| {
            let decided = controller.alter_partition(ALTER_PARTITION_VERSION, request);
            decided.map(|response| Answer::Own(OwnAnswer::IsrsChanged(response)))
        });
    }

    pub(super) fn allocate_producer_ids(&mut self, now: Now) {
        let Some(epoch) = self.lifecycle.epoch() else {
            return self.broker.producer_ids.refused();
        };
        let request = AllocateProducerIdsRequest {
            broker_id: self.broker.node_id().0,
            broker_epoch: epoch.0,
            ..Default::default()
        };
        self.decide(now, Waiter::Own, |controller| {
            let decided = controller.allocate_producer_ids(&request);
            decided.map(|response| Answer::Own(OwnAnswer::ProducerIds(response)))
        });
    }

    pub(super) fn on_own_answer(&mut self, now: Now, answer: OwnAnswer, fx: &mut Effects) {
        match answer {
            OwnAnswer::Nothing => {}
            OwnAnswer::IsrsChanged(response) => {
                self.broker.on_isr_answer(now, &response, fx);
            }
            OwnAnswer::Registered(response) => self.on_registered(now, &response, fx),
            OwnAnswer::Heartbeat(response) => {
                if !response.error_code.is_none() {
                    self.lifecycle.try_again(now);
                }
            }
            OwnAnswer::ProducerIds(response) if response.error_code.is_none() => {
                let len = i64::from(response.producer_id_len);
                self.broker
                    .producer_ids
                    .add_block(response.producer_id_start, len);
            }
            OwnAnswer::ProducerIds(_) => self.broker.producer_ids.refused(),
            OwnAnswer::TopicsCreated(response) => report_refused_topics(&response, fx),
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
            self.broker.producer_ids.prepare(&self.broker.inbox, fx);
        } else {
            fx.reports.push(format!(
                "the controller refuses this broker: {}; is another one running with node.id={}?",
                response.error_code,
                self.broker.node_id()
            ));
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
