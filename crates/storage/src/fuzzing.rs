//! One entry for fuzzers into everything that reads files: whatever the bytes, nothing may panic, loop or allocate
//! out of proportion.

use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{BrokerId, Now, Offset, TimestampMs};
use records::Codecs;

use crate::checkpoint::parse_checkpoint;
use crate::disk::{Disk, MemDisk, OpenMode};
use crate::file_names::{OffsetFile, PartitionDir};
use crate::leader_epochs::LeaderEpochs;
use crate::log::{Log, LogOptions, ReadRequest};
use crate::log_config::LogConfig;
use crate::log_manager::LogManager;
use crate::meta_properties::MetaProperties;
use crate::open_files::OpenFiles;
use crate::producer_state::decode_snapshot;

/// Files that the bytes are spread over.
const NAMES: [&str; 10] = [
    "t-0/00000000000000000000.log",
    "t-0/00000000000000000000.index",
    "t-0/00000000000000000000.timeindex",
    "t-0/00000000000000000000.txnindex",
    "t-0/00000000000000000005.log",
    "t-0/00000000000000000005.snapshot",
    "t-0/00000000000000000005.log.swap",
    "t-0/leader-epoch-checkpoint",
    "recovery-point-offset-checkpoint",
    ".kafka_cleanshutdown",
];

/// Feeds `data` to every decoder of files, alone and as the files of a log directory that is then used. Gives a
/// number that tells apart what it led to.
pub fn fuzz_files(data: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(data);
    let alone = [
        parse_checkpoint(&text).is_ok(),
        LeaderEpochs::parse(&text).is_some(),
        MetaProperties::parse(&text).is_ok(),
        OffsetFile::parse(&text).is_some(),
        PartitionDir::parse(&text).is_some(),
        decode_snapshot(data).is_ok(),
    ];
    let alone = (alone.iter().rev()).fold(0, |bits, is_ok| bits << 1 | u64::from(*is_ok));
    let Some((control, data)) = data.split_first() else {
        return alone;
    };
    let disk = MemDisk::new(0);
    // A disk in memory takes these calls whatever the content.
    match fill(&disk, data, *control) {
        Ok(()) => open_and_use(&disk, *control & 1 == 0) << 8 | alone,
        Err(_) => alone,
    }
}

/// Spreads `data` over the files: each takes as much as a byte says.
fn fill(disk: &MemDisk, mut data: &[u8], control: u8) -> std::io::Result<()> {
    disk.create_dir_all(Path::new("/d/t-0"))?;
    let meta = MetaProperties {
        cluster_id: "c".to_owned(),
        node_id: BrokerId(0),
        directory_id: None,
    };
    meta.write(disk, Path::new("/d"))?;
    let first = usize::from(control) % NAMES.len();
    for name in NAMES.iter().cycle().skip(first).take(NAMES.len()) {
        let Some((len, rest)) = data.split_first_chunk::<2>() else {
            break;
        };
        let len = usize::from(u16::from_be_bytes(*len)).min(rest.len());
        let (content, rest) = rest.split_at(len);
        data = rest;
        let file = disk.open(&Path::new("/d").join(name), OpenMode::Truncate)?;
        file.write_at(&[IoSlice::new(content)], 0)?;
    }
    Ok(())
}

fn open_and_use(disk: &MemDisk, is_clean: bool) -> u64 {
    let files = Arc::new(OpenFiles::new(Arc::new(disk.clone()), 4));
    let dirs = [PathBuf::from("/d")];
    let started = LogManager::start(Arc::clone(&files), &dirs, BrokerId(0), "c");
    let known = started
        .ok()
        .and_then(|(manager, _)| manager.partitions().next().map(|(_, k)| *k));
    let options = LogOptions {
        path: "/d/t-0".into(),
        files,
        config: Arc::new(LogConfig {
            segment_bytes: 4096,
            ..LogConfig::default()
        }),
        recovery_point: known.map_or(Offset(0), |k| k.recovery_point),
        log_start: known.map_or(Offset(0), |k| k.log_start),

        cleaned: None,
        is_clean,
        seed: 0,
    };
    let now = Now {
        wall: TimestampMs(1),
        ..Now::default()
    };
    let Ok((mut log, _)) = Log::open(options, now) else {
        return 0;
    };
    let (start, end) = (log.log_start_offset(), log.log_end_offset());
    let mut led_to = 1 + u64::from(64 - end.since(start).leading_zeros());
    for from in [start, Offset(start.0 + end.since(start) / 2), end] {
        let request = ReadRequest {
            from,
            upper: end,
            max_bytes: 1000,
            min_one: true,
            with_aborted: true,
            may_wait: true,
        };
        let read = log
            .read(&request)
            .map(|info| info.slice.map(|slice| slice.read()));
        led_to = led_to << 1 | u64::from(read.is_ok());
    }
    let third = Offset(start.0 + end.since(start) / 3);
    let outcomes = [
        log.offset_for_timestamp(TimestampMs(1), &mut Codecs::new())
            .is_ok(),
        log.max_timestamp(&mut Codecs::new()).is_ok(),
        log.delete_old_segments(now, end).is_ok(),
        log.truncate_to(now, third).is_ok(),
        log.close().is_ok(),
    ];
    (outcomes.iter()).fold(led_to, |bits, is_ok| bits << 1 | u64::from(*is_ok))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_and_half_sense_do_no_harm() {
        let mut state = 1u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 33) as usize
        };
        let mut builder = records::BatchBuilder::new();
        builder.append(&records::NewRecord::new(
            TimestampMs(5),
            None,
            Some(b"value"),
        ));
        let batch = builder.finish();
        for _ in 0..2000 {
            let mut data = vec![next() as u8];
            for _ in 0..NAMES.len() {
                let mut content = match next() % 4 {
                    0 => b"0\n1\nt 0 5\n".to_vec(),
                    1 => (0..next() % 200).map(|_| next() as u8).collect(),
                    _ => batch.repeat(1 + next() % 3),
                };
                if next() % 2 == 0 && !content.is_empty() {
                    let at = next() % content.len();
                    content[at] = next() as u8;
                }
                data.extend((content.len() as u16).to_be_bytes());
                data.extend(content);
            }
            fuzz_files(&data);
        }
    }
}
