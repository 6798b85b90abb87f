#![no_main]
//! See the target `messages` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("messages", data);
});
