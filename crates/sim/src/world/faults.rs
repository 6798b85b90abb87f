//! How faults begin and end.

use std::path::Path;

use storage::disk::{Disk, MemFaults};

use super::{Event, USUAL_DISK_DELAY, World};
use crate::fault::Fault;
use crate::network::USUAL_DELAY;
use crate::running::DATA;

impl World {
    pub(super) fn next_fault(&mut self) {
        if self.healed_at.is_some() {
            return;
        }
        let fault = Fault::choose(&mut self.crash_chance);
        self.begin(fault);
        let delay = self.crash_chance.millis(300, 4_000);
        self.push_in(delay, Event::NextFault);
    }

    fn begin(&mut self, fault: Fault) {
        self.note(format_args!("fault: {fault:?}"));
        if !matches!(
            fault,
            Fault::Kill | Fault::PowerLoss | Fault::CleanStop | Fault::FailedSync
        ) {
            self.totals.fault(fault.name(), 1);
        }
        match fault {
            Fault::Kill | Fault::PowerLoss | Fault::CleanStop => self.stop(fault),
            Fault::Pause => {
                self.paused_until = self.now + self.crash_chance.millis(50, 9_000);
            }
            Fault::Cut => {
                let count = self.links.len().max(1) as u64;
                let chosen = self.network_chance.below(count) as usize;
                let link = self.links.keys().nth(chosen).copied();
                link.into_iter().for_each(|link| self.cut(link));
            }
            Fault::CutAll => self.cut_all(),
            Fault::SlowNetwork => self.network.max_delay = 500_000,
            Fault::SlowDisk => self.slow_down_disk(1_000_000, 200),
            Fault::FailedSync => self.fail_sync = true,
            Fault::FullDisk => self.fill_disk(),
            Fault::ClockJump => {
                self.wall_skew = self.crash_chance.below(1_200_000) as i64 - 600_000;
            }
        }
        self.faults_begun += 1;
        let time = self.crash_chance.millis(500, 6_000);
        self.push_in(time, Event::Calm(fault, self.faults_begun));
    }

    /// Of a thousand looks at bytes, `cold_per_mille` find them not in memory.
    fn slow_down_disk(&mut self, delay: u64, cold_per_mille: u32) {
        self.disk_delay = delay;
        self.disk.set_faults(MemFaults {
            cold_per_mille,
            ..self.disk.faults()
        });
    }

    fn fill_disk(&mut self) {
        let Ok(usage) = self.disk.usage(Path::new(DATA)) else {
            return;
        };
        if self.is_full {
            return;
        }
        let room = self.crash_chance.below(20_000);
        self.is_full = true;
        self.disk.set_faults(MemFaults {
            capacity: Some(usage.total - usage.usable + room),
            ..self.disk.faults()
        });
    }

    /// Ends what a fault began.
    pub(super) fn calm(&mut self, fault: Fault, _number: u64) {
        match fault {
            Fault::SlowNetwork => self.network.max_delay = USUAL_DELAY,
            Fault::SlowDisk => self.slow_down_disk(USUAL_DISK_DELAY, 0),
            Fault::FailedSync => self.fail_sync = false,
            Fault::FullDisk => {
                self.is_full = false;
                self.disk.set_faults(MemFaults {
                    capacity: None,
                    ..self.disk.faults()
                });
            }
            _ => {}
        }
    }

    /// Ends all faults; everybody goes for its aim.
    pub(super) fn heal(&mut self) {
        self.note(format_args!("all is healed"));
        for fault in [
            Fault::SlowNetwork,
            Fault::SlowDisk,
            Fault::FailedSync,
            Fault::FullDisk,
        ] {
            self.calm(fault, 0);
        }
        self.paused_until = self.now;
        self.healed_at = Some(self.now);
        if self.is_tainted {
            self.stop(Fault::PowerLoss);
        }
    }

    fn cut_all(&mut self) {
        let links: Vec<u64> = self.links.keys().copied().collect();
        links.into_iter().for_each(|link| self.cut(link));
    }

    /// Whoever watches over the process starts it again when it gives up.
    pub(super) fn supervise(&mut self) {
        if self.node.as_mut().is_some_and(|node| node.has_failed()) {
            self.note(format_args!("the node gives up"));
            self.stop(Fault::Kill);
        }
    }

    /// Stops the node, in the way of `fault`, and plans its next start.
    pub(super) fn stop(&mut self, fault: Fault) {
        if self.node.is_none() {
            return;
        }
        let fault = if self.is_tainted {
            Fault::PowerLoss
        } else {
            fault
        };
        self.note(format_args!("stop: {fault:?}"));
        self.totals.fault(fault.name(), 1);
        self.totals.crashes += u64::from(fault != Fault::CleanStop);
        self.paused_until = self.now;
        self.history.on_stop();
        match fault {
            Fault::CleanStop => self.stop_cleanly(),
            Fault::PowerLoss => self.lose_power(true),
            _ => {
                self.disk.restart();
                self.node = None;
            }
        }
        self.cut_all();
        let delay = self.crash_chance.millis(10, 2_000);
        self.push_in(delay, Event::Start);
    }

    fn lose_power(&mut self, loses_cached: bool) {
        let report = self.disk.crash(self.crash_chance.next());
        self.node = None;
        self.is_tainted = false;
        self.note(format_args!("power is lost: {report:?}"));
        if loses_cached {
            self.history.on_power_loss();
        }
    }

    /// What was stopped cleanly is on disk: a loss of power after it takes nothing.
    fn stop_cleanly(&mut self) {
        let now = self.node_now();
        let Some(node) = self.node.take() else { return };
        let faults = node.close(now);
        for fault in &faults {
            self.note(format_args!("report: {fault}"));
        }
        if self.crash_chance.one_in(2) {
            self.lose_power(!faults.is_empty());
        } else {
            self.disk.restart();
        }
    }
}
