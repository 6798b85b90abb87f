//! How faults begin and end.

use std::path::Path;

use model::BrokerId;
use storage::disk::Disk;

use super::host::USUAL_DISK_DELAY;
use super::{Cluster, Event, World};
use crate::fault::Fault;
use crate::history::{Part, TOPICS, all_parts};
use crate::network::USUAL_DELAY;
use crate::running::{DATA, node_id};

impl World {
    pub(super) fn next_fault(&mut self) {
        if self.faults_are_over() {
            return;
        }
        let fault = Fault::choose(self.cluster, &mut self.crash_chance);
        let host = self.crash_chance.below(self.hosts.len() as u64) as usize;
        self.begin_fault(fault, host);
        let time = self.crash_chance.millis(500, 6_000);
        self.push_in(time, Event::Calm(fault, host));
        let delay = self.crash_chance.millis(300, 4_000);
        self.push_in(delay, Event::NextFault);
    }

    fn begin_fault(&mut self, fault: Fault, host: usize) {
        self.note(format_args!("{host}: fault: {fault:?}"));
        if fault.fires_when_it_begins() {
            self.totals.fault(fault.name(), 1);
        }
        let chance = &mut self.crash_chance;
        let machine = &mut self.hosts[host];
        match fault {
            Fault::PowerLoss if chance.one_in(2) => machine.ends_with_checkpoint = true,
            Fault::Kill | Fault::PowerLoss | Fault::CleanStop => self.stop(fault, host),
            Fault::Pause => {
                // Never shorter than before: what waits for the end comes in order.
                let until = self.now + chance.millis(50, 9_000);
                machine.paused_until = machine.paused_until.max(until);
            }
            Fault::Cut => self.cut_one(),
            Fault::CutAll => self.cut_all(host),
            Fault::RestartClient => self.restart_client(),
            Fault::SlowNetwork => self.network.max_delay = 500_000,
            Fault::SlowDisk => {
                machine.disk_delay = 1_000_000;
                machine.change_disk(|faults| faults.cold_per_mille = 200);
            }
            Fault::FailedSync if chance.one_in(2) => machine.failing.sync = true,
            Fault::FailedSync => machine.change_disk(|faults| faults.failing_syncs = 1),
            Fault::FailedDeletion => machine.failing.deletion = true,
            Fault::FailedLoad => machine.failing.load = true,
            Fault::FailedRead => {
                machine.failing.read = true;
                machine.change_disk(|faults| faults.cold_per_mille = 200);
            }
            Fault::FullDisk => self.fill_disk(host),
            Fault::FailingReads => {
                let per_mille = 1 + chance.below(300) as u32;
                machine.change_disk(|faults| faults.read_failures_per_mille = per_mille);
            }
            Fault::ClockJump => machine.wall_skew = chance.below(1_200_000) as i64 - 600_000,
            Fault::StopInChange => machine.disk.stop_in(chance.below(200)),
            Fault::IndexBitFlip => self.flip_index(host),
            Fault::RecordBitFlip => self.flip_record(host),
            Fault::FailedDirectory => self.fail_directory(host),
            Fault::Isolation => self.node_network.isolate(host, self.hosts.len()),
            Fault::OneWay => self.node_network.cut(host, (host + 1) % self.hosts.len()),
            Fault::LossyNetwork => self.node_network.is_lossy = true,
            Fault::CrashAtStart | Fault::RefusedDirectory => unreachable!("they are not chosen"),
        }
    }

    fn cut_one(&mut self) {
        let count = self.links.len().max(1) as u64;
        let chosen = self.network_chance.below(count) as usize;
        let link = self.links.keys().nth(chosen).copied();
        link.into_iter().for_each(|link| self.cut(link));
    }

    fn restart_client(&mut self) {
        let client = self.crash_chance.below(self.clients.len() as u64) as usize;
        let link = self.clients[client].link;
        link.into_iter().for_each(|link| self.cut(link));
        self.clients[client].restart();
        self.note(format_args!("{client} starts anew"));
        let delay = self.crash_chance.millis(1, 3_000);
        self.tick_in(client, delay);
    }

    fn fill_disk(&mut self, host: usize) {
        let machine = &mut self.hosts[host];
        let Ok(usage) = machine.disk.usage(Path::new(DATA)) else {
            return;
        };
        if !machine.is_full {
            let used = usage.total - usage.usable;
            let room = self.crash_chance.below(20_000);
            machine.is_full = true;
            machine.change_disk(|faults| faults.capacity = Some(used + room));
        }
    }

    fn flip_index(&mut self, host: usize) {
        let is_rebuilt = |name: &str| {
            let ends = [".index", ".timeindex", ".snapshot"];
            ends.iter().any(|end| name.ends_with(end))
        };
        let directories = self.hosts[host].directories;
        let chosen = self.crash_chance.below(directories.len() as u64) as usize;
        let dir = Path::new(directories[chosen]);
        self.flip(host, dir, Fault::IndexBitFlip, is_rebuilt);
    }

    /// A bit of what the clients have written: of one partition in a run, so that the others can be
    /// seen not to suffer.
    fn flip_record(&mut self, host: usize) {
        let parts: Vec<Part> = all_parts().collect();
        let part = parts[self.harmed_part];
        let Some(directory) = self.hosts[host].directory_of(part) else {
            return;
        };
        let dir = Path::new(directory).join(format!("{}-{}", TOPICS[part.0].0, part.1));
        let is_log = |name: &str| name.ends_with(".log");
        if self.flip(host, &dir, Fault::RecordBitFlip, is_log) {
            self.history.harm(part);
        }
    }

