//! `waybill mcp`: the tracker as tools on standard input and output, and the way to them from inside a sandbox.

use super::Shown;
use crate::arguments::McpClient;
use crate::session::Session;
use serde_json::json;
use std::path::Path;
use waybill_api::error::{ApiError, Code};
use waybill_api::mcp::{Access, Tools, authenticate};

/// The variable that holds an agent's token.
const TOKEN: &str = "WAYBILL_TOKEN";

/// Serves the tools: an agent's, when the environment holds its token, else the operator's.
pub async fn serve(session: &Session) -> Result<(), ApiError> {
    let access = match token() {
        Some(token) => {
            if authenticate(&session.app, &token).await?.is_none() {
                return Err(ApiError::new(Code::Forbidden, format!("the token in {TOKEN} is not good")));
            }
            Access::Token(token.into())
        }
        // Outside of all projects, each call names its own.
        None => Access::Operator { project: session.project().await.ok() },
    };
    let tools = Tools::new(session.app.clone(), access);
    tools
        .serve(tokio::io::stdin(), tokio::io::stdout())
        .await
        .map_err(|error| ApiError::new(Code::Failed, error.to_string()))
}

fn token() -> Option<String> {
    std::env::var_os(TOKEN)?.into_string().ok().filter(|token| !token.is_empty())
}

/// Copies standard input and output to and from the socket, after the line that shows the token.
pub fn connect(address: &Path) -> Result<(), ApiError> {
    use std::io::Write;
    let token = token().ok_or_else(|| {
        ApiError::new(Code::Missing, format!("{TOKEN} is not set"))
            .with_hint("Waybill sets it for the agents that it starts.")
    })?;
    let failed = |error: std::io::Error| {
        ApiError::new(Code::Failed, format!("the tools at {} cannot be reached: {error}", address.display()))
    };
    let mut stream = reach(address).map_err(failed)?;
    writeln!(stream, "{token}").map_err(failed)?;
    let mut outward = stream.try_clone().map_err(failed)?;
    // Ends with the process: what the client still sends when the tools are gone is for nobody.
    std::thread::spawn(move || {
        if hand_over(&mut std::io::stdin().lock(), &mut outward).is_ok() {
            drop(outward.shutdown(std::net::Shutdown::Write));
        }
    });
    hand_over(&mut stream, &mut std::io::stdout().lock()).map_err(failed)
}

#[cfg(unix)]
fn reach(socket: &Path) -> std::io::Result<std::os::unix::net::UnixStream> {
    std::os::unix::net::UnixStream::connect(socket)
}

/// A port of this machine: the token goes to no other one.
#[cfg(windows)]
fn reach(address: &Path) -> std::io::Result<std::net::TcpStream> {
    let address = address.to_str().and_then(|text| text.parse::<std::net::SocketAddr>().ok());
    let own = address.filter(|address| address.ip().is_loopback());
    std::net::TcpStream::connect(own.ok_or(std::io::ErrorKind::AddrNotAvailable)?)
}

/// Copies to the end, each piece at once: `std::io::copy` would keep an answer until there is more.
fn hand_over(from: &mut impl std::io::Read, to: &mut impl std::io::Write) -> std::io::Result<()> {
    let mut piece = vec![0; 64 * 1024];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                to.write_all(&piece[..count])?;
                to.flush()?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Prints what a client's configuration needs, and where it belongs.
pub fn print_config(client: McpClient, project: Option<&str>, shown: Shown) -> Result<(), ApiError> {
    let program = std::env::current_exe()
        .map_err(|error| ApiError::new(Code::Failed, format!("this program's path is unknown: {error}")))?;
    let program = program.to_string_lossy();
    let named = project.map_or_else(Vec::new, |slug| vec!["--project", slug]);
    let args: Vec<&str> = named.into_iter().chain(["mcp"]).collect();
    let (file, content) = match client {
        McpClient::Claude => (
            ".mcp.json in the repository",
            pretty(&json!({"mcpServers": {"waybill": {"type": "stdio", "command": program, "args": args}}})),
        ),
        McpClient::Codex => {
            // JSON's strings and lists of strings are TOML's.
            let (program, args) = (json!(program), json!(args));
            ("~/.codex/config.toml", format!("[mcp_servers.waybill]\ncommand = {program}\nargs = {args}\n"))
        }
        McpClient::Opencode => {
            let command: Vec<&str> = std::iter::once(program.as_ref()).chain(args.iter().copied()).collect();
            let server = json!({"type": "local", "command": command, "enabled": true});
            ("opencode.json in the repository", pretty(&json!({"mcp": {"waybill": server}})))
        }
        McpClient::Vscode => (
            ".vscode/mcp.json in the repository",
            pretty(&json!({"servers": {"waybill": {"type": "stdio", "command": program, "args": args}}})),
        ),
    };
    let answer = json!({"file": file, "content": content, "command": program, "args": args});
    shown.answer(&answer, |_| format!("Put this into {file}:\n\n{content}"))
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
