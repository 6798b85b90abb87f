#![no_main]
//! See the target `batches` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("batches", data);
});
