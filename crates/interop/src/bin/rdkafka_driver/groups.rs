//! Members of groups in processes of their own.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::Message;
use rdkafka::consumer::Consumer;
use serde_json::json;

use crate::adapter::{Out, Session, wait};
use crate::report::{Outcome, Report, told};

/// What a member has told.
#[derive(Debug, Default)]
struct Told {
    partitions: BTreeSet<i32>,
    /// Partition and offset of each record.
    values: BTreeSet<String>,
}

/// A running member.
struct Member {
    child: Child,
    told: Arc<Mutex<Told>>,
}

impl Member {
    fn join(s: &Session, group: &str, topic: &str) -> Outcome<Self> {
        let program = std::env::current_exe().map_err(told)?;
        let mut command = Command::new(program);
        command
            .args(s.arguments())
            .arg(format!("member:{group}:{topic}"));
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(told)?;
        let stdout = child.stdout.take().ok_or("no standard output")?;
        let told = Arc::new(Mutex::new(Told::default()));
        let listener = Arc::clone(&told);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let mut told = listener.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(list) = line.strip_prefix("assigned ") {
                    told.partitions = list
                        .split_whitespace()
                        .filter_map(|p| p.parse().ok())
                        .collect();
                } else if let Some(value) = line.strip_prefix("value ") {
                    told.values.insert(value.to_owned());
                }
            }
        });
        Ok(Self { child, told })
    }

    fn partitions(&self) -> BTreeSet<i32> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .partitions
            .clone()
    }

    fn values(&self) -> BTreeSet<String> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values
            .clone()
    }

    fn leave(&mut self) {
        drop(self.child.stdin.take());
        // Its end is what is waited for; how it ended does not matter.
        let _ = self.child.wait();
    }

    fn crash(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.crash();
    }
}

/// Runs as `GROUP:TOPIC` until standard input ends: tells what it owns and which records it read.
pub fn member(s: &Session, names: &str) {
    let (group, topic) = names.split_once(':').unwrap_or((names, names));
    let stop = Arc::new(AtomicBool::new(false));
    let stopper = Arc::clone(&stop);
    std::thread::spawn(move || {
        // An error ends the member as well.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stopper.store(true, Ordering::Relaxed);
    });
    let settings = [
        ("group.id", group),
        ("session.timeout.ms", "5000"),
        ("heartbeat.interval.ms", "200"),
    ];
    let consumer = s.consumer(&settings).expect("the settings are valid");
    consumer
        .subscribe(&[topic])
        .expect("the topic's name is valid");
    let mut owned = None;
    while !stop.load(Ordering::Relaxed) {
        if let Some(Ok(record)) = consumer.poll(Duration::from_millis(50)) {
            println!("value {}:{}", record.partition(), record.offset());
        }
        let assigned: Option<BTreeSet<i32>> = consumer
            .assignment()
            .ok()
            .map(|a| a.elements().iter().map(|e| e.partition()).collect());
        if assigned != owned {
            let list: Vec<_> = assigned.iter().flatten().map(ToString::to_string).collect();
            println!("assigned {}", list.join(" "));
            owned = assigned;
        }
    }
}

fn settle(r: &mut Report, what: &str, members: &[&Member]) -> Outcome<()> {
    let mut sizes: Vec<usize> = Vec::new();
    wait(what, || {
        let owned: Vec<_> = members.iter().map(|m| m.partitions()).collect();
        sizes = owned.iter().map(BTreeSet::len).collect();
        sizes.sort_unstable();
        let union: BTreeSet<_> = owned.iter().flatten().collect();
        sizes.iter().sum::<usize>() == 4 && union.len() == 4 && sizes[0] == 4 / members.len()
    })?;
    r.see(what, json!(sizes));
    Ok(())
}

/// Several members with a join, a leave and a crash.
pub fn group(s: &Session, r: &mut Report) -> Outcome<()> {
    let (topic, name) = (s.topic("group", 4, &[])?, s.name("group"));
    let mut a = Member::join(s, &name, &topic)?;
    settle(r, "one", &[&a])?;
    let mut b = Member::join(s, &name, &topic)?;
    settle(r, "a second joins", &[&a, &b])?;
    let records: Vec<_> = (0..40)
        .map(|i| Out {
            value: Some(b"v".to_vec()),
            partition: Some(i % 4),
            ..Out::default()
        })
        .collect();
    s.produce(&topic, &records, &[])?;
    // A member that was taken for gone on a busy machine comes back and reads again what it has read.
    let read = || (a.values(), b.values());
    wait("all values", || {
        let (x, y) = read();
        !x.is_empty() && !y.is_empty() && x.union(&y).count() == 40
    })?;
    let (x, y) = read();
    r.see("values shared", x.union(&y).count());
    b.leave();
    settle(r, "it leaves", &[&a])?;
    let mut c = Member::join(s, &name, &topic)?;
    settle(r, "a third joins", &[&a, &c])?;
    c.crash();
    settle(r, "it crashes", &[&a])?;
    r.attempt("described", s.groups(Some(&name)).map(|g| json!(g)));
    a.leave();
    r.attempt("described at last", s.groups(Some(&name)).map(|g| json!(g)));
    Ok(())
}
