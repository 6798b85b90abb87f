//! Bytes from the network cannot make the decoders panic or take memory out of proportion.

use std::alloc::{GlobalAlloc, Layout as AllocLayout, System};
use std::cell::Cell;
use std::path::Path;

use codegen::sample::{self, Random};
use codegen::{Kind, Schemas, smallest};
use protocol::any_request::AnyRequest;
use protocol::request_header::RequestHeader;
use protocol::{ApiKey, CATALOGUE, Reader};

/// What decoding may allocate at most, as a multiple of the bytes that it was given ...
const BYTES_PER_BYTE: usize = 72;
/// ... and on top of that: arrays reserve room for up to 1,024 elements that are claimed.
const BYTES_ALWAYS: usize = 1 << 20;

thread_local! {
    static IN_USE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

/// The system's allocator, counting what each thread has in use.
struct Counting;

#[expect(
    unsafe_code,
    reason = "only an allocator can see what is allocated; it adds numbers"
)]
// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: AllocLayout) -> *mut u8 {
        let _ = IN_USE.try_with(|in_use| {
            in_use.set(in_use.get() + layout.size());
            let _ = PEAK.try_with(|peak| peak.set(peak.get().max(in_use.get())));
        });
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: AllocLayout) {
        let _ = IN_USE.try_with(|in_use| in_use.set(in_use.get().saturating_sub(layout.size())));
        // SAFETY: the caller's promises are passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The most that `work` has allocated at any time.
fn peak_of(work: impl FnOnce()) -> usize {
    let before = IN_USE.get();
    PEAK.set(before);
    work();
    PEAK.get() - before
}

#[track_caller]
fn check_memory(what: &str, bytes: &[u8], work: impl FnOnce()) -> usize {
    let peak = peak_of(work);
    let bound = BYTES_PER_BYTE * bytes.len() + BYTES_ALWAYS;
    assert!(
        peak <= bound,
        "{what}: {peak} bytes for {} of input",
        bytes.len()
    );
    peak
}

fn schemas() -> Schemas {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    codegen::load(&dir).expect("the schemas are well formed")
}

fn decode_request(frame: &[u8]) {
    let mut reader = Reader::new(frame);
    if let Ok((api, header)) = RequestHeader::decode_any(&mut reader) {
        let version = header.request_api_version;
        if let Ok(request) = AnyRequest::decode_fields(api, &mut reader, version) {
            assert_eq!(request.key(), api);
            drop(request.into_owned());
        }
    }
}

/// A frame of a random request, key and version drawn from the seed, then spoilt.
fn spoilt_frame(random: &mut Random, schemas: &Schemas) -> Vec<u8> {
    let requests: Vec<_> = schemas
        .messages
        .iter()
        .filter(|m| matches!(m.kind, Kind::Request { .. }))
        .collect();
    let message = requests[random.below(requests.len())];
    let Kind::Request { key } = message.kind else {
        unreachable!("only requests were kept")
    };
    let versions = message.layout.versions;
    let version =
        versions.first + random.below((versions.last - versions.first + 1) as usize) as i16;
    let mut frame = key.to_be_bytes().to_vec();
    frame.extend_from_slice(&version.to_be_bytes());
    frame.extend_from_slice(&[0, 0, 0, 1, 0, 2, b'm', b'e']);
    if ApiKey::from_i16(key).is_some_and(|api| api.is_flexible(version)) {
        frame.push(0);
    }
    frame.extend_from_slice(&sample::message(random, &message.layout, version));
    for _ in 0..random.below(4) {
        sample::spoil(random, &mut frame);
    }
    frame
}

#[test]
fn spoilt_requests_never_panic_nor_take_memory_out_of_proportion() {
    let schemas = schemas();
    let mut random = Random(3);
    for _ in 0..60_000 {
        let frame = spoilt_frame(&mut random, &schemas);
        check_memory("a spoilt request", &frame, || decode_request(&frame));
    }
}

#[test]
fn spoilt_messages_of_every_kind_never_panic() {
    let mut random = Random(4);
    let schemas = schemas();
    for (entry, message) in CATALOGUE.iter().zip(&schemas.messages) {
        assert_eq!(entry.name, message.name);
        for version in entry.min_version..=entry.max_version {
            for _ in 0..40 {
                let mut bytes = sample::message(&mut random, &message.layout, version);
                sample::spoil(&mut random, &mut bytes);
                check_memory(entry.name, &bytes, || {
                    let _ = (entry.recode)(&bytes, version, version);
                });
            }
        }
    }
}

#[test]
fn bytes_without_any_sense_never_panic() {
    let mut random = Random(5);
    for entry in &CATALOGUE {
        for version in entry.min_version..=entry.max_version {
            for _ in 0..40 {
                let len = random.below(64);
                let fill = [0, 1, 0x7f, 0x80, 0xff][random.below(5)];
                let byte = |random: &mut Random| match random.below(3) {
                    0 => fill,
                    _ => random.next() as u8,
                };
                let bytes: Vec<u8> = (0..len).map(|_| byte(&mut random)).collect();
                check_memory(entry.name, &bytes, || {
                    let _ = (entry.recode)(&bytes, version, version);
                });
            }
        }
    }
}

#[test]
fn the_densest_messages_take_memory_in_proportion() {
    let schemas = schemas();
    let mut worst = (0, "");
    for (entry, message) in CATALOGUE.iter().zip(&schemas.messages) {
        for version in entry.min_version..=entry.max_version {
            let bytes = smallest::message(&message.layout, version, 20_000);
            let peak = check_memory(entry.name, &bytes, || {
                let _ = (entry.decode)(&bytes, version);
            });
            let decoded = (entry.decode)(&bytes, version);
            assert_eq!(decoded, Ok(()), "{} {version}", entry.name);
            let factor = if bytes.len() < 20_000 {
                0
            } else {
                peak / bytes.len()
            };
            worst = worst.max((factor, entry.name));
        }
    }
    // Were nothing counted, the bound above would hold for anything.
    assert!(worst.0 >= 8, "{worst:?}");
}

#[test]
fn versions_outside_the_table_are_refused() {
    for entry in &CATALOGUE {
        for version in [
            entry.min_version - 1,
            entry.max_version + 1,
            i16::MIN,
            i16::MAX,
        ] {
            assert!(
                (entry.decode)(&[0; 64], version).is_err(),
                "{} {version}",
                entry.name
            );
        }
    }
}
