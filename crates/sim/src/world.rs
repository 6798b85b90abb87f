//! The clock, the queue of events, and what each event does.

mod calls;
mod clients;
mod directories;
mod faults;
mod host;
mod peers;
mod replication;

use std::collections::BTreeMap;
use std::time::Duration;

use broker::Destination;
use model::TimestampMs;
use storage::disk::DiskOp;

use crate::chance::Chance;
use crate::client::Client;
use crate::fault::Fault;
use crate::history::{History, Violation, all_parts};
use crate::metadata_history::MetadataHistory;
use crate::network::{Link, Network, NodeNetwork, Way};
use crate::role::{
    Admin, CommittedReader, Consumer, EpochMember, Keeper, KeyedReader, Kind, Member, MixedMember,
    Producer, Registrar, Repeater, Role, ShareMember, StreamsMember, Transactor,
};
use crate::totals::Totals;
use crate::trace::Trace;
use crate::txn_history::IDS;
use host::Host;

/// How long faults go on at least.
const FAULT_TIME: Duration = Duration::from_secs(30);
/// When a run has failed that has done too little up to then.
const FAULT_LIMIT: Duration = Duration::from_secs(1_800);
/// How long after the faults everybody may need to reach its aim.
const HEAL_TIME: Duration = Duration::from_secs(30);
/// A run with more events than this goes round in a circle.
const MAX_EVENTS: u64 = 5_000_000;
/// The wall clock at the start: some day in 2026.
const WALL_START: i64 = 1_770_000_000_000;
/// So many batches of an idempotent producer may be in flight.
const MAX_WINDOW: usize = 5;
/// Replicas of the topics of three brokers.
const REPLICAS: i16 = 3;
/// Who creates and deletes topics at a quorum of three.
const REGISTRARS: usize = 6;

/// What is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cluster {
    /// One node with producers, consumers, a group and an administrator.
    OneNode,
    /// Three nodes that are the voters of one metadata quorum, and clients that create and delete
    /// topics.
    ThreeVoters,
    /// The same with topics of three replicas, and producers and consumers that follow the leaders.
    ThreeBrokers,
}

impl Cluster {
    fn nodes(self) -> usize {
        match self {
            Self::OneNode => 1,
            Self::ThreeVoters | Self::ThreeBrokers => 3,
        }
    }
}

/// Values of `group.consumer.migration.policy`, the one that allows most more often than the others.
const MIGRATION_POLICIES: [&str; 6] = [
    "bidirectional",
    "bidirectional",
    "bidirectional",
    "upgrade",
    "downgrade",
    "disabled",
];

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What is simulated.
    pub cluster: Cluster,
    /// Decides everything.
    pub seed: u64,
    /// Answers that clients have to get before the faults end.
    pub operations: u64,
    /// Whether to keep the lines of the trace.
    pub trace: bool,
}

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    /// What it did.
    pub totals: Totals,
    /// What the checkers found; empty if it passed.
    pub violations: Vec<Violation>,
    /// Equal for equal traces.
    pub fingerprint: u64,
    /// The trace, if it was asked for.
    pub lines: Vec<String>,
}

#[derive(Debug)]
enum Event {
    /// On a link between a client and a node.
    Bytes(Way, u64, Vec<u8>),
    /// A socket of a host's node wants to be connected to another node.
    Connect(usize, u64, Destination),
    /// Nobody listens there, or a connection has ended.
    HungUp(usize, u64),
    /// Something is due on a connection of a host's node to another.
    Peers(usize),
    /// A client's time has come, if its tick still has this number.
    Tick(usize, u64),
    Disk(usize, u64, DiskOp),
    Controller(usize),
    Background(usize),
    Expire(usize, u64),
    Start(usize),
    /// A host may go on.
    Resume(usize),
    NextFault,
    /// A fault of a host ends.
    Calm(Fault, usize),
    Stop(Fault, usize),
}

/// An event of a host's node of one start, or of nobody's.
#[derive(Debug)]
struct Queued {
    of: Option<(usize, u64)>,
    event: Event,
}

