//! `partition.metadata`: of which incarnation of its topic a partition's directory is (KIP-516).

use std::io::{self, IoSlice};
use std::path::Path;

use model::TopicId;

use crate::disk::{Disk, OpenMode};

/// The file in a partition's directory.
pub(crate) const FILE_NAME: &str = "partition.metadata";
const MAX_FILE_LEN: u64 = 4096;

/// Writes the file of a new directory. The first sync of the log makes it durable.
///
/// # Errors
/// The disk's.
pub fn write_topic_id(disk: &dyn Disk, dir: &Path, id: TopicId) -> io::Result<()> {
    let file = disk.open(&dir.join(FILE_NAME), OpenMode::Truncate)?;
    file.write_at(
        &[IoSlice::new(
            format!("version: 0\ntopic_id: {id}").as_bytes(),
        )],
        0,
    )
}

/// Reads the file; `None` where it is missing or damaged.
///
/// # Errors
/// The disk's.
pub fn read_topic_id(disk: &dyn Disk, dir: &Path) -> io::Result<Option<TopicId>> {
    let bytes = match disk.read_file(&dir.join(FILE_NAME), MAX_FILE_LEN) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let text = String::from_utf8_lossy(&bytes);
    let value = |key: &str| text.lines().find_map(|line| line.trim().strip_prefix(key));
    let version = value("version:").is_some_and(|v| v.trim() == "0");
    Ok(value("topic_id:")
        .filter(|_| version)
        .and_then(|id| id.trim().parse().ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::MemDisk;

    #[test]
    fn the_file_reads_back() {
        let disk = MemDisk::new(0);
        let dir = Path::new("/");
        assert_eq!(read_topic_id(&disk, dir).unwrap(), None);
        write_topic_id(&disk, dir, TopicId::METADATA_TOPIC).unwrap();
        assert_eq!(
            read_topic_id(&disk, dir).unwrap(),
            Some(TopicId::METADATA_TOPIC)
        );
        let text = disk
            .read_file(Path::new("/partition.metadata"), 100)
            .unwrap();
        assert_eq!(text, b"version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ");
    }

    #[test]
    fn damaged_files_count_as_missing() {
        let disk = MemDisk::new(0);
        for text in [
            "",
            "version: 0",
            "version: 1\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ",
            "version: 0\ntopic_id: x",
        ] {
            let file = disk
                .open(Path::new("/partition.metadata"), OpenMode::Truncate)
                .unwrap();
            file.write_at(&[IoSlice::new(text.as_bytes())], 0).unwrap();
            assert_eq!(
                read_topic_id(&disk, Path::new("/")).unwrap(),
                None,
                "{text}"
            );
        }
    }
}
