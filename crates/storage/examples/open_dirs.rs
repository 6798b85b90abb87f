//! Opens every partition of a log directory as the server would, recovering what a crash has left, prints what each holds, and leaves the
//! directory cleanly stopped: `open_dirs DIRECTORY NODE_ID CLUSTER_ID`.

#![expect(clippy::print_stdout, reason = "a tool prints")]

use std::sync::Arc;

use model::{BrokerId, Now, TimestampMs};
use storage::disk::RealDisk;
use storage::file_names::TopicPartition;
use storage::log::Log;
use storage::log_config::LogConfig;
use storage::log_manager::LogManager;
use storage::open_files::OpenFiles;
use storage::partition_metadata::read_topic_id;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [dir, node, cluster] = args.as_slice() else {
        println!("open_dirs DIRECTORY NODE_ID CLUSTER_ID");
        return;
    };
    let files = Arc::new(OpenFiles::new(Arc::new(RealDisk::at_once()), 100));
    let node = BrokerId(node.parse().expect("the node id is a number"));
    let started = LogManager::start(files, &[dir.into()], node, cluster);
    let (mut manager, report) = started.unwrap_or_else(|error| panic!("{error}"));
    println!("{report:?}");
    let partitions: Vec<TopicPartition> = manager.partitions().map(|(tp, _)| tp.clone()).collect();
    for partition in partitions {
        match open(&manager, &partition) {
            Ok(mut log) => {
                manager.on_opened(&partition);
                log.close().unwrap_or_else(|error| panic!("{error}"));
                let end = log.log_end_offset();
                manager.note(&partition, &log, end);
            }
            Err(error) => println!("{partition}: {error}"),
        }
    }
    println!("directories that are not clean: {:?}", manager.finish(None));
}

fn open(
    manager: &LogManager,
    partition: &TopicPartition,
) -> Result<Log, Box<dyn std::error::Error>> {
    let known = manager.get(partition).ok_or("unknown")?;
    let path = manager.dirs()[known.dir].path().join(partition.to_string());
    let id = read_topic_id(&**manager.files().disk(), &path)?.ok_or("no topic id")?;
    let options = manager.log_options(partition, id, Arc::new(LogConfig::default()))?;
    let now = Now {
        wall: TimestampMs(0),
        ..Now::default()
    };
    let (log, recovery) = Log::open(options, now)?;
    println!("{partition} {id} {known:?}");
    println!(
        "  offsets {}..{} {:?}",
        log.log_start_offset(),
        log.log_end_offset(),
        log.stats()
    );
    println!("  {recovery:?}");
    println!("  epochs {:?}", log.leader_epochs());
    for (id, entry) in log.producers().producers() {
        println!("  producer {id} {entry:?}");
    }
    Ok(log)
}
