//! Log directories that the disk fails, and what must go on without them.

use std::path::Path;
use std::time::Duration;

use super::{Event, HEAL_TIME, World};
use crate::fault::Fault;
use crate::history::all_parts;

/// Only one node has partitions, and so directories that may fail.
const HOST: usize = 0;

impl World {
    /// Half of the time the node is started again while the directory is away.
    pub(super) fn fail_directory(&mut self, host: usize) {
        let machine = &mut self.hosts[host];
        let others = &machine.directories[1..];
        if others.is_empty() {
            return;
        }
        let chosen = self.crash_chance.below(others.len() as u64) as usize;
        machine.fail_directory(Some(others[chosen]));
        self.note(format_args!("{host}: {} fails", others[chosen]));
        if self.crash_chance.one_in(2) {
            let delay = self.crash_chance.millis(0, 2_000);
            self.push_in(delay, Event::Stop(Fault::Kill, host));
        }
    }

    /// A log directory that the node has given up comes back with a restart, once the disk is well: it gets one soon. While
    /// the disk fails the directory, the node has to do without; that it does is counted as `fault`.
    pub(super) fn look_for_offline_directories(&mut self, host: usize, fault: Fault) {
        let machine = &mut self.hosts[host];
        let Some(node) = &machine.node else { return };
        let offline = node.offline_directories();
        let failed = machine.failed_directory.map(Path::new);
        if offline.iter().any(|dir| Some(&**dir) == failed) {
            if machine.lame_boot != machine.boot {
                machine.lame_boot = machine.boot;
                self.totals.fault(fault.name(), 1);
            }
        } else if !offline.is_empty() && machine.ends_boot != machine.boot {
            machine.ends_boot = machine.boot;
            let delay = self.crash_chance.millis(100, 2_000);
            let stop = [Fault::Kill, Fault::PowerLoss][self.crash_chance.below(2) as usize];
            self.push_in(delay, Event::Stop(stop, host));
        }
    }

    /// In some runs nothing is wrong any more but that one log directory fails: the partitions in the others have to go on, and
    /// those in it to be refused. `false` if this is not such a run.
    pub(super) fn begin_lameness(&mut self) -> bool {
        let others = &self.hosts[HOST].directories[1..];
        if others.is_empty() || self.crash_chance.one_in(2) {
            return false;
        }
        let failed = others[self.crash_chance.below(others.len() as u64) as usize];
        self.note(format_args!("only {failed} fails"));
        for part in all_parts() {
            if let Some(directory) = self.hosts[HOST].directory_of(part) {
                self.history.watch(part, directory == failed);
            }
        }
        self.hosts[HOST].fail_directory(Some(failed));
        let node = self.hosts[HOST].node.as_ref();
        let offline = node.map_or_else(Vec::new, |node| node.offline_directories());
        // What else was given up has to come back.
        if !offline.is_empty() || self.crash_chance.one_in(2) {
            self.stop(Fault::Kill, HOST);
        }
        self.lame_since = Some(self.now);
        true
    }

    /// Heals the directory once everybody has seen what it should.
    pub(super) fn look_at_other_directories(&mut self, since: Duration) {
        if self.history.is_as_watched() {
            let stop = [Fault::Kill, Fault::PowerLoss][self.crash_chance.below(2) as usize];
            self.history.end_watch();
            self.hosts[HOST].fail_directory(None);
            self.stop(stop, HOST);
            self.heal();
        } else if self.now > since + HEAL_TIME {
            self.history.complain_of_watched();
        }
    }
}
