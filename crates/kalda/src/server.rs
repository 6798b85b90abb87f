//! `kalda server`: reads the configuration, opens the node, runs it until a signal, closes it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use broker::{Door, Effects, Node, NodeParams, OpenError, StartSummary};
use config::{BrokerConfig, Listener, NodeConfig};
use net::{Clock, DiskEvents, Listeners, Server, ServerError, Shell, SocketBuffers};
use rustix::process::{Resource, getrlimit, setrlimit};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use storage::disk::{Disk, RealDisk};
use thiserror::Error;

use crate::configuration::{self, LoadError};
use crate::fault;

/// IO threads: files that wait for a sync together are synced in parallel.
const IO_THREADS: usize = 8;
/// How long a node that stops waits until others lead its partitions.
const HAND_OVER: Duration = Duration::from_secs(30);
/// Names what decides who may do what.
const AUTHORIZER: &str = "authorizer.class.name";
/// Descriptors kept for what is neither a connection nor a segment.
const SPARE_DESCRIPTORS: u64 = 100;

/// Run a node.
///
/// Without a file it is a whole cluster of its own on localhost:9092, with its data in a directory of its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  kalda server
  kalda server server.properties
  kalda server --override log.dirs=/srv/kalda --override listeners=PLAINTEXT://:9092

What counts without a file, and each key: docs/configuration.md. KALDA_LOG says how much is logged
(info, warn, net=debug,info). Ctrl-C or SIGTERM stops the node: answers are sent, logs are flushed.")]
pub struct Args {
    /// A properties file, as Apache Kafka's server.properties.
    file: Option<PathBuf>,
    /// A configuration that counts more than the file's; may be given several times.
    #[arg(long = "override", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
}

/// Why a node does not run.
#[derive(Debug, Error)]
pub enum Failure {
    #[error(transparent)]
    Config(#[from] LoadError),
    #[error("listener {listener}: {reason}")]
    Listener { listener: String, reason: String },
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Server(#[from] ServerError),
    #[error("the system gives no randomness: {0}")]
    Random(getrandom::Error),
    #[error("signals cannot be handled: {0}")]
    Signals(std::io::Error),
    #[error(
        "the metadata of the node cannot be written or read any more, so it has stopped: see the message above; \
         start it again when the disk is well"
    )]
    Metadata,
}

