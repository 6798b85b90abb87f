//! DescribeLogDirs, key 35, versions 1 to 5.
//!
//! - Every log directory with its partitions and their sizes, all of them for null, else those asked for.
//! - A directory that failed has `KAFKA_STORAGE_ERROR`. Version 4 adds the space of the file system. Version 5 could
//!   say that a directory takes no new replicas (KIP-1066): `cordoned.log.dirs` has no effect yet, so none is said to.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use model::ErrorCode;
use protocol::describe_log_dirs_request::DescribeLogDirsRequest;
use protocol::describe_log_dirs_response::{
    DescribeLogDirsPartition, DescribeLogDirsResponse, DescribeLogDirsResult, DescribeLogDirsTopic,
};

use super::Cx;
use crate::broker::Broker;
use crate::connection::Handled;

struct Dir {
    path: PathBuf,
    is_online: bool,
    topics: BTreeMap<String, Vec<DescribeLogDirsPartition>>,
}

pub(super) fn handle(
    broker: &Broker,
    cx: &Cx<'_>,
    request: &DescribeLogDirsRequest<'_>,
) -> Handled {
    let results = dirs(broker, request)
        .into_iter()
        .map(|dir| describe(broker, dir))
        .collect();
    cx.reply(&DescribeLogDirsResponse {
        results,
        ..Default::default()
    })
}

fn dirs(broker: &Broker, request: &DescribeLogDirsRequest<'_>) -> Vec<Dir> {
    let asked: Option<BTreeSet<(&str, i32)>> = request.topics.as_ref().map(|topics| {
        topics
            .iter()
            .flat_map(|t| t.partitions.iter().map(|p| (&*t.topic, *p)))
            .collect()
    });
    let wanted = |topic: &str, index: i32| {
        asked
            .as_ref()
            .is_none_or(|asked| asked.contains(&(topic, index)))
    };
    let replicas = broker.partitions.all();
    let replicas = replicas
        .iter()
        .filter(|replica| wanted(replica.topic(), replica.id().partition.0));
    // Sizes are asked before the directories are locked: a replica locks itself first.
    let sizes: Vec<_> = replicas
        .map(|replica| (replica.name(), replica.disk_size(&broker.store)))
        .collect();
    let manager = broker.store.manager();
    let mut dirs: Vec<Dir> = (manager.dirs().iter())
        .map(|dir| Dir {
            path: dir.path().to_owned(),
            is_online: dir.is_online(),
            topics: BTreeMap::new(),
        })
        .collect();
    for (name, size) in sizes {
        let Some(dir) =
            (manager.get(&name).map(|known| known.dir)).or_else(|| manager.dir_for(&name))
        else {
            continue;
        };
        let partition = DescribeLogDirsPartition {
            partition_index: name.partition.0,
            partition_size: i64::try_from(size).unwrap_or(i64::MAX),
            ..Default::default()
        };
        dirs[dir]
            .topics
            .entry(name.topic.to_string())
            .or_default()
            .push(partition);
    }
    dirs
}

fn describe(broker: &Broker, dir: Dir) -> DescribeLogDirsResult<'static> {
    let mut result = DescribeLogDirsResult {
        log_dir: Cow::Owned(dir.path.display().to_string()),
        ..Default::default()
    };
    if !dir.is_online {
        result.error_code = ErrorCode::KAFKA_STORAGE_ERROR;
        return result;
    }
    if let Ok(usage) = broker.disk.usage(&dir.path) {
        result.total_bytes = i64::try_from(usage.total).unwrap_or(i64::MAX);
        result.usable_bytes = i64::try_from(usage.usable).unwrap_or(i64::MAX);
    }
    let topic = |(name, partitions)| DescribeLogDirsTopic {
        name: Cow::Owned(name),
        partitions,
        ..Default::default()
    };
    result.topics = dir.topics.into_iter().map(topic).collect();
    result
}
