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
        /// Those of the equal ones to which Apache Kafka gave two answers, and Kalda the second.
        unsteady: Vec<String>,
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
    /// The client library has no such thing.
    NotOffered,
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

/// What Apache Kafka was asked.
#[derive(Clone, Copy, Debug)]
pub struct Oracle<'a> {
    /// Its answers.
    pub first: Side<'a>,
    /// The answers of another, fresh one: only of scenarios in which the first differed from Kalda or broke.
    pub again: Option<Side<'a>>,
}

impl Oracle<'_> {
    /// The answers that count: the first that did not break.
    ///
    /// # Errors
    /// Why none can be used.
    fn expected(&self) -> Result<(&Seen, &Own), String> {
        let mut reason = "no answer at Apache Kafka".to_owned();
        for side in std::iter::once(self.first).chain(self.again) {
            match side.seen {
                Some(seen) if seen.error.is_none() => return Ok((seen, side.own)),
                Some(Seen { error, .. }) => {
                    reason = format!("at Apache Kafka: {}", error.as_deref().unwrap_or_default());
                }
                None => {}
            }
        }
        Err(reason)
    }

    /// What the fresh one saw under this name.
    fn second(&self, name: &str) -> Option<Value> {
        let side = self.again?;
        let observations = &side.seen?.observations;
        let mut named = observations
            .iter()
            .filter(|(n, _)| side.own.text(n) == name);
        named.next().map(|(_, value)| side.own.value(value))
    }
}

/// Judges one scenario of which both brokers were asked.
#[must_use]
pub fn judge(
    client: &str,
    scenario: &str,
    oracle: Oracle<'_>,
    kalda: Side<'_>,
    accepted: &Differences,
) -> Outcome {
    let (expected, own) = match oracle.expected() {
        Ok(expected) => expected,
        Err(reason) => return Outcome::Broken { reason },
    };
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
    let pairs = pair(expected, own, got, kalda.own);
    let total = pairs.len();
    let (mut left, mut excused, mut unsteady) = (Vec::new(), 0, Vec::new());
    for (name, a, b) in pairs.into_iter().filter(|(_, a, b)| a != b) {
        if accepted.covers(client, scenario, &name) {
            excused += 1;
        } else if b.is_some() && oracle.second(&name) == b {
            unsteady.push(name);
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
            unsteady,
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
        verdict_of([kafka, kafka], kalda)
    }

    fn verdict_of([kafka, again]: [&Seen; 2], kalda: &Seen) -> Outcome {
        let (a, b) = (
            Own::new([13_001, 13_002], "/a"),
            Own::new([14_001, 14_002], "/b"),
        );
        let none = Differences::parse("").unwrap();
        let side = |seen, own| Side {
            seen: Some(seen),
            own,
        };
        let oracle = Oracle {
            first: side(kafka, &a),
            again: Some(side(again, &a)),
        };
        judge("java", "keys", oracle, side(kalda, &b), &none)
    }

    #[test]
    fn observations_that_differ_only_in_ports_are_equal() {
        let kafka = seen(&[("at", json!("127.0.0.1:13001"))], None);
        let kalda = seen(&[("at", json!("127.0.0.1:14001"))], None);
        assert!(matches!(
            verdict(&kafka, &kalda),
            Outcome::Equal {
                count: 1,
                accepted: 0,
                ..
            }
        ));
    }

    #[test]
    fn an_answer_that_apache_kafka_gives_at_another_time_is_no_difference() {
        let [early, late, other] = [0, 1, 2].map(|n| seen(&[("offset", json!(n))], None));
        let outcome = verdict_of([&early, &late], &late);
        let Outcome::Equal { unsteady, .. } = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(unsteady, ["offset"]);
        let outcome = verdict_of([&early, &late], &other);
        assert!(matches!(outcome, Outcome::Differs { .. }));
        let absent = verdict_of([&early, &seen(&[], None)], &seen(&[], None));
        assert!(matches!(absent, Outcome::Differs { .. }));
    }

    #[test]
    fn a_scenario_that_breaks_at_apache_kafka_once_is_judged_by_the_second_time() {
        let (broken, fine) = (seen(&[], Some("boom")), seen(&[("offset", json!(1))], None));
        let outcome = verdict_of([&broken, &fine], &fine);
        assert!(matches!(outcome, Outcome::Equal { count: 1, .. }));
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
