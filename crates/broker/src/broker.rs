//! The broker: shared by all threads of a node, synchronous, without a clock.
//!
//! Holds what requests need (the cluster's image, this node's partitions, sessions, coordinators)
//! and finds things in it; what an API does is in `api`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU64, Ordering};

use arc_swap::{ArcSwap, Guard};
use metadata::Image;
use model::{BrokerEpoch, BrokerId, ErrorCode, Now, PartitionIndex, ProducerId, Ticket, TopicId};
use parking_lot::Mutex;
use partition::{Append, AppendRejection, Appended, LogStore, Logs, Note, Partition};
use records::Codecs;
use storage::cleaner::HashKey;
use storage::disk::{Disk, DiskDone, DiskOp};

use crate::api::{self, Cx, Place};
use crate::care::Care;
use crate::checkpoints::Checkpoints;
use crate::compaction::Cleaner;
use crate::connection::Handled;
use crate::controller_inbox::{ControllerInbox, ControllerInput};
use crate::coordination::{HeldBack, MarkerAsks, ParticipantAsks, ShareStateAsks};
use crate::coordinator_loading::CoordinatorLoading;
use crate::coordinators::{CoordinatorShard, LOWEST_CONNECTION};
use crate::dead_letters::{self, DeadLetters};
use crate::effective::Effective;
use crate::effects::Effects;
use crate::fetch_session::{FetchSessions, Part, TopicRef};
use crate::groups::Groups;
use crate::homes::Assignments;
use crate::internal_topics::RefusedTopics;
use crate::isr_changes::IsrChanges;
use crate::lookups::Lookups;
use crate::openings::{self, Openings};
use crate::partitions::Partitions;
use crate::peers::Peers;
use crate::producer_ids::ProducerIds;
use crate::random::Random;
use crate::reads::ColdReads;
use crate::replica_fetchers::{self, ReplicaFetchers};
use crate::request_memory::RequestMemory;
use crate::session::Session;
use crate::settings::SocketLimits;
use crate::share_coordinators::ShareCoordinators;
use crate::share_partitions::SharePartitions;
use crate::share_session::ShareSessions;
use crate::syncs::Syncs;
use crate::transactions::{Transactions, TxnState};

/// No epoch of a broker.
const UNREGISTERED: i64 = -1;
/// The token of operations whose end nobody waits for.
const NOBODY: u64 = 0;

/// How a broker is reached from one listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The broker's rack.
    pub rack: Option<String>,
    /// Whether the broker is fenced: registered, but not serving.
    pub fenced: bool,
}

/// One node's broker.
#[derive(Debug)]
pub struct Broker {
    pub(crate) me: BrokerId,
    pub(crate) cluster_id: String,
    pub(crate) effective: Effective,
    pub(crate) image: ArcSwap<Image>,
    /// Who votes in the metadata quorum.
    pub(crate) voters: ArcSwap<Vec<BrokerId>>,
    /// The leader of the metadata quorum; negative while none is known.
    pub(crate) leader: AtomicI32,
    /// Apache Kafka's controllers that the operator was told of.
    pub(crate) foreign_voters: Mutex<BTreeSet<BrokerId>>,
    /// The controller lets this node stop.
    pub(crate) may_stop: AtomicBool,
    pub(crate) partitions: Partitions,
    pub(crate) store: Arc<LogStore>,
    pub(crate) assignments: Assignments,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) sessions: FetchSessions,
    pub(crate) syncs: Syncs,
    pub(crate) reads: ColdReads,
    pub(crate) openings: Openings,
    pub(crate) request_memory: RequestMemory,
    pub(crate) checkpoints: Checkpoints,
    pub(crate) care: Care,
    pub(crate) cleaner: Cleaner,
    pub(crate) groups: Groups,
    pub(crate) transactions: Transactions,
    pub(crate) marker_asks: MarkerAsks,
    pub(crate) participant_asks: ParticipantAsks,
    pub(crate) held_back: HeldBack,
    pub(crate) share_state_asks: ShareStateAsks,
    pub(crate) share_coordinators: ShareCoordinators,
    pub(crate) share_partitions: SharePartitions,
    pub(crate) share_sessions: ShareSessions,
    pub(crate) dead_letters: DeadLetters,
    pub(crate) producer_ids: ProducerIds,
    pub(crate) fetchers: ReplicaFetchers,
    pub(crate) isr_changes: IsrChanges,
    /// The epoch with which this broker is registered, or [`UNREGISTERED`].
    epoch: AtomicI64,
    /// It has brought its log directories in line with the metadata since its start.
    is_settled: AtomicBool,
    pub(crate) inbox: ControllerInbox,
    pub(crate) random: Random,
    /// Decompression buffers, one for each thread that needs one at a time.
    codecs: Mutex<Vec<Codecs>>,
    pub(crate) loading: CoordinatorLoading,
    pub(crate) lookups: Lookups,
    pub(crate) refused_topics: RefusedTopics,
    next_token: AtomicU64,
    pub(crate) rounds: Mutex<crate::housekeeping::Rounds>,
    pub(crate) recovery: Mutex<Option<crate::recovery::Run>>,
}

