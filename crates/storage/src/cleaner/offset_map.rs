//! The newest offset of each key: a table of fixed size with open addressing, 24 bytes for each key.
//!
//! It never holds the keys themselves, so its size is that of `log.cleaner.dedupe.buffer.size` however long they are. It is
//! made for one run, and no larger than the dirty part can have records.

use model::Offset;

use super::key_hash::{HashKey, hash};

/// Bytes of an entry: 16 of the key's hash, 8 of the offset.
const ENTRY_BYTES: u64 = 24;
/// `log.cleaner.io.buffer.load.factor` is not looked at: beyond this, looking up takes long.
const LOAD_PER_CENT: u64 = 90;
/// A table is never smaller.
const LEAST_ENTRIES: u64 = 16;

/// The newest offset of each key.
#[derive(Debug)]
pub(super) struct OffsetMap {
    secret: HashKey,
    /// Hash and offset + 1; an offset of 0 means that the slot is free.
    slots: Vec<(u64, u64, u64)>,
    len: usize,
    limit: usize,
}

impl OffsetMap {
    /// A map of at most `bytes` bytes (but for a few keys it always holds), for no more than `keys` keys.
    pub(super) fn new(bytes: u64, keys: u64, secret: HashKey) -> Self {
        let wanted = keys.saturating_mul(100) / LOAD_PER_CENT + 1;
        let count = wanted.min(bytes / ENTRY_BYTES).max(LEAST_ENTRIES);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Self {
            secret,
            slots: vec![(0, 0, 0); count],
            len: 0,
            limit: (count as u64 * LOAD_PER_CENT / 100) as usize,
        }
    }

    /// Notes that `key` has a record at `offset`, which is greater than all before; `false` when it is new and the map is full.
    pub(super) fn put(&mut self, key: &[u8], offset: Offset) -> bool {
        let (first, second) = hash(self.secret, key);
        let slot = self.slot_of(first, second);
        if self.slots[slot].2 == 0 {
            if self.len >= self.limit {
                return false;
            }
            self.len += 1;
        }
        self.slots[slot] = (first, second, offset.0.cast_unsigned() + 1);
        true
    }

    /// The newest offset of `key` that was noted.
    pub(super) fn get(&self, key: &[u8]) -> Option<Offset> {
        let (first, second) = hash(self.secret, key);
        let found = self.slots[self.slot_of(first, second)].2;
        found
            .checked_sub(1)
            .map(|offset| Offset(offset.cast_signed()))
    }

    /// The slot of these bits, or the free one where they belong.
    fn slot_of(&self, first: u64, second: u64) -> usize {
        let count = self.slots.len();
        let mut slot = ((u128::from(first) * count as u128) >> 64) as usize;
        loop {
            let (a, b, offset) = self.slots[slot];
            if offset == 0 || (a, b) == (first, second) {
                return slot;
            }
            slot += 1;
            if slot == count {
                slot = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: HashKey = HashKey(3, 4);

    #[test]
    fn the_newest_offset_of_each_key_is_found() {
        let mut map = OffsetMap::new(1 << 20, 1000, SECRET);
        for offset in 0..3000 {
            let key = (offset % 1000).to_string();
            assert!(map.put(key.as_bytes(), Offset(offset)));
        }
        for key in 0..1000 {
            let found = map.get(key.to_string().as_bytes());
            assert_eq!(found, Some(Offset(2000 + key)));
        }
        assert_eq!(map.get(b"1000"), None);
        assert_eq!(map.get(b""), None);
    }

    #[test]
    fn offset_zero_and_the_empty_key_count() {
        let mut map = OffsetMap::new(1 << 20, 1, SECRET);
        assert!(map.put(b"", Offset(0)));
        assert_eq!(map.get(b""), Some(Offset(0)));
    }

    #[test]
    fn a_map_takes_no_more_than_its_bytes() {
        let mut map = OffsetMap::new(24 * 100, u64::MAX, SECRET);
        assert_eq!(map.slots.len(), 100);
        let taken = (0..200)
            .take_while(|offset| map.put(&offset.to_string().into_bytes(), Offset(*offset)));
        assert_eq!(taken.count(), 90);
        assert_eq!(map.get(b"89"), Some(Offset(89)));
        assert_eq!(map.get(b"90"), None);
        assert!(
            map.put(b"89", Offset(300)),
            "a key that is there needs no room"
        );
    }

    #[test]
    fn a_map_is_no_larger_than_the_records_need() {
        let map = OffsetMap::new(1 << 30, 90, SECRET);
        assert!(map.slots.len() <= 102, "{}", map.slots.len());
    }
}
