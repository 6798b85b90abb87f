//! The benchmarks, a file for each kind of load.

mod compaction;
mod crowd;
mod end_to_end;
mod fetch;
mod groups;
mod librdkafka;
mod life;
mod produce;
mod rebalance;
mod share;
mod transactions;
mod trouble;

use crate::scenario::Scenario;

/// All of them, in the order in which they run.
pub fn all() -> impl Iterator<Item = &'static Scenario> {
    produce::SCENARIOS
        .iter()
        .chain(fetch::SCENARIOS)
        .chain(end_to_end::SCENARIOS)
        .chain(life::SCENARIOS)
        .chain(crowd::SCENARIOS)
        .chain(trouble::SCENARIOS)
        .chain(compaction::SCENARIOS)
        .chain(groups::SCENARIOS)
        .chain(rebalance::SCENARIOS)
        .chain(share::SCENARIOS)
        .chain(transactions::SCENARIOS)
        .chain(librdkafka::SCENARIOS)
}
