//! What lies in a partition's directory, after interrupted work was finished or undone.
//!
//! A crash may have left files marked `.deleted` (finish removing them), `.cleaned` (compaction had not
//! completed: undo) and `.swap` (it had: the files take the place of the segments they came from).

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use model::Offset;

use crate::directory::Directory;
use crate::errors::LogError;
use crate::file_names::{
    CLEANED_SUFFIX, DELETED_SUFFIX, FileFate, FileKind, OffsetFile, SWAP_SUFFIX, with_suffix,
};
use crate::leader_epochs::{self, LeaderEpochs};
use crate::segment::Segment;

/// The files of a log.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) segments: BTreeMap<Offset, FoundSegment>,
    pub(super) snapshots: BTreeSet<Offset>,
    pub(super) epochs: LeaderEpochs,
}

/// A segment's files.
#[derive(Clone, Copy, Debug)]
pub(super) struct FoundSegment {
    /// Bytes of the log file; more than 2^31-1 is no segment of Kafka's.
    pub(super) size: u64,
    pub(super) has_txn_index: bool,
}

impl Listing {
    /// Looks into the directory and puts it in order.
    pub(super) fn read(dir: &Directory) -> Result<Self, LogError> {
        let fail = |e| LogError::disk(&dir.path, e);
        let mut files = offset_files(dir).map_err(fail)?;
        if files.iter().any(|f| f.fate != FileFate::Live) {
            resolve(dir, &files).map_err(fail)?;
            files = offset_files(dir).map_err(fail)?;
        }
        let mut listing = Self::default();
        for file in files.iter().filter(|f| f.kind == FileKind::Log) {
            let size = dir
                .disk()
                .file_len(&dir.file(file.offset, FileKind::Log))
                .map_err(fail)?;
            let found = FoundSegment {
                size,
                has_txn_index: false,
            };
            listing.segments.insert(file.offset, found);
        }
        for file in files {
            match (file.kind, listing.segments.get_mut(&file.offset)) {
                (FileKind::Snapshot, _) => drop(listing.snapshots.insert(file.offset)),
                (FileKind::TxnIndex, Some(segment)) => segment.has_txn_index = true,
                (_, Some(_)) => {}
                // An index whose log is gone.
                (kind, None) => dir.remove(&dir.file(file.offset, kind)).map_err(fail)?,
            }
        }
        listing.epochs = read_epochs(dir).map_err(fail)?;
        Ok(listing)
    }
}

fn offset_files(dir: &Directory) -> io::Result<Vec<OffsetFile>> {
    let entries = dir.disk().read_dir(&dir.path)?;
    let files = entries.iter().filter(|entry| !entry.is_dir);
    Ok(files
        .filter_map(|entry| OffsetFile::parse(&entry.name))
        .collect())
}

/// The epochs as the file has them; a damaged file counts as missing, for batches carry their epoch too.
fn read_epochs(dir: &Directory) -> io::Result<LeaderEpochs> {
    let path = dir.path.join(leader_epochs::FILE_NAME);
    let bytes = match dir.disk().read_file(&path, leader_epochs::MAX_FILE_LEN) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(LeaderEpochs::default()),
        other => other?,
    };
    let text = String::from_utf8(bytes).unwrap_or_default();
    Ok(LeaderEpochs::parse(&text).unwrap_or_default())
}

/// The path of `file`, its mark included.
fn marked_path(dir: &Directory, file: &OffsetFile) -> std::path::PathBuf {
    let mark = match file.fate {
        FileFate::Live => "",
        FileFate::Deleted => DELETED_SUFFIX,
        FileFate::Cleaned => CLEANED_SUFFIX,
        FileFate::Swap => SWAP_SUFFIX,
    };
    with_suffix(&dir.file(file.offset, file.kind), mark)
}

fn resolve(dir: &Directory, files: &[OffsetFile]) -> io::Result<()> {
    let marked = |fate: FileFate| files.iter().filter(move |f| f.fate == fate);
    // A split that had not completed leaves swap files beyond what it was still cleaning: both go.
    let unfinished = marked(FileFate::Cleaned).map(|f| f.offset).min();
    let (valid, invalid): (Vec<_>, Vec<_>) =
        marked(FileFate::Swap).partition(|f| unfinished.is_none_or(|least| f.offset < least));
    for file in marked(FileFate::Deleted)
        .chain(invalid)
        .chain(marked(FileFate::Cleaned))
    {
        dir.remove(&marked_path(dir, file))?;
    }
    if let Some((from, to)) = swap_range(dir, &valid)? {
        for file in marked(FileFate::Live).filter(|f| f.kind != FileKind::Snapshot) {
            let is_swapped = valid
                .iter()
                .any(|s| s.offset == file.offset && s.kind == file.kind);
            if from <= file.offset && file.offset < to && !is_swapped {
                dir.remove(&dir.file(file.offset, file.kind))?;
            }
        }
    }
    for file in valid {
        dir.disk()
            .rename(&marked_path(dir, file), &dir.file(file.offset, file.kind))?;
    }
    dir.disk().sync_dir(&dir.path)
}

/// The offsets that the complete swap files cover.
fn swap_range(dir: &Directory, swaps: &[&OffsetFile]) -> io::Result<Option<(Offset, Offset)>> {
    let mut range: Option<(Offset, Offset)> = None;
    for file in swaps.iter().filter(|f| f.kind == FileKind::Log) {
        let end = Segment::end_of_file(dir, file.offset, &marked_path(dir, file))?;
        let (from, to) = range.unwrap_or((file.offset, end));
        range = Some((from.min(file.offset), to.max(end)));
    }
    Ok(range)
}
