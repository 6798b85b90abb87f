//! Whole lives of a log, drawn from a seed and compared with a plain list after every step: appends of several
//! producers, syncs, rolls, truncation, retention, full disks, clean stops, kills and loss of power.

use std::collections::BTreeMap;

use model::{Offset, ProducerId};

use super::fixture::*;
use crate::disk::MemFaults;
use crate::errors::AppendError;
use crate::log_config::LogConfig;
use crate::producer_state::Origin;

struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// What the log must hold.
#[derive(Default)]
struct Model {
    /// Value and producer by offset.
    records: BTreeMap<i64, (String, i64)>,
    end: i64,
    synced: i64,
    /// A recovery point that a checkpoint may still say.
    checkpoint: i64,
    counts: [u32; 8],
}

struct Life {
    f: Fixture,
    model: Model,
    chance: Chance,
    seed: u64,
    step: u64,
}

impl Life {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed ^ 0xabcd);
        let config = LogConfig {
            segment_bytes: 600 + chance.below(2000) as u32,
            index_interval_bytes: chance.below(400) as u32,
            retention_ms: None,
            ..LogConfig::default()
        };
        let f = Fixture::new(config);
        Self {
            f,
            model: Model::default(),
            chance,
            seed,
            step: 0,
        }
    }

    fn append(&mut self) {
        let producer = self.chance.below(3) as i64;
        let last = self.f.log.producers().get(ProducerId(producer));
        let sequence = last
            .and_then(|p| p.last_batch())
            // Of a producer that is not known any sequence is accepted; none is used twice.
            .map_or(self.step as i32 * 1000, |b| b.last_sequence + 1);
        let count = 1 + self.chance.below(3) as i64;
        let values: Vec<String> = (0..count)
            .map(|i| format!("{}-{}-{i}", self.seed, self.step))
            .collect();
        let texts: Vec<&str> = values.iter().map(String::as_str).collect();
        let builder = batch(1000 + self.step as i64, &texts);
        let bytes = builder
            .producer(ProducerId(producer), model::ProducerEpoch(0), sequence)
            .finish();
        match self.f.append_batch(1000, &bytes, Origin::Client) {
            Ok(info) => {
                assert_eq!(
                    (info.base_offset.0, info.is_repeat),
                    (self.model.end, false)
                );
                for value in values {
                    self.model.records.insert(self.model.end, (value, producer));
                    self.model.end += 1;
                }
                let again = self.f.append_batch(1000, &bytes, Origin::Client).unwrap();
                assert!(again.is_repeat && again.base_offset == info.base_offset);
            }
            Err(AppendError::Full) => self.model.counts[0] += 1,
            Err(other) => panic!("{other}"),
        }
    }

    fn sync(&mut self) {
        if self.model.end > self.f.log.recovery_point().0 {
            self.f.sync();
            self.model.synced = self.model.end;
        }
    }

    fn truncate(&mut self) {
        let start = self.f.log.log_start_offset().0;
        let target = start + self.chance.below((self.model.end - start) as u64 + 1) as i64;
        self.f.log.truncate_to(now(1), Offset(target)).unwrap();
        let end = self.f.log.log_end_offset().0;
        assert!(end <= target);
        self.model.records.split_off(&end);
        self.model.end = end;
        self.model.synced = self.model.synced.min(end);
        // As the owner must: the checkpoint follows before anything is appended.
        self.model.checkpoint = self.f.log.recovery_point().0;
        self.model.counts[1] += 1;
    }

    fn advance_start(&mut self) {
        let start = self.f.log.log_start_offset().0;
        let to = start + self.chance.below((self.model.end - start) as u64 + 1) as i64;
        self.f.log.advance_log_start(Offset(to));
        let gone = self
            .f
            .log
            .delete_old_segments(now(1), Offset(self.model.end))
            .unwrap();
        self.model.counts[2] += gone as u32;
        let removals = self.f.log.take_removals(now(1), self.chance.below(2) == 0);
        self.f
            .disk
            .complete(0, crate::disk::DiskOp::Delete(removals))
            .result
            .unwrap();
    }

    fn full_disk(&mut self) {
        let used: u64 = self
            .f
            .names()
            .iter()
            .map(|n| self.f.file(n).len() as u64)
            .sum();
        let capacity = Some(used + self.chance.below(300));
        self.f.disk.set_faults(MemFaults {
            capacity,
            ..MemFaults::default()
        });
        for _ in 0..3 {
            self.append();
            self.sync();
        }
        self.f.disk.set_faults(MemFaults::default());
    }

    fn stop(&mut self) {
        let start = self.f.log.log_start_offset();
        let (point, is_clean) = match self.chance.below(3) {
            0 => (self.f.log.close().unwrap(), true),
            // The checkpoint may be old, but never ahead.
            n => (
                Offset([self.model.checkpoint, self.f.log.recovery_point().0][n as usize - 1]),
                false,
            ),
        };
        let is_power_loss = self.chance.below(2) == 0;
        if is_power_loss {
            self.f.disk.set_faults(MemFaults {
                holes: true,
                ..MemFaults::default()
            });
            self.f.disk.crash(self.chance.0);
            self.f.disk.set_faults(MemFaults::default());
        } else {
            self.f.disk.restart();
        }
        let opened = open(&self.f.disk, &self.f.config, point, start, is_clean);
        (self.f.log, self.f.recovery) = opened.unwrap_or_else(|e| panic!("{e}"));
        let end = self.f.log.log_end_offset().0;
        let least = if is_clean || !is_power_loss {
            self.model.end
        } else {
            self.model.synced
        };
        assert!(
            least <= end && end <= self.model.end,
            "{least} <= {end} <= {}",
            self.model.end
        );
        assert_eq!(self.f.recovery.lost_from, None);
        self.model.counts[3] += u32::from(is_clean);
        self.model.counts[4] += u32::from(end < self.model.end);
        self.model.counts[5] += u32::from(self.f.recovery.torn.is_some());
        self.model.records.split_off(&end);
        (self.model.end, self.model.checkpoint) = (end, self.f.log.recovery_point().0);
        self.model.synced = self.model.checkpoint;
    }

    fn step(&mut self) {
        self.step += 1;
        match self.chance.below(40) {
            0..28 => self.append(),
            28..32 => self.sync(),
            32 => self.truncate(),
            33 => self.advance_start(),
            34 => self.f.log.roll_now(now(1)).unwrap(),
            35 => self.full_disk(),
            _ => self.stop(),
        }
        self.check();
    }

    fn check(&mut self) {
        let start = self.f.log.log_start_offset().0;
        assert_eq!(self.f.log.log_end_offset().0, self.model.end);
        let held = self.model.records.range(start..);
        let expected: Vec<(i64, String)> = held.map(|(o, (v, _))| (*o, v.clone())).collect();
        assert_eq!(self.f.read_all(start), expected);
        for producer in 0..3 {
            let last = self
                .model
                .records
                .range(start..)
                .rev()
                .find(|(_, (_, p))| *p == producer);
            let known = self.f.log.producers().get(ProducerId(producer));
            if let Some((offset, _)) = last {
                assert_eq!(known.unwrap().last_batch().unwrap().last_offset.0, *offset);
            }
        }
    }
}

#[test]
fn no_life_of_a_log_loses_what_was_promised() {
    let mut counts = [0; 8];
    for seed in 0..150 {
        let mut life = Life::new(seed);
        for _ in 0..80 {
            let step = std::panic::AssertUnwindSafe(|| life.step());
            if let Err(panic) = std::panic::catch_unwind(step) {
                panic!("seed {seed}, step {}: {panic:?}", life.step);
            }
        }
        counts
            .iter_mut()
            .zip(life.model.counts)
            .for_each(|(sum, n)| *sum += n);
    }
    assert!(
        counts[..6].iter().all(|count| *count > 20),
        "every kind of event happens: {counts:?}"
    );
}
