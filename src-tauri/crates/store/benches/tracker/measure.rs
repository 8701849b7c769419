//! Taking times side by side, and telling them as `cargo xtask bench` reads them.

use std::error::Error;
use std::time::{Duration, Instant};

pub type Fallible<T> = Result<T, Box<dyn Error>>;

/// Measured in turns, so that whatever else the machine does falls on both alike.
#[derive(Debug, Clone, Copy)]
pub struct Pair {
    pub floor: Duration,
    pub value: Duration,
}

/// The medians of so many turns, after one that does not count.
pub fn in_turns(
    rounds: usize,
    mut floor: impl FnMut() -> Fallible<()>,
    mut value: impl FnMut() -> Fallible<()>,
) -> Fallible<Pair> {
    let (mut floors, mut values) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        // Who goes first finds the caches as the other left them: they change places.
        let (first, second) = if round % 2 == 0 {
            let first = time(&mut floor)?;
            (first, time(&mut value)?)
        } else {
            let second = time(&mut value)?;
            (time(&mut floor)?, second)
        };
        if round > 0 {
            floors.push(first);
            values.push(second);
        }
    }
    Ok(Pair { floor: middle(floors), value: middle(values) })
}

pub fn time(work: impl FnOnce() -> Fallible<()>) -> Fallible<Duration> {
    let begin = Instant::now();
    work()?;
    Ok(begin.elapsed())
}

pub fn middle(times: Vec<Duration>) -> Duration {
    share(times, 50)
}

/// The time that so many of a hundred do not exceed.
pub fn share(mut times: Vec<Duration>, percent: usize) -> Duration {
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

/// Tells a pair of times and the ratio allowed.
pub fn tell(measure: &str, pair: Pair, budget: f64) {
    if pair.floor < Duration::from_millis(10) {
        tell_amounts(measure, "µs", (micros(pair.floor), micros(pair.value)), budget);
    } else {
        tell_amounts(measure, "ms", (micros(pair.floor) / 1000.0, micros(pair.value) / 1000.0), budget);
    }
}

/// Tells two amounts (floor, value) and the ratio allowed.
pub fn tell_amounts(measure: &str, unit: &str, (floor, value): (f64, f64), budget: f64) {
    let line = serde_json::json!({
        "measure": measure, "unit": unit, "floor": floor, "value": value, "budget": budget,
    });
    println!("{line}");
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// Whether this part is to be measured: all are, unless some are named.
pub fn is_wanted(part: &str) -> bool {
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    named.is_empty() || named.iter().any(|name| name == part)
}
