//! kafka-groups: groups of every kind, listed.

use client::admin::GroupListing;

use super::connect;
use super::console::{line, print};
use super::faults::{Fault, Thrown, thrown};
use super::options::{BOOTSTRAP_SERVER, COMMAND_CONFIG, Opt, flag, text};
use super::parse::Given;
use super::{Script, Shown};

/// How wide the columns are at least.
const NARROWEST: usize = 20;

/// The options.
pub const OPTIONS: &[Opt] = &[
    BOOTSTRAP_SERVER,
    COMMAND_CONFIG,
    flag("list", "List groups."),
    text(
        "group-type",
        "type",
        "Only groups of this type: classic, consumer, share or streams.",
    ),
    text("protocol", "protocol", "Only groups of this protocol."),
    flag("consumer", "Only consumer groups, classic ones too."),
    flag("share", "Only share groups."),
    flag("streams", "Only streams groups."),
];

/// The script.
pub const SCRIPT: Script = Script {
    name: "kafka-groups",
    options: OPTIONS,
    about: "This tool helps to list groups of all types.",
    about_nothing: "Missing required option(s) [bootstrap-server]",
    unreadable: Shown::Usage,
    unexpected: Shown::Message,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    if !given.has("list") {
        let message = "Command must include exactly one action: --list.";
        return Err(Fault::Usage(message.to_owned()));
    }
    let kind = given.text("group-type")?.map(str::to_lowercase);
    let known = ["classic", "consumer", "share", "streams"];
    if kind.as_deref().is_some_and(|kind| !known.contains(&kind)) {
        return Err(Thrown::illegal_argument("--group-type must be a valid group type.").into());
    }
    given.exclude("consumer", &["group-type", "protocol", "share", "streams"])?;
    given.exclude("share", &["consumer", "group-type", "protocol", "streams"])?;
    given.exclude("streams", &["consumer", "group-type", "protocol", "share"])?;
    let servers = connect::bootstrap(given, "bootstrap-server")?;
    let client = connect::admin(&servers, &connect::properties(given, "command-config")?)?;
    let groups = match client.list_groups() {
        Ok(groups) => groups,
        Err(error) => {
            let why = thrown("findAllBrokers", &error);
            line(format!(
                "Error while executing groups command : {}",
                why.message()
            ))?;
            return Ok(1);
        }
    };
    let protocol = given.text("protocol")?;
    let shown: Vec<_> = groups
        .iter()
        .filter(|group| is_shown(group, given, kind.as_deref(), protocol))
        .collect();
    print(&table(&shown))?;
    Ok(0)
}

fn is_shown(
    group: &GroupListing,
    given: &Given,
    kind: Option<&str>,
    protocol: Option<&str>,
) -> bool {
    let of_kind = |kind: &str| group.kind.eq_ignore_ascii_case(kind);
    let of_protocol = protocol.is_none_or(|protocol| group.protocol_type == protocol);
    match kind {
        Some(kind) => of_kind(kind) && of_protocol,
        None if protocol.is_some() => of_protocol,
        None if given.has("consumer") => {
            ["consumer", ""].contains(&group.protocol_type.as_str()) || of_kind("consumer")
        }
        None if given.has("share") => of_kind("share"),
        None if given.has("streams") => of_kind("streams"),
        None => true,
    }
}

fn table(groups: &[&GroupListing]) -> String {
    let cells = |group: &GroupListing| {
        let kind = match group.kind.chars().next() {
            Some(first) => first
                .to_uppercase()
                .chain(group.kind.chars().skip(1))
                .collect(),
            None => String::new(),
        };
        [group.id.clone(), kind, group.protocol_type.clone()]
    };
    let rows: Vec<_> = groups.iter().map(|group| cells(group)).collect();
    let widest = rows
        .iter()
        .flatten()
        .map(String::len)
        .max()
        .unwrap_or_default();
    let width = widest.max(NARROWEST);
    let mut text = format!(
        "{:width$} {:width$} {:width$}\n",
        "GROUP", "TYPE", "PROTOCOL"
    );
    for row in rows {
        for cell in row {
            text.push_str(&format!("{cell:width$} "));
        }
        text.push('\n');
    }
    text
}
