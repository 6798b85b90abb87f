//! The directories of a node as its start finds them: which are empty, whose the others are, and the file that says so.

use std::path::{Path, PathBuf};

use model::{BrokerId, Uuid};
use storage::disk::Disk;
use storage::errors::is_failure;
use storage::meta_properties::{FILE_NAME as META_PROPERTIES, MetaProperties};

use crate::node::OpenError;
use crate::random::Random;

/// What the start finds at the path of a directory.
pub(crate) enum Place {
    Formatted(MetaProperties),
    Empty,
    /// The disk fails there; nobody knows what it holds.
    Failed(OpenError),
}

/// Learns the cluster's id from the directories; formats those that are empty. `true` if all were.
///
/// One that the disk fails is left to [`LogManager::start`], which takes it offline; but not the metadata directory, and not while
/// no other one tells whose directories these are: the one that failed may be the only one that knows.
pub(crate) fn format(
    disk: &dyn Disk,
    paths: &[PathBuf],
    metadata_dir: &Path,
    node_id: BrokerId,
    random: &Random,
) -> Result<(String, bool), OpenError> {
    let mut cluster: Option<String> = None;
    let mut empty = Vec::new();
    let mut failed = None;
    for path in paths {
        match look_at(disk, path)? {
            Place::Formatted(mut meta) => {
                if let Some(expected) = cluster.as_ref().filter(|id| **id != meta.cluster_id) {
                    return Err(OpenError::MixedClusters {
                        path: path.clone(),
                        expected: expected.clone(),
                        found: meta.cluster_id,
                    });
                }
                if meta.directory_id.is_none() {
                    // An older release wrote it, or the line is damaged: the controller knows directories by their ids.
                    meta.directory_id = Some(new_id(random));
                    write(disk, path, &meta)?;
                }
                cluster = Some(meta.cluster_id);
            }
            Place::Empty => empty.push(path),
            Place::Failed(error) if path == metadata_dir => return Err(error),
            Place::Failed(error) => failed = Some(error),
        }
    }
    if let (None, Some(error)) = (&cluster, failed) {
        return Err(error);
    }
    let is_new = cluster.is_none();
    let cluster_id = cluster.unwrap_or_else(|| new_id(random).to_string());
    for path in empty {
        let meta = MetaProperties {
            cluster_id: cluster_id.clone(),
            node_id,
            directory_id: Some(new_id(random)),
        };
        write(disk, path, &meta)?;
    }
    Ok((cluster_id, is_new))
}

fn write(disk: &dyn Disk, path: &Path, meta: &MetaProperties) -> Result<(), OpenError> {
    meta.write(disk, path).map_err(|error| OpenError::Disk {
        path: path.to_owned(),
        error,
    })
}

/// A node of a cluster of several finds its directories formatted: an empty one may be one that was lost, with what its voter has
/// promised to the others.
pub(crate) fn check_formatted(disk: &dyn Disk, paths: &[PathBuf]) -> Result<(), OpenError> {
    for path in paths {
        if matches!(look_at(disk, path)?, Place::Empty) {
            return Err(OpenError::NotFormatted(path.clone()));
        }
    }
    Ok(())
}

pub(crate) fn look_at(disk: &dyn Disk, path: &Path) -> Result<Place, OpenError> {
    let failed = |error| {
        let path = path.to_owned();
        Place::Failed(OpenError::Disk { path, error })
    };
    if let Err(error) = disk.create_dir_all(path) {
        return Ok(failed(error));
    }
    match MetaProperties::read(disk, path) {
        Ok(Some(meta)) => return Ok(Place::Formatted(meta)),
        Ok(None) => {}
        Err(error) => {
            let is_lost = is_failure(&error);
            let path = path.join(META_PROPERTIES);
            let error = OpenError::Meta { path, error };
            return if is_lost {
                Ok(Place::Failed(error))
            } else {
                Err(error)
            };
        }
    }
    match is_empty(disk, path) {
        Ok(false) => Err(OpenError::NotADataDirectory(path.to_owned())),
        Ok(true) => Ok(match sync_parents(disk, path) {
            Ok(()) => Place::Empty,
            Err(error) => failed(error),
        }),
        Err(error) => Ok(failed(error)),
    }
}

/// Makes the name of a directory survive a loss of power, and the names of what may have been created above it.
fn sync_parents(disk: &dyn Disk, path: &Path) -> std::io::Result<()> {
    for parent in path.ancestors().skip(1) {
        let parent = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        match disk.sync_dir(parent) {
            // Who may not read a directory did not create anything in it either.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {}
            result => result?,
        }
    }
    Ok(())
}

/// Whether nobody has formatted the directory; a crash may have come while somebody was about to.
fn is_empty(disk: &dyn Disk, path: &Path) -> std::io::Result<bool> {
    let entries = disk.read_dir(path)?;
    let is_nothing = |name: &str| {
        matches!(name, ".lock" | "lost+found") || name.strip_suffix(".tmp") == Some(META_PROPERTIES)
    };
    Ok(entries.iter().all(|entry| is_nothing(&entry.name)))
}

pub(crate) fn new_id(random: &Random) -> Uuid {
    loop {
        if let Some(id) = Uuid::from_random(random.bits()) {
            return id;
        }
    }
}
