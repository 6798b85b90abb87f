//! A whole node that gets a stream of requests.

use std::cell::OnceCell;
use std::io::IoSlice;
use std::path::PathBuf;
use std::time::Duration;

use storage::disk::{Disk, MemDisk, OpenMode};

use crate::fingerprint::Fingerprint;
use crate::harness::{self, Harness};
use crate::{requests, sample_cluster};

/// Requests of one input at most.
const MAX_REQUESTS: usize = 64;

/// The APIs that a node of its own answers: what is drawn first, so that few requests end at the door.
pub(crate) const SERVED: [i16; 36] = [
    0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 21, 22, 23, 32, 33, 35, 37, 42, 43,
    44, 45, 46, 47, 55, 57, 60, 61, 64, 74, 75,
];

thread_local! {
    static IMAGE: OnceCell<Vec<(PathBuf, Vec<u8>)>> = const { OnceCell::new() };
}

/// A disk that holds the sample cluster.
pub(crate) fn sample_disk(seed: u64) -> MemDisk {
    let disk = MemDisk::new(seed);
    IMAGE.with(|image| {
        let image = image.get_or_init(|| {
            let made = sample_cluster::make();
            harness::all_files(&made, harness::DATA.as_ref())
        });
        for (path, bytes) in image {
            put(&disk, path, bytes);
        }
    });
    disk
}

/// Writes a file and the directories above it.
pub(crate) fn put(disk: &MemDisk, path: &std::path::Path, bytes: &[u8]) {
    let dir = path.parent().expect("a file lies in a directory");
    disk.create_dir_all(dir).expect("a disk in memory");
    let file = disk
        .open(path, OpenMode::Truncate)
        .expect("a disk in memory");
    file.write_at(&[IoSlice::new(bytes)], 0)
        .expect("a disk in memory");
}

/// The input is a run of requests: which API (an index into those that a node answers, or any other from 200 on), its
/// version, the connection, the length of what follows the version, and that.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let mut node = Harness::open(&sample_disk(1), 2).expect("the sample cluster opens");
    let mut rest = data;
    for _ in 0..MAX_REQUESTS {
        let [api, version, connection, high, low, more @ ..] = rest else {
            break;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low])).min(more.len());
        let (body, more) = more.split_at(length);
        rest = more;
        let frame = requests::frame(key_index(*api), *version, body);
        let mut bytes = u32::try_from(frame.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes()
            .to_vec();
        bytes.extend_from_slice(&frame);
        let answered = node.send(u64::from(*connection % 4), &bytes);
        fingerprint.note(u64::from(*api));
        fingerprint.note(u64::from(answered.is_closed));
        fingerprint.count(answered.bytes.len());
        if connection >> 6 == 3 {
            node.pass(Duration::from_secs(7));
        }
    }
    node.pass(Duration::from_secs(60));
    node.close();
    fingerprint
}

/// What [`requests::frame`] draws a key from.
fn key_index(api: u8) -> u8 {
    match SERVED.get(usize::from(api) % 200 % SERVED.len()) {
        Some(key) if api < 200 => u8::try_from(*key).unwrap_or(0),
        _ => api,
    }
}
