//! Starts of a node on what earlier ones have left.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use broker::{Effects, Node, NodeParams, OpenError, StartSummary};
use config::{Input, NodeConfig};
use model::{Now, TimestampMs};
use storage::disk::{Disk, MemDisk, OpenMode};

const DATA: &str = "/data";

/// Opens a node on `disk`.
fn open(disk: &MemDisk) -> Result<StartSummary, OpenError> {
    let config = NodeConfig::load(Input {
        file: None,
        overrides: &[format!("log.dirs={DATA}")],
        data_directory: DATA,
    })
    .expect("the configuration is valid");
    let params = NodeParams {
        given: config.given().clone(),
        advertised: config.broker().listeners.advertised,
        disk: Arc::new(disk.clone()),
        seed: [7; 32],
        open_files: 16,
        now: Now {
            mono: Duration::ZERO,
            wall: TimestampMs(1_770_000_000_000),
        },
    };
    Node::open(params, &mut Effects::default()).map(|(_, summary)| summary)
}

#[test]
fn a_crash_while_the_directory_is_formatted_leaves_one_that_is_formatted_anew() {
    let disk = MemDisk::new(1);
    disk.create_dir_all(Path::new(DATA)).unwrap();
    let half = Path::new(DATA).join("meta.properties.tmp");
    disk.open(&half, OpenMode::Create).unwrap();
    assert!(open(&disk).unwrap().is_new);
}

#[test]
fn a_directory_of_somebody_else_is_not_formatted() {
    let disk = MemDisk::new(1);
    disk.create_dir_all(Path::new(DATA)).unwrap();
    disk.open(&Path::new(DATA).join("photo.jpg"), OpenMode::Create)
        .unwrap();
    let refused = open(&disk).unwrap_err();
    assert!(matches!(refused, OpenError::NotADataDirectory(_)));
}

#[test]
fn a_start_that_stops_at_any_change_of_the_disk_is_followed_by_one_that_succeeds() {
    for changes in 0..60 {
        for seed in 0..3 {
            let disk = MemDisk::new(seed);
            disk.stop_in(changes);
            let stopped = open(&disk);
            if !disk.has_stopped() {
                stopped.unwrap();
            }
            disk.crash(seed);
            open(&disk).unwrap_or_else(|error| panic!("{changes} changes, seed {seed}: {error}"));
        }
    }
}
