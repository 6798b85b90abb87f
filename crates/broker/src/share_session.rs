//! Share sessions (KIP-932): what a member of a share group fetches.
//!
//! A session is named by its group and member, and lives as long as its connection at most. It watches its partitions, so
//! that a fetch that found nothing hears of records that come, and of those that are available again.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{ErrorCode, TopicId};
use parking_lot::Mutex;
use partition::Watch;

use crate::share_partitions::ShareReplica;

/// The epoch with which a member asks for a new session.
pub(crate) const INITIAL_EPOCH: i32 = 0;
/// The epoch with which a member ends its session.
pub(crate) const FINAL_EPOCH: i32 = -1;

/// A group and one of its members.
pub(crate) type SessionKey = (Arc<str>, Arc<str>);

/// The session of one member.
#[derive(Debug)]
pub(crate) struct ShareSession {
    /// The group.
    pub group: Arc<str>,
    /// The member.
    pub member: Arc<str>,
    connection: u64,
    /// Requests of one session come one at a time, so the lock is not contended.
    pub state: Mutex<SessionState>,
}

/// What a session fetches.
#[derive(Debug, Default)]
pub(crate) struct SessionState {
    /// The epoch that the next request must carry.
    pub epoch: i32,
    /// The partitions.
    pub places: BTreeMap<(TopicId, i32), Place>,
    next_slot: u32,
    /// Woken when a partition changes.
    pub watch: Arc<Watch>,
}

/// One partition of a session.
#[derive(Debug)]
pub(crate) struct Place {
    /// Its number for the watch.
    pub slot: u32,
    /// Where it was found last.
    pub replica: Option<Arc<ShareReplica>>,
}

impl SessionState {
    /// Adds a partition.
    pub fn want(&mut self, topic: TopicId, partition: i32) {
        let slot = &mut self.next_slot;
        self.places.entry((topic, partition)).or_insert_with(|| {
            *slot = slot.wrapping_add(1);
            Place {
                slot: *slot,
                replica: None,
            }
        });
    }

    /// Removes a partition.
    pub fn forget(&mut self, topic: TopicId, partition: i32) {
        if let Some(place) = self.places.remove(&(topic, partition)) {
            place.unwatch(&self.watch);
        }
    }

    /// Takes the partitions out.
    pub fn clear(&mut self) -> Vec<Arc<ShareReplica>> {
        let places = std::mem::take(&mut self.places).into_values();
        places
            .filter_map(|place| {
                place.unwatch(&self.watch);
                place.replica
            })
            .collect()
    }
}

impl Place {
    fn unwatch(&self, watch: &Arc<Watch>) {
        if let Some(replica) = &self.replica {
            replica.unwatch(watch, self.slot);
        }
    }
}

/// All share sessions of the node, bounded by `group.share.max.share.sessions`.
#[derive(Debug)]
pub(crate) struct ShareSessions {
    table: Mutex<BTreeMap<SessionKey, Arc<ShareSession>>>,
    max: usize,
}

impl ShareSessions {
    /// A table with room for `max` sessions.
    pub fn new(max: usize) -> Self {
        Self {
            table: Mutex::default(),
            max,
        }
    }

    /// A new session, in the place of an earlier one of the member.
    ///
    /// # Errors
    /// `SHARE_SESSION_LIMIT_REACHED`.
    pub fn create(
        &self,
        group: &str,
        member: &str,
        connection: u64,
    ) -> Result<Arc<ShareSession>, ErrorCode> {
        let (group, member) = (Arc::<str>::from(group), Arc::<str>::from(member));
        let key = (Arc::clone(&group), Arc::clone(&member));
        let mut table = self.table.lock();
        if let Some(before) = table.remove(&key) {
            drop(before.state.lock().clear());
        }
        if table.len() >= self.max {
            return Err(ErrorCode::SHARE_SESSION_LIMIT_REACHED);
        }
        let session = Arc::new(ShareSession {
            group,
            member,
            connection,
            state: Mutex::new(SessionState {
                epoch: INITIAL_EPOCH + 1,
                ..SessionState::default()
            }),
        });
        table.insert(key, Arc::clone(&session));
        Ok(session)
    }

    /// The session that a request with `epoch` continues.
    ///
    /// # Errors
    /// `SHARE_SESSION_NOT_FOUND`, `INVALID_SHARE_SESSION_EPOCH`: the member starts anew.
    pub fn continued(
        &self,
        group: &str,
        member: &str,
        epoch: i32,
    ) -> Result<Arc<ShareSession>, ErrorCode> {
        let key = (Arc::from(group), Arc::from(member));
        let session = self.table.lock().get(&key).cloned();
        let session = session.ok_or(ErrorCode::SHARE_SESSION_NOT_FOUND)?;
        let mut state = session.state.lock();
        if state.epoch != epoch {
            return Err(ErrorCode::INVALID_SHARE_SESSION_EPOCH);
        }
        state.epoch = if epoch == i32::MAX { 1 } else { epoch + 1 };
        drop(state);
        Ok(session)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// `SHARE_SESSION_NOT_FOUND`.
    pub fn end(&self, group: &str, member: &str) -> Result<Arc<ShareSession>, ErrorCode> {
        let key = (Arc::from(group), Arc::from(member));
        let session = self.table.lock().remove(&key);
        session.ok_or(ErrorCode::SHARE_SESSION_NOT_FOUND)
    }

    /// Whether a connection has sessions.
    pub fn has_connection(&self, connection: u64) -> bool {
        let table = self.table.lock();
        table
            .values()
            .any(|session| session.connection == connection)
    }

    /// Takes out the sessions of a connection that is gone.
    pub fn take_of_connection(&self, connection: u64) -> Vec<Arc<ShareSession>> {
        let mut table = self.table.lock();
        let of_connection = table
            .extract_if(.., |_, session| session.connection == connection)
            .map(|(_, session)| session);
        of_connection.collect()
    }
}
