//! `waybill serve`: the interface in a browser on this machine.

use super::Shown;
use crate::session::Session;
use serde_json::json;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use tokio::net::TcpListener;
use waybill_api::error::{ApiError, Code};
use waybill_api::http::{self, Serve};

pub async fn run(session: &Session, port: u16, ui: Option<PathBuf>, shown: Shown) -> Result<(), ApiError> {
    let ui = interface(ui)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| ApiError::new(Code::Conflict, format!("port {port} cannot be used: {error}")))?;
    let port = listener.local_addr().map_err(|error| failed(&error))?.port();
    let token = token()?;
    let file = session.app.store().directory().join("serve.token");
    write_private(&file, &token).map_err(|error| failed(&error))?;
    // Who is told the address may ask it to end at once.
    let ended = asked_to_end();
    let url = format!("http://127.0.0.1:{port}/#token={token}");
    let answer = json!({"url": url, "port": port, "token_file": file});
    shown.answer(&answer, |_| format!("Waybill is at {url}\nCtrl+C ends it.\n"))?;
    let served = http::serve(session.app.clone(), listener, Serve { token: token.clone(), ui }, ended).await;
    // A server that was started later has put its own token there.
    if std::fs::read_to_string(&file).is_ok_and(|text| text == token) {
        drop(std::fs::remove_file(&file));
    }
    served.map_err(|error| failed(&error))
}

fn failed(error: &std::io::Error) -> ApiError {
    ApiError::new(Code::Failed, error.to_string())
}

/// The folder of the built interface: named, beside the program, or in the source tree it was built in.
fn interface(named: Option<PathBuf>) -> Result<PathBuf, ApiError> {
    let is_there = |place: &PathBuf| place.join("index.html").is_file();
    if let Some(named) = named {
        let missing = format!("there is no interface in {}", named.display());
        return Some(named).filter(is_there).ok_or_else(|| {
            ApiError::new(Code::NotFound, missing).with_hint("Name the folder of its index.html.")
        });
    }
    let program = std::env::current_exe().ok().and_then(|path| path.canonicalize().ok());
    let folder = program.as_deref().and_then(Path::parent);
    let beside = folder.into_iter().flat_map(|folder| {
        [
            folder.join("ui"),
            folder.join("../lib/waybill/ui"),
            folder.join("../../ui/dist"),
            folder.join("../../../ui/dist"),
        ]
    });
    beside.into_iter().find(is_there).ok_or_else(|| {
        ApiError::new(Code::Missing, "the interface was not found")
            .with_hint("Build it (`npm run build` in ui/), or name its folder with --ui.")
    })
}

/// A token that nobody guesses: 256 bits.
fn token() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| ApiError::new(Code::Failed, format!("no randomness: {error}")))?;
    Ok(bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}

/// Writes a file that only its owner reads; it never has other rights, not even for a moment.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}

/// Listens from now on for the wish that it ends.
#[cfg(unix)]
fn asked_to_end() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{SignalKind, signal};
    let (ended, interrupted) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        if let (Ok(mut ended), Ok(mut interrupted)) = (ended, interrupted) {
            tokio::select! {
                _ = ended.recv() => {}
                _ = interrupted.recv() => {}
            }
        } else {
            drop(tokio::signal::ctrl_c().await);
        }
    }
}

/// Listens from now on for the wish that it ends.
#[cfg(windows)]
fn asked_to_end() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let kinds = (ctrl_c(), ctrl_break(), ctrl_close(), ctrl_logoff(), ctrl_shutdown());
    async move {
        if let (Ok(mut keys), Ok(mut stopped), Ok(mut closed), Ok(mut left), Ok(mut off)) = kinds {
            tokio::select! {
                _ = keys.recv() => {}
                _ = stopped.recv() => {}
                _ = closed.recv() => {}
                _ = left.recv() => {}
                _ = off.recv() => {}
            }
        } else {
            std::future::pending::<()>().await;
        }
    }
}