struct World {
    cluster: Cluster,
    now: Duration,
    queue: BTreeMap<(Duration, u64), Queued>,
    sequence: u64,
    hosts: Vec<Host>,
    offsets_are_synced: bool,
    migration_policy: &'static str,
    network: Network,
    node_network: NodeNetwork,
    links: BTreeMap<u64, Link>,
    next_link: u64,
    clients: Vec<Client>,
    history: History,
    metadata: MetadataHistory,
    network_chance: Chance,
    disk_chance: Chance,
    crash_chance: Chance,
    work_chance: Chance,
    /// Longest time between an answer and the next request of a client in milliseconds.
    pace: u64,
    /// The partition whose records may be harmed, by its number.
    harmed_part: usize,
    /// Since then nothing is wrong but a log directory that the disk fails.
    lame_since: Option<Duration>,
    healed_at: Option<Duration>,
    /// When it is looked at next whether all replicas have everything.
    replicas_at: Duration,
    is_written: bool,
    totals: Totals,
    trace: Trace,
}

/// Runs one seed.
#[must_use]
pub fn run(plan: &Plan) -> Outcome {
    let mut world = World::new(plan);
    world.run(plan.operations);
    world.finish()
}

fn roles(cluster: Cluster) -> Vec<Box<dyn Role>> {
    if cluster == Cluster::ThreeVoters {
        let registrars = (0..REGISTRARS).map(Registrar::new);
        return registrars
            .map(|role| Box::new(role) as Box<dyn Role>)
            .collect();
    }
    if cluster == Cluster::ThreeBrokers {
        return of_three_brokers();
    }
    let mut roles: Vec<Box<dyn Role>> = vec![Box::new(Admin::new(1))];
    for (number, part) in all_parts().enumerate() {
        let window = if number % 2 == 0 { MAX_WINDOW } else { 1 };
        roles.push(Box::new(Producer::new(part, Kind::Idempotent, window)));
        let (acks, window) = [(-1, 1), (1, 3), (0, 1), (-1, 3)][number % 4];
        roles.push(Box::new(Producer::new(part, Kind::Plain { acks }, window)));
        roles.push(Box::new(Consumer::new(part.0, number % 2 == 0)));
    }
    for _ in 0..3 {
        roles.push(Box::new(Member::new()));
    }
    for number in 0..3 {
        roles.push(Box::new(EpochMember::new(number)));
        roles.push(Box::new(MixedMember::new(number)));
    }
    for number in 0..3 {
        roles.push(Box::new(ShareMember::new(number)));
        roles.push(Box::new(StreamsMember::new(number)));
    }
    roles.push(Box::new(Keeper::default()));
    for _ in 0..2 {
        roles.push(Box::new(KeyedReader::default()));
    }
    roles.extend(transactional(false));
    roles
}

/// Only what every in-sync replica has to have is counted as acknowledged.
fn of_three_brokers() -> Vec<Box<dyn Role>> {
    let mut roles: Vec<Box<dyn Role>> = vec![Box::new(Admin::new(REPLICAS))];
    for (number, part) in all_parts().enumerate() {
        let window = if number % 2 == 0 { MAX_WINDOW } else { 1 };
        roles.push(Box::new(Producer::new(part, Kind::Idempotent, window)));
        let plain = Kind::Plain { acks: -1 };
        roles.push(Box::new(Producer::new(part, plain, 1 + number % 3)));
        for with_session in [false, true] {
            roles.push(Box::new(Consumer::of(part, with_session)));
        }
    }
    for number in 0..2 {
        roles.push(Box::new(Member::new()));
        roles.push(Box::new(EpochMember::new(number)));
        roles.push(Box::new(MixedMember::new(number)));
        roles.push(Box::new(StreamsMember::new(number)));
    }
    roles.extend(transactional(true));
    roles
}

/// Two producers for each transactional id, as old and as new clients are, and of either kind.
fn transactional(of_several: bool) -> Vec<Box<dyn Role>> {
    let mut roles: Vec<Box<dyn Role>> = Vec::new();
    for id in 0..IDS {
        roles.push(Box::new(Transactor::new(id, id == 1)));
        roles.push(Box::new(Transactor::new(id, id != 0)));
    }
    for _ in 0..2 {
        roles.push(Box::new(CommittedReader::new(of_several)));
    }
    roles.push(Box::new(Repeater::default()));
    roles
}