    fn flip(&mut self, host: usize, dir: &Path, fault: Fault, of: impl Fn(&str) -> bool) -> bool {
        let seed = self.crash_chance.next();
        let flipped = self.hosts[host].disk.flip_bit(seed, dir, of);
        if let Some((path, at)) = &flipped {
            let path = path.display();
            self.note(format_args!("{host}: a bit flips in {path} at {at}"));
            self.totals.fault(fault.name(), 1);
        }
        flipped.is_some()
    }

    /// Ends what a fault began.
    pub(super) fn calm(&mut self, fault: Fault, host: usize) {
        let machine = &mut self.hosts[host];
        match fault {
            Fault::SlowNetwork => self.network.max_delay = USUAL_DELAY,
            Fault::SlowDisk => {
                machine.disk_delay = USUAL_DISK_DELAY;
                machine.change_disk(|faults| faults.cold_per_mille = 0);
            }
            Fault::FailedSync => {
                machine.failing.sync = false;
                machine.change_disk(|faults| faults.failing_syncs = 0);
            }
            Fault::PowerLoss => machine.ends_with_checkpoint = false,
            Fault::FailedDeletion => machine.failing.deletion = false,
            Fault::FailedLoad => machine.failing.load = false,
            Fault::FailedRead => {
                machine.failing.read = false;
                machine.change_disk(|faults| faults.cold_per_mille = 0);
            }
            Fault::FullDisk => {
                machine.is_full = false;
                machine.change_disk(|faults| faults.capacity = None);
            }
            Fault::FailingReads => {
                machine.change_disk(|faults| faults.read_failures_per_mille = 0);
            }
            Fault::FailedDirectory => machine.fail_directory(None),
            Fault::Isolation | Fault::OneWay => self.heal_network(),
            Fault::LossyNetwork => self.node_network.is_lossy = false,
            _ => {}
        }
    }

    /// Ends all faults. In some runs one log directory fails before everything is healed.
    pub(super) fn end_faults(&mut self) {
        self.calm_all();
        if !self.begin_lameness() {
            self.heal();
        }
    }

    fn calm_all(&mut self) {
        for host in 0..self.hosts.len() {
            for fault in Fault::chosen(self.cluster) {
                self.calm(fault, host);
            }
            self.hosts[host].disk.do_not_stop();
            if self.hosts[host].is_tainted {
                self.stop(Fault::PowerLoss, host);
            }
        }
    }

    /// Everybody goes for its aim.
    pub(super) fn heal(&mut self) {
        self.note(format_args!("all is healed"));
        self.healed_at = Some(self.now);
    }

    /// Whoever watches over the process starts it again when it gives up.
    pub(super) fn supervise(&mut self, host: usize) {
        let node = self.hosts[host].node.as_mut();
        if node.is_some_and(|node| node.has_failed()) {
            self.note(format_args!("{host}: the node gives up"));
            self.stop(Fault::Kill, host);
        }
    }

    /// Stops a node, in the way of `fault`, and plans its next start.
    pub(super) fn stop(&mut self, fault: Fault, host: usize) {
        let machine = &mut self.hosts[host];
        if machine.node.is_none() {
            return;
        }
        let fault = match machine.is_tainted {
            true => Fault::PowerLoss,
            false => fault,
        };
        machine.paused_until = self.now;
        machine.held.clear();
        self.note(format_args!("{host}: stop: {fault:?}"));
        self.totals.fault(fault.name(), 1);
        self.totals.crashes += u64::from(fault != Fault::CleanStop);
        self.history.on_stop();
        match fault {
            Fault::CleanStop => self.stop_cleanly(host),
            Fault::PowerLoss => self.lose_power(host, true),
            _ => {
                self.hosts[host].disk.restart();
                self.hosts[host].node = None;
                self.note_unclean_stop(host, false);
            }
        }
        self.metadata.on_stop(host);
        self.cut_all(host);
        let delay = self.crash_chance.millis(10, 2_000);
        self.push_in(delay, Event::Start(host));
    }

    pub(super) fn lose_power(&mut self, host: usize, loses_cached: bool) {
        let seed = self.crash_chance.next();
        let machine = &mut self.hosts[host];
        let report = machine.disk.crash(seed);
        machine.node = None;
        machine.is_tainted = false;
        self.note(format_args!("{host}: power is lost: {report:?}"));
        if self.cluster != Cluster::ThreeBrokers && loses_cached {
            self.history.on_power_loss();
        } else if loses_cached {
            self.note_unclean_stop(host, true);
        }
    }

    /// What was acknowledged of replicated partitions is expected to survive while a replica in sync is left.
    pub(super) fn note_unclean_stop(&mut self, host: usize, loses: bool) {
        if self.cluster != Cluster::ThreeBrokers {
            return;
        }
        let id = BrokerId(node_id(host));
        let lost = self.metadata.on_unclean_stop(id, loses);
        if !lost.is_empty() {
            self.note(format_args!("no replica has kept all of {lost:?}"));
            self.history.on_replicas_lost(&lost);
        }
    }

    /// What was stopped cleanly is on disk: a loss of power after it takes nothing.
    fn stop_cleanly(&mut self, host: usize) {
        let now = self.node_now(host);
        let Some(node) = self.hosts[host].node.take() else {
            return;
        };
        let faults = node.close(now);
        for fault in &faults {
            self.note(format_args!("{host}: report: {fault}"));
        }
        self.look_for_failed_syncs(host);
        let machine = &self.hosts[host];
        let is_incomplete = machine.disk.has_stopped() || !faults.is_empty();
        if machine.is_tainted || machine.disk.has_stopped() || self.crash_chance.one_in(2) {
            self.lose_power(host, is_incomplete);
        } else {
            self.hosts[host].disk.restart();
        }
    }
}
