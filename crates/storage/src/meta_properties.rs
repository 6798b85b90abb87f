//! `meta.properties`: whose a log directory is. Java's properties form.

use std::io;
use std::path::Path;

use model::{BrokerId, DirectoryId};

use crate::disk::Disk;

/// Name of the file in a log directory.
pub const FILE_NAME: &str = "meta.properties";
const MAX_FILE_LEN: u64 = 64 * 1024;

/// Whose a log directory is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetaProperties {
    /// `cluster.id`.
    pub cluster_id: String,
    /// `node.id`.
    pub node_id: BrokerId,
    /// `directory.id`; a directory formatted before Kafka 3.7 has none.
    pub directory_id: Option<DirectoryId>,
}

/// Why the file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetaFault {
    /// Another version than 1: 0 was written with ZooKeeper, later ones are not known.
    #[error(
        "version {0} is not known; version 1 is needed (Apache Kafka 3.x in KRaft mode, and later)"
    )]
    Version(String),
    /// A key that must be there is not.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A value that makes no sense.
    #[error("{key} has the invalid value {value:?}")]
    Invalid {
        /// The key.
        key: &'static str,
        /// What it says.
        value: String,
    },
}

impl MetaProperties {
    /// Reads the file's content.
    ///
    /// # Errors
    /// [`MetaFault`].
    pub fn parse(text: &str) -> Result<Self, MetaFault> {
        let get = |wanted: &'static str| {
            let found = text
                .lines()
                .filter_map(parse_line)
                .filter(|(key, _)| key == wanted);
            found.map(|(_, value)| value).next_back()
        };
        let need = |key| get(key).ok_or(MetaFault::Missing(key));
        let version = need("version")?;
        if version != "1" {
            return Err(MetaFault::Version(version));
        }
        let node = need("node.id")?;
        let node_id = node.parse().ok().and_then(BrokerId::known);
        let node_id = node_id.ok_or(MetaFault::Invalid {
            key: "node.id",
            value: node,
        })?;
        let parse_id = |value: String| {
            value.parse().map_err(|_| MetaFault::Invalid {
                key: "directory.id",
                value,
            })
        };
        let directory_id = get("directory.id").map(parse_id).transpose()?;
        Ok(Self {
            cluster_id: need("cluster.id")?,
            node_id,
            directory_id,
        })
    }

    /// The file's content.
    #[must_use]
    pub fn to_text(&self) -> String {
        let directory = self.directory_id.map(|id| format!("directory.id={id}\n"));
        format!(
            "#\ncluster.id={}\n{}node.id={}\nversion=1\n",
            self.cluster_id,
            directory.unwrap_or_default(),
            self.node_id
        )
    }

    /// Reads the file of `dir`; `None` where there is none: the directory is not formatted.
    ///
    /// # Errors
    /// The disk's, and `InvalidData` around a [`MetaFault`].
    pub fn read(disk: &dyn Disk, dir: &Path) -> io::Result<Option<Self>> {
        let bytes = match disk.read_file(&dir.join(FILE_NAME), MAX_FILE_LEN) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let parsed = Self::parse(&String::from_utf8_lossy(&bytes));
        parsed
            .map(Some)
            .map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, fault))
    }

    /// Writes the file of `dir`, durably.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(&self, disk: &dyn Disk, dir: &Path) -> io::Result<()> {
        disk.write_file_atomically(&dir.join(FILE_NAME), self.to_text().as_bytes())
    }
}

/// A line of a properties file; `None` for comments and blank lines.
fn parse_line(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with(['#', '!']) {
        return None;
    }
    let mut parts = [String::new(), String::new()];
    let mut part = 0;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => parts[part].extend(chars.next()),
            '=' | ':' if part == 0 => part = 1,
            c => parts[part].push(c),
        }
    }
    let [key, value] = parts;
    Some((key.trim().to_owned(), value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_reads_back() {
        let meta = MetaProperties {
            cluster_id: "4L6g3nShT-eMCtK--X86sw".to_owned(),
            node_id: BrokerId(0),
            directory_id: Some(DirectoryId::METADATA_TOPIC),
        };
        let text = meta.to_text();
        assert_eq!(
            text,
            "#\ncluster.id=4L6g3nShT-eMCtK--X86sw\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\nnode.id=0\nversion=1\n"
        );
        assert_eq!(MetaProperties::parse(&text), Ok(meta.clone()));
        let old = MetaProperties {
            directory_id: None,
            ..meta
        };
        assert_eq!(MetaProperties::parse(&old.to_text()), Ok(old));
    }

    #[test]
    fn apache_kafkas_file_is_read() {
        let text = "#\n#Sat Nov 21 08:04:11 UTC 2026\nnode.id=7\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAQ\nversion=1\ncluster.id=a\\:b\n";
        let meta = MetaProperties::parse(text).unwrap();
        assert_eq!(
            (meta.node_id, meta.cluster_id.as_str()),
            (BrokerId(7), "a:b")
        );
    }

    #[test]
    fn other_files_are_refused() {
        let check =
            |text: &str, fault| assert_eq!(MetaProperties::parse(text), Err(fault), "{text}");
        check("", MetaFault::Missing("version"));
        check(
            "version=0\nbroker.id=1\ncluster.id=x",
            MetaFault::Version("0".to_owned()),
        );
        check("version=1\ncluster.id=x", MetaFault::Missing("node.id"));
        check("version=1\nnode.id=1", MetaFault::Missing("cluster.id"));
        let invalid = |key, value: &str| MetaFault::Invalid {
            key,
            value: value.to_owned(),
        };
        check(
            "version=1\nnode.id=-1\ncluster.id=x",
            invalid("node.id", "-1"),
        );
        check(
            "version=1\nnode.id=1\ncluster.id=x\ndirectory.id=y",
            invalid("directory.id", "y"),
        );
    }
}
