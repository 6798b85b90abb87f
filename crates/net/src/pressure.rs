//! Whether the kernel makes those wait who write to files, because the disk does not keep up.
//!
//! Linux lets writers run freely while dirty pages are below the middle of its two thresholds, and puts them to sleep inside write(2)
//! above it. The thread of many connections must not sleep there.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The kernel is asked again after so many bytes have come in.
const ASK_AGAIN: u64 = 32 << 20;

/// What is known of the kernel's dirty pages.
#[derive(Debug, Default)]
pub struct Pressure {
    received: AtomicU64,
    is_high: AtomicBool,
}

impl Pressure {
    /// Counts bytes that came in and will be written; whether a writer of many may be put to sleep.
    pub fn on_received(&self, count: usize) -> bool {
        let before = self.received.fetch_add(count as u64, Ordering::Relaxed);
        if before / ASK_AGAIN != (before + count as u64) / ASK_AGAIN {
            let text = std::fs::read_to_string("/proc/vmstat").unwrap_or_default();
            self.is_high.store(is_high(&text), Ordering::Relaxed);
        }
        self.is_high.load(Ordering::Relaxed)
    }
}

/// Reads /proc/vmstat; false where it does not say.
fn is_high(vmstat: &str) -> bool {
    let value = |name: &str| {
        let line = vmstat.lines().find_map(|line| line.strip_prefix(name))?;
        line.strip_prefix(' ')?.parse::<u64>().ok()
    };
    let dirty = value("nr_dirty").unwrap_or(0) + value("nr_writeback").unwrap_or(0);
    let thresholds = value("nr_dirty_threshold").zip(value("nr_dirty_background_threshold"));
    thresholds.is_some_and(|(most, background)| dirty > most.midpoint(background))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vmstat(dirty: u64, writeback: u64) -> String {
        format!(
            "nr_free_pages 9\nnr_dirty {dirty}\nnr_writeback {writeback}\nnr_writeback_temp 0\n\
             nr_dirty_threshold 100\nnr_dirty_background_threshold 50\n"
        )
    }

    #[test]
    fn writers_are_held_up_above_the_middle_of_the_thresholds() {
        assert!(!is_high(&vmstat(70, 5)));
        assert!(is_high(&vmstat(70, 6)));
        assert!(!is_high(""));
    }
}
