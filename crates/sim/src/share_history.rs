//! What members of a share group were given and acknowledged, and the checkers over that.
//!
//! Answers overtake one another: what a fetch is given counts from the moment at which it was sent. A record that a member
//! accepted, and was told so, is given to no fetch that is sent later; one that was released is given again with a greater
//! count. While the node runs each delivery of a record counts one more.
//!
//! Checkers: an_accepted_record_is_not_delivered_again, delivery_counts_never_fall, deliveries_stay_within_the_limit.

use std::collections::BTreeMap;

use crate::keyed_history::Complaint;

/// The partitions that the group consumes: those of the topic whose records survive everything.
pub(crate) const SHARED: &str = "synced";
/// The default of `group.share.delivery.count.limit`.
const MAX_DELIVERIES: i16 = 5;

type Place = (i32, i64);

/// What is known of the deliveries of one record.
#[derive(Clone, Copy, Debug, Default)]
struct Delivered {
    /// When somebody was told that it is done with.
    done_at: Option<u64>,
    /// When somebody was told that it is released, and the count that it had.
    released_at: Option<(u64, i16)>,
    /// The last fetch that was given it since the node started: when that was sent, the count, and the stops until then.
    given: Option<(u64, i16, u64)>,
}

/// The history of one share group.
#[derive(Debug, Default)]
pub(crate) struct ShareHistory {
    records: BTreeMap<Place, Delivered>,
    clock: u64,
    /// Records that somebody accepted, as a figure of the run.
    pub(crate) accepted: u64,
}

impl ShareHistory {
    /// A moment: a fetch is sent.
    pub(crate) fn now(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    /// A fetch that was sent at `asked` was given a record.
    pub(crate) fn given(
        &mut self,
        place: Place,
        (asked, stops): (u64, u64),
        count: i16,
    ) -> Option<Complaint> {
        let known = self.records.entry(place).or_default();
        let complain = |checker, why: &str| {
            Some((
                checker,
                format!("{place:?} was delivered ({count}) {why}: {known:?}"),
            ))
        };
        if known.done_at.is_some_and(|done| done < asked) {
            let checker = "an_accepted_record_is_not_delivered_again";
            return complain(checker, "after it was done with");
        }
        if !(1..=MAX_DELIVERIES).contains(&count) {
            return complain("deliveries_stay_within_the_limit", "too often");
        }
        if known
            .released_at
            .is_some_and(|(at, before)| at < asked && count <= before)
        {
            return complain(
                "delivery_counts_never_fall",
                "no more often than it was released",
            );
        }
        if let Some((at, before, of)) = known.given
            && of == stops
            && (at < asked && count < before)
        {
            return complain("delivery_counts_never_fall", "less often than before");
        }
        known.given = Some((asked, count, stops));
        None
    }

    /// A member was told that a record is done with.
    pub(crate) fn done(&mut self, place: Place) {
        self.clock += 1;
        self.accepted += 1;
        self.records.entry(place).or_default().done_at = Some(self.clock);
    }

    /// A member was told that a record is released, which it had been given with this count.
    pub(crate) fn released(&mut self, place: Place, count: i16) {
        self.clock += 1;
        self.records.entry(place).or_default().released_at = Some((self.clock, count));
    }

    /// What was written is lost.
    pub(crate) fn on_power_loss(&mut self) {
        self.records.clear();
    }
}
