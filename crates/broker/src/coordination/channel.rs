//! What waits to be asked of other nodes: one request is in flight to each, and what comes meanwhile goes with the next.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use model::BrokerId;
use parking_lot::Mutex;

/// The channels of one kind of request. Nodes are few, and each is looked at only when something is asked of it.
#[derive(Debug)]
pub(super) struct Channels<T> {
    table: Mutex<Table<T>>,
}

#[derive(Debug)]
struct Table<T> {
    by_node: BTreeMap<BrokerId, Channel<T>>,
    next_number: u64,
}

#[derive(Debug)]
struct Channel<T> {
    waiting: VecDeque<T>,
    in_flight: Option<(u64, Arc<Vec<T>>)>,
    /// The newest version that the node is known not to refuse.
    version: Option<i16>,
}

/// A request that is to be sent.
#[derive(Debug)]
pub(super) struct Batch<T> {
    /// Names it in its token.
    pub number: u64,
    pub items: Arc<Vec<T>>,
    /// If the node does not know the newest.
    pub version: Option<i16>,
}

impl<T> Default for Channels<T> {
    fn default() -> Self {
        let table = Table {
            by_node: BTreeMap::new(),
            next_number: 0,
        };
        Self {
            table: Mutex::new(table),
        }
    }
}

impl<T> Default for Channel<T> {
    fn default() -> Self {
        Self {
            waiting: VecDeque::new(),
            in_flight: None,
            version: None,
        }
    }
}

impl<T> Channels<T> {
    /// Something is to be asked of a node.
    pub fn push(&self, node: BrokerId, items: impl IntoIterator<Item = T>) {
        let mut table = self.table.lock();
        let channel = table.by_node.entry(node).or_default();
        channel.waiting.extend(items);
    }

    /// So much waits for a node.
    pub fn waiting(&self, node: BrokerId) -> usize {
        let table = self.table.lock();
        table
            .by_node
            .get(&node)
            .map_or(0, |channel| channel.waiting.len())
    }

    /// The next request to a node, if none is in flight and something waits; `take` says what goes with it.
    pub fn begin(
        &self,
        node: BrokerId,
        take: impl FnOnce(&mut VecDeque<T>) -> Vec<T>,
    ) -> Option<Batch<T>> {
        let mut table = self.table.lock();
        let number = table.next_number;
        let channel = table.by_node.get_mut(&node)?;
        if channel.in_flight.is_some() || channel.waiting.is_empty() {
            return None;
        }
        let items = Arc::new(take(&mut channel.waiting));
        channel.in_flight = Some((number, Arc::clone(&items)));
        let version = channel.version;
        table.next_number += 1;
        Some(Batch {
            number,
            items,
            version,
        })
    }

    /// A request is answered, or will not be; gives what it was about.
    pub fn end(&self, node: BrokerId, number: u64) -> Option<Arc<Vec<T>>> {
        let mut table = self.table.lock();
        let channel = table.by_node.get_mut(&node)?;
        let (_, items) = channel.in_flight.take_if(|(sent, _)| *sent == number)?;
        Some(items)
    }

    /// The node knows the API up to `version`.
    pub fn set_version(&self, node: BrokerId, version: i16) {
        if let Some(channel) = self.table.lock().by_node.get_mut(&node) {
            channel.version = Some(version);
        }
    }

    /// What waits and is not wanted any more goes.
    pub fn retain(&self, is_wanted: impl Fn(&T) -> bool) {
        for channel in self.table.lock().by_node.values_mut() {
            channel.waiting.retain(&is_wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: BrokerId = BrokerId(2);

    fn all(waiting: &mut VecDeque<i32>) -> Vec<i32> {
        waiting.drain(..).collect()
    }

    #[test]
    fn what_comes_while_a_request_is_in_flight_goes_with_the_next() {
        let channels = Channels::default();
        channels.push(NODE, [1, 2]);
        let first = channels.begin(NODE, all).expect("something waits");
        assert_eq!(*first.items, [1, 2]);
        channels.push(NODE, [3]);
        assert!(channels.begin(NODE, all).is_none());
        channels.push(NODE, [4]);
        assert_eq!(
            channels.end(NODE, first.number + 1),
            None,
            "of an earlier one"
        );
        assert_eq!(
            channels.end(NODE, first.number).as_deref(),
            Some(&vec![1, 2])
        );
        assert_eq!(channels.end(NODE, first.number), None, "answered twice");
        channels.retain(|item| *item != 3);
        let next = channels.begin(NODE, all).expect("something waits");
        assert_eq!(*next.items, [4]);
        assert_ne!(next.number, first.number);
    }
}
