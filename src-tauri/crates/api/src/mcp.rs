//! The MCP adapter: the tracker as tools for agents, and for the operator's own client (SPEC 9, 14).
//!
//! One server for every transport: streamable HTTP below `/mcp`, standard streams, and the sockets that reach into
//! sandboxes. Who calls decides which tools there are; what a tool does is a command of the one list, done by its handler.

mod arguments;
mod caller;
mod catalogue;
mod door;
mod issue;
mod operator;
mod question;
mod submit;
mod todo;

pub use caller::{Caller, authenticate};
pub(crate) use door::Door;

use crate::app::App;
use crate::error::ApiError;
use caller::Call;
use rmcp::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer, ServiceExt};
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::Value;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use waybill_store::origin;

/// The largest request: an answer of 1 MB that is handed in, as JSON and with room to spare.
const REQUEST_LIMIT: usize = 4 * 1024 * 1024;

/// How a connection tells who calls.
#[derive(Debug, Clone)]
pub enum Access {
    /// Each HTTP request shows it; the guard before has found the [`Caller`].
    Shown,
    /// The agent with this token, as long as it is good.
    Token(Arc<str>),
    /// The operator's own client; calls that name no project mean this one.
    Operator { project: Option<String> },
}

/// The tools, for whoever calls.
#[derive(Debug, Clone)]
pub struct Tools {
    app: App,
    access: Access,
}

impl Tools {
    /// The tools for callers who are known in this way.
    pub const fn new(app: App, access: Access) -> Self {
        Self { app, access }
    }

    /// Serves one connection of lines (standard streams, a socket) until it is closed.
    pub async fn serve<R, W>(self, input: R, output: W) -> std::io::Result<()>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let transport = AsyncRwTransport::new_server(input, output).with_max_line_length(REQUEST_LIMIT);
        // A client that goes away before it has begun is no fault.
        let Ok(running) = ServiceExt::serve(self, transport).await else { return Ok(()) };
        running.waiting().await.map(drop).map_err(std::io::Error::other)
    }

    async fn caller(&self, context: &RequestContext<RoleServer>) -> Result<Caller, ErrorData> {
        let caller = match &self.access {
            Access::Shown => {
                let parts = context.extensions.get::<axum::http::request::Parts>();
                parts.and_then(|parts| parts.extensions.get::<Caller>()).cloned()
            }
            // Asked anew each time: a token may be revoked while its connection is open.
            Access::Token(token) => authenticate(&self.app, token).await.map_err(|error| internal(&error))?,
            Access::Operator { project } => Some(Caller::Operator { project: project.clone() }),
        };
        caller.ok_or_else(|| ErrorData::invalid_request("the token is missing or wrong", None))
    }
}

/// The service of `/mcp`; the guard before it has found the caller. It holds no sessions: any request may come first,
/// and each is as good as its own token.
pub fn http(app: App, stop: CancellationToken) -> StreamableHttpService<Tools, NeverSessionManager> {
    let mut config = StreamableHttpServerConfig::default();
    config.legacy_session_mode = false;
    config.json_response = true;
    config.max_request_body_bytes = REQUEST_LIMIT;
    config.cancellation_token = stop;
    let tools = Tools::new(app, Access::Shown);
    StreamableHttpService::new(move || Ok(tools.clone()), Arc::default(), config)
}

impl ServerHandler for Tools {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(Implementation::new("waybill", env!("CARGO_PKG_VERSION")))
            .with_instructions(catalogue::INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let caller = self.caller(&context).await?;
        Ok(ListToolsResult::with_all_items(catalogue::tools(&caller)))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = self.caller(&context).await?;
        let arguments = request.arguments.unwrap_or_default();
        let name = request.name.as_ref();
        if !catalogue::NAMES.contains(&name) {
            let known = catalogue::tools(&caller);
            let known: Vec<_> = known.iter().map(|tool| tool.name.as_ref()).collect();
            let shown = waybill_domain::text::cut(name, 60);
            let message = format!("there is no tool '{shown}'; there are {}", known.join(", "));
            return Err(ErrorData::invalid_params(message, None));
        }
        let origin = caller.origin();
        let answer = origin::scope(origin, call(&self.app, &caller, name, Value::Object(arguments))).await;
        Ok(match answer {
            Ok(answer) => CallToolResult::structured(answer),
            Err(error) => CallToolResult::error(vec![ContentBlock::text(told(&error))]),
        }
        .into())
    }
}

async fn call(app: &App, caller: &Caller, name: &str, arguments: Value) -> Result<Value, ApiError> {
    caller.expect_may(name)?;
    let call = Call::open(app, caller, &arguments).await?;
    let arguments = call.without_project(arguments);
    match name {
        "issue" => issue::call(&call, arguments).await,
        "todo" => todo::call(&call, arguments).await,
        "checkpoint" => question::checkpoint(&call, arguments).await,
        "ask" => question::ask(&call, arguments).await,
        "form" => question::form(&call, arguments).await,
        "submit" => submit::call(&call, arguments).await,
        _ => operator::call(&call, name, arguments).await,
    }
}

/// An error as a model reads it: what is wrong, and how to mend the call.
fn told(error: &ApiError) -> String {
    match &error.hint {
        Some(hint) => format!("{}. {hint}", error.message.trim_end_matches('.')),
        None => error.message.clone(),
    }
}

fn internal(error: &ApiError) -> ErrorData {
    ErrorData::internal_error(error.message.clone(), None)
}

#[cfg(test)]
mod tests;
