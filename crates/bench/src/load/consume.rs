//! The thread that runs consumers.

use std::net::SocketAddr;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::consumer::{Consumed, Consumer, ConsumerPlan};
use super::waiter::Waiter;
use super::{Goal, Window, histogram};
use crate::link::Link;
use crate::usage::own_thread_cpu;

/// How long the last records may take to arrive.
const DRAIN: u64 = 30_000_000_000;
/// How often it is seen whether everything has arrived.
const GLANCE: Duration = Duration::from_millis(20);

/// What the consumers of one thread have seen.
#[derive(Debug)]
pub struct ConsumeOutcome {
    /// What each has seen.
    pub done: Vec<Consumed>,
    /// From the intended moment of sending to arrival, one sample a batch.
    pub latencies: Histogram<u64>,
    /// Processor seconds of the thread in the measured time.
    pub cpu: f64,
}

/// When consumers end.
#[derive(Clone, Copy, Debug)]
pub enum End<'a> {
    /// At the end of the window.
    OfWindow,
    /// When each has read all that was acknowledged; anything lost or doubled is an error.
    AllRead(&'a Goal),
}

/// Runs consumers.
///
/// # Errors
/// A connection broke, the broker refused, offsets were wrong, or records were lost or doubled.
pub fn consume(
    address: SocketAddr,
    plans: Vec<ConsumerPlan>,
    window: Window,
    end: End<'_>,
) -> Result<ConsumeOutcome, String> {
    let mut waiter = Waiter::new()?;
    let mut consumers = Vec::with_capacity(plans.len());
    for (key, plan) in plans.into_iter().enumerate() {
        let link = Link::connect(address).map_err(|e| e.to_string())?;
        waiter.add(&link, key)?;
        let mut consumer = Consumer::new(plan, link);
        consumer.ask()?;
        consumer.link.flush().map_err(|e| e.to_string())?;
        consumers.push(consumer);
    }
    let (mut before, mut after) = (None, None);
    let (mut ready, mut latencies) = (Vec::new(), histogram());
    loop {
        let now = window.now();
        if now >= window.from {
            before.get_or_insert_with(own_thread_cpu);
        }
        if now >= window.until {
            after.get_or_insert_with(own_thread_cpu);
            if is_over(&consumers, end, now > window.until + DRAIN)? {
                break;
            }
        }
        waiter.wait(GLANCE, &mut ready)?;
        for key in &ready {
            let consumer = &mut consumers[*key];
            while consumer.take_answer(&window, &mut latencies)? {
                consumer.ask()?;
            }
            consumer.link.flush().map_err(|e| format!("fetch: {e}"))?;
        }
    }
    Ok(ConsumeOutcome {
        done: consumers.iter().map(|c| c.done).collect(),
        latencies,
        cpu: after.unwrap_or(0.0) - before.unwrap_or(0.0),
    })
}

fn is_over(consumers: &[Consumer], end: End<'_>, is_late: bool) -> Result<bool, String> {
    let End::AllRead(goal) = end else {
        return Ok(true);
    };
    let wanted = goal.final_count();
    let totals = || consumers.iter().map(|consumer| consumer.done.total);
    if let Some(wanted) = wanted {
        if totals().all(|total| total == wanted) {
            return Ok(true);
        }
        if let Some(total) = totals().find(|total| *total > wanted) {
            return Err(format!(
                "{total} records came of {wanted} that were acknowledged"
            ));
        }
    }
    if is_late {
        let least = totals().min().unwrap_or(0);
        return Err(format!(
            "{least} records came of {wanted:?} that were acknowledged"
        ));
    }
    Ok(false)
}
