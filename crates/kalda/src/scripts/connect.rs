//! The cluster that a script asks: addresses, and a properties file of the client.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use client::{Client, ClientConfig};

use super::console;
use super::faults::{Fault, Thrown};
use super::parse::Given;

/// Names the brokers where no option does.
const BOOTSTRAP_VARIABLE: &str = "KALDA_BOOTSTRAP_SERVER";
/// Where a broker is if nobody says where.
const BOOTSTRAP_DEFAULT: &str = "localhost:9092";
/// What Kafka throws for what has no class of its own.
pub const KAFKA_EXCEPTION: &str = "org.apache.kafka.common.KafkaException";
/// Kafka's class for what cannot be configured.
pub const CONFIG_EXCEPTION: &str = "org.apache.kafka.common.config.ConfigException";

/// Configurations of a client, as Kafka's properties files have them.
pub type Properties = BTreeMap<String, String>;

/// Reads the properties file that `option` names, if it is given.
///
/// # Errors
/// When it cannot be read, as Java says it.
pub fn properties(given: &Given, option: &str) -> Result<Properties, Fault> {
    match given.text(option)? {
        Some(file) => load(file),
        None => Ok(Properties::new()),
    }
}

/// Reads a properties file.
///
/// # Errors
/// When it cannot be read, as Java says it.
pub fn load(file: &str) -> Result<Properties, Fault> {
    let bytes = bytes_of(file)?;
    let parsed = config::properties::parse(file, &bytes)
        .map_err(|error| Fault::Message(error.to_string()))?;
    let pairs = parsed.into_iter();
    Ok(pairs.map(|(key, given)| (key, given.value)).collect())
}

/// Reads a file of text.
///
/// # Errors
/// When it cannot be read, as Java says it.
pub fn read_file(file: &str) -> Result<String, Fault> {
    let bytes = std::fs::read(Path::new(file)).map_err(|_| {
        let message = format!("Unable to read file {file}");
        Thrown::new("java.io.IOException", message)
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn bytes_of(file: &str) -> Result<Vec<u8>, Fault> {
    std::fs::read(Path::new(file)).map_err(|error| {
        Thrown::new("java.nio.file.NoSuchFileException", file)
            .or_io(&error, file)
            .into()
    })
}

impl Thrown {
    /// Itself where a file is missing, else Java's exception for a file that cannot be read.
    fn or_io(self, error: &std::io::Error, file: &str) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => self,
            _ => Self::new("java.io.IOException", format!("{file}: {error}")),
        }
    }
}

/// The addresses that `option` names, or, said on standard error, where a broker is looked for without it.
///
/// # Errors
/// When it was given twice.
pub fn bootstrap(given: &Given, option: &str) -> Result<String, Fault> {
    if let Some(servers) = given.text(option)? {
        return Ok(servers.to_owned());
    }
    let from_environment = std::env::var(BOOTSTRAP_VARIABLE).ok();
    let (servers, why) = match from_environment {
        Some(servers) if !servers.is_empty() => (servers, format!(" as {BOOTSTRAP_VARIABLE} says")),
        _ => (BOOTSTRAP_DEFAULT.to_owned(), String::new()),
    };
    console::note(format!("no --{option} is given: asking {servers}{why}"));
    Ok(servers)
}

/// A client that manages the cluster at `servers`.
///
/// # Errors
/// As Kafka's admin client refuses its configurations; and what Kalda's cannot do.
pub fn admin(servers: &str, properties: &Properties) -> Result<Client, Fault> {
    client(servers, properties).map_err(|fault| match fault {
        Fault::Thrown(_) => {
            Thrown::new(KAFKA_EXCEPTION, "Failed to create new KafkaAdminClient").into()
        }
        other => other,
    })
}

/// A client of the cluster at `servers`.
///
/// # Errors
/// As Kafka's clients refuse their configurations; and what Kalda's cannot do.
pub fn client(servers: &str, properties: &Properties) -> Result<Client, Fault> {
    Ok(Client::new(client_config(servers, properties)?))
}

/// How such a client is configured.
///
/// # Errors
/// As [`client`].
pub fn client_config(servers: &str, properties: &Properties) -> Result<ClientConfig, Fault> {
    let mut client = ClientConfig::bootstrap(servers).map_err(|_| {
        let message = format!("Invalid url in bootstrap.servers: {servers}");
        Thrown::new(CONFIG_EXCEPTION, message)
    })?;
    client.client_id = properties
        .get("client.id")
        .cloned()
        .unwrap_or_else(|| "kalda-tool".to_owned());
    if let Some(ms) = milliseconds(properties, "request.timeout.ms")? {
        client.request_timeout = ms;
    }
    if let Some(ms) = milliseconds(properties, "default.api.timeout.ms")? {
        client.api_timeout = ms;
    }
    match properties.get("security.protocol").map(String::as_str) {
        None | Some("PLAINTEXT") => Ok(client),
        Some(protocol) => Err(Fault::Message(format!(
            "security.protocol={protocol} is not served by these tools: only PLAINTEXT is"
        ))),
    }
}

/// A time among the configurations of a client.
///
/// # Errors
/// As Kafka refuses what is no number.
pub fn milliseconds(properties: &Properties, name: &str) -> Result<Option<Duration>, Fault> {
    let ms: Option<u64> = number(properties, name, "INT")?;
    Ok(ms.map(Duration::from_millis))
}

/// A number among the configurations of a client; `kind` is what Kafka calls it.
///
/// # Errors
/// As Kafka refuses what is no number.
pub fn number<T: std::str::FromStr>(
    properties: &Properties,
    name: &str,
    kind: &str,
) -> Result<Option<T>, Fault> {
    let Some(text) = properties.get(name) else {
        return Ok(None);
    };
    match text.trim().parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(Thrown::new(
            CONFIG_EXCEPTION,
            format!("Invalid value {text} for configuration {name}: Not a number of type {kind}"),
        )
        .into()),
    }
}

/// Refuses addresses as those of Kafka's tools do that look at them.
///
/// # Errors
/// [`Fault::Usage`].
pub fn validate(servers: &str) -> Result<(), Fault> {
    if servers.trim().is_empty() {
        let message = "Error while validating the bootstrap address\n";
        return Err(Fault::Usage(message.to_owned()));
    }
    let has_port = |server: &str| {
        server
            .rsplit_once(':')
            .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u32>().is_ok())
    };
    if !servers.split(',').all(has_port) {
        let message = "Please provide valid host:port like host1:9091,host2:9092\n";
        return Err(Fault::Usage(message.to_owned()));
    }
    Ok(())
}
