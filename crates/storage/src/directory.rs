//! One partition's directory: where its files are and how they are opened.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Offset;

use crate::disk::Disk;
use crate::file_names::{CLEANED_SUFFIX, FileKind, offset_file, with_suffix};
use crate::open_files::OpenFiles;

/// A partition's directory and the open files of the whole node.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) path: Arc<Path>,
    pub(crate) files: Arc<OpenFiles>,
    /// What comes after the names of files: nothing, but for segments that are not part of the log yet.
    pub(crate) mark: &'static str,
}

impl Directory {
    pub(crate) fn disk(&self) -> &dyn Disk {
        &**self.files.disk()
    }

    pub(crate) fn file(&self, offset: Offset, kind: FileKind) -> PathBuf {
        let path = offset_file(&self.path, offset, kind);
        match self.mark {
            "" => path,
            mark => with_suffix(&path, mark),
        }
    }

    /// The same directory, for segments that compaction is writing.
    pub(crate) fn of_cleaned(&self) -> Self {
        Self {
            mark: CLEANED_SUFFIX,
            ..self.clone()
        }
    }

    /// Removes a file; a missing one is fine.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        match self.disk().remove_file(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}
