//! What a scenario saw.

use std::fmt::Display;
use std::time::Duration;

use serde_json::{Map, Value, json};

/// Named values in the order in which they were seen.
#[derive(Debug, Default)]
pub struct Report(Map<String, Value>);

/// Why a scenario broke off, or what an attempt failed with.
pub type Outcome<T> = Result<T, String>;

impl Report {
    /// Keeps a value.
    pub fn see(&mut self, name: &str, value: impl Into<Value>) {
        let before = self.0.insert(name.to_owned(), value.into());
        assert!(before.is_none(), "observed twice: {name}");
    }

    /// Keeps a value or the error in its place.
    pub fn attempt<T: Into<Value>>(&mut self, name: &str, outcome: Outcome<T>) {
        match outcome {
            Ok(value) => self.see(name, value),
            Err(error) => self.see(name, error),
        }
    }

    /// The line that the suite reads.
    pub fn line(&self, scenario: &str, failure: Option<&str>, took: Duration) -> Value {
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        json!({"scenario": scenario, "observations": self.0, "error": failure, "ms": ms})
    }
}

/// An error as it is observed.
pub fn told(error: impl Display) -> String {
    error.to_string()
}
