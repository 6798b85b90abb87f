//! Heartbeats of brokers: the life of a registration from fenced to stopped.
//!
//! ```text
//!  FENCED --caught up--> UNFENCED --wants to stop, others can lead--> CONTROLLED SHUTDOWN
//!    ^ \                    |  \                                         |
//!    |  \ wants to stop     |   \ wants to stop, leads nothing others    | others have caught up
//!    |   \                  |    \ could lead                            |
//!    |    +-------------> SHUTDOWN NOW <---------------------------------+
//!    +-- wants fencing, or session over
//! ```

use metadata::{
    BrokerRegistration, FENCING_FENCE, FENCING_UNFENCE, IN_CONTROLLED_SHUTDOWN, Partition,
};
use model::{BrokerId, DirectoryId, ErrorCode, Now, Offset};
use protocol::broker_heartbeat_request::BrokerHeartbeatRequest;
use protocol::broker_heartbeat_response::BrokerHeartbeatResponse;
use protocol::broker_registration_change_record::BrokerRegistrationChangeRecord;
use statemachine::Decision;

use crate::controller::{Controller, Decided, Record};
use crate::leadership::Fate;
use crate::nodes::LowestOffset;

/// 3.7-IV2: brokers tell of their directories (KIP-858).
const DIRECTORIES_SINCE: i16 = 17;
/// 4.3-IV0: brokers tell of cordoned directories (KIP-1066).
const CORDONED_SINCE: i16 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Fenced,
    Unfenced,
    ControlledShutdown,
    ShutdownNow,
}

impl State {
    fn of(broker: &BrokerRegistration) -> Self {
        match (broker.fenced, broker.in_controlled_shutdown) {
            (true, _) => Self::Fenced,
            (false, true) => Self::ControlledShutdown,
            (false, false) => Self::Unfenced,
        }
    }
}

impl Controller {
    /// BrokerHeartbeat, key 63, versions 0 to 2 (KIP-631).
    ///
    /// - Extends the session of the broker, and moves it through its states.
    /// - `STALE_BROKER_EPOCH` unless that incarnation of the broker is registered.
    /// - v1 brings failed log directories (KIP-858): their replicas lose leadership and ISR.
    /// - v2 brings cordoned log directories (KIP-1066).
    ///
    /// Known difference from Apache Kafka: a broker that stops cleanly keeps the leadership of
    /// partitions of which it has the only replica. Nobody else could lead them, and a node of its own
    /// would write two records a partition at every restart.
    #[must_use]
    pub fn broker_heartbeat(
        &self,
        now: Now,
        request: &BrokerHeartbeatRequest,
    ) -> Decided<BrokerHeartbeatResponse> {
        let broker = match self.check_broker_epoch(request.broker_id, request.broker_epoch) {
            Ok(broker) => broker,
            Err(refused) => {
                let error_code = refused.code;
                return Decision::read(BrokerHeartbeatResponse {
                    error_code,
                    ..Default::default()
                });
            }
        };
        let reached = Offset::known(request.current_metadata_offset);
        let registered_at = self.registered_at.get(&broker.id).copied();
        let registered_at = registered_at.unwrap_or(Offset(broker.epoch.0));
        let is_caught_up = reached.is_some_and(|reached| reached >= registered_at);

        let current = State::of(broker);
        self.contacts
            .lock()
            .heard(broker.id, broker.epoch, now.mono)
            .metadata_offset = reached;
        let next = self.next_state(broker, current, request, is_caught_up);
        let mut records = self.records_of_step(broker, current, next);
        self.report_directories(broker, request, &mut records);
        let response = BrokerHeartbeatResponse {
            is_caught_up,
            is_fenced: matches!(next, State::Fenced | State::ShutdownNow),
            should_shut_down: next == State::ShutdownNow,
            error_code: ErrorCode::NONE,
            ..BrokerHeartbeatResponse::default()
        };
        Decision::write(records, response)
    }

    fn next_state(
        &self,
        broker: &BrokerRegistration,
        current: State,
        request: &BrokerHeartbeatRequest,
        is_caught_up: bool,
    ) -> State {
        match current {
            State::Fenced if request.want_shut_down => State::ShutdownNow,
            State::Fenced if !request.want_fence && is_caught_up => State::Unfenced,
            State::Fenced => State::Fenced,
            State::Unfenced => match (request.want_shut_down, request.want_fence) {
                (false, false) => State::Unfenced,
                (false, true) => State::Fenced,
                (true, false) if self.leads_what_others_could(broker.id) => {
                    State::ControlledShutdown
                }
                (true, _) => State::ShutdownNow,
            },
            State::ControlledShutdown => self.next_of_shutdown(broker),
            State::ShutdownNow => State::ShutdownNow,
        }
    }

    /// A broker may stop when the others know that it does not lead any more.
    fn next_of_shutdown(&self, broker: &BrokerRegistration) -> State {
        if self.leads_what_others_could(broker.id) {
            return State::ControlledShutdown;
        }
        let last = Offset(self.next_offset.0 - 1);
        let since = {
            let mut contacts = self.contacts.lock();
            let contact = contacts.of(broker.id, broker.epoch);
            *contact.shutdown_offset.get_or_insert(last)
        };
        match self.lowest_active_offset() {
            LowestOffset::NoneActive => State::ShutdownNow,
            LowestOffset::At(lowest) if lowest >= since => State::ShutdownNow,
            LowestOffset::At(_) | LowestOffset::Unknown => State::ControlledShutdown,
        }
    }

