//! Where the last batches lie: a consumer that keeps up asks for exactly these, and needs no search.

use model::Offset;

const KEPT: usize = 32;

/// Base offsets of the last batches of the active segment, and their positions.
#[derive(Debug, Default)]
pub(super) struct RecentBatches {
    ring: Vec<(Offset, u32)>,
    next: usize,
}

impl RecentBatches {
    pub(super) fn push(&mut self, base: Offset, position: u32) {
        if self.ring.len() < KEPT {
            self.ring.push((base, position));
        } else {
            self.ring[self.next] = (base, position);
        }
        self.next = (self.next + 1) % KEPT;
    }

    pub(super) fn position_of(&self, base: Offset) -> Option<u32> {
        self.ring
            .iter()
            .find(|(known, _)| *known == base)
            .map(|(_, position)| *position)
    }

    pub(super) fn clear(&mut self) {
        self.ring.clear();
        self.next = 0;
    }
}