impl Broker {
    /// A broker that has not seen the cluster yet.
    pub(crate) fn new(
        me: BrokerId,
        cluster_id: String,
        effective: Effective,
        store: LogStore,
        disk: Arc<dyn Disk>,
        random: Random,
    ) -> Self {
        let config = effective.now();
        let threads = config.broker.log.recovery_threads_per_dir;
        let store = Arc::new(store);
        let secret = HashKey(random.bits64(), random.bits64());
        let sessions = FetchSessions::new(config.broker.network.max_fetch_sessions as usize);
        Self {
            me,
            cluster_id,
            groups: Groups::new(crate::groups::settings(&config.broker)),
            transactions: Transactions::new(crate::transactions::settings(&config.broker)),
            marker_asks: MarkerAsks::default(),
            participant_asks: ParticipantAsks::default(),
            held_back: HeldBack::default(),
            share_state_asks: ShareStateAsks::default(),
            share_coordinators: ShareCoordinators::new(crate::share_coordinators::settings(
                &config.broker,
            )),
            share_partitions: SharePartitions::default(),
            share_sessions: ShareSessions::new(config.broker.share.max_sessions as usize),
            dead_letters: DeadLetters::default(),
            effective,
            image: ArcSwap::from_pointee(Image::empty()),
            voters: ArcSwap::default(),
            leader: AtomicI32::new(-1),
            foreign_voters: Mutex::default(),
            may_stop: AtomicBool::new(false),
            partitions: Partitions::default(),
            openings: Openings::new(Arc::clone(&disk), Arc::clone(&store), threads as usize),
            request_memory: RequestMemory::default(),
            checkpoints: Checkpoints::new(Arc::clone(&disk)),
            care: Care::default(),
            cleaner: Cleaner::new(Arc::clone(&disk), secret),
            store,
            assignments: Assignments::default(),
            syncs: Syncs::new(Arc::clone(&disk)),
            reads: ColdReads::new(Arc::clone(&disk)),
            disk,
            sessions,
            producer_ids: ProducerIds::default(),
            fetchers: ReplicaFetchers::default(),
            isr_changes: IsrChanges::default(),
            epoch: AtomicI64::new(UNREGISTERED),
            is_settled: AtomicBool::new(false),
            inbox: ControllerInbox::default(),
            random,
            codecs: Mutex::default(),
            loading: CoordinatorLoading::default(),
            lookups: Lookups::default(),
            refused_topics: RefusedTopics::default(),
            next_token: AtomicU64::new(NOBODY + 1),
            rounds: Mutex::default(),
            recovery: Mutex::default(),
        }
    }

    /// Handles one request of `session`.
    pub fn on_request(
        &self,
        now: Now,
        session: &mut Session,
        ticket: Ticket,
        frame: &[u8],
        fx: &mut Effects,
    ) -> Handled {
        api::handle(self, now, session, ticket, Place::Connection, frame, fx)
    }

