//! Why a script ends without having done what it was asked for, in the words and with the exit code of Apache Kafka's tools.

use std::fmt;

use client::ClientError;
use model::ErrorCode;

/// What the codes are called in Java, and what is said where the broker says nothing.
const ERRORS: &str = include_str!("errors.txt");
/// Where most of Kafka's exceptions are declared.
pub const ERRORS_PACKAGE: &str = "org.apache.kafka.common.errors";

/// Why a script ends early.
#[derive(Debug)]
pub enum Fault {
    /// The command line makes no sense: a message, then the help.
    Usage(String),
    /// A message on standard error; exit code 1.
    Message(String),
    /// As an exception of Java.
    Thrown(Thrown),
    /// Standard output, or what it is piped into, is gone.
    Output(std::io::Error),
}

/// An exception as Apache Kafka's tools show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thrown {
    /// Its class, with the package.
    pub class: String,
    /// Its message.
    pub message: Option<String>,
}

impl Thrown {
    /// An exception of `class` with a message.
    pub fn new(class: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            class: class.into(),
            message: Some(message.into()),
        }
    }

    /// One of jopt-simple's.
    pub fn jopt(class: &str, message: impl Into<String>) -> Self {
        Self::new(format!("joptsimple.{class}"), message)
    }

    /// One of Java's own that says that an argument is wrong.
    pub fn illegal_argument(message: impl Into<String>) -> Self {
        Self::new("java.lang.IllegalArgumentException", message)
    }

    /// Java's for what has no class of its own.
    pub fn runtime(message: impl Into<String>) -> Self {
        Self::new("java.lang.RuntimeException", message)
    }

    /// What a broker's error code becomes.
    pub fn of_code(code: ErrorCode, message: Option<&str>) -> Self {
        let (class, said) = exception_of(code);
        let message = message.filter(|message| !message.is_empty());
        Self::new(class, message.unwrap_or(said))
    }

    /// Wrapped, as a future that failed hands it out.
    pub fn in_execution(&self) -> Self {
        Self::new("java.util.concurrent.ExecutionException", self.to_string())
    }

    /// Its message; Java shows `null` where there is none.
    pub fn message(&self) -> &str {
        self.message.as_deref().unwrap_or("null")
    }

    /// One of Kafka's own for wrong configurations.
    pub fn invalid_configuration(message: impl Into<String>) -> Self {
        Self::new(
            format!("{ERRORS_PACKAGE}.InvalidConfigurationException"),
            message,
        )
    }

    /// One of Kafka's tools, for a command that cannot be carried out.
    pub fn command_failed(message: impl Into<String>) -> Self {
        Self::new(
            "org.apache.kafka.tools.AdminCommandFailedException",
            message,
        )
    }

    /// One of Kafka's tools, for what a command is asked to do.
    pub fn operation(message: impl Into<String>) -> Self {
        Self::new("org.apache.kafka.tools.AdminOperationException", message)
    }

    /// Java's for a text that is no number.
    pub fn number_format(text: &str) -> Self {
        let message = format!("For input string: \"{text}\"");
        Self::new("java.lang.NumberFormatException", message)
    }

    /// Whether it is what becomes of this code.
    pub fn is(&self, code: ErrorCode) -> bool {
        self.class == exception_of(code).0
    }
}

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "{}: {message}", self.class),
            None => f.write_str(&self.class),
        }
    }
}

/// Class and message of an error code.
fn exception_of(code: ErrorCode) -> (String, &'static str) {
    let rows = ERRORS.lines().filter(|line| !line.starts_with('#'));
    let found = rows.filter_map(|line| {
        let mut fields = line.splitn(3, " | ");
        let number: i16 = fields.next()?.parse().ok()?;
        (number == code.0).then_some((fields.next()?, fields.next()?))
    });
    match found.into_iter().next() {
        Some((class, said)) if class.contains('.') => (class.to_owned(), said),
        Some((class, said)) => (format!("{ERRORS_PACKAGE}.{class}"), said),
        None => exception_of(ErrorCode::UNKNOWN_SERVER_ERROR),
    }
}

/// What a call of the client becomes; `call` is what Kafka's admin client calls it.
pub fn thrown(call: &str, error: &ClientError) -> Thrown {
    match error {
        ClientError::Refused { code, message, .. } => Thrown::of_code(*code, message.as_deref()),
        ClientError::NoBroker { .. } => Thrown::new(
            format!("{ERRORS_PACKAGE}.TimeoutException"),
            format!("Timed out waiting for a node assignment. Call: {call}"),
        ),
        ClientError::UnknownTopic(_) | ClientError::UnknownPartition { .. } => {
            Thrown::of_code(ErrorCode::UNKNOWN_TOPIC_OR_PARTITION, None)
        }
        ClientError::Unsupported { .. } => {
            Thrown::of_code(ErrorCode::UNSUPPORTED_VERSION, Some(&error.to_string()))
        }
        ClientError::TimedOut { .. } | ClientError::Unreachable { .. } => Thrown::new(
            format!("{ERRORS_PACKAGE}.TimeoutException"),
            error.to_string(),
        ),
        ClientError::ConnectionLost { .. } => Thrown::new(
            format!("{ERRORS_PACKAGE}.DisconnectException"),
            error.to_string(),
        ),
        other => Thrown::new("org.apache.kafka.common.KafkaException", other.to_string()),
    }
}

impl Fault {
    /// Whether it is of the options themselves: one given twice, a text that is no number.
    pub fn is_of_options(&self) -> bool {
        matches!(self, Self::Thrown(thrown) if thrown.class.starts_with("joptsimple."))
    }

    /// What Java's `getMessage` would say.
    #[cfg(test)]
    pub fn message(&self) -> String {
        match self {
            Self::Usage(message) | Self::Message(message) => message.clone(),
            Self::Thrown(thrown) => thrown.message().to_owned(),
            Self::Output(error) => error.to_string(),
        }
    }
}

impl From<Thrown> for Fault {
    fn from(thrown: Thrown) -> Self {
        Self::Thrown(thrown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_without_words_of_the_broker_has_kafkas() {
        let thrown = Thrown::of_code(ErrorCode::TOPIC_ALREADY_EXISTS, None);
        assert_eq!(
            thrown.to_string(),
            "org.apache.kafka.common.errors.TopicExistsException: Topic with this name already exists."
        );
        assert!(
            thrown.is(ErrorCode::TOPIC_ALREADY_EXISTS) && !thrown.is(ErrorCode::INVALID_CONFIG)
        );
        let own = Thrown::of_code(ErrorCode::INVALID_RECORD, Some("no key"));
        assert_eq!(
            own.to_string(),
            "org.apache.kafka.common.InvalidRecordException: no key"
        );
    }

    #[test]
    fn every_code_of_kafka_has_its_exception() {
        let known = (1..=136)
            .map(ErrorCode)
            .filter(|code| code.name().is_some());
        let unknown =
            known.filter(|code| exception_of(*code).0.ends_with("UnknownServerException"));
        assert_eq!(unknown.collect::<Vec<_>>(), []);
    }
}
