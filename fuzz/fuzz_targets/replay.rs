#![no_main]
//! See the target `replay` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("replay", data);
});
