//! `docs/scripts.md`, written from the tables of options, so that none is missing there and none is silently ignored.

use std::fmt::Write;

use super::args::Arg;
use super::options::{Age, Opt, Takes};
use super::{ARG_SCRIPTS, SCRIPTS, removed};

const INTRODUCTION: &str = "\
# Apache Kafka's scripts

<!-- Written from crates/kalda/src/scripts: `KALDA_WRITE_DOCS=1 cargo test -p kalda scripts_md` renews it. -->

`kalda kafka-topics --list ...` does what Apache Kafka's kafka-topics.sh does, with its options, output and exit codes.
`kalda install-scripts DIR` makes links, `kafka-topics` and `kafka-topics.sh`, under which the binary answers by itself.

    kalda install-scripts ~/bin
    kafka-topics.sh --bootstrap-server localhost:9092 --create --topic orders --partitions 3

`cargo xtask interop --suite scripts` asks Apache Kafka's tools (4.3.1, the newest that are published) and these scripts the same
at one cluster, and compares standard output, exit code and the first line of standard error.

What differs, and is meant:

- The sentences of the help are Kalda's own; options, their order and their values are Kafka's.
- Without `--bootstrap-server`, `KALDA_BOOTSTRAP_SERVER` or localhost:9092 is asked, and standard error says so.
- Options of older releases are accepted; one line on standard error says what is used instead.
- Of an exception only its first line is shown, not where in the program it was thrown.
- kafka-e2e-latency shows its help where it is asked for nothing else, as all others do.
- Only PLAINTEXT listeners are spoken to.
- `kafka-run-class CLASS ...` runs the script that a class of Kafka's tools is; other classes are not run.
- kafka-topics takes --add-config, --delete-config, --entity-type and --entity-name too, which are those of kafka-configs.

*Old* options are those that 4.4 no longer has. An option with a state has no effect, or another one, as it says.
";

/// Options whose effect is not Kafka's: script, option, state.
const STATES: [(&str, &str, &str); 19] = [
    (
        "kafka-reassign-partitions",
        "throttle",
        "sets the limit, which brokers do not keep yet",
    ),
    (
        "kafka-reassign-partitions",
        "replica-alter-log-dirs-throttle",
        "sets the limit, which brokers do not keep yet",
    ),
    ("kafka-dump-log", "offsets-decoder", "refused: not here yet"),
    (
        "kafka-dump-log",
        "transaction-log-decoder",
        "refused: not here yet",
    ),
    (
        "kafka-dump-log",
        "cluster-metadata-decoder",
        "refused: not here yet",
    ),
    (
        "kafka-dump-log",
        "remote-log-metadata-decoder",
        "refused: not here yet",
    ),
    (
        "kafka-dump-log",
        "share-group-state-decoder",
        "refused: not here yet",
    ),
    (
        "kafka-dump-log",
        "max-message-size",
        "without effect: batches are read whole",
    ),
    (
        "kafka-configs",
        "bootstrap-controller",
        "asks the address as if it were a broker's",
    ),
    (
        "kafka-configs",
        "add-config",
        "SCRAM credentials cannot be set yet, and are refused",
    ),
    (
        "kafka-console-producer",
        "line-reader",
        "Kafka's own reader of lines; any other is refused",
    ),
    (
        "kafka-console-producer",
        "socket-buffer-size",
        "without effect: left to the kernel",
    ),
    (
        "kafka-console-producer",
        "metadata-expiry-ms",
        "without effect: metadata is asked for where it is wrong",
    ),
    (
        "kafka-console-producer",
        "retry-backoff-ms",
        "without effect: the client has its own",
    ),
    (
        "kafka-console-consumer",
        "formatter",
        "the default, no-op and logging formatters; others are refused",
    ),
    (
        "kafka-consumer-perf-test",
        "socket-buffer-size",
        "without effect: left to the kernel",
    ),
    (
        "kafka-consumer-perf-test",
        "print-metrics",
        "without effect, which standard error says",
    ),
    (
        "kafka-producer-perf-test",
        "print-metrics",
        "without effect, which standard error says",
    ),
    (
        "kafka-producer-perf-test",
        "transactional-id",
        "refused: transactions are not written yet",
    ),
];

/// The page, complete.
pub fn markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut sections: Vec<(&str, String)> = Vec::new();
    for script in SCRIPTS {
        let rows = script
            .options
            .iter()
            .map(|option| jopt_row(script.name, option));
        sections.push((script.name, rows.collect()));
    }
    for script in ARG_SCRIPTS {
        sections.push((script.name(), arg_rows(script.name(), &script.parser)));
    }
    sections.sort_by_key(|section| section.0);
    for (name, rows) in sections {
        let _infallible = write!(
            page,
            "\n## {name}\n\n| option | value | default | state | meaning |\n|---|---|---|---|---|\n{rows}"
        );
    }
    page.push_str(SERVER);
    page.push_str("\n## Scripts that are gone\n\n| script | instead |\n|---|---|\n");
    for (name, instead) in removed::REMOVED {
        let _infallible = writeln!(page, "| `{name}` | {instead} |");
    }
    page
}

