//! Fetch sessions (KIP-227): a fetch costs what changed, not what is subscribed.
//!
//! A session remembers the partitions of a consumer or follower. It watches each of them (see
//! [`partition::Watch`]); a fetch looks only at those that changed or that the request moved.
//! A fetch without a session uses the same code with a session that ends with the answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use model::{BrokerId, ErrorCode, TopicId};
use parking_lot::Mutex;
use partition::{Partition, Watch};

/// The epoch with which a client asks for a new session, and of requests without a session.
pub const INITIAL_EPOCH: i32 = 0;
/// The epoch with which a client ends its session.
pub const FINAL_EPOCH: i32 = -1;
/// The id of "no session".
pub const NO_SESSION: i32 = 0;
/// A session that was not used for so long gives its place to a new one.
pub const EVICTION_IDLE: Duration = Duration::from_secs(120);

/// How a request names a topic: by name up to version 12, by id from 13 on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TopicRef {
    /// Up to version 12.
    Name(Arc<str>),
    /// From version 13 on.
    Id(TopicId),
}

/// What a client wants of one partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Where to read from.
    pub fetch_offset: i64,
    /// Most bytes of records to return; one batch is returned even if it is larger.
    pub max_bytes: i32,
    /// The leader epoch that the client knows, or -1.
    pub current_leader_epoch: i32,
    /// The epoch of the last record that the client has, or -1.
    pub last_fetched_epoch: i32,
    /// A follower's log start offset, or -1.
    pub log_start_offset: i64,
}

/// One partition of a session.
#[derive(Debug)]
pub struct Part {
    /// The topic as the client names it.
    pub topic: TopicRef,
    /// Number of the partition.
    pub index: i32,
    /// What the client wants.
    pub wanted: Wanted,
    /// The partition, once it was found on this node.
    pub partition: Option<Arc<Partition>>,
    /// High watermark and log start offset that the client was told last.
    pub told: Option<(i64, i64)>,
    /// A request has come that says where the reader is, and was not looked at yet.
    pub is_new: bool,
    /// Whether the slot is on the list of those to look at.
    listed: bool,
}

/// The partitions of one session.
#[derive(Debug, Default)]
pub struct SessionState {
    /// The epoch that the next request must carry.
    pub epoch: i32,
    slots: Vec<Option<Part>>,
    free: Vec<u32>,
    index: BTreeMap<(TopicRef, i32), u32>,
    /// Slots to look at, in order.
    listed: Vec<u32>,
    /// Woken when a partition changes.
    pub watch: Arc<Watch>,
    /// The follower whose session it is, if it is a follower's.
    pub follower: Option<BrokerId>,
}

impl SessionState {
    /// Number of partitions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Adds a partition or changes what is wanted of it, and lists it.
    pub fn want(&mut self, topic: TopicRef, index: i32, wanted: Wanted) {
        let key = (topic, index);
        let slot = match self.index.get(&key) {
            Some(slot) => {
                let part = self.slots[*slot as usize]
                    .as_mut()
                    .expect("indexed slots are filled");
                part.wanted = wanted;
                part.is_new = true;
                *slot
            }
            None => self.add(key, wanted),
        };
        self.list(slot);
    }

    /// Removes a partition that the client forgot.
    pub fn forget(&mut self, topic: TopicRef, index: i32) {
        let Some(slot) = self.index.remove(&(topic, index)) else {
            return;
        };
        self.release(slot);
        self.free.push(slot);
    }

    /// Removes all partitions and stops watching them.
    pub fn clear(&mut self) {
        for slot in 0..self.slots.len() {
            self.release(u32::try_from(slot).expect("slots are numbered with 32 bits"));
        }
        self.slots.clear();
        self.free.clear();
        self.index.clear();
        self.listed.clear();
    }

    /// Lists a slot unless it is listed.
    pub fn list(&mut self, slot: u32) {
        if let Some(part) = self.slots.get_mut(slot as usize).and_then(Option::as_mut)
            && !std::mem::replace(&mut part.listed, true)
        {
            self.listed.push(slot);
        }
    }

    /// Takes the slots to look at, those that changed included.
    pub fn take_listed(&mut self) -> Vec<u32> {
        let mut changed = Vec::new();
        self.watch.take_changed(&mut changed);
        for slot in changed {
            self.list(slot);
        }
        let listed = std::mem::take(&mut self.listed);
        for slot in &listed {
            if let Some(part) = self.slots[*slot as usize].as_mut() {
                part.listed = false;
            }
        }
        listed
    }

    /// One partition; `None` if it was forgotten.
    pub fn part_mut(&mut self, slot: u32) -> Option<&mut Part> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    fn add(&mut self, key: (TopicRef, i32), wanted: Wanted) -> u32 {
        let part = Part {
            topic: key.0.clone(),
            index: key.1,
            wanted,
            partition: None,
            told: None,
            is_new: true,
            listed: false,
        };
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).expect("a request has fewer partitions than 2^32")
        });
        self.slots[slot as usize] = Some(part);
        self.index.insert(key, slot);
        slot
    }

    fn release(&mut self, slot: u32) {
        let part = self.slots[slot as usize].take();
        if let Some(partition) = part.and_then(|part| part.partition) {
            partition.unwatch(&self.watch, slot);
        }
    }
}

impl Drop for SessionState {
    fn drop(&mut self) {
        self.clear();
    }
}

