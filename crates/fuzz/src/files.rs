//! A log directory whose files are the input.

use storage::fuzzing::fuzz_files;

use crate::fingerprint::Fingerprint;

/// The input: see [`fuzz_files`].
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    fingerprint.note(fuzz_files(data));
    fingerprint
}
