//! Programs that end with this process even if it is killed, and even if they stand still at that moment.

use std::process::Command;

use testkit::process::installed;

/// A command that runs `program`. The kernel kills it when the thread that has started it is gone, where `setpriv` is
/// installed: so nodes and clients are started on the main thread.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    if !installed("setpriv") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}
