//! Share sessions (KIP-932): what a member of a share group fetches.
//!
//! A session is named by its group and member, and lives as long as its connection at most. It watches its partitions, so
//! that a fetch that found nothing hears of records that come, and of those that are available again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use model::{ErrorCode, TopicId};
use parking_lot::Mutex;
use partition::Watch;

use crate::share_partitions::ShareReplica;

/// The epoch with which a member asks for a new session.
pub(crate) const INITIAL_EPOCH: i32 = 0;
/// The epoch with which a member ends its session.
pub(crate) const FINAL_EPOCH: i32 = -1;

/// Places at rest that are looked at with each fetch.
const MAX_CHECKED: usize = 8;

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
///
/// A fetch looks at the places that are open: those that may have something to give or to tell. Where nothing was found a
/// place is at rest, and its partition watched, so that a fetch costs what changed and not what is watched.
#[derive(Debug, Default)]
pub(crate) struct SessionState {
    /// The epoch that the next request must carry.
    pub epoch: i32,
    slots: BTreeMap<(TopicId, i32), u32>,
    places: BTreeMap<u32, Place>,
    open: BTreeSet<u32>,
    /// Places at rest that are to be looked at again at a time, on the clock of `Now::mono`.
    later: BTreeSet<(Duration, u32)>,
    last_slot: u32,
    /// Where the round of open places goes on.
    turn: u32,
    /// Where the round of places at rest goes on.
    checked: u32,
    /// Woken when a partition changes.
    pub watch: Arc<Watch>,
}

/// One partition of a session.
#[derive(Debug)]
pub(crate) struct Place {
    /// The topic.
    pub topic: TopicId,
    /// The partition's number.
    pub partition: i32,
    /// Where it was found last.
    pub replica: Option<Arc<ShareReplica>>,
}

impl SessionState {
    /// Adds a partition.
    pub fn want(&mut self, topic: TopicId, partition: i32) {
        if self.slots.contains_key(&(topic, partition)) {
            return;
        }
        self.last_slot = self.last_slot.wrapping_add(1);
        let slot = self.last_slot;
        let place = Place {
            topic,
            partition,
            replica: None,
        };
        self.slots.insert((topic, partition), slot);
        self.places.insert(slot, place);
        self.open.insert(slot);
    }

    /// Removes a partition; gives where it was found.
    pub fn forget(&mut self, topic: TopicId, partition: i32) -> Option<Arc<ShareReplica>> {
        let slot = self.slots.remove(&(topic, partition))?;
        let place = self.places.remove(&slot)?;
        self.open.remove(&slot);
        place.unwatch(&self.watch, slot);
        place.replica
    }

    /// Takes the partitions out.
    pub fn clear(&mut self) -> Vec<Arc<ShareReplica>> {
        let places = std::mem::take(&mut self.places).into_iter();
        self.slots.clear();
        self.open.clear();
        self.later.clear();
        places
            .filter_map(|(slot, place)| {
                place.unwatch(&self.watch, slot);
                place.replica
            })
            .collect()
    }

    /// One partition; `None` if it was forgotten.
    pub fn place_mut(&mut self, slot: u32) -> Option<&mut Place> {
        self.places.get_mut(&slot)
    }

    /// The places to look at: those that changed or whose time has come among them, in a round that goes on where the last
    /// one gave something.
    pub fn take_round(&mut self, now: Duration) -> Vec<u32> {
        let mut changed = Vec::new();
        self.watch.take_changed(&mut changed);
        while let Some((at, slot)) = self.later.pop_first() {
            if at > now {
                self.later.insert((at, slot));
                break;
            }
            changed.push(slot);
        }
        let known = changed.into_iter();
        let known = known.filter(|slot| self.places.contains_key(slot));
        self.open.extend(known);
        let (before, after) = (self.open.range(..self.turn), self.open.range(self.turn..));
        after.chain(before).copied().collect()
    }

    /// Opens a few places at rest. What holds for a group may change without its partitions being told: nothing rests for good.
    pub fn check_some(&mut self) {
        let after = self.places.range(self.checked..);
        let some = after.take(MAX_CHECKED).map(|(slot, _)| *slot);
        let some: Vec<u32> = some.collect();
        self.checked = match some[..] {
            [.., last] if some.len() == MAX_CHECKED => last.wrapping_add(1),
            _ => 0,
        };
        self.open.extend(some);
    }

