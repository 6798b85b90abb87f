//! What the log of a shard says: the durable half of the coordinator.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Offset;
use statemachine::Machine;

use crate::record::Record;
use crate::state::{State, Transaction};

/// The transactional ids of one partition of `__transaction_state`.
#[derive(Debug, Default)]
pub struct Logged {
    transactions: BTreeMap<Arc<str>, Arc<Transaction>>,
    /// Those that may time out, so that nobody has to look at the others.
    ongoing: BTreeSet<Arc<str>>,
}

impl Logged {
    /// A transactional id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<Transaction>> {
        self.transactions.get(id)
    }

    /// All of them, by their names.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Transaction>)> {
        self.transactions.iter()
    }

    /// Those with an open transaction.
    pub(crate) fn ongoing(&self) -> impl Iterator<Item = (&Arc<str>, &Arc<Transaction>)> {
        let known = |id| self.transactions.get_key_value(id);
        self.ongoing.iter().filter_map(known)
    }
}

impl Machine for Logged {
    type Record = Record;

    fn replay(&mut self, _offset: Offset, record: &Record) {
        let Record { id, value } = record;
        match value {
            Some(value) => {
                if value.state == State::Ongoing {
                    self.ongoing.insert(Arc::clone(id));
                } else {
                    self.ongoing.remove(id);
                }
                self.transactions.insert(Arc::clone(id), Arc::clone(value));
            }
            None => {
                self.ongoing.remove(id);
                self.transactions.remove(id);
            }
        }
    }
}
