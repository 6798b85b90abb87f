//! `.kafka_cleanshutdown`: the last stop was clean, so nothing needs checking. JSON, of which the broker epoch matters
//! (KIP-966): the controller learns from it whether the broker can have lost records.

use std::io;
use std::path::Path;

use model::BrokerEpoch;

use crate::disk::Disk;

const FILE_NAME: &str = ".kafka_cleanshutdown";
const MAX_FILE_LEN: u64 = 64 * 1024;

/// How the last stop was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastStop {
    /// Everything was synced.
    pub is_clean: bool,
    /// The broker's epoch then, where the file says it.
    pub broker_epoch: Option<BrokerEpoch>,
}

impl LastStop {
    /// Reads the file of `dir`. A file whose content is unknown still says that the stop was clean.
    ///
    /// # Errors
    /// The disk's.
    pub fn read(disk: &dyn Disk, dir: &Path) -> io::Result<Self> {
        let bytes = match disk.read_file(&dir.join(FILE_NAME), MAX_FILE_LEN) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            other => other?,
        };
        let broker_epoch = parse_epoch(&String::from_utf8_lossy(&bytes));
        Ok(Self {
            is_clean: true,
            broker_epoch,
        })
    }

    /// Removes the file, durably, before anything is written to the directory.
    ///
    /// # Errors
    /// The disk's.
    pub fn forget(disk: &dyn Disk, dir: &Path) -> io::Result<()> {
        match disk.remove_file(&dir.join(FILE_NAME)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.and_then(|()| disk.sync_dir(dir)),
        }
    }

    /// Writes the file, durably, after everything else.
    ///
    /// # Errors
    /// The disk's.
    pub fn write(disk: &dyn Disk, dir: &Path, epoch: Option<BrokerEpoch>) -> io::Result<()> {
        let epoch = epoch.map_or(-1, |epoch| epoch.0);
        let text = format!("{{\"version\":0,\"brokerEpoch\":{epoch}}}");
        disk.write_file_atomically(&dir.join(FILE_NAME), text.as_bytes())
    }
}

fn parse_epoch(text: &str) -> Option<BrokerEpoch> {
    let (_, rest) = text.split_once("\"brokerEpoch\"")?;
    let digits = rest.trim_start().strip_prefix(':')?.trim_start();
    let end = digits
        .find(|c: char| !c.is_ascii_digit() && c != '-')
        .unwrap_or(digits.len());
    BrokerEpoch::known(digits[..end].parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::MemDisk;

    #[test]
    fn the_file_reads_back_and_is_forgotten() {
        let disk = MemDisk::new(0);
        let dir = Path::new("/d");
        disk.create_dir_all(dir).unwrap();
        assert_eq!(LastStop::read(&disk, dir).unwrap(), LastStop::default());
        for epoch in [Some(BrokerEpoch(0)), Some(BrokerEpoch(77)), None] {
            LastStop::write(&disk, dir, epoch).unwrap();
            let expected = LastStop {
                is_clean: true,
                broker_epoch: epoch,
            };
            assert_eq!(LastStop::read(&disk, dir).unwrap(), expected);
        }
        LastStop::forget(&disk, dir).unwrap();
        LastStop::forget(&disk, dir).unwrap();
        assert!(!LastStop::read(&disk, dir).unwrap().is_clean);
    }

    #[test]
    fn unknown_content_is_still_a_clean_stop() {
        assert_eq!(parse_epoch(""), None);
        assert_eq!(
            parse_epoch("{\"brokerEpoch\": 12 , \"version\":0}"),
            Some(BrokerEpoch(12))
        );
        assert_eq!(parse_epoch("{\"brokerEpoch\":-}"), None);
    }
}
