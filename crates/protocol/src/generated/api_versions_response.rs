// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ApiVersionsResponse`: API key 18, versions 0-5, flexible 3-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `ApiVersionsResponse`, versions 0-5.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiVersionsResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ApiKeys`: versions 0+.
    pub api_keys: Vec<ApiVersion>,
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `SupportedFeatures`: versions 3+, tag 0, ignorable.
    pub supported_features: Vec<SupportedFeatureKey<'a>>,
    /// `FinalizedFeaturesEpoch`: versions 3+, tag 1, default -1, ignorable.
    pub finalized_features_epoch: i64,
    /// `FinalizedFeatures`: versions 3+, tag 2, ignorable.
    pub finalized_features: Vec<FinalizedFeatureKey<'a>>,
    /// `ZkMigrationReady`: versions 3+, tag 3, ignorable.
    pub zk_migration_ready: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ApiVersionsResponse<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            api_keys: Vec::new(),
            throttle_time_ms: 0,
            supported_features: Vec::new(),
            finalized_features_epoch: -1,
            finalized_features: Vec::new(),
            zk_migration_ready: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ApiVersionsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let error_code = r.error_code()?;
        let api_keys = r.array(flexible, 6, |r| ApiVersion::read(r, version))?;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let mut supported_features = Vec::new();
        let mut finalized_features_epoch = -1;
        let mut finalized_features = Vec::new();
        let mut zk_migration_ready = false;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 => {
                        supported_features =
                            field.array(flexible, 6, |r| SupportedFeatureKey::read(r, version))?
                    }
                    1 => finalized_features_epoch = field.i64()?,
                    2 => {
                        finalized_features =
                            field.array(flexible, 6, |r| FinalizedFeatureKey::read(r, version))?
                    }
                    3 => zk_migration_ready = field.bool()?,

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            error_code,
            api_keys,
            throttle_time_ms,
            supported_features,
            finalized_features_epoch,
            finalized_features,
            zk_migration_ready,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.api_keys.len()))?;
        for x in &self.api_keys {
            x.write(s, version)?;
        }
        if version >= 1 {
            s.i32(self.throttle_time_ms);
        }
        if flexible {
            let has_0 = !self.supported_features.is_empty();
            let has_1 = self.finalized_features_epoch != -1;
            let has_2 = !self.finalized_features.is_empty();
            let has_3 = self.zk_migration_ready;
            s.uvarint(
                self.unknown_tagged_fields.len()
                    + u32::from(has_0)
                    + u32::from(has_1)
                    + u32::from(has_2)
                    + u32::from(has_3),
            );
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                let mut size = Size::default();
                size.len32(flexible, Some(self.supported_features.len()))?;
                for x in &self.supported_features {
                    x.write(&mut size, version)?;
                }
                s.tagged_field(0, size.total())?;
                s.len32(flexible, Some(self.supported_features.len()))?;
                for x in &self.supported_features {
                    x.write(s, version)?;
                }
            }
            self.unknown_tagged_fields
                .write_between(s, Some(0), Some(1))?;
            if has_1 {
                s.tagged_field(1, 8)?;
                s.i64(self.finalized_features_epoch);
            }
            self.unknown_tagged_fields
                .write_between(s, Some(1), Some(2))?;
            if has_2 {
                let mut size = Size::default();
                size.len32(flexible, Some(self.finalized_features.len()))?;
                for x in &self.finalized_features {
                    x.write(&mut size, version)?;
                }
                s.tagged_field(2, size.total())?;
                s.len32(flexible, Some(self.finalized_features.len()))?;
                for x in &self.finalized_features {
                    x.write(s, version)?;
                }
            }
            self.unknown_tagged_fields
                .write_between(s, Some(2), Some(3))?;
            if has_3 {
                s.tagged_field(3, 1)?;
                s.bool(self.zk_migration_ready);
            }
            self.unknown_tagged_fields.write_between(s, Some(3), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ApiVersionsResponse<'static> {
        ApiVersionsResponse {
            error_code: self.error_code,
            api_keys: self.api_keys,
            throttle_time_ms: self.throttle_time_ms,
            supported_features: owned_vec(self.supported_features, SupportedFeatureKey::into_owned),
            finalized_features_epoch: self.finalized_features_epoch,
            finalized_features: owned_vec(self.finalized_features, FinalizedFeatureKey::into_owned),
            zk_migration_ready: self.zk_migration_ready,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ApiVersionsResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApiVersion {
    /// `ApiKey`: versions 0+.
    pub api_key: i16,
    /// `MinVersion`: versions 0+.
    pub min_version: i16,
    /// `MaxVersion`: versions 0+.
    pub max_version: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ApiVersion {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let api_key = r.i16()?;
        let min_version = r.i16()?;
        let max_version = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            api_key,
            min_version,
            max_version,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i16(self.api_key);
        s.i16(self.min_version);
        s.i16(self.max_version);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `ApiVersionsResponse`, versions 3-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SupportedFeatureKey<'a> {
    /// `Name`: versions 3+.
    pub name: Str<'a>,
    /// `MinVersion`: versions 3+.
    pub min_version: i16,
    /// `MaxVersion`: versions 3+.
    pub max_version: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> SupportedFeatureKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let min_version = r.i16()?;
        let max_version = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            min_version,
            max_version,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i16(self.min_version);
        s.i16(self.max_version);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SupportedFeatureKey<'static> {
        SupportedFeatureKey {
            name: owned_str(self.name),
            min_version: self.min_version,
            max_version: self.max_version,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ApiVersionsResponse`, versions 3-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FinalizedFeatureKey<'a> {
    /// `Name`: versions 3+.
    pub name: Str<'a>,
    /// `MaxVersionLevel`: versions 3+.
    pub max_version_level: i16,
    /// `MinVersionLevel`: versions 3+.
    pub min_version_level: i16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> FinalizedFeatureKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let max_version_level = r.i16()?;
        let min_version_level = r.i16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            max_version_level,
            min_version_level,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i16(self.max_version_level);
        s.i16(self.min_version_level);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FinalizedFeatureKey<'static> {
        FinalizedFeatureKey {
            name: owned_str(self.name),
            max_version_level: self.max_version_level,
            min_version_level: self.min_version_level,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ApiVersionsResponse<'a>, "ApiVersionsResponse", 0, 5);

impl<'a> crate::Response<'a> for ApiVersionsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ApiVersions;
}
