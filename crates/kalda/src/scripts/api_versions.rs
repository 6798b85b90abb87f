//! kafka-broker-api-versions: which versions of which APIs each broker has.

use client::Target;
use client::admin::ApiRange;

use super::connect;
use super::console::print;
use super::faults::{Fault, thrown};
use super::options::{BOOTSTRAP_SERVER, COMMAND_CONFIG, Opt};
use super::parse::Given;
use super::{Script, Shown};

/// The options.
pub const OPTIONS: &[Opt] = &[COMMAND_CONFIG, BOOTSTRAP_SERVER];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-broker-api-versions",
    options: OPTIONS,
    about: "This tool helps to retrieve broker version information.",
    about_nothing: "",
    unreadable: Shown::Message,
    unexpected: Shown::Message,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let client = connect::client(&servers, &connect::properties(given, "command-config")?)?;
    let cluster = client
        .refresh()
        .map_err(|error| thrown("metadata", &error))?;
    for node in cluster.nodes.values() {
        let rack = node.rack.as_deref().unwrap_or("null");
        let address = &node.address;
        let head = format!(
            "{}:{} (id: {} rack: {rack} isFenced: false) -> ",
            address.host, address.port, node.id
        );
        let rest = match client.api_ranges(Target::Broker(node.id)) {
            Ok(ranges) => apis(ranges),
            Err(error) => format!(
                "ERROR: {}",
                thrown("apiVersions", &error).in_execution().message()
            ),
        };
        print(&format!("{head}{rest}\n"))?;
    }
    Ok(0)
}

fn apis(mut ranges: Vec<ApiRange>) -> String {
    ranges.sort_by_key(|range| range.key);
    let lines: Vec<_> = ranges.iter().map(api).collect();
    format!("(\n\t{}\n)", lines.join(",\n\t"))
}

fn api(range: &ApiRange) -> String {
    let (lowest, highest) = (range.lowest, range.highest);
    let versions = match lowest == highest {
        true => lowest.to_string(),
        false => format!("{lowest} to {highest}"),
    };
    let head = format!(
        "{}({}): {versions}",
        range.name.unwrap_or("UNKNOWN"),
        range.key
    );
    match range.ours {
        None => head,
        Some((_, newest)) if newest < lowest => format!("{head} [unusable: node too new]"),
        Some((oldest, _)) if highest < oldest => format!("{head} [unusable: node too old]"),
        Some((_, newest)) => format!("{head} [usable: {}]", newest.min(highest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_is_shown_with_the_version_that_both_know() {
        let mut range = ApiRange {
            key: 3,
            name: Some("Metadata"),
            lowest: 0,
            highest: 13,
            ours: Some((0, 12)),
        };
        assert_eq!(api(&range), "Metadata(3): 0 to 13 [usable: 12]");
        range.ours = Some((14, 15));
        assert_eq!(api(&range), "Metadata(3): 0 to 13 [unusable: node too old]");
        let unknown = ApiRange {
            name: None,
            highest: 0,
            ours: None,
            ..range
        };
        assert_eq!(api(&unknown), "UNKNOWN(3): 0");
    }
}