    /// Starts what the requests of one turn have in common, one sync for each partition that was
    /// written and wants it, and does what effects ask of the broker itself.
    pub fn end_turn(&self, now: Now, fx: &mut Effects) {
        loop {
            for (partition, due) in std::mem::take(&mut fx.dues) {
                self.on_due(now, &partition, due, fx);
            }
            for work in std::mem::take(&mut fx.share_work) {
                self.do_share_work(now, work, fx);
            }
            self.create_internal_topics(fx);
            for partition in fx.unsynced.drain(..) {
                self.syncs.start(partition);
            }
            self.begin_lookups(now, fx);
            self.ask_for_isrs(now, fx);
            let is_over = fx.share_work.is_empty() && fx.dues.is_empty() && fx.unsynced.is_empty();
            if is_over && !fx.wakes.iter().any(is_of_coordinator) {
                break;
            }
            // A coordinator that goes on may write, and so wake others.
            let (own, others) = std::mem::take(&mut fx.wakes)
                .into_iter()
                .partition(is_of_coordinator);
            fx.wakes = others;
            let own: Vec<Ticket> = own;
            own.into_iter()
                .for_each(|ticket| self.wake_coordinator(now, ticket, fx));
        }
        self.handle_notes(now, fx);
    }

    fn wake_coordinator(&self, now: Now, ticket: Ticket, fx: &mut Effects) {
        if ticket.connection == dead_letters::CONNECTION {
            self.dead_letters.wake(now, ticket.request, fx);
            return;
        }
        if self.read_opened_coordinator(now, ticket) {
            return;
        }
        if ticket.connection == replica_fetchers::CONNECTION {
            return self.wake_fetcher(now, ticket, fx);
        }
        let Ok(index) = i32::try_from(ticket.request) else {
            return;
        };
        match ticket.connection {
            group::Shard::CONNECTION => {
                if let Some(shard) = self.groups.shard(index) {
                    shard.group_committed(fx);
                }
            }
            TxnState::CONNECTION => {
                if let Some(shard) = self.transactions.shard(index) {
                    self.transactions_on_committed(now, &shard, fx);
                }
            }
            _ => {
                if let Some(shard) = self.share_coordinators.shard(index) {
                    self.share_states_on_committed(now, &shard, fx);
                }
            }
        }
    }

    /// Tells the operator what there is to tell about the disks, and gives up log directories that failed.
    fn handle_notes(&self, now: Now, fx: &mut Effects) {
        for note in self.store.take_notes() {
            fx.reports.push(note.to_string());
            if let Note::Failed {
                failed_path: Some(path),
                ..
            } = note
            {
                self.take_directory_offline(now, &path, "its disk failed", fx);
            }
        }
    }

    /// Takes in the end of a disk operation.
    pub fn on_disk_done(&self, now: Now, done: DiskDone, fx: &mut Effects) {
        if Syncs::is_sync(done.token) {
            if let Err((partition, _)) = self.syncs.on_done(now, &done, fx) {
                self.take_directory_of_partition_offline(now, &partition, fx);
            }
        } else if ColdReads::is_read(done.token) {
            if let Err(path) = self.reads.on_done(&done, fx) {
                self.take_directory_offline(now, &path, "a read failed", fx);
            }
        } else if Openings::is_opening(done.token) {
            self.on_opened(now, done, fx);
        } else if Checkpoints::is_checkpoint(done.token) {
            let ended = self.checkpoints.on_done(&self.store, &done, &mut fx.wakes);
            if let Err(path) = ended {
                self.take_directory_offline(now, &path, "a checkpoint could not be written", fx);
            }
        } else if ReplicaFetchers::is_job(done.token) {
            self.on_applied(now, &done, fx);
        } else if Cleaner::is_cleaning(done.token) {
            self.on_cleaning_done(now, done, fx);
        } else if !self.on_lookup_done(now, &done, fx) {
            self.on_coordinator_read(now, done, fx);
        }
        self.end_turn(now, fx);
    }

    /// A token for an operation whose end is waited for.
    pub(crate) fn next_token(&self) -> u64 {
        self.next_token.fetch_add(1, Ordering::Relaxed)
    }