/// Runs the command.
pub fn run(args: &Args) -> ExitCode {
    start_logging();
    fault::end_process_on_panic();
    match serve(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            tracing::error!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("KALDA_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

fn serve(args: &Args) -> Result<(), Failure> {
    let began = Instant::now();
    let clock = Clock::start();
    let mut signals = Signals::new([SIGTERM, SIGINT]).map_err(Failure::Signals)?;
    let config = configuration::load(args.file.as_deref(), &args.overrides)?;
    let broker = config.broker();
    broker
        .listeners
        .check_protocols_exist()
        .map_err(|error| Failure::Listener {
            listener: String::new(),
            reason: error.to_string(),
        })?;
    let limit = raise_descriptor_limit();
    let Bound {
        sockets: listeners,
        listening,
        advertised,
    } = bind(&broker)?;
    let events = DiskEvents::default();
    let on_done = events.clone();
    let disk: Arc<dyn Disk> =
        Arc::new(RealDisk::new(IO_THREADS, move |done| on_done.on_done(done)));
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(Failure::Random)?;
    let params = NodeParams {
        given: config.given().clone(),
        advertised: advertised.clone(),
        disk,
        seed,
        open_files: segment_files(limit),
        now: clock.now(),
    };
    let mut fx = Effects::default();
    let (node, summary) = Node::open(params, &mut fx)?;
    for note in config.notes() {
        tracing::warn!("{note}");
    }
    warn_of_access(&config);
    let threads = worker_threads(&broker);
    let failing = signals.handle();
    let shell = Shell {
        threads,
        clock,
        max_sockets: sockets(limit),
        on_failure: Box::new(move || failing.close()),
    };
    let server = Server::start(node, listeners, shell, &events, fx)?;
    let screen = screen(&broker, (&listening, &advertised), &summary, limit, began);
    // The process may be without a terminal; that is no reason to stop.
    let _ = std::io::stdout().write_all(screen.as_bytes());
    let signal = signals.forever().next();
    tracing::info!(signal, "stopping: answers are sent, logs are flushed");
    if signal.is_some() && !server.hand_over(HAND_OVER) {
        tracing::warn!(
            "the controller has not given the partitions of this node other leaders within {HAND_OVER:?}: it stops without"
        );
    }
    for fault in server.stop().close(clock.now()) {
        tracing::warn!("{fault}");
    }
    tracing::info!("stopped");
    signal.map(|_| ()).ok_or(Failure::Metadata)
}

/// Whoever names an authorizer takes it for what protects the data.
fn warn_of_access(config: &NodeConfig) {
    let is_named = config
        .given()
        .get(AUTHORIZER)
        .is_some_and(|name| !name.is_empty());
    if let Some(origin) = config.origin(AUTHORIZER).filter(|_| is_named) {
        tracing::error!(
            "{origin}: {AUTHORIZER} asks for access control, which is not there yet: EVERY CLIENT MAY DO EVERYTHING that \
             a listener lets in"
        );
    }
}

/// Lets the process open as many files as the system allows it to; gives the limit.
fn raise_descriptor_limit() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    let before = limit.current.unwrap_or(u64::MAX);
    limit.current = limit.maximum;
    match setrlimit(Resource::Nofile, limit) {
        Ok(()) => limit.maximum.unwrap_or(u64::MAX),
        Err(_) => before,
    }
}

/// The other half are for connections.
fn sockets(limit: u64) -> usize {
    usize::try_from(limit.saturating_sub(SPARE_DESCRIPTORS) / 2)
        .unwrap_or(usize::MAX)
        .max(16)
}

/// Half of the descriptors are for segments.
fn segment_files(limit: u64) -> usize {
    usize::try_from(limit.saturating_sub(SPARE_DESCRIPTORS) / 2)
        .unwrap_or(usize::MAX)
        .clamp(16, 1 << 20)
}

fn worker_threads(config: &BrokerConfig) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    cores
        .min(config.network.num_network_threads as usize)
        .max(1)
}

/// The listeners, with real ports.
struct Bound {
    sockets: Listeners,
    /// Where the node listens.
    listening: Vec<Listener>,
    /// What clients are told of it.
    advertised: Vec<Listener>,
}

/// Binds the listeners that the roles of the node ask for.
fn bind(config: &BrokerConfig) -> Result<Bound, Failure> {
    let bound = (config.listeners.bound.iter()).filter(|listener| serves(config, listener));
    let place = |listener: &Listener| {
        let door = match listener.is_controller {
            true => Door::Controllers,
            false => Door::Clients,
        };
        Ok((address(listener)?, door))
    };
    let places = bound
        .clone()
        .map(place)
        .collect::<Result<Vec<_>, Failure>>()?;
    let network = &config.network;
    let bytes = |size: Option<u32>| size.map(|size| size as usize);
    let buffers = SocketBuffers {
        send: bytes(network.socket_send_buffer_bytes),
        receive: bytes(network.socket_receive_buffer_bytes),
    };
    let backlog = i32::try_from(network.socket_listen_backlog_size).unwrap_or(i32::MAX);
    let listeners = Listeners::bind(&places, backlog, buffers)
        .map_err(|(address, error)| ServerError::Bind { address, error })?;
    let real = listeners.addresses().map_err(ServerError::System)?;
    let listening: Vec<_> = bound
        .zip(real)
        .map(|(listener, address)| Listener {
            host: Some((listener.host.clone()).unwrap_or_else(|| address.ip().to_string())),
            port: address.port(),
            ..listener.clone()
        })
        .collect();
    let machine = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    let advertised = config
        .listeners
        .advertised
        .iter()
        .filter(|listener| !listener.is_controller);
    let complete = |listener: &Listener| {
        let mut listener = listener.clone();
        let bound = listening.iter().find(|bound| bound.name == listener.name);
        if let (0, Some(bound)) = (listener.port, bound) {
            listener.port = bound.port;
        }
        listener.host.get_or_insert_with(|| machine.clone());
        listener
    };
    let advertised = advertised.map(complete).collect();
    Ok(Bound {
        sockets: listeners,
        listening,
        advertised,
    })
}

/// Whether the node listens there, as its roles are.
fn serves(config: &BrokerConfig, listener: &Listener) -> bool {
    match listener.is_controller {
        true => config.roles.controller,
        false => config.roles.broker,
    }
}

fn address(listener: &Listener) -> Result<SocketAddr, Failure> {
    let Some(host) = &listener.host else {
        return Ok(SocketAddr::new(
            IpAddr::V6(Ipv6Addr::UNSPECIFIED),
            listener.port,
        ));
    };
    let refuse = |reason: String| Failure::Listener {
        listener: listener.to_string(),
        reason,
    };
    let mut found = (host.as_str(), listener.port)
        .to_socket_addrs()
        .map_err(|error| refuse(format!("{host} is no address of this machine: {error}")))?;
    found
        .next()
        .ok_or_else(|| refuse(format!("{host} has no address")))
}

/// What the operator sees once the node serves.
fn screen(
    config: &BrokerConfig,
    (listening, advertised): (&[Listener], &[Listener]),
    summary: &StartSummary,
    limit: u64,
    began: Instant,
) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<14}{value}");
    };
    let list = |listeners: &[Listener]| {
        let listeners = listeners.iter().map(ToString::to_string);
        listeners.collect::<Vec<_>>().join(", ")
    };
    let fresh = if summary.is_new { " (new)" } else { "" };
    line("cluster id", &format!("{}{fresh}", summary.cluster_id));
    line("node id", &config.node_id.to_string());
    line("listening on", &list(listening));
    let is_for_clients = |listener: &&Listener| !listener.is_controller;
    if !listening.iter().filter(is_for_clients).eq(advertised) {
        line("advertised as", &list(advertised));
    }
    line("data in", &config.log_dirs.join(", "));
    line("durability", durability(config));
    line("open files", &limit.to_string());
    line("recovered", &recovered(summary));
    line(
        "started in",
        &format!("{:.1} ms", began.elapsed().as_secs_f64() * 1000.0),
    );
    format!("kalda {}\n{text}", env!("CARGO_PKG_VERSION"))
}

fn durability(config: &BrokerConfig) -> &'static str {
    match config.topic_defaults.flush_messages {
        Some(1) => "flush.messages=1: acknowledged records survive loss of power",
        _ => {
            "page cache: acknowledged records survive a crash of the process; flush.messages=1 survives loss of power"
        }
    }
}

fn recovered(summary: &StartSummary) -> String {
    let partitions = summary.partitions;
    if summary.is_new {
        "nothing: the directories were empty".to_owned()
    } else if summary.directories.is_clean {
        format!("nothing: {partitions} partitions were closed cleanly")
    } else {
        format!(
            "the last stop was not clean: {partitions} partitions are being checked, those first that are asked for"
        )
    }
}
