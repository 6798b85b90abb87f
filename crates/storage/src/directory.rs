//! One partition's directory: where its files are and how they are opened.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::Offset;

use crate::disk::Disk;
use crate::file_names::{FileKind, offset_file};
use crate::open_files::OpenFiles;

/// A partition's directory and the open files of the whole node.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    pub(crate) path: Arc<Path>,
    pub(crate) files: Arc<OpenFiles>,
}

impl Directory {
    pub(crate) fn disk(&self) -> &dyn Disk {
        &**self.files.disk()
    }

    pub(crate) fn file(&self, offset: Offset, kind: FileKind) -> PathBuf {
        offset_file(&self.path, offset, kind)
    }

    /// Removes a file; a missing one is fine.
    pub(crate) fn remove(&self, path: &Path) -> io::Result<()> {
        match self.disk().remove_file(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}
