//! The bytes of attachments between the page and the application: in by a command with a raw body, out under a scheme
//! of their own, to the one window and with the headers that the application gives. Texts are kept as files the same way.

use std::borrow::Cow;
use std::fs::File;
use std::io::Write as _;

use serde_json::Value;
use tauri::http::{Request, Response, StatusCode, header};
use tauri::ipc::{self, InvokeBody};
use tauri::{AppHandle, Manager, Runtime, State, UriSchemeContext, UriSchemeResponder, Url};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;
use waybill_api::App;
use waybill_api::attachments::Upload;
use waybill_api::error::{ApiError, Code};
use waybill_api::wire::Attachment;
use waybill_domain::ids::AttachmentId;
use waybill_domain::principal::Principal;

use crate::shell::Shell;
use crate::window;

/// The scheme of their addresses: `attachment://localhost/<id>`, on Windows `http://attachment.localhost/<id>`.
pub const SCHEME: &str = "attachment";

/// Stores the body; headers say what it is for, percent-encoded since a header holds ASCII only.
#[tauri::command]
pub async fn upload(shell: State<'_, Shell>, request: ipc::Request<'_>) -> Result<Attachment, ApiError> {
    let upload = Upload {
        project: named(&request, "waybill-project")?,
        name: named(&request, "waybill-name")?,
        number: match request.headers().get("waybill-number") {
            None => None,
            Some(_) => Some(number(&named(&request, "waybill-number")?)?),
        },
    };
    let bytes = body(request.body())?;
    shell.app().await.attachment_upload(&Principal::Operator, upload, &bytes[..]).await
}

/// Lets the user keep an attachment as a file of their own; nothing happens when they choose none.
#[tauri::command]
pub async fn save_attachment(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: AttachmentId,
) -> Result<(), ApiError> {
    let mut opened = shell.app().await.attachment_open(&Principal::Operator, &id).await?;
    save(&app, &opened.name.clone(), move |file| std::io::copy(&mut opened.file, file).map(drop)).await
}

/// Lets the user keep a text as a file of their own; nothing happens when they choose none.
#[tauri::command]
pub async fn save_text(app: AppHandle, name: String, text: String) -> Result<(), ApiError> {
    save(&app, &name, move |file| file.write_all(text.as_bytes())).await
}

/// Asks where a file is to be, and has it written there.
async fn save(
    app: &AppHandle,
    name: &str,
    write: impl FnOnce(&mut File) -> std::io::Result<()> + Send + 'static,
) -> Result<(), ApiError> {
    let (answer, chosen) = oneshot::channel();
    let mut dialog = app.dialog().file().set_file_name(name);
    if let Some(window) = app.get_webview_window(window::LABEL) {
        dialog = dialog.set_parent(&window);
    }
    dialog.save_file(move |file| {
        // Nobody waits any more when the page was reloaded meanwhile.
        let _unheard = answer.send(file);
    });
    let chosen = chosen.await.ok().flatten().map(FilePath::into_path).transpose();
    let Some(path) = chosen.map_err(|_| {
        ApiError::invalid("This is not a place on this machine.").with_hint("Choose a local folder.")
    })?
    else {
        return Ok(());
    };
    let written = tauri::async_runtime::spawn_blocking(move || write(&mut File::create(path)?));
    match written.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            Err(ApiError::new(Code::Failed, format!("The file could not be written: {error}."))
                .with_hint("Choose another folder."))
        }
        Err(error) => Err(ApiError::new(Code::Failed, error.to_string())),
    }
}

/// Answers an address of the scheme.
#[expect(clippy::needless_pass_by_value, reason = "this is the shape that the builder takes")]
pub fn respond<R: Runtime>(
    context: UriSchemeContext<'_, R>,
    request: Request<Vec<u8>>,
    responder: UriSchemeResponder,
) {
    if context.webview_label() != window::LABEL || !is_from_our_page(&request) {
        responder.respond(empty(StatusCode::FORBIDDEN));
        return;
    }
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let app = app.state::<Shell>().app().await;
        responder.respond(answer(&app, &request).await);
    });
}

