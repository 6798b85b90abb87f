//! The clock, the queue of events, and what each event does.

mod faults;

use std::collections::BTreeMap;
use std::time::Duration;

use model::{Now, TimestampMs};
use storage::disk::{DiskOp, MemDisk, MemFaults};

use crate::chance::Chance;
use crate::client::{Client, Step};
use crate::fault::Fault;
use crate::history::{History, Violation, all_parts};
use crate::network::{Link, Network, Way};
use crate::role::{Admin, Consumer, Cx, Member, Producer, Role};
use crate::running::{Output, Running};
use crate::totals::Totals;
use crate::trace::Trace;

/// How long faults go on at least.
const FAULT_TIME: Duration = Duration::from_secs(30);
/// When the faults end even if too little was done.
const FAULT_LIMIT: Duration = Duration::from_secs(180);
/// How long after the faults everybody may need to reach its aim.
const HEAL_TIME: Duration = Duration::from_secs(30);
/// The wall clock at the start: some day in 2026.
const WALL_START: i64 = 1_770_000_000_000;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
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
    Bytes(Way, u64, Vec<u8>),
    /// A client's time has come, if its tick still has this number.
    Tick(usize, u64),
    Disk(u64, DiskOp),
    Controller,
    Background,
    Expire(u64),
    Start,
    NextFault,
    /// The fault ends if no other of its kind came after.
    Calm(Fault, u64),
    Stop(Fault),
}

/// An event of the node of one start, or of nobody's.
#[derive(Debug)]
struct Queued {
    boot: Option<u64>,
    event: Event,
}

/// When the node is to be called next, on the simulation's clock.
#[derive(Debug, Default)]
struct Planned {
    controller: Option<Duration>,
    background: Option<Duration>,
    expiries: BTreeMap<u64, Duration>,
}

struct World {
    now: Duration,
    queue: BTreeMap<(Duration, u64), Queued>,
    sequence: u64,
    disk: MemDisk,
    node: Option<Running>,
    /// Counts starts.
    boot: u64,
    booted: Duration,
    planned: Planned,
    paused_until: Duration,
    wall_skew: i64,
    offsets_are_synced: bool,
    network: Network,
    links: BTreeMap<u64, Link>,
    next_link: u64,
    clients: Vec<Client>,
    history: History,
    network_chance: Chance,
    disk_chance: Chance,
    crash_chance: Chance,
    work_chance: Chance,
    /// Longest time of a disk operation in microseconds.
    disk_delay: u64,
    is_full: bool,
    /// The next sync fails.
    fail_sync: bool,
    /// A sync has failed: only a restart of the machine gives back what can be trusted.
    is_tainted: bool,
    healed_at: Option<Duration>,
    is_written: bool,
    faults_begun: u64,
    totals: Totals,
    trace: Trace,
}

const USUAL_DISK_DELAY: u64 = 5_000;

/// Runs one seed.
#[must_use]
pub fn run(plan: &Plan) -> Outcome {
    let mut world = World::new(plan);
    world.run(plan.operations);
    world.finish()
}

fn roles() -> Vec<Box<dyn Role>> {
    let mut roles: Vec<Box<dyn Role>> = vec![Box::new(Admin::new())];
    for (number, part) in all_parts().enumerate() {
        roles.push(Box::new(Producer::new(part, true, -1)));
        let acks = if number % 2 == 0 { -1 } else { 1 };
        roles.push(Box::new(Producer::new(part, false, acks)));
        roles.push(Box::new(Consumer::new(part.0, number % 2 == 0)));
    }
    for _ in 0..3 {
        roles.push(Box::new(Member::new()));
    }
    roles
}

