//! From which replica consumers fetch (KIP-392).

use crate::error::ConfigError;
use crate::value::Value;
use crate::view::FromValue;

const LEADER: &str = "org.apache.kafka.common.replica.LeaderSelector";
const RACK_AWARE: &str = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

/// `replica.selector.class`: Kafka's own classes, by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplicaSelector {
    /// From the leader.
    Leader,
    /// From a replica in the consumer's rack.
    RackAware,
}

impl FromValue for ReplicaSelector {
    fn from_value(name: &str, value: &Value) -> Result<Self, ConfigError> {
        let class = match value {
            Value::Null => return Ok(Self::Leader),
            Value::Text(class) => class.as_str(),
            other => return Err(unknown(name, other)),
        };
        match class {
            LEADER => Ok(Self::Leader),
            RACK_AWARE => Ok(Self::RackAware),
            _ => Err(unknown(name, value)),
        }
    }
}

fn unknown(name: &str, value: &Value) -> ConfigError {
    let known = "Value must be a class that is part of Kalda: org.apache.kafka.common.replica.RackAwareReplicaSelector";
    ConfigError::invalid(name, &value.to_message(), known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_known_by_name() {
        let read = |value: &Value| ReplicaSelector::from_value("replica.selector.class", value);
        let text = |class: &str| Value::Text(class.to_owned());
        assert_eq!(read(&Value::Null), Ok(ReplicaSelector::Leader));
        assert_eq!(read(&text(RACK_AWARE)), Ok(ReplicaSelector::RackAware));
        let refused = read(&text("com.example.Mine")).unwrap_err().to_string();
        assert!(
            refused.contains("com.example.Mine") && refused.contains(RACK_AWARE),
            "{refused}"
        );
    }
}
