//! What one execution allocates.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    static IN_USE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread has in use.
pub(crate) struct Counting;

#[expect(
    unsafe_code,
    reason = "only an allocator can see what is allocated; it adds numbers"
)]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = IN_USE.try_with(|in_use| {
            in_use.set(in_use.get() + layout.size());
            let _ = PEAK.try_with(|peak| peak.set(peak.get().max(in_use.get())));
        });
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let _ = IN_USE.try_with(|in_use| in_use.set(in_use.get().saturating_sub(layout.size())));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The most that `work` has allocated at any time, and what it gave.
pub(crate) fn peak_of<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = IN_USE.get();
    PEAK.set(before);
    let result = work();
    (PEAK.get().saturating_sub(before), result)
}
