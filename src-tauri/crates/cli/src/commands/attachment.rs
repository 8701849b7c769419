//! `waybill issue attach` and `attachments`

use super::Shown;
use crate::session::Session;
use crate::show::{self, brief};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use waybill_api::attachments::Upload;
use waybill_api::error::{ApiError, Code};
use waybill_domain::principal::Principal;
use waybill_store::attachment_files::MOST;

/// A file to attach: its name, and the file itself.
pub type File = (String, std::fs::File);

/// Opens all files before any is stored, so that a wrong name changes nothing.
pub fn open(paths: &[PathBuf]) -> Result<Vec<File>, ApiError> {
    paths.iter().map(|path| open_one(path)).collect()
}

fn open_one(path: &Path) -> Result<File, ApiError> {
    let fault = |error: std::io::Error| {
        let code = if error.kind() == std::io::ErrorKind::NotFound { Code::NotFound } else { Code::Invalid };
        ApiError::new(code, format!("{} cannot be read: {error}", path.display()))
    };
    let meta = std::fs::metadata(path).map_err(fault)?;
    if !meta.is_file() {
        return Err(ApiError::invalid(format!("{} is not a file", path.display())));
    }
    if meta.len() > MOST {
        return Err(ApiError::invalid(format!("{} is larger than 25 MB", path.display())));
    }
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok((name, std::fs::File::open(path).map_err(fault)?))
}

/// Attaches files to an issue, and shows all that it then has.
pub async fn attach(session: &Session, number: i64, paths: &[PathBuf], shown: Shown) -> Result<(), ApiError> {
    let files = open(paths)?;
    store(session, Some(number), files).await?;
    list(session, number, shown).await
}

/// Stores files that a new issue will have; their ids.
pub async fn upload(session: &Session, files: Vec<File>) -> Result<Vec<Value>, ApiError> {
    store(session, None, files).await
}

pub async fn list(session: &Session, number: i64, shown: Shown) -> Result<(), ApiError> {
    let files = session.call_in("attachment_list", json!({ "number": number })).await?;
    let told = |files: &[Value]| {
        if files.is_empty() { "No files.\n".to_owned() } else { show::attachments(files) }
    };
    shown.list_or(&files, told, brief::attachments)
}

async fn store(session: &Session, number: Option<i64>, files: Vec<File>) -> Result<Vec<Value>, ApiError> {
    let mut ids = Vec::with_capacity(files.len());
    for (name, file) in files {
        let upload = Upload { project: session.project().await?, number, name };
        let file = tokio::fs::File::from_std(file);
        let stored = session.app.attachment_upload(&Principal::Operator, upload, file).await?;
        ids.push(stored.id.to_string().into());
    }
    Ok(ids)
}
