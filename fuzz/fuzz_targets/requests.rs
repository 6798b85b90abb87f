#![no_main]
//! See the target `requests` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("requests", data);
});