async fn answer(app: &App, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let Ok(id) = request.uri().path().trim_start_matches('/').parse::<AttachmentId>() else {
        return empty(StatusCode::NOT_FOUND);
    };
    let opened = match app.attachment_open(&Principal::Operator, &id).await {
        Ok(opened) => opened,
        Err(error) if error.code == Code::NotFound => return empty(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::warn!(reason = error.message, "an attachment cannot be shown");
            return empty(StatusCode::INTERNAL_SERVER_ERROR);
        }
    };
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|known| opened.is_known(known)) {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        match tokio::fs::read(&opened.path).await {
            Ok(bytes) => Response::new(bytes),
            Err(error) => {
                tracing::warn!(%error, "an attachment cannot be read");
                return empty(StatusCode::INTERNAL_SERVER_ERROR);
            }
        }
    };
    for (name, value) in opened.headers() {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// An image says nothing of where it stands; what does say it must be the page's own.
fn is_from_our_page(request: &Request<Vec<u8>>) -> bool {
    let origin = request.headers().get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    origin.is_none_or(|origin| Url::parse(origin).is_ok_and(|origin| window::is_own(&origin)))
}

fn empty(status: StatusCode) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status;
    response
}

fn named(request: &ipc::Request<'_>, name: &str) -> Result<String, ApiError> {
    let value = request.headers().get(name).and_then(|value| value.to_str().ok());
    value.and_then(decoded).ok_or_else(|| ApiError::invalid(format!("the upload has no header {name}")))
}

fn number(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| ApiError::invalid(format!("'{text}' is no issue's number")))
}

/// The bytes; where the webview cannot send them as they are, they come as a list of numbers.
fn body(body: &InvokeBody) -> Result<Cow<'_, [u8]>, ApiError> {
    let listed = match body {
        InvokeBody::Raw(bytes) => return Ok(Cow::Borrowed(bytes)),
        InvokeBody::Json(Value::Array(listed)) => listed,
        InvokeBody::Json(_) => return Err(ApiError::invalid("the upload has no bytes")),
    };
    let bytes: Option<Vec<u8>> = listed.iter().map(|byte| u8::try_from(byte.as_u64()?).ok()).collect();
    bytes.map(Cow::Owned).ok_or_else(|| ApiError::invalid("the upload has no bytes"))
}

/// Percent-encoded UTF-8 as text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{InvokeBody, Request, body, decoded, header, is_from_our_page};
    use serde_json::json;

    #[test]
    fn a_name_arrives_as_it_was_typed() {
        assert_eq!(decoded("shot%20%E6%9D%B1.png").as_deref(), Some("shot 東.png"));
        assert_eq!(decoded("plain").as_deref(), Some("plain"));
        for broken in ["%", "%2", "%zz", "%ff"] {
            assert_eq!(decoded(broken), None, "{broken:?} is refused and nothing guessed");
        }
    }

    #[test]
    fn bytes_arrive_however_the_webview_sends_them() {
        let raw = InvokeBody::Raw(vec![1, 255]);
        let listed = InvokeBody::Json(json!([1, 255]));
        assert_eq!(body(&raw).expect("bytes"), body(&listed).expect("bytes"), "the same file");
        for broken in [json!({}), json!([256]), json!(["a"])] {
            assert!(body(&InvokeBody::Json(broken.clone())).is_err(), "{broken} is no file");
        }
    }

    #[test]
    fn only_our_own_page_reads_attachments() {
        let from = |origin: &str| {
            let request = Request::builder().header(header::ORIGIN, origin).body(Vec::new());
            is_from_our_page(&request.expect("a request"))
        };
        assert!(is_from_our_page(&Request::new(Vec::new())), "an image says nothing");
        assert!(from("tauri://localhost") && from("http://tauri.localhost"));
        for origin in ["https://evil.example", "null", "http://tauri.localhost.evil.example"] {
            assert!(!from(origin), "{origin} must read nothing");
        }
    }
}
