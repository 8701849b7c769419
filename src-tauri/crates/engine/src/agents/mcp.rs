//! How agent tools are told of the one MCP server that they get, which offers Waybill's tools.

use serde_json::{Map, Value, json};

use waybill_domain::agent::AgentEvent;

use super::tool_access::{TOKEN_VARIABLE, ToolAccess};
use super::turn::{Place, SeedFile};

/// The name under which tools know the server, and which most put before the names of its tools.
pub(super) const SERVER: &str = "waybill";

/// How long the server may take to answer first, in seconds; a busy machine is no reason to go on without it.
pub(super) const STARTUP_SECONDS: u32 = 30;

/// The file below [`Place::InDir`].
pub(super) const CONFIG_FILE: &str = "mcp.json";

/// The word about a server that did not start, for tools that say so and go on.
pub(super) fn missing(title: &str) -> AgentEvent {
    AgentEvent::Note { text: format!("{title} could not start Waybill's tools and works without them.") }
}

/// The file in the form that Claude Code began and most tools read, with `more` fields for the server.
///
/// The token stands there as the name of its variable, which the tool puts in.
pub(super) fn config_file(access: &ToolAccess, more: &[(&str, Value)]) -> SeedFile {
    let (program, arguments) = access.command.split_first().map_or(("", &[][..]), |(one, rest)| (one, rest));
    let token = format!("${{{TOKEN_VARIABLE}}}");
    let mut server = Map::new();
    server.insert("type".to_owned(), json!("stdio"));
    server.insert("command".to_owned(), json!(program));
    server.insert("args".to_owned(), json!(arguments));
    server.insert("env".to_owned(), json!({ TOKEN_VARIABLE: token }));
    server.extend(more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    let config = json!({ "mcpServers": { SERVER: server } });
    SeedFile::new(Place::InDir, CONFIG_FILE, config.to_string())
}
