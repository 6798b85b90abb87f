#![no_main]
//! See the target `voters` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("voters", data);
});
