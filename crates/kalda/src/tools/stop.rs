//! Ctrl-C and SIGTERM end a tool between two records, so that it commits and leaves its group.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

/// Becomes true at the first such signal. A second one ends the process at once.
pub fn on_signal() -> Arc<AtomicBool> {
    let stopped = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stopped);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build();
    // Where no signal can be heard, it ends the process as it always did.
    if let Ok(runtime) = runtime {
        std::thread::spawn(move || runtime.block_on(hear(&flag)));
    }
    stopped
}

async fn hear(stopped: &AtomicBool) {
    let (Ok(mut interrupt), Ok(mut terminate)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
    ) else {
        return;
    };
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if stopped.swap(true, Ordering::Relaxed) {
            std::process::exit(1);
        }
    }
}
