//! How long until the window can be used with 10,000 issues in the database, against an empty Tauri window started in
//! the same run (SPEC 17).
//!
//! Both tell on stderr when their page stands: Waybill's once its first view is drawn with its data, the empty
//! one's once its script runs. Needs a display; `cargo xtask bench start` brings one along.

use std::io::{BufRead, BufReader, Error};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use waybill_api::error::ApiError;
use waybill_api::{App, Config};
use waybill_domain::principal::Principal;
use waybill_engine::Place;
use waybill_engine::secrets::Forgetful;

const WAYBILL: &str = env!("CARGO_BIN_EXE_waybill-desktop");
const STARTS: usize = 12;
const ISSUES: usize = 10_000;
/// How many are filed at a time, so that the writer commits them together.
const AT_ONCE: usize = 500;
const BUDGET: f64 = 1.3;
const READY: &str = "waybill-start ready";
/// What the page asks once the start has left it nothing else to do.
const SETTLED: &str = "waybill-start call app_info";

fn main() -> Result<(), Error> {
    let empty = build_empty_window()?;
    let folder = tempfile::tempdir()?;
    tokio::runtime::Runtime::new()?
        .block_on(fill(&folder.path().join("data")))
        .map_err(|error| Error::other(error.message))?;
    // The first starts warm what the system and the window keep; they are not counted. One of them lasts until nothing is
    // left to do and ends in order, as a person's does: the window keeps what the next one asks first.
    run(Path::new(WAYBILL), folder.path(), SETTLED, end_in_order)?;
    for _ in 0..2 {
        start(Path::new(WAYBILL), folder.path())?;
        start(&empty, folder.path())?;
    }
    let (mut floors, mut values) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        floors.push(start(&empty, folder.path())?);
        values.push(start(Path::new(WAYBILL), folder.path())?);
    }
    let measure = serde_json::json!({
        "measure": "usable window", "unit": "ms", "budget": BUDGET,
        "floor": milliseconds(median(floors)), "value": milliseconds(median(values)),
    });
    println!("{measure}");
    Ok(())
}

/// Makes a project with its issues in an empty data directory.
async fn fill(home: &Path) -> Result<(), ApiError> {
    let place = Place::from_environment(std::env::vars_os())
        .ok_or_else(|| ApiError::invalid("there is no home directory"))?;
    let clock = Arc::new(|| 1_750_000_000_000);
    let secrets = Arc::new(Forgetful::default());
    let config = Config { home: home.to_owned(), place, secrets, clock, engine: false, follow: false };
    let app = App::open(config).await?;
    let demo = app.call(&Principal::Operator, "demo_create", json!({})).await?;
    for first in (0..ISSUES).step_by(AT_ONCE) {
        let mut filings = JoinSet::new();
        for index in first..first + AT_ONCE {
            let args = json!({
                "project": demo["project"],
                "title": format!("Parcel {index} arrives without its label"),
                "body": "It was there when the parcel left. **Expected:** the label stays.\n".repeat(8),
            });
            let app = app.clone();
            filings.spawn(async move { app.call(&Principal::Operator, "issue_create", args).await });
        }
        while let Some(filed) = filings.join_next().await {
            filed.map_err(|fault| ApiError::invalid(fault.to_string()))??;
        }
    }
    app.close().await;
    Ok(())
}

/// Builds the empty window as this bench was built, and answers where it lies.
fn build_empty_window() -> Result<PathBuf, Error> {
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", env!("CARGO_PKG_NAME"), "--example", "empty-window"])
        .args(["--features", "custom-protocol", "--profile", profile])
        .status()?;
    if !built.success() {
        return Err(Error::other("the empty window does not build"));
    }
    let program = format!("empty-window{}", std::env::consts::EXE_SUFFIX);
    Path::new(WAYBILL)
        .parent()
        .map(|folder| folder.join("examples").join(program))
        .ok_or_else(|| Error::other("the programs lie nowhere"))
}

/// Starts a program and ends it again; answers how long it took until its page stood.
fn start(program: &Path, folder: &Path) -> Result<Duration, Error> {
    run(program, folder, READY, Child::kill)
}

/// Starts a program and ends it once it says this line; answers how long that took.
fn run(
    program: &Path,
    folder: &Path,
    until: &str,
    end: impl FnOnce(&mut Child) -> Result<(), Error>,
) -> Result<Duration, Error> {
    let begin = Instant::now();
    let mut child = Command::new(program)
        .env("WAYBILL_HOME", folder.join("data"))
        .env("HOME", folder)
        .env("WAYBILL_TRACE_START", "1")
        .stderr(Stdio::piped())
        .spawn()?;
    let lines = child.stderr.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    let mut steps = Vec::new();
    let mut took = None;
    for line in lines.map_while(Result::ok) {
        steps.push(format!("{:>6.1} ms  {line}", milliseconds(begin.elapsed())));
        if line == until {
            took = Some(begin.elapsed());
            break;
        }
    }
    end(&mut child)?;
    child.wait()?;
    took.ok_or_else(|| {
        Error::other(format!("{} never said {until}:\n{}", program.display(), steps.join("\n")))
    })
}

/// As the end of the desktop's session does.
#[cfg(unix)]
fn end_in_order(child: &mut Child) -> Result<(), Error> {
    let process = rustix::process::Pid::from_child(child);
    Ok(rustix::process::kill_process(process, rustix::process::Signal::TERM)?)
}

#[cfg(windows)]
fn end_in_order(child: &mut Child) -> Result<(), Error> {
    child.kill()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
