//! Consumer groups.

use super::{Script, Step, View, step, typed};

const GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";

/// The scripts of this module.
pub fn scripts() -> Vec<Script> {
    vec![
        ("kafka-consumer-groups", consumer_groups()),
        ("kafka-groups", groups()),
    ]
}

fn group(name: &str, arguments: &str, view: View) -> Step {
    step(
        name,
        GROUPS,
        &format!("--bootstrap-server {{b}} {arguments}"),
        view,
    )
}

/// A topic with seven records, three of which a group has read.
fn begin(topic: &str, id: &str) -> Vec<Step> {
    vec![
        step(
            "create",
            "org.apache.kafka.tools.TopicCommand",
            &format!("--bootstrap-server {{b}} --create --topic {topic} --partitions 1"),
            View::Lines,
        ),
        typed(
            "fill",
            "org.apache.kafka.tools.ConsoleProducer",
            &format!("--bootstrap-server {{b}} --topic {topic}"),
            "a\nb\nc\nd\ne\nf\ng\n",
            View::Lines,
        ),
        step(
            "read three",
            "org.apache.kafka.tools.consumer.ConsoleConsumer",
            &format!(
                "--bootstrap-server {{b}} --topic {topic} --group {id} --from-beginning --max-messages 3 \
                 --command-property max.poll.records=1 --timeout-ms 20000"
            ),
            View::Lines,
        ),
    ]
}

fn consumer_groups() -> Vec<Step> {
    let id = "--group tool-cg";
    let reset = "--group tool-cg --reset-offsets --topic tool-cg";
    let mut steps = begin("tool-cg", "tool-cg");
    let rows = || View::Rows;
    steps.extend([
        group("list", "--list", View::With("tool-cg")),
        group("list with states", "--list --state", View::With("tool-cg")),
        group("list with types", "--list --type", View::With("tool-cg")),
        group("describe", &format!("--describe {id}"), rows()),
        group(
            "describe offsets, verbose",
            &format!("--describe {id} --offsets --verbose"),
            rows(),
        ),
        group(
            "describe members",
            &format!("--describe {id} --members --verbose"),
            rows(),
        ),
        group(
            "describe state",
            &format!("--describe {id} --state"),
            rows(),
        ),
        group(
            "describe state, verbose",
            &format!("--describe {id} --state --verbose"),
            rows(),
        ),
        group("describe absent", "--describe --group tool-absent", rows()),
        group(
            "dry run to the earliest",
            &format!("{reset} --to-earliest --dry-run"),
            rows(),
        ),
        group("after a dry run", &format!("--describe {id}"), rows()),
        group(
            "to the earliest",
            &format!("{reset} --to-earliest --execute"),
            rows(),
        ),
        group(
            "to the latest",
            &format!("{reset} --to-latest --execute"),
            rows(),
        ),
        group(
            "shift back",
            &format!("{reset} --shift-by -2 --execute"),
            rows(),
        ),
        group(
            "shift too far",
            &format!("{reset} --shift-by 100 --execute"),
            rows(),
        ),
        group(
            "to an offset",
            &format!("{reset} --to-offset 4 --execute"),
            rows(),
        ),
        group(
            "to an offset too high",
            &format!("{reset} --to-offset 400 --execute"),
            rows(),
        ),
        group(
            "to a time",
            &format!("{reset} --to-datetime 2020-01-01T00:00:00.000 --execute"),
            rows(),
        ),
        group(
            "to a time to come",
            &format!("{reset} --to-datetime 2100-01-01T00:00:00.000 --execute"),
            rows(),
        ),
        group(
            "by a duration",
            &format!("{reset} --by-duration PT1H --execute"),
            rows(),
        ),
        group(
            "to the current",
            &format!("{reset} --to-current --execute"),
            rows(),
        ),
        group(
            "export",
            &format!("{reset} --to-current --export --dry-run"),
            rows(),
        ),
        group(
            "all topics",
            &format!("{id} --reset-offsets --all-topics --to-latest --execute"),
            rows(),
        ),
        group(
            "absent topic",
            "--group tool-cg --reset-offsets --topic tool-absent --to-latest --execute",
            rows(),
        ),
        group(
            "of a new group",
            "--group tool-cg-new --reset-offsets --topic tool-cg --to-earliest --execute",
            rows(),
        ),
        group(
            "describe the new group",
            "--describe --group tool-cg-new",
            rows(),
        ),
        group(
            "delete offsets",
            &format!("--delete-offsets {id} --topic tool-cg"),
            rows(),
        ),
        group(
            "delete offsets again",
            &format!("--delete-offsets {id} --topic tool-cg"),
            rows(),
        ),
        group("delete", "--delete --group tool-cg-new", rows()),
        group("delete absent", "--delete --group tool-absent", rows()),
        group("list at last", "--list", View::With("tool-cg")),
    ]);
    steps
}

fn groups() -> Vec<Step> {
    let main = "org.apache.kafka.tools.GroupsCommand";
    let mut steps = begin("tool-groups", "tool-groups");
    steps.extend([
        step(
            "list",
            main,
            "--bootstrap-server {b} --list",
            View::With("tool-groups"),
        ),
        step(
            "consumer",
            main,
            "--bootstrap-server {b} --list --consumer",
            View::With("tool-groups"),
        ),
        step(
            "classic",
            main,
            "--bootstrap-server {b} --list --group-type classic",
            View::With("tool-groups"),
        ),
        step(
            "protocol",
            main,
            "--bootstrap-server {b} --list --protocol consumer",
            View::With("tool-groups"),
        ),
    ]);
    steps
}
