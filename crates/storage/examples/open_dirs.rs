//! Opens every partition of a log directory as the server would and prints what it holds: `open_dirs DIRECTORY NODE CLUSTER
//! [recover|append]`. With `append` one batch is added to each, with `stop` the directory is left cleanly stopped.
#![expect(clippy::print_stdout, reason = "a tool prints")]

use std::sync::Arc;

use model::{BrokerId, LeaderEpoch, Now, Offset, TimestampMs};
use records::{BatchBuilder, Codecs, NewRecord};
use storage::disk::RealDisk;
use storage::log::{LeaderAppend, Log};
use storage::log_config::LogConfig;
use storage::log_manager::LogManager;
use storage::open_files::OpenFiles;
use storage::partition_metadata::read_topic_id;
use storage::producer_state::Origin;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let files = Arc::new(OpenFiles::new(Arc::new(RealDisk::at_once()), 100));
    let node = BrokerId(args[2].parse().unwrap());
    let (mut manager, report) =
        LogManager::start(files, &[args[1].clone().into()], node, &args[3]).unwrap();
    println!("{report:?}");
    let names: Vec<_> = manager
        .partitions()
        .map(|(tp, k)| (tp.clone(), *k))
        .collect();
    let now = Now {
        wall: TimestampMs(1_700_000_000_000),
        ..Now::default()
    };
    for (tp, known) in names {
        let path = manager.dirs()[0].path().join(tp.to_string());
        let id = read_topic_id(&RealDisk::at_once(), &path).unwrap().unwrap();
        let config = LogConfig {
            segment_bytes: 1 << 20,
            ..LogConfig::default()
        };
        let options = manager.log_options(&tp, id, Arc::new(config)).unwrap();
        let (mut log, recovery) = Log::open(options, now).unwrap();
        manager.on_opened(&tp);
        println!("{tp} {id} {known:?}");
        println!(
            "  {}..{} {:?} {recovery:?}",
            log.log_start_offset(),
            log.log_end_offset(),
            log.stats()
        );
        println!(
            "  epochs {:?} unstable {:?}",
            log.leader_epochs(),
            log.producers().first_unstable_offset()
        );
        println!("  newest {:?}", log.max_timestamp(&mut Codecs::new()));
        for (id, entry) in log.producers().producers() {
            println!(
                "  producer {id} epoch {} {:?} txn {:?}",
                entry.epoch,
                entry.last_batch(),
                entry.txn_first_offset
            );
        }
        if &*tp.topic == "t" && args.get(4).is_some_and(|a| a == "append" || a == "kill") {
            for _ in 0..2500 {
                let mut batch = BatchBuilder::new();
                for i in 0..3 {
                    batch.append(&NewRecord::new(
                        TimestampMs(now.wall.0 + i),
                        Some(b"key"),
                        Some(&[b'x'; 200]),
                    ));
                }
                let batch = batch.finish();
                log.append_as_leader(
                    now,
                    &LeaderAppend::trusted(&batch, LeaderEpoch(1), Origin::Client),
                )
                .unwrap();
            }
        }
        if args.get(4).is_some_and(|a| a != "kill") {
            log.close().unwrap();
        }
        let end = log.log_end_offset();
        manager.note(&tp, &log, end);
    }
    if args.get(4).is_some_and(|a| a != "kill") {
        println!(
            "not clean: {:?}",
            manager.finish(Some(model::BrokerEpoch(5)))
        );
    }
    let _ = Offset(0);
}