/// One fetch session.
#[derive(Debug)]
pub struct FetchSession {
    /// Its number, or `NO_SESSION` for one that ends with the answer.
    pub id: i32,
    /// Its partitions. Requests of one session come one at a time, so the lock is not contended.
    pub state: Mutex<SessionState>,
}

impl FetchSession {
    /// A session for one answer.
    #[must_use]
    pub fn temporary(follower: Option<BrokerId>) -> Arc<Self> {
        Self::new(NO_SESSION, follower)
    }

    fn new(id: i32, follower: Option<BrokerId>) -> Arc<Self> {
        let mut state = SessionState::default();
        state.follower = follower;
        Arc::new(Self {
            id,
            state: Mutex::new(state),
        })
    }
}

/// All sessions of the node, bounded by `max.incremental.fetch.session.cache.slots`.
#[derive(Debug)]
pub struct FetchSessions {
    table: Mutex<Table>,
    slots: usize,
}

#[derive(Debug, Default)]
struct Table {
    by_id: BTreeMap<i32, Entry>,
    by_last_use: BTreeMap<(Duration, i32), ()>,
    last_id: i32,
}

#[derive(Debug)]
struct Entry {
    session: Arc<FetchSession>,
    last_used: Duration,
    is_followers: bool,
}

impl FetchSessions {
    /// A table with room for `slots` sessions.
    #[must_use]
    pub fn new(slots: usize) -> Self {
        Self {
            table: Mutex::default(),
            slots,
        }
    }

    /// A new session, or a temporary one when every place is taken by a session in use. A follower takes the place of a
    /// consumer.
    pub fn create(&self, now: Duration, follower: Option<BrokerId>) -> Arc<FetchSession> {
        let mut table = self.table.lock();
        let is_full = table.by_id.len() >= self.slots;
        let has_room =
            !is_full || table.evict_idle(now) || (follower.is_some() && table.evict_consumer());
        if !has_room {
            return FetchSession::temporary(follower);
        }
        let id = table.next_id();
        let session = FetchSession::new(id, follower);
        table.by_id.insert(
            id,
            Entry {
                session: Arc::clone(&session),
                last_used: now,
                is_followers: follower.is_some(),
            },
        );
        table.by_last_use.insert((now, id), ());
        session
    }

    /// The session that a request with (`id`, `epoch`) continues, if it is of the same follower or consumers.
    ///
    /// # Errors
    /// `FETCH_SESSION_ID_NOT_FOUND` or `INVALID_FETCH_SESSION_EPOCH`: the client starts anew.
    pub fn continued(
        &self,
        now: Duration,
        (id, epoch): (i32, i32),
        follower: Option<BrokerId>,
    ) -> Result<Arc<FetchSession>, ErrorCode> {
        let mut table = self.table.lock();
        let session = table
            .touch(now, id)
            .ok_or(ErrorCode::FETCH_SESSION_ID_NOT_FOUND)?;
        drop(table);
        let mut state = session.state.lock();
        if state.follower != follower {
            return Err(ErrorCode::FETCH_SESSION_ID_NOT_FOUND);
        }
        if state.epoch != epoch {
            return Err(ErrorCode::INVALID_FETCH_SESSION_EPOCH);
        }
        state.epoch = next_epoch(epoch);
        drop(state);
        Ok(session)
    }

    /// Ends a session; unknown ids are ignored.
    pub fn end(&self, id: i32) {
        let mut table = self.table.lock();
        let ended = table.remove(id);
        drop(table);
        if let Some(session) = ended {
            session.state.lock().clear();
        }
    }
}

impl Table {
    fn touch(&mut self, now: Duration, id: i32) -> Option<Arc<FetchSession>> {
        let entry = self.by_id.get_mut(&id)?;
        self.by_last_use.remove(&(entry.last_used, id));
        entry.last_used = now;
        self.by_last_use.insert((now, id), ());
        Some(Arc::clone(&entry.session))
    }

    fn remove(&mut self, id: i32) -> Option<Arc<FetchSession>> {
        let entry = self.by_id.remove(&id)?;
        self.by_last_use.remove(&(entry.last_used, id));
        Some(entry.session)
    }

    /// Makes room by ending the session that was idle longest, if it was idle for long enough.
    fn evict_idle(&mut self, now: Duration) -> bool {
        let Some((&(last_used, id), ())) = self.by_last_use.first_key_value() else {
            return false;
        };
        if now.saturating_sub(last_used) < EVICTION_IDLE {
            return false;
        }
        self.remove(id);
        true
    }

    /// Makes room for a follower by ending the session of a consumer that was idle longest.
    fn evict_consumer(&mut self) -> bool {
        let consumers = self.by_last_use.keys();
        let mut consumers = consumers.filter(|(_, id)| !self.by_id[id].is_followers);
        let Some((_, id)) = consumers.next().copied() else {
            return false;
        };
        self.remove(id);
        true
    }

    /// Ids are positive and reused only after all others were.
    fn next_id(&mut self) -> i32 {
        loop {
            self.last_id = if self.last_id == i32::MAX {
                1
            } else {
                self.last_id + 1
            };
            if !self.by_id.contains_key(&self.last_id) {
                return self.last_id;
            }
        }
    }
}

/// Epochs count from 1 on and wrap to 1, since 0 asks for a new session.
#[must_use]
pub fn next_epoch(epoch: i32) -> i32 {
    if epoch == i32::MAX { 1 } else { epoch + 1 }
}
