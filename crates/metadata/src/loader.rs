//! Follows the metadata log: batches in, images out.

use std::mem;

use protocol::metadata_records::MetadataRecord;

use crate::{Changes, Delta, Image, Provenance, ReplayError};

/// The image that may be shown, and the batches of an open metadata transaction, which may not.
#[derive(Clone, Debug, Default)]
pub struct Loader {
    image: Image,
    open: Option<Delta>,
}

/// A new image.
#[derive(Clone, Debug)]
pub struct Published {
    /// It.
    pub image: Image,
    /// What changed since the one before.
    pub changes: Changes,
}

impl Loader {
    /// Follows from `image` on.
    #[must_use]
    pub const fn new(image: Image) -> Self {
        Self { image, open: None }
    }

    /// The last image that was published.
    #[must_use]
    pub const fn image(&self) -> &Image {
        &self.image
    }

    /// Applies the records of a committed batch, whose last record `last` describes. Yields the next
    /// image, or nothing while a metadata transaction is open.
    ///
    /// # Errors
    /// When a record does not fit; nothing can be loaded after that.
    pub fn on_batch<'r, 'a: 'r>(
        &mut self,
        records: impl IntoIterator<Item = &'r MetadataRecord<'a>>,
        last: Provenance,
    ) -> Result<Option<Published>, ReplayError> {
        let mut delta = self.open.take().unwrap_or_else(|| Delta::new(&self.image));
        for record in records {
            delta.replay(record)?;
        }
        if delta.in_transaction() {
            self.open = Some(delta);
            return Ok(None);
        }
        let (image, changes) = delta.apply(last);
        self.image = image.clone();
        Ok(Some(Published { image, changes }))
    }

    /// Replaces all by the content of a snapshot that ends with the record `last`.
    ///
    /// # Errors
    /// When a record does not fit; the image is then unchanged.
    pub fn on_snapshot<'r, 'a: 'r>(
        &mut self,
        records: impl IntoIterator<Item = &'r MetadataRecord<'a>>,
        last: Provenance,
    ) -> Result<Published, ReplayError> {
        let mut delta = Delta::new(&Image::empty());
        for record in records {
            delta.replay(record)?;
        }
        Ok(self.replace(delta.apply(last).0))
    }

    /// Replaces all by `image`: for a snapshot whose records were replayed one by one with a [`Delta`]
    /// on top of [`Image::empty`], so that they need not be in memory together.
    pub fn replace(&mut self, image: Image) -> Published {
        let before = mem::replace(&mut self.image, image.clone());
        self.open = None;
        let changes = Changes::between(&before, &image);
        Published { image, changes }
    }

    /// Takes over an equal image of the same moment that somebody else built, so that both share one
    /// copy in memory: on an active controller, that of the controller when it has replayed exactly
    /// the records that are committed.
    pub fn share(&mut self, same: &Image) {
        if self.open.is_none()
            && let Some(provenance) = self.image.provenance()
        {
            debug_assert_eq!(same.topics().len(), self.image.topics().len());
            self.image = same.clone().with_provenance(provenance);
        }
    }
}
