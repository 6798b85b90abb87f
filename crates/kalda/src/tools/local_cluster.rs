//! `kalda cluster start | stop | status | kill`: several nodes on this machine that are one cluster.
//!
//! ```text
//!  DIRECTORY/node-1/server.properties   written once, by the first start
//!                   data/               its log directory
//!                   pid                 of the process that was started last
//!                   log                 what the process says
//! ```

use std::fs::{self, File, OpenOptions};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use client::{Client, ClientConfig};
use config::default_data_directory;
use rustix::process::{Pid, Signal, kill_process};

use super::ToolError;
use super::output;
use super::storage;

/// How long a cluster may take until all of its brokers serve, and a node until it has stopped.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);
/// How far the ports of controllers lie above those of brokers.
const CONTROLLERS_ABOVE: u16 = 100;
const PROPERTIES: &str = "server.properties";

/// Where the cluster is.
#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// The directory of the cluster; beside the data of a single node where it is not said.
    #[arg(long, value_name = "DIRECTORY")]
    directory: Option<PathBuf>,
}

/// What to start.
#[derive(clap::Args, Debug)]
pub struct StartArgs {
    #[command(flatten)]
    place: Place,
    /// How many nodes a new cluster has; an old one has those that it has.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=9))]
    nodes: u16,
    /// The port of the first broker of a new cluster; the others follow, and the controllers a hundred above.
    #[arg(long, default_value_t = 19092, value_parser = clap::value_parser!(u16).range(1..=65_000))]
    port: u16,
    /// A configuration that counts more than the files'; may be given several times.
    #[arg(long = "override", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
}

/// What to kill.
#[derive(clap::Args, Debug)]
pub struct KillArgs {
    #[command(flatten)]
    place: Place,
    /// The node, by its id.
    node: u16,
}

/// One node.
#[derive(Debug)]
struct Node {
    id: u16,
    directory: PathBuf,
}

impl StartArgs {
    /// Runs `kalda cluster start`.
    pub fn run(&self) -> Result<(), ToolError> {
        let directory = self.place.directory();
        if nodes(&directory)?.is_empty() {
            self.create(&directory)?;
        }
        let nodes = nodes(&directory)?;
        for node in &nodes {
            if node.pid().is_none() {
                node.launch(&self.overrides)?;
            }
        }
        wait_until("the brokers serve", || {
            let seen = live_brokers(&nodes);
            let died = nodes.iter().find(|node| node.pid().is_none());
            match died {
                Some(node) => Err(ToolError::NodeEnded {
                    node: node.id,
                    log: node.log(),
                }),
                None => Ok(seen.len() >= nodes.len()),
            }
        })?;
        print_status(&directory, &nodes)
    }

    fn create(&self, directory: &Path) -> Result<(), ToolError> {
        let id = storage::random_uuid()?.to_string();
        let port = |node: u16| self.port + node - 1;
        let voters = (1..=self.nodes)
            .map(|node| format!("{node}@localhost:{}", port(node) + CONTROLLERS_ABOVE));
        let voters = voters.collect::<Vec<_>>().join(",");
        for node in 1..=self.nodes {
            let at = directory.join(format!("node-{node}"));
            fs::create_dir_all(&at).map_err(failed(&at))?;
            let replicas = self.nodes.min(3);
            let min_isr = replicas.div_ceil(2);
            let text = format!(
                "process.roles=broker,controller\n\
                 node.id={node}\n\
                 controller.quorum.voters={voters}\n\
                 listeners=PLAINTEXT://localhost:{},CONTROLLER://localhost:{}\n\
                 controller.listener.names=CONTROLLER\n\
                 log.dirs={}\n\
                 default.replication.factor={replicas}\n\
                 min.insync.replicas={min_isr}\n\
                 offsets.topic.replication.factor={replicas}\n\
                 transaction.state.log.replication.factor={replicas}\n\
                 transaction.state.log.min.isr={min_isr}\n\
                 share.coordinator.state.topic.replication.factor={replicas}\n\
                 share.coordinator.state.topic.min.isr={min_isr}\n",
                port(node),
                port(node) + CONTROLLERS_ABOVE,
                at.join("data").display(),
            );
            let file = at.join(PROPERTIES);
            fs::write(&file, text).map_err(failed(&file))?;
            storage::format(&file, &id)?;
        }
        Ok(())
    }
}

impl Place {
    fn directory(&self) -> PathBuf {
        let home = |variable: &str| std::env::var(variable).ok();
        let data =
            || default_data_directory(home("XDG_DATA_HOME").as_deref(), home("HOME").as_deref());
        let chosen = self.directory.clone();
        let chosen = chosen.unwrap_or_else(|| PathBuf::from(format!("{}-cluster", data())));
        std::path::absolute(&chosen).unwrap_or(chosen)
    }

    /// The nodes of the cluster that is there.
    fn existing(&self) -> Result<(PathBuf, Vec<Node>), ToolError> {
        let directory = self.directory();
        let nodes = nodes(&directory)?;
        if nodes.is_empty() {
            return Err(ToolError::NoCluster(directory));
        }
        Ok((directory, nodes))
    }

    /// Runs `kalda cluster status`.
    pub fn status(&self) -> Result<(), ToolError> {
        let (directory, nodes) = self.existing()?;
        print_status(&directory, &nodes)
    }

    /// Runs `kalda cluster stop`.
    pub fn stop(&self) -> Result<(), ToolError> {
        let (directory, nodes) = self.existing()?;
        for node in &nodes {
            if let Some(pid) = node.pid() {
                signal(pid, Signal::TERM)?;
            }
        }
        wait_until("the nodes have stopped", || {
            Ok(nodes.iter().all(|node| node.pid().is_none()))
        })?;
        print_status(&directory, &nodes)
    }
}