impl World {
    fn new(plan: &Plan) -> Self {
        let seed = plan.seed;
        let mut crash_chance = Chance::new(seed, "crash");
        let disk = MemDisk::new(Chance::new(seed, "disk faults").next());
        disk.set_faults(MemFaults {
            holes: crash_chance.one_in(2),
            ..MemFaults::default()
        });
        let offsets_are_synced = crash_chance.one_in(2);
        let mut totals = Totals::default();
        Fault::names().for_each(|name| totals.fault(name, 0));
        let mut world = Self {
            now: Duration::ZERO,
            queue: BTreeMap::new(),
            sequence: 0,
            disk,
            node: None,
            boot: 0,
            booted: Duration::ZERO,
            planned: Planned::default(),
            paused_until: Duration::ZERO,
            wall_skew: 0,
            offsets_are_synced,
            network: Network::new(seed),
            links: BTreeMap::new(),
            next_link: 1,
            clients: roles().into_iter().map(Client::new).collect(),
            history: History::new(offsets_are_synced),
            network_chance: Chance::new(seed, "connections"),
            disk_chance: Chance::new(seed, "disk"),
            crash_chance,
            work_chance: Chance::new(seed, "workload"),
            disk_delay: USUAL_DISK_DELAY,
            is_full: false,
            fail_sync: false,
            is_tainted: false,
            healed_at: None,
            is_written: false,
            faults_begun: 0,
            totals,
            trace: Trace::new(plan.trace),
        };
        world.push_at(Duration::ZERO, None, Event::Start);
        for client in 0..world.clients.len() {
            world.tick_in(client, Duration::from_millis(10));
        }
        world.push_at(Duration::from_secs(2), None, Event::NextFault);
        let crash = [Fault::Kill, Fault::PowerLoss][world.crash_chance.below(2) as usize];
        world.push_at(Duration::from_secs(12), None, Event::Stop(crash));
        world
    }

    fn run(&mut self, operations: u64) {
        while self.history.violations.is_empty() {
            let Some(((at, _), queued)) = self.queue.pop_first() else {
                break;
            };
            self.now = at;
            if queued
                .boot
                .is_none_or(|boot| boot == self.boot && self.node.is_some())
            {
                if queued.boot.is_some() && at < self.paused_until {
                    self.push_at(self.paused_until, queued.boot, queued.event);
                } else {
                    self.handle(queued.event);
                }
            }
            if self.is_over(operations) {
                break;
            }
        }
    }

    /// Goes from one phase to the next; `true` at the end.
    fn is_over(&mut self, operations: u64) -> bool {
        let Some(healed_at) = self.healed_at else {
            let is_enough = self.totals.operations >= operations && self.totals.crashes > 0;
            if self.now >= FAULT_TIME && is_enough || self.now >= FAULT_LIMIT {
                self.heal();
            }
            return false;
        };
        self.is_written =
            (self.clients.iter()).all(|client| !client.role.is_writer() || client.role.is_done());
        if self.clients.iter().all(|client| client.role.is_done()) {
            self.history.check_survival();
            return true;
        }
        if self.now > healed_at + HEAL_TIME {
            let late = self
                .clients
                .iter()
                .map(|client| &client.role)
                .filter(|role| !role.is_done());
            let what = format!(
                "{HEAL_TIME:?} after the faults: {:?}",
                late.collect::<Vec<_>>()
            );
            self.history.violate("everybody_goes_on_after_faults", what);
        }
        false
    }

    fn finish(mut self) -> Outcome {
        let counts = self.disk.counts();
        let losses = [
            counts.lost_writes,
            counts.torn_writes,
            counts.holes,
            counts.lost_entries,
            counts.full,
        ];
        for (name, count) in crate::fault::LOSSES.into_iter().zip(losses) {
            self.totals.fault(name, count);
        }
        self.totals.acked_records = self.history.acked_records;
        self.totals.read_records = self.history.read_records;
        self.totals.simulated_ms = self.now.as_millis() as u64;
        let (fingerprint, lines) = self.trace.finish();
        Outcome {
            totals: self.totals,
            violations: self.history.violations,
            fingerprint,
            lines,
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Bytes(Way::ToNode, link, bytes) => {
                self.with_node(|node, now| node.receive(link, now, &bytes));
            }
            Event::Bytes(Way::ToClient, link, bytes) => self.deliver(link, &bytes),
            Event::Tick(client, number) => {
                if self.clients[client].tick == number {
                    self.tick(client);
                }
            }
            Event::Disk(token, op) => self.end_disk_op(token, op),
            Event::Controller => {
                if self
                    .planned
                    .controller
                    .take_if(|at| *at <= self.now)
                    .is_some()
                {
                    let next = self.with_node(Running::controller_turn).flatten();
                    self.plan_controller(next);
                    self.supervise();
                }
            }
            Event::Background => {
                if self
                    .planned
                    .background
                    .take_if(|at| *at <= self.now)
                    .is_some()
                {
                    let next = self.with_node(Running::housekeeping);
                    self.plan_background(next.flatten());
                }
            }
            Event::Expire(link) => {
                if self
                    .planned
                    .expiries
                    .get(&link)
                    .is_some_and(|at| *at <= self.now)
                {
                    self.planned.expiries.remove(&link);
                    self.with_node(|node, now| node.expire(link, now));
                }
            }
            Event::Start => self.start(),
            Event::NextFault => self.next_fault(),
            Event::Calm(fault, number) => self.calm(fault, number),
            Event::Stop(fault) => self.stop(fault),
        }
    }

