//! kafka-cluster: the cluster's id, where its brokers are, and a broker that is to be forgotten.

use client::Client;

use super::args::{Arg, Command, Given, Parser, Takes, flag, value};
use super::connect;
use super::console::{line, print};
use super::faults::{Fault, Thrown, thrown};
use super::{ArgScript, Refusal, Shown};

const SERVER: Arg = value(
    &["--bootstrap-server", "-b"],
    Takes::Text,
    "BOOTSTRAP_SERVER",
    "Brokers to ask first.",
)
.in_group(1);
const CONTROLLER: Arg = value(
    &["--bootstrap-controller", "-C"],
    Takes::Text,
    "BOOTSTRAP_CONTROLLER",
    "Controllers to ask instead.",
)
.in_group(1);
const CONFIG: Arg = value(
    &["--config"],
    Takes::Text,
    "CONFIG",
    "The older name of --command-config.",
);
const COMMAND_CONFIG: Arg = value(
    &["--command-config", "-c"],
    Takes::Text,
    "COMMAND_CONFIG",
    "A properties file with configurations of the client.",
);

/// The script.
pub const SCRIPT: ArgScript = ArgScript {
    parser: Parser {
        name: "kafka-cluster",
        about: "Shows the cluster's id and where its brokers are, and takes brokers out of it.",
        args: &[],
        required_groups: &[],
        commands: &[
            Command {
                name: "cluster-id",
                about: "Show the cluster's id.",
                args: &[CONFIG, COMMAND_CONFIG, SERVER, CONTROLLER],
                required_groups: &[1],
            },
            Command {
                name: "unregister",
                about: "Take a broker out of the cluster's metadata.",
                args: &[
                    CONFIG,
                    COMMAND_CONFIG,
                    value(
                        &["--id", "-i"],
                        Takes::Number("int"),
                        "ID",
                        "The broker's id.",
                    )
                    .needed(),
                    SERVER,
                    CONTROLLER,
                ],
                required_groups: &[1],
            },
            Command {
                name: "list-endpoints",
                about: "Show where brokers are.",
                args: &[
                    CONFIG,
                    COMMAND_CONFIG,
                    flag(
                        &["--include-fenced-brokers"],
                        "Show those too that are fenced.",
                    ),
                    SERVER,
                    CONTROLLER,
                ],
                required_groups: &[1],
            },
        ],
        command_value: "",
    },
    refusal: Refusal::Usage,
    unexpected: Shown::Message,
    run,
};

fn run(given: &Given) -> Result<u8, Fault> {
    if given.has("config") && given.has("command-config") {
        let message = "--config and --command-config cannot be specified together.";
        let class = "net.sourceforge.argparse4j.inf.ArgumentParserException";
        return Err(Thrown::new(class, message).into());
    }
    if given.has("config") {
        line(
            "Option --config has been deprecated and will be removed in a future version. Use --command-config instead.",
        )?;
    }
    let file = given.text("config").or(given.text("command-config"));
    let properties = file.map(connect::load).transpose()?.unwrap_or_default();
    let controllers = given.text("bootstrap-controller");
    let servers = given
        .text("bootstrap-server")
        .or(controllers)
        .unwrap_or_default();
    let client = connect::admin(servers, &properties)?;
    match given.command {
        "cluster-id" => id(&client)?,
        "unregister" => unregister(&client, given.number("id").unwrap_or_default())?,
        _ => endpoints(
            &client,
            given.has("include-fenced-brokers"),
            controllers.is_some(),
        )?,
    }
    Ok(0)
}

fn id(client: &Client) -> Result<(), Fault> {
    let cluster = client.describe_cluster(false);
    let (id, _) = cluster.map_err(|error| thrown("describeCluster", &error).in_execution())?;
    line(format!("Cluster ID: {id}"))
}

fn unregister(client: &Client, id: i32) -> Result<(), Fault> {
    match client.unregister_broker(id) {
        Ok(()) => line(format!("Broker {id} is no longer registered.")),
        Err(error) => {
            if matches!(error, client::ClientError::Unsupported { .. }) {
                line("The target cluster does not support the broker unregistration API.")?;
            }
            Err(thrown("unregisterBroker", &error).in_execution().into())
        }
    }
}

fn endpoints(client: &Client, fenced: bool, of_controllers: bool) -> Result<(), Fault> {
    if fenced && of_controllers {
        let message =
            "The option --include-fenced-brokers is only supported with --bootstrap-server option";
        return Err(Thrown::illegal_argument(message).into());
    }
    let cluster = client.describe_cluster(fenced);
    let (_, endpoints) =
        cluster.map_err(|error| thrown("describeCluster", &error).in_execution())?;
    let hosts = endpoints.iter().map(|at| at.node.address.host.len()).max();
    let racks = endpoints
        .iter()
        .filter_map(|at| at.node.rack.as_ref().map(String::len))
        .max();
    let (host_width, rack_width) = (hosts.unwrap_or(100), racks.unwrap_or(10));
    let mut text = String::new();
    let mut row = |cells: [&str; 6]| {
        let [id, host, port, rack, state, kind] = cells;
        text.push_str(&format!(
            "{id:10} {host:host_width$} {port:10} {rack:rack_width$} "
        ));
        if !of_controllers {
            text.push_str(&format!("{state:10} "));
        }
        text.push_str(&format!("{kind:15}\n"));
    };
    row(["ID", "HOST", "PORT", "RACK", "STATE", "ENDPOINT_TYPE"]);
    for at in &endpoints {
        row([
            &at.node.id.0.to_string(),
            &at.node.address.host,
            &at.node.address.port.to_string(),
            at.node.rack.as_deref().unwrap_or("null"),
            if at.is_fenced { "fenced" } else { "unfenced" },
            if of_controllers {
                "controller"
            } else {
                "broker"
            },
        ]);
    }
    print(&text)
}
