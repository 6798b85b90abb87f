#![no_main]
//! See the target `node` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("node", data);
});
