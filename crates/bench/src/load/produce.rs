//! The thread that runs producers.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::producer::{Produced, Producer, ProducerPlan};
use super::waiter::Waiter;
use super::{Window, histogram};
use crate::call::{Caller, Topic};
use crate::link::Link;
use crate::template::Template;
use crate::usage::own_thread_cpu;

/// How long the last answers may take.
const DRAIN: u64 = 120_000_000_000;
/// Connections that are opened before the broker has to have accepted them: with more than `socket.listen.backlog.size` (50),
/// the kernel lets them wait for a second and longer.
const BACKLOG: usize = 32;
/// How long a producer sleeps that waits for answers only.
const NOTHING_DUE: Duration = Duration::from_millis(200);

/// What the producers of one thread have seen.
#[derive(Debug)]
pub struct ProduceOutcome {
    /// What they did, together.
    pub done: Produced,
    /// From the intended moment to the acknowledgement.
    pub acks: Histogram<u64>,
    /// Processor seconds of the thread in the measured time.
    pub cpu: f64,
}

/// Runs producers to the end of the window and until everything is acknowledged.
///
/// # Errors
/// A connection broke, the broker refused, or offsets were wrong: then there is no result.
pub fn produce(
    address: SocketAddr,
    topic: &Topic,
    plans: Vec<ProducerPlan>,
    window: Window,
) -> Result<ProduceOutcome, String> {
    let mut waiter = Waiter::new()?;
    let mut producers = Vec::with_capacity(plans.len());
    for (key, plan) in plans.into_iter().enumerate() {
        if key % BACKLOG == BACKLOG - 1 {
            // Once this one is served, those before it were accepted.
            Caller::greeted(address)?;
        }
        let link = Link::connect(address).map_err(|e| e.to_string())?;
        waiter.add(&link, key)?;
        let shared = shared_templates(topic, &plan)?;
        producers.push(Producer::new(plan, link, window.begin, shared));
    }
    let mut run = Run {
        scheduled: vec![None; producers.len()],
        schedule: BinaryHeap::new(),
        producers,
        window,
        acks: histogram(),
        cpu_before: None,
        cpu_after: None,
    };
    run.finish(&mut waiter)?;
    let mut done = Produced::default();
    for producer in &run.producers {
        add(&mut done, producer.done);
    }
    let after = run.cpu_after.unwrap_or_else(own_thread_cpu);
    Ok(ProduceOutcome {
        done,
        acks: run.acks,
        cpu: after - run.cpu_before.unwrap_or(after),
    })
}

fn shared_templates(topic: &Topic, plan: &ProducerPlan) -> Result<Vec<Template>, String> {
    let Some((shape, limit)) = plan.sharing else {
        return Ok(Vec::new());
    };
    let partition = plan.templates[0].partition;
    let of = |records| {
        let shape = crate::template::BatchShape { records, ..shape };
        Template::new(topic, partition, 1, &shape)
    };
    (2..=limit).map(of).collect()
}

fn add(sum: &mut Produced, one: Produced) {
    sum.requests += one.requests;
    sum.records += one.records;
    sum.bytes += one.bytes;
    sum.acknowledged += one.acknowledged;
    sum.late += one.late;
    sum.offered += one.offered;
}

struct Run {
    producers: Vec<Producer>,
    /// When producers have to be asked again; entries that `scheduled` does not hold are stale.
    schedule: BinaryHeap<Reverse<(u64, usize)>>,
    scheduled: Vec<Option<u64>>,
    window: Window,
    acks: Histogram<u64>,
    cpu_before: Option<f64>,
    cpu_after: Option<f64>,
}

impl Run {
    fn finish(&mut self, waiter: &mut Waiter) -> Result<(), String> {
        let mut ready = Vec::new();
        self.window.sleep_until(self.window.begin);
        for key in 0..self.producers.len() {
            self.send(key)?;
        }
        loop {
            let now = self.window.now();
            self.note_cpu(now);
            if now >= self.window.until {
                if self.producers.iter().all(Producer::is_idle) {
                    return Ok(());
                }
                if now > self.window.until + DRAIN {
                    return Err("requests were not answered within two minutes".to_owned());
                }
            }
            waiter.wait(self.sleep(now), &mut ready)?;
            for key in &ready {
                self.receive(*key)?;
                self.send(*key)?;
            }
            self.send_due()?;
        }
    }

    /// Those whose time has come, and no others: there may be thousands.
    fn send_due(&mut self) -> Result<(), String> {
        let now = self.window.now();
        while let Some(Reverse((due, key))) = self.schedule.peek().copied()
            && due <= now
        {
            self.schedule.pop();
            if self.scheduled[key] == Some(due) {
                self.scheduled[key] = None;
                self.send(key)?;
            }
        }
        Ok(())
    }

    fn sleep(&self, now: u64) -> Duration {
        let due = self.schedule.peek().map(|Reverse((due, _))| *due);
        match due.filter(|due| *due < self.window.until) {
            Some(due) => Duration::from_nanos(due.saturating_sub(now)),
            None => NOTHING_DUE,
        }
    }

    fn note_cpu(&mut self, now: u64) {
        if now >= self.window.from && self.cpu_before.is_none() {
            self.cpu_before = Some(own_thread_cpu());
        }
        if now >= self.window.until && self.cpu_after.is_none() {
            self.cpu_after = Some(own_thread_cpu());
        }
    }

    fn receive(&mut self, key: usize) -> Result<(), String> {
        let producer = &mut self.producers[key];
        let mut answered = Vec::new();
        producer.take_answers(|pending| answered.push(*pending))?;
        let now = self.window.now();
        for pending in answered {
            if self.window.counts(pending.intended) {
                self.acks
                    .saturating_record(now.saturating_sub(pending.intended));
            }
            if self.window.counts(now) {
                producer.count(&pending);
            }
        }
        Ok(())
    }

    fn send(&mut self, key: usize) -> Result<(), String> {
        let window = self.window;
        let producer = &mut self.producers[key];
        producer.send_due(window.now(), window.until, |at| window.counts(at));
        producer.link.flush().map_err(|e| format!("produce: {e}"))?;
        let due = producer.next_due().filter(|due| *due < window.until);
        if let Some(due) = due.filter(|due| self.scheduled[key] != Some(*due)) {
            self.scheduled[key] = Some(due);
            self.schedule.push(Reverse((due, key)));
        }
        Ok(())
    }
}
