//! Requests that name one thing many times: it is answered once.
//!
//! An answer can be a thousand times as large as its name. Without this, a request of a megabyte could ask for more
//! than the machine has.

use std::collections::BTreeSet;

/// The items of `items` whose keys did not come before, in their order.
pub(super) fn distinct<'r, T, K: Ord>(
    items: &'r [T],
    key: impl Fn(&'r T) -> K,
) -> impl Iterator<Item = &'r T> {
    let mut seen = BTreeSet::new();
    items.iter().filter(move |item| seen.insert(key(item)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_key_stays_where_it_was() {
        let items = ["b1", "a1", "b2", "c1", "a2"];
        let left: Vec<_> = distinct(&items, |item| item.as_bytes()[0]).collect();
        assert_eq!(left, [&"b1", &"a1", &"c1"]);
    }
}
