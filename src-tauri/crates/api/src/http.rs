//! The HTTP adapter: the same commands for the same UI in a browser, on loopback (SPEC 14, 15).
//!
//! `/api/v1/call/<command>` takes and answers JSON, `/api/v1/events` follows the change log, `/api/v1/attachments`
//! takes and gives files, `/mcp` offers the tools of `mcp`, everything else is the built UI. Host and Origin are checked, so that no page of another site reaches it; the token is compared
//! in constant time. It has no logic of its own.

mod attachments;
mod events;
mod files;
mod guard;

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::mcp;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use waybill_domain::principal::Principal;

/// The largest request: a body of 16 KB as JSON and room to spare.
const BODY_LIMIT: usize = 1024 * 1024;

/// The header in which each answer tells the page its key for attachments.
const ATTACHMENT_KEY: &str = "waybill-attachment-key";

/// What the server needs beside the application.
#[derive(Debug, Clone)]
pub struct Serve {
    /// The bearer token that callers show.
    pub token: String,
    /// The built UI.
    pub ui: PathBuf,
}

#[derive(Clone)]
struct Shared {
    app: App,
    token: Arc<str>,
    ui: Arc<PathBuf>,
    address: SocketAddr,
}

/// Serves until `stop` resolves; open event streams are ended then.
pub async fn serve(
    app: App,
    listener: TcpListener,
    serve: Serve,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let shared = Shared { app, token: serve.token.into(), ui: Arc::new(serve.ui), address };
    let (closing, closed) = tokio::sync::watch::channel(false);
    let api = Router::new()
        .route("/call/{command}", post(call))
        .route("/events", get(events::follow))
        .route("/attachments", post(attachments::upload))
        .fallback(nothing_there)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::Extension(closed))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(axum::middleware::from_fn_with_state(shared.clone(), guard::token));
    let stop_tools = CancellationToken::new();
    let tools = Router::new()
        .route_service("/mcp", mcp::http(shared.app.clone(), stop_tools.clone()))
        .layer(axum::middleware::from_fn_with_state(shared.clone(), guard::caller));
    // Has a guard of its own, since an image cannot show the token.
    let files = Router::new().route("/attachments/{id}", get(attachments::open));
    let router = Router::new()
        .nest("/api/v1", api.merge(files))
        .merge(tools)
        .fallback(files::file)
        .layer(axum::middleware::from_fn_with_state(shared.clone(), guard::origin))
        .with_state(shared);
    let ended = async move {
        stop.await;
        closing.send_replace(true);
        stop_tools.cancel();
    };
    axum::serve(listener, router).with_graceful_shutdown(ended).await
}

async fn call(State(shared): State<Shared>, Path(command): Path<String>, body: Bytes) -> Response {
    let args = match body.as_ref() {
        [] => serde_json::Value::Null,
        bytes => match serde_json::from_slice(bytes) {
            Ok(value) => value,
            Err(error) => return refusal(&ApiError::invalid(format!("the request is not JSON: {error}"))),
        },
    };
    match shared.app.call(&Principal::Operator, &command, args).await {
        Ok(answer) => {
            let mut response = json(StatusCode::OK, &answer);
            if let Ok(key) = guard::attachment_key(&shared.token).parse() {
                response.headers_mut().insert(ATTACHMENT_KEY, key);
            }
            response
        }
        Err(error) => refusal(&error),
    }
}

async fn nothing_there() -> Response {
    refusal(&ApiError::new(Code::NotFound, "there is nothing at this address"))
}

async fn wrong_method() -> Response {
    let mut response = refusal(&ApiError::invalid("commands are POSTed, events are got by GET"));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

fn refusal(error: &ApiError) -> Response {
    let status = match error.code {
        Code::Invalid => StatusCode::BAD_REQUEST,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::Conflict => StatusCode::CONFLICT,
        Code::Forbidden => StatusCode::FORBIDDEN,
        Code::Missing => StatusCode::FAILED_DEPENDENCY,
        Code::Failed => StatusCode::INTERNAL_SERVER_ERROR,
    };
    json(status, error)
}

fn json(status: StatusCode, value: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
            (status, headers, bytes).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
