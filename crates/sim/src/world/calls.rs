//! Calls into a node: its starts, its turns, the ends of what it submitted to its disk.

use std::time::Duration;

use model::Now;
use storage::disk::DiskOp;

use super::host::Planned;
use super::{Event, World};
use crate::fault::Fault;
use crate::network::Way;
use crate::running::{Output, Running, node_config};

/// A node that wants to be called at once is called so much later.
const SOON: Duration = Duration::from_micros(20);

impl World {
    /// A node's clocks.
    pub(super) fn node_now(&self, host: usize) -> Now {
        Now {
            mono: self.now - self.hosts[host].booted,
            wall: self.wall(host),
        }
    }

    pub(super) fn start(&mut self, host: usize) {
        if self.hosts[host].node.is_some() {
            return;
        }
        self.hosts[host].boot += 1;
        self.hosts[host].booted = self.now;
        self.hosts[host].planned = Planned::default();
        self.hosts[host].sockets.clear();
        if !self.faults_are_over() && self.crash_chance.one_in(8) {
            let changes = self.crash_chance.below(60);
            self.hosts[host].disk.stop_in(changes);
        }
        let seed = self.crash_chance.bits256();
        let directories = self.hosts[host].directories;
        let drawn = (self.offsets_are_synced, self.migration_policy);
        let config = node_config(self.cluster, host, directories, drawn);
        let opened = Running::open(&self.hosts[host].disk, seed, &config, self.node_now(host));
        match opened {
            Ok(node) => {
                let boot = self.hosts[host].boot;
                self.note(format_args!("{host}: start {boot}"));
                self.hosts[host].node = Some(node);
                self.look_for_offline_directories(host, Fault::RefusedDirectory);
                self.plan_controller(host, Some(Duration::ZERO));
                self.plan_background(host, Some(Duration::ZERO));
                self.with_node(host, |_, _| ());
            }
            Err(error) => self.on_no_start(host, &error.to_string()),
        }
    }

    /// A start may fail for what the disk does at that moment, and for nothing else.
    fn on_no_start(&mut self, host: usize, error: &str) {
        self.note(format_args!("{host}: no start: {error}"));
        self.look_for_failed_syncs(host);
        let machine = &self.hosts[host];
        let has_stopped = machine.disk.has_stopped();
        let is_excused = machine.is_full || machine.disk.faults().read_failures_per_mille > 0;
        let loses_power = machine.is_tainted || has_stopped && self.crash_chance.one_in(2);
        if has_stopped {
            self.totals.fault(Fault::CrashAtStart.name(), 1);
            self.totals.crashes += 1;
        }
        if loses_power {
            self.lose_power(host, true);
        } else if has_stopped || is_excused {
            self.hosts[host].disk.restart();
            self.note_unclean_stop(host, false);
        } else {
            let what = format!("start {} of {host}: {error}", self.hosts[host].boot);
            return self.history.violate("every_start_succeeds", what);
        }
        let delay = self.crash_chance.millis(10, 1_000);
        self.push_in(delay, Event::Start(host));
    }

    /// Calls the node, then carries out what it asks for.
    pub(super) fn with_node<T>(
        &mut self,
        host: usize,
        act: impl FnOnce(&mut Running, Now) -> T,
    ) -> Option<T> {
        let now = self.node_now(host);
        let node = self.hosts[host].node.as_mut()?;
        let result = act(node, now);
        let output = node.settle(now);
        self.metadata.saw_image(host, &node.image());
        let news = std::mem::take(&mut self.metadata.news);
        for news in &news {
            self.trace.note(self.now, format_args!("{news}"));
        }
        if !news.is_empty() && self.cluster == super::Cluster::ThreeBrokers {
            let lost = self.metadata.lost_parts();
            self.history.on_replicas_lost(&lost);
        }
        if let Some(epoch) = node.leads_in() {
            self.metadata.saw_leader(host, epoch);
        }
        self.look_for_failed_syncs(host);
        self.look_for_offline_directories(host, Fault::FailedDirectory);
        if self.hosts[host].disk.has_stopped() {
            // What the node wanted to tell anybody is lost with it.
            self.totals.fault(Fault::StopInChange.name(), 1);
            let fault = [Fault::Kill, Fault::PowerLoss][self.crash_chance.below(2) as usize];
            self.stop(fault, host);
        } else {
            self.carry_out(host, output);
        }
        Some(result)
    }

    /// After a failed sync the machine is restarted soon.
    pub(super) fn look_for_failed_syncs(&mut self, host: usize) {
        let machine = &mut self.hosts[host];
        let failed = machine.disk.counts().failed_syncs;
        if failed > machine.failed_syncs {
            machine.failed_syncs = failed;
            machine.is_tainted = true;
            self.note(format_args!("{host}: a sync has failed"));
            let delay = self.crash_chance.millis(100, 2_000);
            self.push_in(delay, Event::Stop(Fault::PowerLoss, host));
        }
    }