    fn push_at(&mut self, at: Duration, boot: Option<u64>, event: Event) {
        self.sequence += 1;
        self.queue
            .insert((at, self.sequence), Queued { boot, event });
    }

    fn push_in(&mut self, delay: Duration, event: Event) {
        self.push_at(self.now + delay, None, event);
    }

    fn note(&mut self, event: std::fmt::Arguments<'_>) {
        self.trace.note(self.now, event);
    }

    /// The node's clocks.
    fn node_now(&self) -> Now {
        Now {
            mono: self.now - self.booted,
            wall: self.wall(),
        }
    }

    fn wall(&self) -> TimestampMs {
        TimestampMs(WALL_START + self.now.as_millis() as i64 + self.wall_skew)
    }

    fn start(&mut self) {
        if self.node.is_some() {
            return;
        }
        self.boot += 1;
        self.booted = self.now;
        self.planned = Planned::default();
        let seed = self.crash_chance.bits256();
        match Running::open(&self.disk, seed, self.offsets_are_synced, self.node_now()) {
            Ok(node) => {
                let boot = self.boot;
                self.note(format_args!("start {boot}"));
                self.node = Some(node);
                self.plan_controller(Some(Duration::ZERO));
                self.plan_background(Some(Duration::ZERO));
                self.with_node(|_, _| ());
            }
            Err(error) if self.is_full => {
                self.note(format_args!("no start on a full disk: {error}"));
                self.disk.restart();
                self.push_in(Duration::from_millis(500), Event::Start);
            }
            Err(error) => {
                let what = format!("start {}: {error}", self.boot);
                self.history.violate("every_start_succeeds", what);
            }
        }
    }

    /// Calls the node, then carries out what it asks for.
    fn with_node<T>(&mut self, act: impl FnOnce(&mut Running, Now) -> T) -> Option<T> {
        let now = self.node_now();
        let node = self.node.as_mut()?;
        let result = act(node, now);
        let output = node.settle(now);
        self.carry_out(output);
        Some(result)
    }

    fn carry_out(&mut self, output: Output) {
        for report in output.reports {
            self.note(format_args!("report: {report}"));
        }
        for (token, op) in self.disk.take_submitted() {
            let delay = self.disk_chance.micros(100, self.disk_delay);
            self.push_at(self.now + delay, Some(self.boot), Event::Disk(token, op));
        }
        for (link, bytes) in output.sends {
            self.transmit(link, Way::ToClient, bytes);
        }
        for link in output.closed {
            self.note(format_args!("node closes {link}"));
            self.cut(link);
        }
        for (link, deadline) in output.deadlines {
            let at = (self.booted + deadline).max(self.now);
            let planned = self.planned.expiries.entry(link).or_insert(Duration::MAX);
            if at < *planned {
                *planned = at;
                self.push_at(at, Some(self.boot), Event::Expire(link));
            }
        }
        if output.controller {
            self.plan_controller(Some(Duration::ZERO));
        }
        self.plan_background(output.background);
    }

    fn plan_controller(&mut self, deadline: Option<Duration>) {
        let Some(deadline) = deadline else { return };
        let soon = self.now + Duration::from_micros(20);
        let at = (self.booted + deadline).max(soon);
        if self.planned.controller.is_none_or(|planned| at < planned) {
            self.planned.controller = Some(at);
            self.push_at(at, Some(self.boot), Event::Controller);
        }
    }

