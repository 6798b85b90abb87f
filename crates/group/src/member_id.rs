//! Ids that the coordinator gives to members of classic groups.

use std::fmt::Write as _;

/// Longest string of the protocol, less the dash and the UUID.
const MAX_PREFIX_LEN: usize = i16::MAX as usize - 37;

/// `<prefix>-<version 4 UUID>`, the prefix being the client id, or the instance id of a static
/// member. `random` supplies the UUID's 122 random bits.
pub(crate) fn generate(prefix: &str, random: u128) -> String {
    let prefix = &prefix[..prefix.floor_char_boundary(MAX_PREFIX_LEN)];
    let version_4 = (random & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{version_4:032x}");
    let mut id = String::with_capacity(prefix.len() + 37);
    write!(
        id,
        "{prefix}-{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
    .expect("writing to a string does not fail");
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_prefix_and_a_version_4_uuid() {
        assert_eq!(
            generate("app", u128::MAX),
            "app-ffffffff-ffff-4fff-bfff-ffffffffffff"
        );
        assert_eq!(generate(&"é".repeat(20_000), 0).len(), i16::MAX as usize);
        assert_eq!(generate("", 0), "-00000000-0000-4000-8000-000000000000");
    }
}
