#![no_main]
//! See the target `files` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("files", data);
});
