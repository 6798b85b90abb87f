//! Ctrl-C and SIGTERM end a tool between two records, so that it commits and leaves its group.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The exit code after a second signal.
const GAVE_UP: i32 = 1;

/// Becomes true at the first such signal. A second one ends the process at once.
pub fn on_signal() -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // Where no signal can be heard, it ends the process as it always did. The order counts: the
        // first signal finds the flag unset.
        let _ = flag::register_conditional_shutdown(signal, GAVE_UP, Arc::clone(&stopped));
        let _ = flag::register(signal, Arc::clone(&stopped));
    }
    stopped
}
