//! A process to which the system gives little.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::process::Command;

use protocol::create_topics_request::{CreatableTopic, CreateTopicsRequest};
use testkit::directory::TempDir;
use testkit::ports::Port;
use testkit::process::Process;
use testkit::wait;

use crate::connections::is_served;
use crate::node::{batch, create_topic, produce};
use crate::wire::{Back, PATIENCE, Wire, encoded};

/// A server that was started by a shell under limits.
struct Limited {
    port: Port,
    process: Process,
    _dir: TempDir,
}

impl Limited {
    fn start(limits: &str, properties: &[(&str, &str)]) -> Self {
        let dir = TempDir::new("limited").expect("a directory");
        let port = Port::free().expect("a port");
        let mut command = Command::new("sh");
        let data = format!("log.dirs={}", dir.path().join("data").display());
        let listeners = format!("listeners=PLAINTEXT://127.0.0.1:{}", port.number());
        command.args([
            "-c",
            &format!("{limits} && exec \"$0\" server \"$@\""),
            env!("CARGO_BIN_EXE_kalda"),
        ]);
        command.args(["--override", &data, "--override", &listeners]);
        for (key, value) in properties {
            command.args(["--override", &format!("{key}={value}")]);
        }
        command.stdin(std::process::Stdio::null());
        let log = dir.path().join("log");
        let process = Process::start("kalda", &mut command, &log).expect("the server starts");
        let limited = Self {
            port,
            process,
            _dir: dir,
        };
        let listens = || wait::accepts(limited.address()).then_some(());
        wait::until("the server listens", PATIENCE, listens, || {
            limited.process.written()
        })
        .expect("the server listens");
        limited
    }

    fn address(&self) -> SocketAddr {
        SocketAddr::from((IpAddr::from(Ipv4Addr::LOCALHOST), self.port.number()))
    }
}

#[test]
fn more_connections_than_files_may_be_open_keep_nobody_from_writing() {
    let mut server = Limited::start("ulimit -n 256", &[("socket.listen.backlog.size", "1000")]);
    let mut wire = Wire::connect(server.address());
    let crowd: Vec<TcpStream> = (0..400)
        .map(|_| TcpStream::connect(server.address()).expect("the kernel takes it"))
        .collect();
    // New topics need new files, which the crowd must not have taken.
    for number in 0..5 {
        let name = format!("t{number}");
        create_topic(&mut wire, &name, 3, &[]);
        for partition in 0..3 {
            let (error, _) = produce(&mut wire, &name, partition, -1, &batch(b"x"));
            assert!(error.is_none(), "{name}-{partition}: {error:?}");
        }
    }
    drop(crowd);
    let mut late = Wire::connect(server.address());
    assert!(is_served(&mut late), "who waited gets a place");
    assert!(
        server.process.ended().is_none(),
        "{}",
        server.process.written()
    );
}

#[test]
fn a_server_that_cannot_write_its_metadata_stops_and_says_so() {
    // No file may grow beyond 64 KiB, and a write that would is an error.
    let mut server = Limited::start(
        "trap '' XFSZ && ulimit -f 128",
        &[("log.index.size.max.bytes", "4096")],
    );
    let mut wire = Wire::connect(server.address());
    for number in 0.. {
        let name = format!("a-topic-with-a-long-name-{number}");
        let request = CreateTopicsRequest {
            topics: vec![CreatableTopic {
                name: name.into(),
                num_partitions: 50,
                replication_factor: 1,
                ..Default::default()
            }],
            timeout_ms: 1000,
            ..Default::default()
        };
        wire.send(&encoded(7, &request));
        match wire.back() {
            Back::Frame(_) => assert!(number < 10_000, "the limit is reached"),
            Back::Closed => break,
            Back::Nothing => panic!(
                "the server neither answers nor ends: {}",
                server.process.written()
            ),
        }
    }
    let status = server.process.wait(PATIENCE).expect("the process ends");
    let said = server.process.written();
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(
        said.contains("metadata") && said.contains("__cluster_metadata-0"),
        "{said}"
    );
}
