//! The runtime against a reference that keeps the whole history and recomputes everything.

use model::{LeaderEpoch, Offset};
use proptest::prelude::*;

use crate::{Decision, Machine, Refusal, Released, Runtime};

/// Remembers all that it replayed.
#[derive(Default)]
struct History(Vec<(Offset, u8)>);

impl Machine for History {
    type Record = u8;

    fn replay(&mut self, offset: Offset, record: &u8) {
        self.0.push((offset, *record));
    }
}

#[derive(Clone, Debug)]
enum Op {
    Write(Vec<u8>),
    FailingWrite(Vec<u8>),
    Read,
    Commit(u8),
    Lose,
    Reload,
}

fn op() -> impl Strategy<Value = Op> {
    let records = || prop::collection::vec(any::<u8>(), 1..4);
    prop_oneof![
        4 => records().prop_map(Op::Write),
        1 => records().prop_map(Op::FailingWrite),
        2 => Just(Op::Read),
        3 => (0..6u8).prop_map(Op::Commit),
        1 => Just(Op::Lose),
        2 => Just(Op::Reload),
    ]
}

/// The log, who was answered, and who still must be: `(waiter, end, history length it saw)`.
#[derive(Default)]
struct Reference {
    log: Vec<u8>,
    committed: usize,
    active: bool,
    waiting: Vec<(usize, usize)>,
    answered: Vec<Released<usize, usize>>,
}

impl Reference {
    fn answer(&mut self, waiter: usize, outcome: Result<usize, Refusal>) {
        self.answered.push(Released { waiter, outcome });
    }

    fn decide(&mut self, waiter: usize, records: &[u8], fails: bool) {
        if !self.active {
            return self.answer(waiter, Err(Refusal::NotLeader));
        }
        if fails {
            return self.answer(waiter, Err(Refusal::AppendFailed));
        }
        self.log.extend_from_slice(records);
        self.waiting.push((waiter, self.log.len()));
        self.commit(0);
    }

    fn commit(&mut self, more: usize) {
        self.committed = (self.committed + more).min(self.log.len());
        for (waiter, end) in std::mem::take(&mut self.waiting) {
            if end <= self.committed {
                self.answer(waiter, Ok(end));
            } else {
                self.waiting.push((waiter, end));
            }
        }
    }

    fn lose(&mut self) {
        self.active = false;
        for (waiter, _) in std::mem::take(&mut self.waiting) {
            self.answer(waiter, Err(Refusal::NotLeader));
        }
    }
}

fn run(ops: &[Op]) -> (Vec<Released<usize, usize>>, Reference) {
    let mut runtime: Runtime<History, usize, usize> = Runtime::new();
    let mut reference = Reference::default();
    for (waiter, op) in ops.iter().enumerate() {
        match op {
            Op::Write(records) => {
                let first = Offset(reference.log.len() as i64);
                runtime.decide(waiter, |h| seen(h, records), |_| Some(first));
                reference.decide(waiter, records, false);
            }
            Op::FailingWrite(records) => {
                runtime.decide(waiter, |h| seen(h, records), |_| None);
                reference.decide(waiter, records, true);
            }
            Op::Read => {
                runtime.decide(
                    waiter,
                    |h| seen(h, &[]),
                    |_| unreachable!("reads append nothing"),
                );
                reference.decide(waiter, &[], false);
            }
            Op::Commit(more) => {
                reference.commit(usize::from(*more));
                runtime.on_high_watermark(Offset(reference.committed as i64));
            }
            Op::Lose => {
                runtime.stop();
                reference.lose();
            }
            Op::Reload => reload(&mut runtime, &mut reference, LeaderEpoch(waiter as i32)),
        }
        let expected: Vec<_> = reference.log.iter().copied().enumerate().collect();
        if let Ok(history) = runtime.machine() {
            let seen: Vec<_> = history.0.iter().map(|(o, r)| (o.0 as usize, *r)).collect();
            assert_eq!(seen, expected);
        }
    }
    (runtime.take_released(), reference)
}

fn seen(history: &History, records: &[u8]) -> Decision<u8, usize> {
    Decision::write(records.to_vec(), history.0.len() + records.len())
}

fn reload(
    runtime: &mut Runtime<History, usize, usize>,
    reference: &mut Reference,
    epoch: LeaderEpoch,
) {
    reference.lose();
    // Another leader may have dropped what was not committed.
    reference.log.truncate(reference.committed);
    runtime.start_loading(epoch, History::default());
    for (record, at) in reference.log.iter().zip(0..) {
        assert!(runtime.replay(epoch, Offset(at), record));
    }
    let end = Offset(reference.log.len() as i64);
    assert!(runtime.activate(epoch, end, end));
    reference.active = true;
}

proptest! {
    #[test]
    fn answers_are_those_of_the_reference_in_the_same_order(
        ops in prop::collection::vec(op(), 0..60),
    ) {
        let (released, reference) = run(&ops);
        prop_assert_eq!(released, reference.answered);
    }
}