    /// A place has given something: the next round begins behind it.
    pub fn on_given(&mut self, slot: u32) {
        self.turn = slot.wrapping_add(1);
    }

    /// There is nothing at a place until it changes, or until a time.
    pub fn rest(&mut self, slot: u32, until: Option<Duration>) {
        self.open.remove(&slot);
        self.later.extend(until.map(|at| (at, slot)));
    }

    /// When to look again although nothing has changed.
    pub fn next_look(&self) -> Option<Duration> {
        self.later.first().map(|(at, _)| *at)
    }
}

impl Place {
    fn unwatch(&self, watch: &Arc<Watch>, slot: u32) {
        if let Some(replica) = &self.replica {
            replica.unwatch(watch, slot);
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

    /// A new session, in the place of an earlier one of the member, with the partitions that the earlier one had.
    ///
    /// # Errors
    /// `SHARE_SESSION_LIMIT_REACHED`.
    pub fn create(
        &self,
        group: &str,
        member: &str,
        connection: u64,
    ) -> Result<(Arc<ShareSession>, Vec<Arc<ShareReplica>>), ErrorCode> {
        let (group, member) = (Arc::<str>::from(group), Arc::<str>::from(member));
        let key = (Arc::clone(&group), Arc::clone(&member));
        let mut table = self.table.lock();
        let before = table.remove(&key);
        let before = before.map_or(Vec::new(), |before| before.state.lock().clear());
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
        Ok((session, before))
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(10);
    const TOPIC: TopicId = model::Uuid([7; 16]);

    fn state(partitions: i32) -> SessionState {
        let mut state = SessionState::default();
        (0..partitions).for_each(|partition| state.want(TOPIC, partition));
        state
    }

    /// The partitions that a fetch looks at.
    fn round(state: &mut SessionState, now: Duration) -> Vec<i32> {
        let round = state.take_round(now);
        let partitions = round.iter().map(|slot| state.places[slot].partition);
        partitions.collect()
    }

    #[test]
    fn a_fetch_looks_at_what_changed_only() {
        let mut state = state(1000);
        let all = state.take_round(NOW);
        assert_eq!(all.len(), 1000);
        all.iter().for_each(|slot| state.rest(*slot, None));
        assert_eq!(round(&mut state, NOW), [0; 0]);
        state.watch.notify(all[500], &mut Vec::new());
        assert_eq!(round(&mut state, NOW), [500]);
        assert_eq!(
            round(&mut state, NOW),
            [500],
            "until it is found to be at rest"
        );
    }

    #[test]
    fn a_place_may_rest_until_a_time() {
        let mut state = state(2);
        let slots = state.take_round(NOW);
        state.rest(slots[0], Some(NOW + Duration::from_secs(1)));
        state.rest(slots[1], Some(NOW + Duration::from_secs(2)));
        assert_eq!(round(&mut state, NOW), [0; 0]);
        assert_eq!(state.next_look(), Some(NOW + Duration::from_secs(1)));
        assert_eq!(round(&mut state, NOW + Duration::from_secs(1)), [0]);
        assert_eq!(state.next_look(), Some(NOW + Duration::from_secs(2)));
        state.forget(TOPIC, 1);
        assert_eq!(round(&mut state, NOW + Duration::from_secs(2)), [0]);
    }

    #[test]
    fn the_round_goes_on_behind_what_was_given() {
        let mut state = state(4);
        let slots = state.take_round(NOW);
        state.on_given(slots[1]);
        assert_eq!(round(&mut state, NOW), [2, 3, 0, 1]);
        state.on_given(slots[3]);
        assert_eq!(round(&mut state, NOW), [0, 1, 2, 3]);
    }

    #[test]
    fn nothing_rests_for_good() {
        let mut state = state(20);
        let slots = state.take_round(NOW);
        let mut seen = Vec::new();
        for _ in 0..4 {
            slots.iter().for_each(|slot| state.rest(*slot, None));
            state.check_some();
            let some = round(&mut state, NOW);
            assert!(some.len() <= MAX_CHECKED);
            seen.extend(some);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, (0..20).collect::<Vec<i32>>());
    }
}
