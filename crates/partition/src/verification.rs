//! Verifications of transactions at the leader of a partition (KIP-890).
//!
//! Whether a transaction is open is asked of its coordinator, which may be on another node. What it answers holds only if the
//! transaction was not ended here meanwhile: the record would begin a transaction that nobody ends.
//!
//! ```text
//!   begin -----> asked -----> answered -----> the record is taken
//!                    marker: the guard holds no more, and the record is refused
//! ```

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use model::{ErrorCode, ProducerId};

use crate::partition::Partition;

/// So many entries are there at least before those that nobody holds are looked for.
const SWEEP_FROM: usize = 64;

/// Holds as long as this replica leads and has ended no transaction of the producer since the verification began.
#[derive(Clone, Debug)]
pub struct VerificationGuard {
    producer: ProducerId,
    mark: Arc<()>,
}

/// The verifications that are under way. They are as many as there are guards, twice over.
#[derive(Debug, Default)]
pub(crate) struct Verifications {
    begun: BTreeMap<ProducerId, Weak<()>>,
    sweep_at: usize,
}

impl Verifications {
    fn begin(&mut self, producer: ProducerId) -> VerificationGuard {
        let known = self.begun.get(&producer).and_then(Weak::upgrade);
        let mark = known.unwrap_or_else(|| {
            if self.begun.len() >= self.sweep_at.max(SWEEP_FROM) {
                self.begun.retain(|_, mark| mark.strong_count() > 0);
                self.sweep_at = self.begun.len() * 2;
            }
            let mark = Arc::new(());
            self.begun.insert(producer, Arc::downgrade(&mark));
            mark
        });
        VerificationGuard { producer, mark }
    }

    /// A transaction of the producer was ended.
    pub fn end(&mut self, producer: ProducerId) {
        self.begun.remove(&producer);
    }

    pub fn holds(&self, guard: &VerificationGuard) -> bool {
        let begun = self.begun.get(&guard.producer);
        begun.is_some_and(|mark| mark.as_ptr() == Arc::as_ptr(&guard.mark))
    }
}

impl Partition {
    /// A verification of the producer's transaction begins. All that are under way share a guard.
    ///
    /// # Errors
    /// This replica does not lead.
    pub fn begin_verification(&self, producer: ProducerId) -> Result<VerificationGuard, ErrorCode> {
        let mut state = self.lock();
        Ok(state.leader_mut()?.verifications.begin(producer))
    }

    /// Whether what a coordinator has said since the verification began still counts.
    #[must_use]
    pub fn holds(&self, guard: &VerificationGuard) -> bool {
        let state = self.lock();
        state
            .leader()
            .is_ok_and(|leader| leader.verifications.holds(guard))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRODUCER: ProducerId = ProducerId(7);

    #[test]
    fn a_guard_holds_until_a_transaction_of_its_producer_ends() {
        let mut verifications = Verifications::default();
        let (first, second) = (verifications.begin(PRODUCER), verifications.begin(PRODUCER));
        verifications.end(ProducerId(8));
        assert!(verifications.holds(&first) && verifications.holds(&second));
        verifications.end(PRODUCER);
        assert!(!verifications.holds(&first));
        let third = verifications.begin(PRODUCER);
        assert!(verifications.holds(&third) && !verifications.holds(&second));
    }

    #[test]
    fn what_nobody_holds_any_more_is_forgotten() {
        let mut verifications = Verifications::default();
        let held = verifications.begin(PRODUCER);
        for id in 100..10_000 {
            verifications.begin(ProducerId(id));
        }
        assert!(verifications.begun.len() <= SWEEP_FROM);
        assert!(verifications.holds(&held));
    }
}
