//! A whole data directory, damaged here and there: a node opens on it, or says why not.

use std::path::{Path, PathBuf};
use std::time::Duration;

use records::{BatchIter, layout};
use storage::disk::{Disk, MemDisk};

use crate::fingerprint::Fingerprint;
use crate::harness::{self, Harness};
use crate::{batches, node, sample_cluster};

/// Damages of one input at most.
const MAX_DAMAGES: usize = 8;
/// Files grow by damage to so many bytes at most.
const MAX_FILE_BYTES: usize = 1 << 20;

/// The input is a run of damages: which file of the sample cluster, what happens to it, where (two bytes), how much,
/// and so many bytes.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let disk = node::sample_disk(2);
    let files: Vec<PathBuf> = harness::all_files(&disk, harness::DATA.as_ref())
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let mut rest = data;
    for _ in 0..MAX_DAMAGES {
        let [file, how, high, low, length, more @ ..] = rest else {
            break;
        };
        let (bytes, more) = more.split_at(usize::from(*length).min(more.len()));
        rest = more;
        let path = &files[usize::from(*file) % files.len()];
        let at = usize::from(u16::from_be_bytes([*high, *low]));
        damage(&disk, path, *how, at, usize::from(*length), bytes);
    }
    start(&disk, 2, &mut fingerprint);
    // What the first start repaired, the second does not have to.
    disk.restart();
    start(&disk, 3, &mut fingerprint);
    fingerprint
}

fn damage(disk: &MemDisk, path: &Path, how: u8, at: usize, length: usize, bytes: &[u8]) {
    let Ok(mut content) = disk.read_file(path, u64::MAX) else {
        return;
    };
    let at = at % (content.len() + 1);
    let end = (at + length).min(content.len());
    match how % 9 {
        0 => content
            .splice(at..end, bytes.iter().copied())
            .for_each(drop),
        1 => content.truncate(at),
        2 => content = bytes.to_vec(),
        3 => content[at..end].fill(0),
        4 => content.extend_from_slice(bytes),
        5 => {
            // It may be gone already.
            let _ = disk.remove_file(path);
            return;
        }
        6 => content.extend_from_within(at..),
        7 => content[at..].fill(bytes.first().copied().unwrap_or(0xff)),
        _ => {
            for (place, byte) in content[at..end].iter_mut().zip(bytes) {
                *place ^= byte;
            }
            mend(&mut content);
        }
    }
    content.truncate(MAX_FILE_BYTES);
    node::put(disk, path, &content);
}

/// Makes the checksums of batches fit again, so that what lies behind them is reached.
fn mend(content: &mut [u8]) {
    let mut places = Vec::new();
    let mut batches = BatchIter::new(content);
    let mut from = 0;
    while let Some(Ok(_)) = batches.next() {
        places.push(from..batches.position());
        from = batches.position();
    }
    for place in places {
        if place.len() >= layout::HEADER_SIZE {
            batches::mend(&mut content[place]);
        }
    }
}

/// Starts a node, uses it, stops it.
fn start(disk: &MemDisk, seed: u8, fingerprint: &mut Fingerprint) {
    let opened = Harness::open(disk, seed);
    fingerprint.note(u64::from(opened.is_ok()));
    match opened {
        Ok(mut node) => {
            fingerprint.note(sample_cluster::read(&mut node));
            node.pass(Duration::from_secs(400));
            fingerprint.count(node.close().len());
        }
        Err(error) => fingerprint.text(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a node says of the sample cluster after these damages.
    fn seen(damages: &[u8]) -> Fingerprint {
        run(damages)
    }

    #[test]
    fn damage_is_noticed() {
        let whole = seen(&[]);
        let files = harness::all_files(&node::sample_disk(2), harness::DATA.as_ref());
        let index = |wanted: &str| {
            let found = files.iter().position(|(path, _)| path.ends_with(wanted));
            let names = files.iter().map(|(path, bytes)| (path, bytes.len()));
            let found =
                found.unwrap_or_else(|| panic!("{wanted}: {:?}", names.collect::<Vec<_>>()));
            u8::try_from(found).expect("there are few files")
        };
        // The records of the topic are gone; the node's identity is.
        for file in ["t-0/00000000000000000000.log", "meta.properties"] {
            assert_ne!(seen(&[index(file), 1, 0, 0, 0]), whole, "{file}");
        }
    }

    #[test]
    fn the_sample_cluster_opens_with_its_records() {
        let mut node = Harness::open(&node::sample_disk(3), 9).expect("it opens");
        let empty = Harness::open(&MemDisk::new(1), 9);
        let mut empty = empty.expect("a node opens on an empty disk");
        assert_ne!(
            sample_cluster::read(&mut node),
            sample_cluster::read(&mut empty)
        );
        assert!(node.close().is_empty());
    }
}
