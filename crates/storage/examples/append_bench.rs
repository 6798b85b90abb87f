//! What the log costs on the real disk: `cargo run --release -p storage --example append_bench [DIRECTORY]`.
//!
//! Prints CPU time (of the calling thread) and elapsed time per append of a 64 KB and of a 200 byte batch (with and without the leader's validation), per read of a
//! slice, per durable append, per recovered gigabyte, and of a start with 100,000 partitions.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark reads the clock and prints"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use model::{BrokerId, LeaderEpoch, Now, Offset, TimestampMs};
use records::{AppendRules, BatchBuilder, Codecs, NewRecord, Origin as RecordsOrigin, validate};
use storage::checkpoint::{CheckpointKind, format_checkpoint};
use storage::clean_shutdown::LastStop;
use storage::disk::{Disk, RealDisk, run_op};
use storage::file_names::TopicPartition;
use storage::log::{LeaderAppend, Log, LogOptions, ReadRequest, RecoveryPlan};
use storage::log_config::LogConfig;
use storage::log_manager::LogManager;
use storage::meta_properties::MetaProperties;
use storage::open_files::OpenFiles;
use storage::producer_state::Origin;

fn main() {
    let root: PathBuf = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "target/append_bench".into())
        .into();
    let _ = std::fs::remove_dir_all(&root);
    std::fs::create_dir_all(&root).unwrap();
    let batch_64k = batch(64, 1000);
    let batch_200 = batch(1, 100);
    append(&root.join("large-0"), "64 KB", &batch_64k, 8_000);
    append(&root.join("small-0"), "200 B", &batch_200, 500_000);
    durable(&root.join("durable-0"), &batch_200);
    recover(&root.join("recover-0"), &batch_64k, "64 KB batches");
    recover(&root.join("recover-1"), &batch_200, "200 B batches");
    start(&root.join("dirs"));
    std::fs::remove_dir_all(&root).unwrap();
}

fn batch(records: usize, size: usize) -> Vec<u8> {
    let mut builder = BatchBuilder::new();
    let value: Vec<u8> = (0..size).map(|i| (i * 131) as u8).collect();
    for i in 0..records {
        builder.append(&NewRecord::new(
            TimestampMs(1_700_000_000_000 + i as i64),
            None,
            Some(&value),
        ));
    }
    builder.finish()
}

fn now() -> Now {
    Now {
        mono: Duration::ZERO,
        wall: TimestampMs(1_700_000_000_000),
    }
}

fn options(path: &Path, is_clean: bool) -> LogOptions {
    std::fs::create_dir_all(path).unwrap();
    LogOptions {
        path: path.to_owned(),
        files: Arc::new(OpenFiles::new(Arc::new(RealDisk::at_once()), 100)),
        config: Arc::new(LogConfig::default()),
        recovery_point: Offset(0),
        log_start: Offset(0),

        cleaned: None,
        is_clean,
        seed: 1,
    }
}

/// Times a piece of work by the clock and by the time this thread was running.
struct Timer {
    begin: Instant,
    cpu: f64,
}

impl Timer {
    fn start() -> Self {
        Self {
            begin: Instant::now(),
            cpu: cpu_seconds(),
        }
    }

    fn report(&self, what: &str, count: usize) {
        let cpu = (cpu_seconds() - self.cpu) * 1e6 / count as f64;
        let elapsed = self.begin.elapsed().as_secs_f64() * 1e6 / count as f64;
        println!("{what:45} {cpu:9.3} us CPU {elapsed:9.3} us elapsed");
    }
}

fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9
}

/// The floor: one write of the same size, at the end of a file.
fn bare(path: &Path, name: &str, bytes: &[u8], count: usize) {
    use std::os::unix::fs::FileExt;
    std::fs::create_dir_all(path).unwrap();
    let file = std::fs::File::create(path.join("bare")).unwrap();
    let timer = Timer::start();
    for i in 0..count {
        file.write_all_at(bytes, (i * bytes.len()) as u64).unwrap();
    }
    timer.report(&format!("a bare write of {name}"), count);
    std::fs::remove_file(path.join("bare")).unwrap();
}

fn append(path: &Path, name: &str, bytes: &[u8], count: usize) {
    bare(path, name, bytes, count);
    let (mut log, _) = Log::open(options(path, false), now()).unwrap();
    let rules = AppendRules::new(RecordsOrigin::Client {
        produce_version: 13,
    });
    let mut codecs = Codecs::new();
    let timer = Timer::start();
    for _ in 0..count {
        let append = LeaderAppend::trusted(bytes, LeaderEpoch(0), Origin::Client);
        log.append_as_leader(now(), &append).unwrap();
    }
    timer.report(&format!("append {name}"), count);
    let timer = Timer::start();
    for _ in 0..count {
        let accepted = validate(bytes, &rules, now().wall, &mut codecs).unwrap();
        let append = LeaderAppend::accepted(bytes, &accepted, LeaderEpoch(0), Origin::Client);
        log.append_as_leader(now(), &append).unwrap();
    }
    timer.report(&format!("validate and append {name}"), count);
    read(&mut log, name, count);
}