    pub(super) fn controller_turn(&mut self, host: usize) {
        let planned = &mut self.hosts[host].planned.controller;
        if planned.take_if(|at| *at <= self.now).is_some() {
            let next = self.with_node(host, Running::controller_turn).flatten();
            self.plan_controller(host, next);
            self.supervise(host);
        }
    }

    pub(super) fn background_turn(&mut self, host: usize) {
        let planned = &mut self.hosts[host].planned.background;
        if planned.take_if(|at| *at <= self.now).is_some() {
            let next = self.with_node(host, Running::housekeeping);
            self.plan_background(host, next.flatten());
        }
    }

    pub(super) fn expire(&mut self, host: usize, link: u64) {
        let planned = &mut self.hosts[host].planned.expiries;
        if planned.get(&link).is_some_and(|at| *at <= self.now) {
            planned.remove(&link);
            self.with_node(host, |node, now| node.expire(link, now));
        }
    }

    pub(super) fn receive(&mut self, host: usize, link: u64, bytes: &[u8]) {
        self.with_node(host, |node, now| node.receive(link, now, bytes));
    }

    fn carry_out(&mut self, host: usize, output: Output) {
        let of = Some((host, self.hosts[host].boot));
        for report in output.reports {
            self.note(format_args!("{host}: report: {report}"));
        }
        for (token, op) in self.hosts[host].disk.take_submitted() {
            let delay = self.disk_chance.micros(100, self.hosts[host].disk_delay);
            self.push_at(self.now + delay, of, Event::Disk(host, token, op));
        }
        for (link, bytes) in output.sends {
            self.transmit(link, Way::ToClient, bytes);
        }
        self.carry_to_nodes(host, output.hung_up, output.connect, output.to_nodes);
        for link in output.closed {
            self.note(format_args!("{host}: node closes {link}"));
            self.cut(link);
        }
        for (link, deadline) in output.deadlines {
            let at = (self.hosts[host].booted + deadline).max(self.now);
            let expiries = &mut self.hosts[host].planned.expiries;
            let planned = expiries.entry(link).or_insert(Duration::MAX);
            if at < *planned {
                *planned = at;
                self.push_at(at, of, Event::Expire(host, link));
            }
        }
        if output.controller {
            self.plan_controller(host, Some(Duration::ZERO));
        }
        self.plan_background(host, output.background);
        self.plan_peers(host, output.peers);
    }

    pub(super) fn plan_controller(&mut self, host: usize, deadline: Option<Duration>) {
        let Some(deadline) = deadline else { return };
        let machine = &mut self.hosts[host];
        let at = (machine.booted + deadline).max(self.now + SOON);
        if machine
            .planned
            .controller
            .is_none_or(|planned| at < planned)
        {
            machine.planned.controller = Some(at);
            let of = Some((host, machine.boot));
            self.push_at(at, of, Event::Controller(host));
        }
    }

    pub(super) fn plan_background(&mut self, host: usize, deadline: Option<Duration>) {
        let Some(deadline) = deadline else { return };
        let machine = &mut self.hosts[host];
        let at = (machine.booted + deadline).max(self.now + SOON);
        if machine
            .planned
            .background
            .is_none_or(|planned| at < planned)
        {
            machine.planned.background = Some(at);
            let of = Some((host, machine.boot));
            self.push_at(at, of, Event::Background(host));
        }
    }

    pub(super) fn end_disk_op(&mut self, host: usize, token: u64, op: DiskOp) {
        let machine = &mut self.hosts[host];
        let (flag, fault) = match op {
            DiskOp::Sync { .. } | DiskOp::Checkpoint(_) => {
                (&mut machine.failing.sync, Fault::FailedSync)
            }
            DiskOp::Delete(_) => (&mut machine.failing.deletion, Fault::FailedDeletion),
            DiskOp::Job(_) | DiskOp::Urgent(_) => (&mut machine.failing.load, Fault::FailedLoad),
            DiskOp::ReadCold(_) => (&mut machine.failing.read, Fault::FailedRead),
        };
        let fails = std::mem::take(flag);
        // What recovery points vouch for has to be on the device.
        let has_recovery_points =
            matches!(&op, DiskOp::Checkpoint(write) if write.has_recovery_points());
        let is_last = machine.ends_with_checkpoint && !fails && has_recovery_points;
        if fails {
            self.totals.fault(fault.name(), 1);
            self.note(format_args!("{host}: {op:?} fails"));
        }
        let disk = &self.hosts[host].disk;
        let done = match fails {
            true => disk.fail(token, &op),
            false => disk.complete(token, op),
        };
        self.with_node(host, |node, now| node.on_disk_done(now, done));
        if is_last {
            self.hosts[host].ends_with_checkpoint = false;
            self.stop(Fault::PowerLoss, host);
        }
    }
}
