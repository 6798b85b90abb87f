//! server.properties, `--override`, and the configurations of topics and groups.

use config::{BrokerConfig, Input, Layers, NodeConfig, Texts, TopicConfig, Values};

use crate::fingerprint::Fingerprint;

/// The input: a properties file.
pub(crate) fn run(data: &[u8]) -> Fingerprint {
    let mut fingerprint = Fingerprint::default();
    let parsed = config::properties::parse("server.properties", data);
    fingerprint.result(&parsed);
    let overrides: Vec<String> = String::from_utf8_lossy(data)
        .lines()
        .take(8)
        .map(str::to_owned)
        .collect();
    for (file, overrides) in [
        (Some(("server.properties", data)), &[][..]),
        (None, &overrides[..]),
    ] {
        let loaded = NodeConfig::load(Input {
            file,
            overrides,
            data_directory: "/data",
        });
        fingerprint.result(&loaded);
        if let Ok(config) = loaded {
            let _ = config.broker();
            fingerprint.count(config.notes().len());
        }
    }
    if let Ok(parsed) = parsed {
        let texts: Texts = (parsed.into_iter())
            .map(|(key, given)| (key, given.value))
            .collect();
        of_resources(&texts, &mut fingerprint);
    }
    fingerprint
}

fn of_resources(texts: &Texts, fingerprint: &mut Fingerprint) {
    let given = |text: &'_ (_, _)| -> (String, String) { text.clone() };
    let pairs: Vec<(String, String)> = texts
        .iter()
        .map(|(key, value)| given(&(key.clone(), value.clone())))
        .collect();
    let borrowed = || {
        pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    };
    fingerprint.result(&config::validate_client_metrics("m", borrowed()));
    fingerprint.result(&config::validate_broker_change(texts, true));
    fingerprint.result(&config::validate_broker_change(texts, false));
    let defaults = Texts::new();
    if let Ok(broker) = BrokerConfig::resolve(Layers::of_given(&defaults)) {
        fingerprint.result(&config::GroupConfig::resolve(&broker, texts));
    }
    let values: Result<Values, _> = Values::resolve(Layers::of_given(&defaults));
    if let Ok(values) = values {
        fingerprint.result(&TopicConfig::resolve(&values, texts));
    }
}