impl KillArgs {
    /// Runs `kalda cluster kill`.
    pub fn run(&self) -> Result<(), ToolError> {
        let (directory, nodes) = self.place.existing()?;
        let node = nodes.iter().find(|node| node.id == self.node);
        let node = node.ok_or(ToolError::NoNode(self.node))?;
        if let Some(pid) = node.pid() {
            signal(pid, Signal::KILL)?;
        }
        wait_until("the node is gone", || Ok(node.pid().is_none()))?;
        print_status(&directory, &nodes)
    }
}

/// The nodes of a directory, in the order of their ids.
fn nodes(directory: &Path) -> Result<Vec<Node>, ToolError> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(directory)(error)),
    };
    let node = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let id = name.strip_prefix("node-")?.parse().ok()?;
        let directory = entry.path();
        (directory.join(PROPERTIES).exists()).then_some(Node { id, directory })
    };
    let mut nodes: Vec<_> = entries.flatten().filter_map(node).collect();
    nodes.sort_by_key(|node| node.id);
    Ok(nodes)
}

impl Node {
    fn file(&self) -> PathBuf {
        self.directory.join(PROPERTIES)
    }

    fn log(&self) -> PathBuf {
        self.directory.join("log")
    }

    /// The process of the node, if it runs. A number that another process has got since is none of ours.
    fn pid(&self) -> Option<Pid> {
        let text = fs::read_to_string(self.directory.join("pid")).ok()?;
        let number: i32 = text.trim().parse().ok()?;
        let command = fs::read(format!("/proc/{number}/cmdline")).ok()?;
        let file = self.file().into_os_string().into_encoded_bytes();
        let is_ours = command.split(|byte| *byte == 0).any(|part| part == file);
        Pid::from_raw(number).filter(|_| is_ours)
    }

    fn launch(&self, overrides: &[String]) -> Result<(), ToolError> {
        let log = self.log();
        let open = |log: &Path| -> std::io::Result<(File, File)> {
            let out = OpenOptions::new().create(true).append(true).open(log)?;
            Ok((out.try_clone()?, out))
        };
        let (out, err) = open(&log).map_err(failed(&log))?;
        let binary = std::env::current_exe().map_err(failed(Path::new("kalda")))?;
        let overrides = overrides.iter().flat_map(|text| ["--override", text]);
        let child = Command::new(&binary)
            .arg("server")
            .arg(self.file())
            .args(overrides)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            // Ctrl-C at the terminal ends the tool, and not what it has started.
            .process_group(0)
            .spawn();
        let child = child.map_err(failed(&binary))?;
        let pid = self.directory.join("pid");
        fs::write(&pid, format!("{}\n", child.id())).map_err(failed(&pid))
    }

    /// A value of its properties file.
    fn property(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.file()).ok()?;
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
        value.map(str::to_owned)
    }

    /// Its listeners: of brokers, and of controllers.
    fn listeners(&self) -> (String, String) {
        let listeners = self.property("listeners").unwrap_or_default();
        let of = |scheme: &str| {
            let found = listeners
                .split(',')
                .find_map(|one| one.strip_prefix(scheme));
            output::or_dash(found)
        };
        (of("PLAINTEXT://"), of("CONTROLLER://"))
    }
}

fn signal(pid: Pid, signal: Signal) -> Result<(), ToolError> {
    match kill_process(pid, signal) {
        // It has ended by itself.
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(failed(Path::new("kill"))(error.into())),
    }
}

/// The brokers that are live as the first node that answers tells.
fn live_brokers(nodes: &[Node]) -> Vec<i32> {
    let running = nodes.iter().filter(|node| node.pid().is_some());
    let mut told = running.filter_map(|node| {
        let mut config = ClientConfig::bootstrap(&node.listeners().0).ok()?;
        config.request_timeout = Duration::from_secs(1);
        config.api_timeout = Duration::from_secs(1);
        let cluster = Client::new(config).all_topics().ok()?;
        Some(cluster.nodes.keys().map(|id| id.0).collect())
    });
    told.next().unwrap_or_default()
}

fn print_status(directory: &Path, nodes: &[Node]) -> Result<(), ToolError> {
    let live = live_brokers(nodes);
    let rows = nodes.iter().map(|node| {
        let (brokers, controllers) = node.listeners();
        let pid = node.pid();
        let state = match (pid, live.contains(&i32::from(node.id))) {
            (None, _) => "stopped",
            (Some(_), true) => "serves",
            (Some(_), false) => "starts or is fenced",
        };
        let process = output::or_dash(pid.map(|pid| pid.as_raw_nonzero()));
        [
            node.id.to_string(),
            brokers,
            controllers,
            process,
            state.to_owned(),
        ]
    });
    let head = output::fields([("directory", directory.display().to_string())]);
    output::print(&format!(
        "{head}\n{}",
        output::columns(["NODE", "BROKER", "CONTROLLER", "PID", "STATE"], rows)
    ))
}

fn wait_until(
    what: &'static str,
    mut is_so: impl FnMut() -> Result<bool, ToolError>,
) -> Result<(), ToolError> {
    let began = Instant::now();
    while !is_so()? {
        if began.elapsed() > PATIENCE {
            return Err(ToolError::TooLate(what));
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> ToolError + '_ {
    move |source| ToolError::Input {
        name: path.display().to_string(),
        source,
    }
}