fn read(log: &mut Log, name: &str, count: usize) {
    let end = log.log_end_offset();
    let step = end.0 / 10_000;
    let mut request = ReadRequest {
        from: Offset(0),
        upper: end,
        max_bytes: 1 << 20,
        min_one: true,
        with_aborted: false,
        may_wait: true,
    };
    let timer = Timer::start();
    for i in 0..10_000 {
        request.from = Offset(i * step);
        log.read(&request).unwrap();
    }
    timer.report(
        &format!("read a 1 MB slice anywhere, {name} batches"),
        10_000,
    );
    request.from = Offset(end.0 - end.0 / (count as i64 * 2));
    let timer = Timer::start();
    for _ in 0..1_000_000 {
        log.read(&request).unwrap();
    }
    timer.report(&format!("read the last batch, {name}"), 1_000_000);
}

fn durable(path: &Path, bytes: &[u8]) {
    let (mut log, _) = Log::open(options(path, false), now()).unwrap();
    let disk = RealDisk::at_once();
    let mut times: Vec<Duration> = (0..3000)
        .map(|_| {
            let begin = Instant::now();
            log.append_as_leader(
                now(),
                &LeaderAppend::trusted(bytes, LeaderEpoch(0), Origin::Client),
            )
            .unwrap();
            let target = log.begin_sync().unwrap().unwrap();
            run_op(&disk, target.op).unwrap();
            log.finish_sync(target.ticket, true);
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!(
        "durable append 200 B, p50 {:30.1} us elapsed",
        times[times.len() / 2].as_secs_f64() * 1e6
    );
    println!(
        "durable append 200 B, p99 {:30.1} us elapsed",
        times[times.len() * 99 / 100].as_secs_f64() * 1e6
    );
}

fn recover(path: &Path, bytes: &[u8], name: &str) {
    let (mut log, _) = Log::open(options(path, false), now()).unwrap();
    while log.size() < 2 << 30 {
        let append = LeaderAppend::trusted(bytes, LeaderEpoch(0), Origin::Client);
        log.append_as_leader(now(), &append).unwrap();
    }
    let (size, end) = (log.size(), log.log_end_offset());
    drop(log);
    let begin = Instant::now();
    let mut plan = RecoveryPlan::new(options(path, false), now()).unwrap();
    let jobs = plan.take_jobs();
    let recovered = std::thread::scope(|scope| {
        let threads: Vec<_> = jobs
            .into_iter()
            .map(|job| scope.spawn(|| job.run()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap().unwrap())
            .collect()
    });
    let (log, _) = plan.finish(recovered).unwrap();
    let taken = begin.elapsed().as_secs_f64();
    assert_eq!(log.log_end_offset(), end);
    let gigabytes = size as f64 / 1e9;
    println!(
        "recover, {name:35} {:9.3} GB/s ({gigabytes:.1} GB in {taken:.2} s)",
        gigabytes / taken
    );
    std::fs::remove_dir_all(path).unwrap();
}

fn start(path: &Path) {
    const PARTITIONS: i32 = 100_000;
    std::fs::create_dir_all(path).unwrap();
    let disk = RealDisk::at_once();
    let node_id = BrokerId(0);
    let meta = MetaProperties {
        cluster_id: "c".to_owned(),
        node_id,
        directory_id: None,
    };
    meta.write(&disk, path).unwrap();
    let partitions: Vec<_> = (0..PARTITIONS)
        .map(|i| TopicPartition::new(&format!("topic-{}", i / 100), i % 100))
        .collect();
    for partition in &partitions {
        std::fs::create_dir(path.join(partition.to_string())).unwrap();
    }
    for kind in [
        CheckpointKind::RecoveryPoint,
        CheckpointKind::LogStart,
        CheckpointKind::HighWatermark,
    ] {
        let text = format_checkpoint(partitions.iter().map(|p| (p, Offset(7))));
        disk.write_file_atomically(&path.join(kind.file_name()), text.as_bytes())
            .unwrap();
    }
    LastStop::write(&disk, path, None).unwrap();
    let files = Arc::new(OpenFiles::new(Arc::new(RealDisk::at_once()), 100));
    let begin = Instant::now();
    let (mut manager, found) = LogManager::start(files, &[path.to_owned()], node_id, "c").unwrap();
    println!(
        "start with 100,000 partitions                 {:9.3} ms",
        begin.elapsed().as_secs_f64() * 1e3
    );
    assert!(found.is_clean && manager.partitions().count() == PARTITIONS as usize);
    let begin = Instant::now();
    assert!(manager.finish(None).is_empty());
    println!(
        "stop with 100,000 partitions                  {:9.3} ms",
        begin.elapsed().as_secs_f64() * 1e3
    );
}
