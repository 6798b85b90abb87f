//! Who has what in the group whose members speak both protocols, as they see it.
//!
//! The epochs of such a group begin anew when it becomes a classic one without members, so who had a
//! partition in which epoch proves nothing. What proves something is the order in which things happen:
//!
//! ```text
//!   holder:    told that it has p              asks, is told that it still has it
//!                     |                          |
//!   ------------------)--------------------------)--------------> time
//!                        |                  |
//!   stranger:          asks to commit p    is told that it is committed: a violation
//! ```
//!
//! Checker: nobody_commits_what_another_keeps.

use std::collections::BTreeMap;

use crate::keyed_history::Complaint;

#[derive(Debug)]
struct Holder {
    member: usize,
    since: u64,
    /// Another one committed, and when it was told so.
    stranger: Option<(usize, u64)>,
}

/// The partitions of the group.
#[derive(Debug, Default)]
pub(crate) struct MixedHistory {
    clock: u64,
    holders: BTreeMap<i32, Holder>,
}

impl MixedHistory {
    /// Something is asked, at the time that is given.
    pub(crate) fn asks(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// `member` was told that it has the partition.
    pub(crate) fn takes(&mut self, member: usize, index: i32) {
        let holder = Holder {
            member,
            since: self.asks(),
            stranger: None,
        };
        self.holders.insert(index, holder);
    }

    /// `member` does not count on having the partition any more.
    pub(crate) fn gives_up(&mut self, member: usize, index: i32) {
        if self
            .holders
            .get(&index)
            .is_some_and(|holder| holder.member == member)
        {
            self.holders.remove(&index);
        }
    }

    /// `member` was told that its commit, which it asked for at `asked`, is done.
    pub(crate) fn commits(&mut self, member: usize, index: i32, asked: u64) {
        let told = self.asks();
        let Some(holder) = self.holders.get_mut(&index) else {
            return;
        };
        if holder.member != member && holder.since < asked {
            holder.stranger.get_or_insert((member, told));
        }
    }

    /// `member` was told, having asked at `asked`, that it is what it was: it has the partition still.
    pub(crate) fn keeps(&self, member: usize, index: i32, asked: u64) -> Option<Complaint> {
        let holder = self.holders.get(&index)?;
        let (stranger, told) = holder.stranger?;
        (holder.member == member && told < asked).then(|| {
            let what = format!("{stranger} committed for partition {index}, which {member} has");
            ("nobody_commits_what_another_keeps", what)
        })
    }

    /// What was known may have been lost with the power.
    pub(crate) fn on_loss(&mut self) {
        self.holders.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_of_another_while_one_keeps_a_partition_is_complained_of() {
        let mut history = MixedHistory::default();
        history.takes(1, 0);
        let asked = history.asks();
        history.commits(2, 0, asked);
        let asked = history.asks();
        assert!(history.keeps(1, 0, asked).is_some());
        assert!(history.keeps(2, 0, asked).is_none());
    }

    #[test]
    fn what_may_have_happened_before_or_after_is_not() {
        let mut history = MixedHistory::default();
        let early = history.asks();
        history.takes(1, 0);
        history.commits(2, 0, early);
        let asked = history.asks();
        assert!(history.keeps(1, 0, asked).is_none());
        let late = history.asks();
        history.commits(2, 0, late);
        assert!(history.keeps(1, 0, asked).is_none());
        history.gives_up(1, 0);
        history.takes(1, 0);
        let asked = history.asks();
        assert!(history.keeps(1, 0, asked).is_none());
    }
}