    fn records_of_step(
        &self,
        broker: &BrokerRegistration,
        current: State,
        next: State,
    ) -> Vec<Record> {
        match next {
            _ if current == next => Vec::new(),
            State::Unfenced => self.unfence(broker),
            State::ControlledShutdown => self.begin_shutdown(broker),
            State::Fenced => self.fence(broker),
            // A fenced broker has nothing left to lose.
            State::ShutdownNow if current == State::Fenced => vec![fencing(broker, FENCING_FENCE)],
            State::ShutdownNow => self.fence_after_shutdown(broker),
        }
    }

    /// Takes a broker out of every ISR and every leadership.
    pub(crate) fn fence(&self, broker: &BrokerRegistration) -> Vec<Record> {
        let id = broker.id;
        let mut records = self.follow(Fate::Removed(id), |partition| partition.isr.contains(&id));
        records.push(fencing(broker, FENCING_FENCE));
        records
    }

    fn fence_after_shutdown(&self, broker: &BrokerRegistration) -> Vec<Record> {
        let id = broker.id;
        let mut records = self.follow(Fate::Removed(id), |partition| leaves_cleanly(id, partition));
        records.push(fencing(broker, FENCING_FENCE));
        records
    }

    /// Lets a broker lead what nobody leads.
    fn unfence(&self, broker: &BrokerRegistration) -> Vec<Record> {
        let mut records = vec![fencing(broker, FENCING_UNFENCE)];
        records.extend(self.follow(Fate::Added(broker.id), |partition| {
            partition.leader.is_none()
        }));
        records
    }

    fn begin_shutdown(&self, broker: &BrokerRegistration) -> Vec<Record> {
        let id = broker.id;
        let begins = BrokerRegistrationChangeRecord {
            in_controlled_shutdown: IN_CONTROLLED_SHUTDOWN,
            ..change_of(broker)
        };
        let mut records = vec![begins.into()];
        records.extend(self.follow(Fate::Removed(id), |partition| leaves_cleanly(id, partition)));
        records
    }

    fn leads_what_others_could(&self, broker: BrokerId) -> bool {
        let topics = self.image.topics().iter();
        let mut partitions = topics.flat_map(|topic| topic.partitions.iter());
        partitions.any(|(_, p)| p.leader == Some(broker) && leaves_cleanly(broker, p))
    }

    fn report_directories(
        &self,
        broker: &BrokerRegistration,
        request: &BrokerHeartbeatRequest,
        records: &mut Vec<Record>,
    ) {
        let metadata_version = self.image.metadata_version();
        if metadata_version >= DIRECTORIES_SINCE {
            self.report_offline(broker, &request.offline_log_dirs, records);
        }
        if let Some(cordoned) = &request.cordoned_log_dirs
            && metadata_version >= CORDONED_SINCE
            && !is_same_set(broker.cordoned_log_dirs.as_ref(), cordoned)
        {
            let cordoned_log_dirs = Some(cordoned.clone());
            let change = BrokerRegistrationChangeRecord {
                cordoned_log_dirs,
                ..change_of(broker)
            };
            records.push(change.into());
        }
    }

    /// Replicas in directories that have just failed lose leadership and ISR.
    fn report_offline(
        &self,
        broker: &BrokerRegistration,
        offline: &[DirectoryId],
        records: &mut Vec<Record>,
    ) {
        let (failed, online): (Vec<DirectoryId>, Vec<DirectoryId>) = broker
            .log_dirs
            .iter()
            .partition(|dir| offline.contains(dir));
        if failed.is_empty() {
            return;
        }
        records.extend(self.follow(Fate::Removed(broker.id), |partition| {
            partition
                .directory(broker.id)
                .is_some_and(|dir| failed.contains(&dir))
        }));
        let change = BrokerRegistrationChangeRecord {
            log_dirs: online,
            ..change_of(broker)
        };
        records.push(change.into());
    }
}

/// Whether a broker that stops cleanly gives up its place in the partition's ISR: unless it has the
/// only replica.
pub(crate) fn leaves_cleanly(broker: BrokerId, partition: &Partition) -> bool {
    partition.isr.contains(&broker) && partition.replicas[..] != [broker]
}

fn is_same_set(known: Option<&Vec<DirectoryId>>, now: &[DirectoryId]) -> bool {
    known.is_some_and(|known| {
        known.iter().all(|dir| now.contains(dir)) && now.iter().all(|dir| known.contains(dir))
    })
}

fn change_of(broker: &BrokerRegistration) -> BrokerRegistrationChangeRecord {
    BrokerRegistrationChangeRecord {
        broker_id: broker.id.0,
        broker_epoch: broker.epoch.0,
        ..BrokerRegistrationChangeRecord::default()
    }
}

fn fencing(broker: &BrokerRegistration, fenced: i8) -> Record {
    BrokerRegistrationChangeRecord {
        fenced,
        ..change_of(broker)
    }
    .into()
}
