#![no_main]
//! See the target `directory` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("directory", data);
});
