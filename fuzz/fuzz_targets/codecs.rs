#![no_main]
//! See the target `codecs` of crates/fuzz.

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fuzz::run("codecs", data);
});