    fn on_opened(&self, now: Now, done: DiskDone, fx: &mut Effects) {
        let Some(opened) = self.openings.on_done(now, done, &mut fx.wakes) else {
            return;
        };
        let replica = &opened.replica;
        if opened.is_orphan {
            let mark = self.random.bits();
            let removal = openings::remove_orphan(self.logs(now), replica, mark);
            removal.into_iter().for_each(|op| self.submit(op));
        }
        if opened.is_background {
            let tended = replica.tend_and_rest(self.logs(now), &mut fx.wakes);
            if !tended.removals.is_empty() {
                self.submit(DiskOp::Delete(tended.removals));
            }
        }
        self.on_due(now, replica, replica.take_due(), fx);
        self.report_recovery(now, fx);
    }

    /// Submits an operation whose end nobody waits for.
    pub(crate) fn submit(&self, op: DiskOp) {
        self.disk.submit(op, NOBODY);
    }

    /// Runs work that may block on a thread that may.
    pub fn run_aside(&self, work: impl FnOnce() + Send + 'static) {
        let job = move || {
            work();
            Ok(())
        };
        self.submit(DiskOp::Job(Box::new(job)));
    }

    /// The id of this node.
    #[must_use]
    pub fn node_id(&self) -> BrokerId {
        self.me
    }

    /// The epoch of this broker, once it is registered and has seen that in the metadata.
    pub(crate) fn own_epoch(&self) -> Option<BrokerEpoch> {
        let epoch = BrokerEpoch(self.epoch.load(Ordering::Acquire));
        let image = self.image();
        let registered = image.broker(self.me)?;
        (registered.epoch == epoch).then_some(epoch)
    }

    /// This broker was registered.
    pub(crate) fn on_registered(&self, now: Now, epoch: BrokerEpoch, fx: &mut Effects) {
        self.epoch.store(epoch.0, Ordering::Release);
        self.settle_in(now, fx);
        self.go_on_fetching(now, fx);
    }

    /// Once the metadata are known up to this broker's own registration, it is known as well what belongs to it: brings what
    /// lies in its log directories in line with that, and begins to recover what was not closed cleanly.
    pub(crate) fn settle_in(&self, now: Now, fx: &mut Effects) {
        if self.own_epoch().is_some() && !self.is_settled.swap(true, Ordering::AcqRel) {
            self.match_directories(fx);
            self.recover(now, fx);
            self.apply_roles(now, fx);
        }
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.is_settled.load(Ordering::Acquire)
    }

    /// The id of the cluster.
    #[must_use]
    pub fn cluster_id(&self) -> &str {
        &self.cluster_id
    }

    /// The cluster as this node knows it.
    #[must_use]
    pub fn image(&self) -> Guard<Arc<Image>> {
        self.image.load()
    }

    /// What the shell holds connections to.
    #[must_use]
    pub fn socket_limits(&self) -> SocketLimits {
        self.effective.now().sockets.clone()
    }

