//! Attachments over HTTP: their bytes in, and out again only as what is safe to show.

use super::{Shared, guard, json, refusal};
use crate::attachments::Upload;
use crate::error::{ApiError, Code};
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use tokio_util::io::{ReaderStream, StreamReader};
use waybill_domain::ids::AttachmentId;
use waybill_domain::principal::Principal;
use waybill_store::attachment_files::MOST;

/// What a file is uploaded for.
#[derive(Debug, serde::Deserialize)]
pub(super) struct For {
    project: String,
    name: String,
    number: Option<i64>,
}

/// The key that an `<img>` shows, which sends no header.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    key: String,
}

/// Stores the raw body.
pub(super) async fn upload(
    State(shared): State<Shared>,
    named: Result<Query<For>, QueryRejection>,
    request: Request,
) -> Response {
    let Query(named) = match named {
        Ok(named) => named,
        Err(error) => return refusal(&ApiError::invalid(error.body_text())),
    };
    let length =
        request.headers().get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > MOST) {
        return too_large(&ApiError::invalid("the file is larger than 25 MB"));
    }
    let upload = Upload { project: named.project, number: named.number, name: named.name };
    let body = StreamReader::new(request.into_body().into_data_stream().map_err(std::io::Error::other));
    match shared.app.attachment_upload(&Principal::Operator, upload, Box::pin(body)).await {
        Ok(attachment) => json(StatusCode::CREATED, &attachment),
        Err(error) if error.details.as_ref().is_some_and(|details| details["most"] == MOST) => {
            too_large(&error)
        }
        Err(error) => refusal(&error),
    }
}

/// Gives out the bytes of an attachment.
pub(super) async fn open(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    Query(Key { key }): Query<Key>,
    headers: HeaderMap,
) -> Response {
    if !guard::may_read_attachments(&shared, &headers, &key) {
        return guard::no_token();
    }
    let Ok(id) = id.parse::<AttachmentId>() else {
        return refusal(&ApiError::new(Code::NotFound, "there is no such attachment"));
    };
    let opened = match shared.app.attachment_open(&Principal::Operator, &id).await {
        Ok(opened) => opened,
        Err(error) => return refusal(&error),
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|known| opened.is_known(known)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let length = [(header::CONTENT_LENGTH, opened.size.to_string())];
        let Ok(file) = opened.file.try_clone() else {
            return refusal(&ApiError::new(Code::Failed, "the file cannot be read"));
        };
        let bytes = ReaderStream::new(tokio::fs::File::from_std(file));
        (length, Body::from_stream(bytes)).into_response()
    };
    // No page of another site shows it, even where a browser sends no word of where a request comes from.
    let alone = [("cross-origin-resource-policy", "same-origin".to_owned())];
    for (name, value) in opened.headers().into_iter().chain(alone) {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn too_large(error: &ApiError) -> Response {
    let mut response = refusal(error);
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}