impl World {
    fn new(plan: &Plan) -> Self {
        let (seed, cluster) = (plan.seed, plan.cluster);
        let mut crash_chance = Chance::new(seed, "crash");
        let mut work_chance = Chance::new(seed, "workload");
        let has_holes = crash_chance.one_in(2);
        let offsets_are_synced = crash_chance.one_in(2);
        let harmed_part = crash_chance.below(all_parts().count() as u64) as usize;
        let pace = [100, 400, 800, 1_200][work_chance.below(4) as usize];
        let mut totals = Totals::default();
        Fault::names(cluster).for_each(|name| totals.fault(name, 0));
        let hosts = (0..cluster.nodes()).map(|host| Host::new(seed, host, cluster, has_holes));
        let mut world = Self {
            cluster,
            now: Duration::ZERO,
            queue: BTreeMap::new(),
            sequence: 0,
            hosts: hosts.collect(),
            offsets_are_synced,
            migration_policy: MIGRATION_POLICIES
                [Chance::new(seed, "policies").below(MIGRATION_POLICIES.len() as u64) as usize],
            network: Network::new(seed),
            node_network: NodeNetwork::new(seed),
            links: BTreeMap::new(),
            next_link: 1,
            clients: roles(cluster).into_iter().map(Client::new).collect(),
            history: History::new(offsets_are_synced),
            metadata: MetadataHistory::default(),
            network_chance: Chance::new(seed, "connections"),
            disk_chance: Chance::new(seed, "disk"),
            crash_chance,
            work_chance,
            pace,
            harmed_part,
            lame_since: None,
            healed_at: None,
            replicas_at: Duration::ZERO,
            is_written: false,
            totals,
            trace: Trace::new(plan.trace),
        };
        world.begin();
        world
    }

    fn begin(&mut self) {
        for host in 0..self.hosts.len() {
            self.push_at(Duration::ZERO, None, Event::Start(host));
        }
        for client in 0..self.clients.len() {
            self.tick_in(client, Duration::from_millis(10));
        }
        self.push_at(Duration::from_secs(2), None, Event::NextFault);
        let crash = [Fault::Kill, Fault::PowerLoss][self.crash_chance.below(2) as usize];
        let host = self.crash_chance.below(self.hosts.len() as u64) as usize;
        self.push_at(Duration::from_secs(12), None, Event::Stop(crash, host));
    }

    fn run(&mut self, operations: u64) {
        for _ in 0..MAX_EVENTS {
            if self.has_failed() {
                return;
            }
            let Some(((at, _), queued)) = self.queue.pop_first() else {
                return;
            };
            self.now = at;
            if self.is_for_nobody(&queued) {
                continue;
            }
            match queued.of {
                Some((host, _)) if self.hosts[host].is_paused(at) => self.hold(host, queued),
                _ => self.handle(queued.event),
            }
            if self.is_over(operations) {
                return;
            }
        }
        let what = format!("{MAX_EVENTS} events, and no end");
        self.history.violate("every_run_ends", what);
    }

    /// Keeps an event of a node that stands still, in its order.
    fn hold(&mut self, host: usize, queued: Queued) {
        let held = &mut self.hosts[host].held;
        held.push(queued);
        if held.len() == 1 {
            self.push_at(self.hosts[host].paused_until, None, Event::Resume(host));
        }
    }

    /// Gives back what was held, if the node does not stand still any longer than was thought.
    fn resume(&mut self, host: usize) {
        if self.now < self.hosts[host].paused_until {
            return self.push_at(self.hosts[host].paused_until, None, Event::Resume(host));
        }
        for queued in std::mem::take(&mut self.hosts[host].held) {
            self.push_at(self.now, queued.of, queued.event);
        }
    }

    fn has_failed(&self) -> bool {
        !self.history.violations.is_empty() || !self.metadata.violations.is_empty()
    }

    /// The node that the event was for is not there any more.
    fn is_for_nobody(&self, queued: &Queued) -> bool {
        queued.of.is_some_and(|(host, boot)| {
            let host = &self.hosts[host];
            host.boot != boot || host.node.is_none()
        })
    }

