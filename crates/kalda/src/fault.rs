//! What becomes of a server that meets a fault of its own.
//!
//! A panic is a broken invariant: some state is not what the code takes it for. Whoever goes on from there may
//! acknowledge what is not written, or leave the connections of a dead thread hanging. So the process ends, at once
//! and loudly; whatever was acknowledged is in the files, and the next start recovers as after any crash
//! (docs/decisions/0014).

/// From here on a panic on any thread ends the process, with a message that says where it was.
pub fn end_process_on_panic() {
    let say = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        say(panic);
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("unnamed");
        tracing::error!(
            "a fault of kalda itself, on thread {name}: {panic}. The process ends, so that nothing is served from a \
             broken state; what was acknowledged is kept. Start it again, and report this message"
        );
        std::process::abort();
    }));
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    use super::*;

    const CHILD: &str = "KALDA_TEST_PANICS";

    #[test]
    fn a_panic_on_any_thread_ends_the_process_and_says_where() {
        if std::env::var_os(CHILD).is_some() {
            // This is the process that the test below starts.
            end_process_on_panic();
            let thread = std::thread::Builder::new().name("net-7".to_owned());
            let thread = thread.spawn(|| panic!("an invariant is broken"));
            let _ = thread.expect("a thread").join();
            std::process::exit(0);
        }
        let output = Command::new(std::env::current_exe().expect("this test"))
            .args(["a_panic_on_any_thread", "--nocapture"])
            .env(CHILD, "1")
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        const SIGABRT: i32 = 6;
        assert_eq!(output.status.signal(), Some(SIGABRT), "{said}");
        assert!(
            said.contains("net-7") && said.contains("an invariant is broken"),
            "{said}"
        );
        assert!(said.contains("fault.rs"), "{said}");
    }
}