const SERVER: &str = "
## kafka-server-start, kafka-server-stop

`kafka-server-start [-daemon] server.properties [--override KEY=VALUE]...` is `kalda server`. With `-daemon` it goes on in the
background and writes to `$LOG_DIR/kafkaServer.out`, or `logs/kafkaServer.out`. `-name NAME` and `-loggc` are of the Java machine, and
without effect.

`kafka-server-stop [--process-role=ROLE] [--node-id=ID]` sends SIGTERM, or the signal that the environment variable SIGNAL names, to
the nodes of this machine, or to those with that role and id.

## kafka-storage

`kafka-storage` is `kalda storage` ([tools.md](tools.md)): random-uuid, format, info and version-mapping with Kafka's options and output.
`--add-scram` is refused, feature-dependencies is not there yet, and a wrong command line ends with exit code 2.

## Not here yet

kafka-acls (brokers serve no ACLs yet), kafka-streams-groups,
kafka-delegation-tokens, kafka-client-metrics, kafka-replica-verification, kafka-jmx, kafka-streams-application-reset,
kafka-verifiable-producer and its like, kafka-metadata-shell, and the scripts of Connect: Apache Kafka's own work against Kalda.
kafka-metadata-quorum add-controller and kafka-transactions abort are missing as well; remove-controller is there, but no node
serves it yet. kafka-reassign-partitions moves replicas between brokers; brokers do not serve moves between log directories yet, and say so.

4.4 has options that no published tool can judge, and that are not here: kafka-producer-perf-test --record-key-range,
--key-distribution and --random-seed; kafka-cluster unregister-controller and api-versions; kafka-share-groups --export,
--from-file, --to-current and --to-offset; kafka-streams-groups --topology; connect-internal-topics.
";

fn state(script: &str, option: &str) -> &'static str {
    let mut states = STATES.iter();
    let found = states.find(|(of, name, _)| *of == script && *name == option);
    found.map_or("as in Kafka", |(_, _, state)| state)
}

/// A cell of the table: its bars and angle brackets are text.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "\\<")
}

fn jopt_row(script: &str, option: &Opt) -> String {
    let kind = option.kind().map_or("", |kind| kind.name());
    let value = match option.takes {
        Takes::Nothing => String::new(),
        Takes::Value(_) => kind.to_owned(),
        Takes::Maybe(_) => format!("{kind}, may be left away"),
    };
    let (state, about) = match option.age {
        Age::Current => (state(script, option.name), option.about.to_owned()),
        Age::Old(instead) => ("old", instead.to_owned()),
    };
    let default = option
        .default
        .map_or(String::new(), |text| format!("`{text}`"));
    format!(
        "| `--{}` | {value} | {default} | {state} | {} |\n",
        option.name,
        cell(&about)
    )
}

fn arg_rows(script: &str, parser: &super::args::Parser) -> String {
    let row = |before: &str, arg: &Arg| {
        let names: Vec<_> = arg
            .names
            .iter()
            .map(|name| format!("`{before}{name}`"))
            .collect();
        let state = state(script, arg.key());
        format!(
            "| {} | {} |  | {state} | {} |\n",
            names.join(", "),
            cell(arg.value),
            cell(arg.about)
        )
    };
    let mut rows: String = parser.args.iter().map(|arg| row("", arg)).collect();
    for command in parser.commands {
        let _infallible = writeln!(
            rows,
            "| `{}` |  |  | as in Kafka | {} |",
            command.name, command.about
        );
        let before = format!("{} ", command.name);
        rows.extend(command.args.iter().map(|arg| row(&before, arg)));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scripts.md");

    #[test]
    fn scripts_md_is_what_the_tables_say() {
        let page = markdown();
        if std::env::var_os("KALDA_WRITE_DOCS").is_some() {
            std::fs::write(PAGE, &page).expect("the page can be written");
        }
        let written = std::fs::read_to_string(PAGE).expect("the page is there");
        assert!(
            written == page,
            "docs/scripts.md is not what the tables say: KALDA_WRITE_DOCS=1 renews it"
        );
    }

    #[test]
    fn every_state_is_that_of_an_option() {
        for (script, option, _) in STATES {
            let named = format!("--{option}`");
            let jopt = SCRIPTS.iter().find(|other| other.name == script);
            let has =
                jopt.is_some_and(|script| script.options.iter().any(|other| other.name == option));
            assert!(has || markdown().contains(&named), "{script} {option}");
        }
    }

    #[test]
    fn options_have_names_of_their_own() {
        for script in SCRIPTS {
            let mut names: Vec<_> = script.options.iter().map(|option| option.name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{}", script.name);
        }
    }
}