    /// Goes from one phase to the next; `true` at the end.
    fn is_over(&mut self, operations: u64) -> bool {
        let Some(healed_at) = self.healed_at else {
            if let Some(since) = self.lame_since {
                self.look_at_other_directories(since);
                return false;
            }
            if self.is_long_enough(operations) {
                self.end_faults();
            } else if self.now >= FAULT_LIMIT {
                let what = format!("{FAULT_LIMIT:?}, {:?}", self.totals);
                self.history.violate("every_run_is_long_enough", what);
            }
            return false;
        };
        self.is_written =
            (self.clients.iter()).all(|client| !client.role.is_writer() || client.role.is_done());
        let is_done = self.clients.iter().all(|client| client.role.is_done());
        if is_done && self.metadata.has_come_together(self.hosts.len()) && self.replicas_agree() {
            self.history.check_survival();
            self.metadata.check_topics(&mut self.history);
            return true;
        }
        if self.now > healed_at + HEAL_TIME {
            self.complain_of_rest();
        }
        false
    }

    /// Whether faults have gone on for their time, clients have got so many answers, and a node has crashed.
    fn is_long_enough(&self, operations: u64) -> bool {
        self.now >= FAULT_TIME && self.totals.operations >= operations && self.totals.crashes > 0
    }

    /// Nothing goes wrong any more but what may be left of the faults.
    fn faults_are_over(&self) -> bool {
        self.lame_since.is_some() || self.healed_at.is_some()
    }

    fn complain_of_rest(&mut self) {
        let roles = self.clients.iter().map(|client| &client.role);
        let late: Vec<_> = roles.filter(|role| !role.is_done()).collect();
        let what = match late.is_empty() {
            true => format!("{HEAL_TIME:?} after the faults: {:?}", self.metadata),
            false => format!("{HEAL_TIME:?} after the faults: {late:?}"),
        };
        self.check_replicas();
        self.history.violate("everybody_goes_on_after_faults", what);
    }

    fn finish(mut self) -> Outcome {
        for host in &self.hosts {
            let counts = host.disk.counts();
            let losses = [
                counts.lost_writes,
                counts.torn_writes,
                counts.holes,
                counts.lost_entries,
                counts.full,
                counts.failed_reads,
                counts.failed_syncs,
            ];
            for (name, count) in crate::fault::LOSSES.into_iter().zip(losses) {
                self.totals.fault(name, count);
            }
        }
        for (name, count) in self.node_network.counts() {
            self.totals.fault(name, count);
        }
        self.totals.acked_records = self.history.acked_records;
        self.totals.read_records = self.history.read_records;
        self.totals.compacted_away = self.history.keyed.compacted_away;
        self.totals.committed_txns = self.history.txns.acked();
        self.totals.simulated_ms = self.now.as_millis() as u64;
        let (fingerprint, lines) = self.trace.finish();
        let mut violations = self.history.violations;
        violations.extend(self.metadata.violations);
        Outcome {
            totals: self.totals,
            violations,
            fingerprint,
            lines,
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Bytes(way, link, bytes) => self.arrive(way, link, &bytes),
            Event::Connect(host, socket, to) => self.connect_nodes(host, socket, to),
            Event::HungUp(host, socket) => self.hang_up(host, socket),
            Event::Peers(host) => self.peers_turn(host),
            Event::Tick(client, number) => {
                if self.clients[client].tick == number {
                    self.tick(client);
                }
            }
            Event::Disk(host, token, op) => self.end_disk_op(host, token, op),
            Event::Controller(host) => self.controller_turn(host),
            Event::Background(host) => self.background_turn(host),
            Event::Expire(host, link) => self.expire(host, link),
            Event::Start(host) => self.start(host),
            Event::Resume(host) => self.resume(host),
            Event::NextFault => self.next_fault(),
            Event::Calm(fault, host) => {
                if !self.faults_are_over() {
                    self.calm(fault, host);
                }
            }
            Event::Stop(fault, host) => self.stop(fault, host),
        }
    }

    fn push_at(&mut self, at: Duration, of: Option<(usize, u64)>, event: Event) {
        self.sequence += 1;
        self.queue.insert((at, self.sequence), Queued { of, event });
    }

    fn push_in(&mut self, delay: Duration, event: Event) {
        self.push_at(self.now + delay, None, event);
    }

    fn note(&mut self, event: std::fmt::Arguments<'_>) {
        self.trace.note(self.now, event);
    }

    fn wall(&self, host: usize) -> TimestampMs {
        TimestampMs(WALL_START + self.now.as_millis() as i64 + self.hosts[host].wall_skew)
    }
}