    /// The logs of this node at `now`.
    pub(crate) fn logs(&self, now: Now) -> Logs<'_> {
        Logs {
            store: &self.store,
            now,
        }
    }

    /// Lends buffers for compression.
    pub(crate) fn with_codecs<T>(&self, work: impl FnOnce(&mut Codecs) -> T) -> T {
        let mut codecs = self.codecs.lock().pop().unwrap_or_default();
        let result = work(&mut codecs);
        self.codecs.lock().push(codecs);
        result
    }

    pub(crate) fn fetch_sessions(&self) -> &FetchSessions {
        &self.sessions
    }

    /// The topic that a request names.
    pub(crate) fn find_topic(
        &self,
        by_id: bool,
        name: &str,
        id: TopicId,
    ) -> Result<TopicId, ErrorCode> {
        let image = self.image();
        if by_id {
            return image
                .topics()
                .get(id)
                .map(|_| id)
                .ok_or(ErrorCode::UNKNOWN_TOPIC_ID);
        }
        image
            .topics()
            .id(name)
            .ok_or(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION)
    }

    /// This node's replica of a partition.
    pub(crate) fn find_partition(
        &self,
        topic: TopicId,
        index: i32,
    ) -> Result<Arc<Partition>, ErrorCode> {
        if let Some(partition) = self.partitions.get(topic, PartitionIndex(index)) {
            return Ok(partition);
        }
        let image = self.image();
        let exists = image
            .topics()
            .partition(topic, PartitionIndex(index))
            .is_some();
        Err(if exists {
            ErrorCode::NOT_LEADER_OR_FOLLOWER
        } else {
            ErrorCode::UNKNOWN_TOPIC_OR_PARTITION
        })
    }

    /// As `find_partition`, by the topic's name.
    pub(crate) fn find_partition_by_name(
        &self,
        topic: &str,
        index: i32,
    ) -> Result<Arc<Partition>, ErrorCode> {
        self.find_partition(self.find_topic(false, topic, TopicId::ZERO)?, index)
    }

    /// The partition of a fetch session's slot, looked up once and remembered.
    pub(crate) fn partition_of(&self, part: &mut Part) -> Result<Arc<Partition>, ErrorCode> {
        if let Some(partition) = part
            .partition
            .as_ref()
            .filter(|partition| !partition.is_gone())
        {
            return Ok(Arc::clone(partition));
        }
        let topic = match &part.topic {
            TopicRef::Id(id) => self.find_topic(true, "", *id)?,
            TopicRef::Name(name) => self.find_topic(false, name, TopicId::ZERO)?,
        };
        let partition = self.find_partition(topic, part.index)?;
        part.partition = Some(Arc::clone(&partition));
        Ok(partition)
    }

    /// Appends to a partition; a sync that this needs starts at the end of the turn.
    pub(crate) fn append(
        &self,
        partition: &Arc<Partition>,
        now: Now,
        append: &Append<'_>,
        fx: &mut Effects,
    ) -> Result<Appended, AppendRejection> {
        let appended = self.with_codecs(|codecs| {
            partition.append(self.logs(now), codecs, append, &mut fx.wakes)
        })?;
        if appended.wants_sync {
            fx.unsynced.push(Arc::clone(partition));
        }
        self.on_due(now, partition, appended.due, fx);
        Ok(appended)
    }

    pub(crate) fn next_producer_id(&self, fx: &mut Effects) -> Option<ProducerId> {
        self.producer_ids.next(&self.inbox, fx)
    }

    /// Connections to other nodes, for one of the shell's threads.
    #[must_use]
    pub fn new_peers(&self) -> Peers {
        let mut seed = [0; 32];
        seed[..16].copy_from_slice(&self.random.bits().to_le_bytes());
        Peers::new(self.me, seed)
    }

    /// Who votes in the metadata quorum, as far as this node knows.
    pub(crate) fn voters(&self) -> Arc<Vec<BrokerId>> {
        self.voters.load_full()
    }

    /// The leader of the metadata quorum, if one is known.
    pub(crate) fn known_leader(&self) -> Option<BrokerId> {
        BrokerId::known(self.leader.load(Ordering::Relaxed))
    }

    /// The node is about to stop: the controller is to give its partitions other leaders. [`Self::may_stop`] tells when it has.
    /// Where nobody else could lead anything, or without `controlled.shutdown.enable`, the node may stop at once.
    pub fn prepare_stop(&self, fx: &mut Effects) {
        let image = self.image();
        let config = self.effective.now();
        let is_unwanted = !config.broker.quorum.controlled_shutdown;
        let mut others = image.brokers().filter(|broker| broker.id != self.me);
        let is_alone = others.all(|other| other.fenced) && self.voters().len() <= 1;
        if is_unwanted || is_alone {
            self.may_stop.store(true, Ordering::Release);
        } else {
            self.inbox.push(ControllerInput::ShutDown, fx);
        }
    }

    /// Whether the controller lets this node stop.
    #[must_use]
    pub fn may_stop(&self) -> bool {
        self.may_stop.load(Ordering::Acquire)
    }

    /// Hands a request on to the controller, whose answer is delivered later.
    pub(crate) fn forward_to_controller(&self, cx: &mut Cx<'_>) -> Handled {
        self.inbox.forward(cx)
    }
}

/// Whether a wake-up is for a coordinator of this node.
fn is_of_coordinator(ticket: &Ticket) -> bool {
    ticket.connection >= LOWEST_CONNECTION
}
