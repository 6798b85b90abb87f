//! The newest offset of each key: a table of fixed size with open addressing, 24 bytes for each key.
//!
//! It never holds the keys themselves, so its size is that of `log.cleaner.dedupe.buffer.size` however long they are. It is
//! made for one run, and no larger than the dirty part can have records.

use std::hint::black_box;

use model::Offset;

use super::key_hash::{HashKey, KeyHash, hash};

/// Bytes of an entry: 16 of the key's hash, 8 of the offset.
const ENTRY_BYTES: u64 = 24;
/// `log.cleaner.io.buffer.load.factor` is not looked at: beyond this, looking up takes long.
const LOAD_PER_CENT: u64 = 90;
/// Keys that are looked up together: their slots fit the processor's first cache.
const AT_ONCE: usize = 256;
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

    /// What the map knows of a key.
    pub(super) fn hash(&self, key: &[u8]) -> KeyHash {
        hash(self.secret, key)
    }

    /// Notes that these keys have records at these offsets, each greater than all before. Gives the offset of the first that is new where
    /// the map is full.
    pub(super) fn put_all(&mut self, keys: &[(KeyHash, Offset)]) -> Option<Offset> {
        for some in keys.chunks(AT_ONCE) {
            self.touch(some.iter().map(|(key, _)| *key));
            let refused = some.iter().find(|(key, offset)| !self.put(*key, *offset));
            if let Some((_, offset)) = refused {
                return Some(*offset);
            }
        }
        None
    }

    /// The newest offset of each of these keys that was noted.
    pub(super) fn get_all(&self, keys: &[Option<KeyHash>]) -> Vec<Option<Offset>> {
        let mut found = Vec::with_capacity(keys.len());
        for some in keys.chunks(AT_ONCE) {
            self.touch(some.iter().flatten().copied());
            found.extend(some.iter().map(|key| self.get((*key)?)));
        }
        found
    }

    /// Brings the slots of these keys into the caches. The table is far larger than those: looked at one after another each slot would be
    /// waited for, while here the processor fetches many at a time.
    fn touch(&self, keys: impl Iterator<Item = KeyHash>) {
        let look = |key| self.slots[self.first_slot(key)].2;
        black_box(keys.map(look).fold(0, u64::wrapping_add));
    }

    fn put(&mut self, key: KeyHash, offset: Offset) -> bool {
        let slot = self.slot_of(key);
        if self.slots[slot].2 == 0 {
            if self.len >= self.limit {
                return false;
            }
            self.len += 1;
        }
        self.slots[slot] = (key.0, key.1, offset.0.cast_unsigned() + 1);
        true
    }

    fn get(&self, key: KeyHash) -> Option<Offset> {
        let found = self.slots[self.slot_of(key)].2;
        found
            .checked_sub(1)
            .map(|offset| Offset(offset.cast_signed()))
    }

    fn first_slot(&self, key: KeyHash) -> usize {
        ((u128::from(key.0) * self.slots.len() as u128) >> 64) as usize
    }

    /// The slot of a key, or the free one where it belongs.
    fn slot_of(&self, key: KeyHash) -> usize {
        let count = self.slots.len();
        let mut slot = self.first_slot(key);
        loop {
            let (a, b, offset) = self.slots[slot];
            if offset == 0 || (a, b) == key {
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

    fn put(map: &mut OffsetMap, key: &[u8], offset: i64) -> bool {
        let key = map.hash(key);
        map.put_all(&[(key, Offset(offset))]).is_none()
    }

    fn get(map: &OffsetMap, key: &[u8]) -> Option<Offset> {
        map.get_all(&[None, Some(map.hash(key))])[1]
    }

    #[test]
    fn the_newest_offset_of_each_key_is_found() {
        let mut map = OffsetMap::new(1 << 20, 1000, SECRET);
        for offset in 0..3000 {
            let key = (offset % 1000).to_string();
            assert!(put(&mut map, key.as_bytes(), offset));
        }
        for key in 0..1000 {
            let found = get(&map, key.to_string().as_bytes());
            assert_eq!(found, Some(Offset(2000 + key)));
        }
        assert_eq!(get(&map, b"1000"), None);
        assert_eq!(get(&map, b""), None);
    }

    #[test]
    fn offset_zero_and_the_empty_key_count() {
        let mut map = OffsetMap::new(1 << 20, 1, SECRET);
        assert!(put(&mut map, b"", 0));
        assert_eq!(get(&map, b""), Some(Offset(0)));
    }

    #[test]
    fn the_first_key_that_finds_no_room_is_told() {
        let mut map = OffsetMap::new(24 * 1000, u64::MAX, SECRET);
        let keys: Vec<_> = (0..2000_i64)
            .map(|n| (map.hash(&n.to_be_bytes()), Offset(n)))
            .collect();
        assert_eq!(map.put_all(&keys), Some(Offset(900)));
        let asked: Vec<_> = keys.iter().map(|(key, _)| Some(*key)).collect();
        let found = map.get_all(&asked);
        assert_eq!(found.iter().flatten().count(), 900);
        assert_eq!(found[899], Some(Offset(899)));
    }

    #[test]
    fn a_map_takes_no_more_than_its_bytes() {
        let mut map = OffsetMap::new(24 * 100, u64::MAX, SECRET);
        assert_eq!(map.slots.len(), 100);
        let taken =
            (0..200).take_while(|offset| put(&mut map, &offset.to_string().into_bytes(), *offset));
        assert_eq!(taken.count(), 90);
        assert_eq!(get(&map, b"89"), Some(Offset(89)));
        assert_eq!(get(&map, b"90"), None);
        assert!(
            put(&mut map, b"89", 300),
            "a key that is there needs no room"
        );
    }

    #[test]
    fn a_map_is_no_larger_than_the_records_need() {
        let map = OffsetMap::new(1 << 30, 90, SECRET);
        assert!(map.slots.len() <= 102, "{}", map.slots.len());
    }
}
