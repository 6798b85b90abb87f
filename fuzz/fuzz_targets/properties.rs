#![no_main]
//! See the target `properties` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("properties", data);
});
