//! Waiting for something to hold, with a deadline and without guessing how long it takes.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::error::FixtureError;

/// How long to wait between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Looks until `seen` gives a value.
///
/// # Errors
/// [`FixtureError::Late`] when `limit` has passed; `detail` is asked for what was seen instead.
pub fn until<T>(
    what: &str,
    limit: Duration,
    mut seen: impl FnMut() -> Option<T>,
    detail: impl FnOnce() -> String,
) -> Result<T, FixtureError> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(value) = seen() {
            return Ok(value);
        }
        if Instant::now() >= deadline {
            return Err(FixtureError::Late {
                what: what.to_owned(),
                limit,
                detail: detail(),
            });
        }
        std::thread::sleep(LOOK_AGAIN);
    }
}

/// Whether somebody accepts connections at an address.
#[must_use]
pub fn accepts(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_returns_the_first_value_seen() {
        let mut looks = 0;
        let got = until(
            "a third look",
            Duration::from_secs(5),
            || {
                looks += 1;
                (looks == 3).then_some(looks)
            },
            String::new,
        );
        assert_eq!(got.unwrap(), 3);
    }

    #[test]
    fn waiting_in_vain_says_what_was_waited_for() {
        let got = until("rain", Duration::ZERO, || None::<()>, || "sun".to_owned());
        let message = got.unwrap_err().to_string();
        assert!(
            message.contains("rain") && message.contains("sun"),
            "{message}"
        );
    }
}
