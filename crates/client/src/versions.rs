//! Which version of each API both sides know (KIP-35).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use protocol::ApiKey;
use protocol::api_versions_response::ApiVersionsResponse;

/// What a broker said it offers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions(BTreeMap<i16, RangeInclusive<i16>>);

impl Versions {
    /// The ranges of a broker's answer.
    pub(crate) fn of(response: &ApiVersionsResponse<'_>) -> Self {
        let ranges = response.api_keys.iter();
        Self(
            ranges
                .map(|api| (api.api_key, api.min_version..=api.max_version))
                .collect(),
        )
    }

    /// The highest version within `wanted` that this crate and the broker know.
    pub(crate) fn pick(&self, api: ApiKey, wanted: &RangeInclusive<i16>) -> Option<i16> {
        let (ours, theirs) = (api.versions()?, self.0.get(&api.as_i16())?);
        let newest = if api.latest_version_unstable() {
            *ours.end() - 1
        } else {
            *ours.end()
        };
        let highest = newest.min(*theirs.end()).min(*wanted.end());
        let lowest = *ours.start().max(theirs.start()).max(wanted.start());
        (lowest <= highest).then_some(highest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(theirs: RangeInclusive<i16>, wanted: RangeInclusive<i16>, expected: Option<i16>) {
        let versions = Versions([(ApiKey::Metadata.as_i16(), theirs)].into());
        assert_eq!(versions.pick(ApiKey::Metadata, &wanted), expected);
    }

    #[test]
    fn the_highest_version_that_both_know_is_picked() {
        check(0..=5, 0..=i16::MAX, Some(5));
        check(0..=99, 0..=i16::MAX, Some(13));
    }

    #[test]
    fn a_caller_may_ask_for_older_versions() {
        check(0..=13, 0..=9, Some(9));
    }

    #[test]
    fn ranges_that_do_not_meet_yield_none() {
        check(0..=3, 4..=9, None);
        check(50..=60, 0..=i16::MAX, None);
    }

    #[test]
    fn an_api_that_the_broker_does_not_offer_yields_none() {
        assert_eq!(Versions::default().pick(ApiKey::Fetch, &(0..=9)), None);
    }

    #[test]
    fn a_version_that_is_for_tests_only_is_not_picked() {
        let versions = Versions([(ApiKey::InitProducerId.as_i16(), 0..=6)].into());
        assert_eq!(versions.pick(ApiKey::InitProducerId, &(0..=6)), Some(5));
    }
}
