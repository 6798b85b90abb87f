//! Compares what the same script saw at Apache Kafka and at Kalda.

use serde_json::Value;

use crate::differences::Differences;
use crate::normalise::Own;
use crate::scenario::Seen;

/// One observation in which the brokers differ.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Client or tool.
    pub client: String,
    /// Scenario or step.
    pub scenario: String,
    /// What was observed.
    pub name: String,
    /// Apache Kafka's answer.
    pub kafka: String,
    /// Kalda's answer.
    pub kalda: String,
}

/// What became of one client in one scenario.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Every observation is equal.
    Equal {
        /// How many.
        count: usize,
        /// How many more differ and are listed as accepted.
        accepted: usize,
    },
    /// Only one broker was asked, and the scenario went through.
    Observed {
        /// How many.
        count: usize,
    },
    /// Observations differ.
    Differs {
        /// How many are equal.
        equal: usize,
        /// Which are not.
        differences: Vec<Difference>,
    },
    /// The scenario broke at Apache Kafka, so that nothing can be said.
    Broken {
        /// Why.
        reason: String,
    },
    /// Not run.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What was seen; `None` when the driver gave no answer.
    pub seen: Option<&'a Seen>,
    /// What is the broker's own.
    pub own: &'a Own,
}

/// Judges one scenario of which both brokers were asked.
#[must_use]
pub fn judge(
    client: &str,
    scenario: &str,
    kafka: Side<'_>,
    kalda: Side<'_>,
    accepted: &Differences,
) -> Outcome {
    let Some(expected) = kafka.seen else {
        return Outcome::Broken {
            reason: "no answer at Apache Kafka".to_owned(),
        };
    };
    if let Some(error) = &expected.error {
        return Outcome::Broken {
            reason: format!("at Apache Kafka: {error}"),
        };
    }
    let differs = |name: &str, a: String, b: String| Difference {
        client: client.to_owned(),
        scenario: scenario.to_owned(),
        name: name.to_owned(),
        kafka: a,
        kalda: b,
    };
    let Some(got) = kalda.seen else {
        let whole = differs(
            "(the whole scenario)",
            "answered".to_owned(),
            "no answer in time".to_owned(),
        );
        return Outcome::Differs {
            equal: 0,
            differences: vec![whole],
        };
    };
    let pairs = pair(expected, kafka.own, got, kalda.own);
    let total = pairs.len();
    let (mut left, mut excused) = (Vec::new(), 0);
    for (name, a, b) in pairs.into_iter().filter(|(_, a, b)| a != b) {
        if accepted.covers(client, scenario, &name) {
            excused += 1;
        } else {
            left.push(differs(&name, show(a.as_ref()), show(b.as_ref())));
        }
    }
    let equal = total - left.len() - excused;
    if let Some(error) = &got.error {
        left.push(differs(
            "(the whole scenario)",
            "goes through".to_owned(),
            error.clone(),
        ));
    }
    if left.is_empty() {
        Outcome::Equal {
            count: equal,
            accepted: excused,
        }
    } else {
        Outcome::Differs {
            equal,
            differences: left,
        }
    }
}

/// Judges a scenario of which one broker was asked.
#[must_use]
pub fn alone(seen: Option<&Seen>) -> Outcome {
    match seen {
        Some(Seen {
            error: None,
            observations,
            ..
        }) => Outcome::Observed {
            count: observations.len(),
        },
        Some(Seen {
            error: Some(error), ..
        }) => Outcome::Broken {
            reason: error.clone(),
        },
        None => Outcome::Broken {
            reason: "no answer".to_owned(),
        },
    }
}

type Pair = (String, Option<Value>, Option<Value>);

/// Observations by name, those of Apache Kafka first, each normalised.
fn pair(expected: &Seen, kafka: &Own, got: &Seen, kalda: &Own) -> Vec<Pair> {
    let normal = |seen: &Seen, own: &Own| -> Vec<(String, Value)> {
        seen.observations
            .iter()
            .map(|(name, value)| (own.text(name), own.value(value)))
            .collect()
    };
    let (expected, got) = (normal(expected, kafka), normal(got, kalda));
    let find = |seen: &[(String, Value)], name: &str| {
        seen.iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.clone())
    };
    let extra = got
        .iter()
        .filter(|(n, _)| expected.iter().all(|(m, _)| m != n));
    expected
        .iter()
        .chain(extra)
        .map(|(name, _)| (name.clone(), find(&expected, name), find(&got, name)))
        .collect()
}

fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "(not seen)".to_owned(), Value::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn seen(observations: &[(&str, Value)], error: Option<&str>) -> Seen {
        Seen {
            observations: observations
                .iter()
                .map(|(n, v)| ((*n).to_owned(), v.clone()))
                .collect(),
            error: error.map(str::to_owned),
            ms: 0,
        }
    }

    fn verdict(kafka: &Seen, kalda: &Seen) -> Outcome {
        let (a, b) = (
            Own::new([13_001, 13_002], "/a"),
            Own::new([14_001, 14_002], "/b"),
        );
        let none = Differences::parse("").unwrap();
        let side = |seen, own| Side {
            seen: Some(seen),
            own,
        };
        judge("java", "keys", side(kafka, &a), side(kalda, &b), &none)
    }

    #[test]
    fn observations_that_differ_only_in_ports_are_equal() {
        let kafka = seen(&[("at", json!("127.0.0.1:13001"))], None);
        let kalda = seen(&[("at", json!("127.0.0.1:14001"))], None);
        assert!(matches!(
            verdict(&kafka, &kalda),
            Outcome::Equal {
                count: 1,
                accepted: 0
            }
        ));
    }

    #[test]
    fn a_value_that_differs_or_is_missing_or_added_is_a_difference() {
        let kafka = seen(
            &[("offset", json!(1)), ("gone", json!(1)), ("same", json!(1))],
            None,
        );
        let kalda = seen(
            &[("offset", json!(2)), ("same", json!(1)), ("new", json!(1))],
            None,
        );
        let Outcome::Differs { equal, differences } = verdict(&kafka, &kalda) else {
            panic!("three differences pass unseen");
        };
        let names: Vec<_> = differences.iter().map(|d| d.name.as_str()).collect();
        assert_eq!((equal, names), (1, vec!["offset", "gone", "new"]));
    }

    #[test]
    fn a_scenario_that_breaks_at_apache_kafka_proves_nothing() {
        let broken = seen(&[], Some("boom"));
        assert!(matches!(verdict(&broken, &broken), Outcome::Broken { .. }));
    }

    #[test]
    fn a_scenario_that_breaks_at_kalda_alone_is_a_difference() {
        let outcome = verdict(&seen(&[], None), &seen(&[], Some("boom")));
        assert!(matches!(outcome, Outcome::Differs { .. }));
    }
}