    fn plan_background(&mut self, deadline: Option<Duration>) {
        let Some(deadline) = deadline else { return };
        let soon = self.now + Duration::from_micros(20);
        let at = (self.booted + deadline).max(soon);
        if self.planned.background.is_none_or(|planned| at < planned) {
            self.planned.background = Some(at);
            self.push_at(at, Some(self.boot), Event::Background);
        }
    }

    fn end_disk_op(&mut self, token: u64, op: DiskOp) {
        let fails = self.fail_sync && matches!(op, DiskOp::Sync { .. });
        let done = if fails {
            self.note(format_args!("sync fails"));
            self.fail_sync = false;
            self.is_tainted = true;
            self.totals.fault(Fault::FailedSync.name(), 1);
            let delay = self.crash_chance.millis(100, 2_000);
            self.push_in(delay, Event::Stop(Fault::PowerLoss));
            self.disk.fail(token, &op)
        } else {
            self.disk.complete(token, op)
        };
        self.with_node(|node, now| node.on_disk_done(now, done));
    }

    fn transmit(&mut self, link: u64, way: Way, bytes: Vec<u8>) {
        self.trace.mix(&bytes);
        let Some(known) = self.links.get_mut(&link) else {
            return;
        };
        let boot = (way == Way::ToNode).then_some(self.boot);
        for (at, piece) in self.network.send(known, way, self.now, bytes) {
            self.push_at(at, boot, Event::Bytes(way, link, piece));
        }
    }

    fn tick_in(&mut self, client: usize, delay: Duration) {
        self.clients[client].tick += 1;
        let number = self.clients[client].tick;
        self.push_in(delay, Event::Tick(client, number));
    }

    fn with_client<T>(
        &mut self,
        client: usize,
        act: impl FnOnce(&mut Client, &mut Cx<'_>) -> T,
    ) -> T {
        let now = Now {
            mono: self.now,
            wall: self.wall(),
        };
        let mut cx = Cx {
            now,
            history: &mut self.history,
            chance: &mut self.work_chance,
            is_healed: self.healed_at.is_some(),
            is_written: self.is_written,
            correlation: 0,
        };
        act(&mut self.clients[client], &mut cx)
    }

    fn tick(&mut self, client: usize) {
        let Some(link) = self.clients[client].link else {
            return self.connect(client);
        };
        match self.with_client(client, |client, cx| client.step(cx)) {
            Step::Send(bytes) => {
                self.note(format_args!(
                    "{client} asks {} bytes on {link}",
                    bytes.len()
                ));
                self.transmit(link, Way::ToNode, bytes);
                self.tick_in(client, crate::client::PATIENCE);
            }
            Step::Wait(time) => self.tick_in(client, time),
            Step::GiveUp => {
                self.note(format_args!("{client} gives up"));
                self.cut(link);
            }
        }
    }

    fn connect(&mut self, client: usize) {
        let delay = self.network_chance.millis(1, 200);
        let now = self.node_now_if_running();
        if let (Some(now), Some(node)) = (now, self.node.as_mut()) {
            let link = self.next_link;
            self.next_link += 1;
            node.accept(link, now);
            self.links.insert(link, self.network.link(client, self.now));
            self.clients[client].link = Some(link);
        }
        self.tick_in(client, delay);
    }

    fn node_now_if_running(&self) -> Option<Now> {
        self.node.as_ref().map(|_| self.node_now())
    }

    fn deliver(&mut self, link: u64, bytes: &[u8]) {
        let Some(client) = self.links.get(&link).map(|link| link.client) else {
            return;
        };
        if self.with_client(client, |client, cx| client.receive(bytes, cx)) {
            self.totals.operations += 1;
            let role = &self.clients[client].role;
            self.trace
                .note(self.now, format_args!("{client} is answered: {role:?}"));
            let longest = if self.healed_at.is_some() { 10 } else { 300 };
            let pause = self.work_chance.millis(0, longest);
            self.tick_in(client, pause);
        }
    }

    fn cut(&mut self, link: u64) {
        if let Some(node) = &mut self.node {
            node.end(link);
        }
        self.planned.expiries.remove(&link);
        if let Some(link) = self.links.remove(&link) {
            self.with_client(link.client, Client::on_lost);
            let delay = self.network_chance.millis(1, 300);
            self.tick_in(link.client, delay);
        }
    }
}
