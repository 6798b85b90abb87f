//! What an input led to, as one number.

use std::fmt::{self, Write};

/// Collects what an input led to; equal outcomes have equal fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint(u64);

impl Default for Fingerprint {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fingerprint {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Notes a number.
    pub fn note(&mut self, number: u64) {
        self.0 = (self.0 ^ number)
            .wrapping_mul(0x0100_0000_01b3)
            .rotate_left(23);
    }

    /// Notes a text, its digits apart: an error that names another position or length is no other outcome.
    pub fn text(&mut self, text: impl fmt::Display) {
        // Writing into a number cannot fail.
        let _ = write!(Letters(self), "{text}");
    }

    /// Notes whether it went well, or what went wrong.
    pub fn result<T, E: fmt::Display>(&mut self, result: &Result<T, E>) {
        match result {
            Ok(_) => self.note(1),
            Err(error) => self.text(error),
        }
    }

    /// Notes how many there are, roughly.
    pub fn count(&mut self, count: usize) {
        self.note(u64::from(usize::BITS - count.leading_zeros()));
    }
}

struct Letters<'a>(&'a mut Fingerprint);

impl Write for Letters<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let letters = text.bytes().filter(|byte| !byte.is_ascii_digit());
        letters.for_each(|byte| self.0.note(u64::from(byte)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_at_another_place_is_no_other_outcome() {
        let of = |text: &str| {
            let mut fingerprint = Fingerprint::default();
            fingerprint.text(text);
            fingerprint
        };
        assert_eq!(of("at byte 17: too long"), of("at byte 3: too long"));
        assert_ne!(of("at byte 17: too long"), of("at byte 17: too short"));
    }
}
