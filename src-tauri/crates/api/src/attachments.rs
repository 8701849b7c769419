//! Attachments' bytes, which do not travel as JSON: how every adapter takes them in and gives them out.

use crate::app::App;
use crate::error::{ApiError, Code};
use crate::handle::{attachment_of, blocking};
use crate::router::permit;
use crate::wire::Attachment;
use serde_json::json;
use std::path::PathBuf;
use tokio::io::{AsyncRead, AsyncReadExt};
use waybill_domain::ids::AttachmentId;
use waybill_domain::principal::Principal;
use waybill_store::attachment_files::{self, Content, FileFault, Incoming, MOST};
use waybill_store::authors::Authors;
use waybill_store::{StoreError, attachments, issues, projects};

/// How much is read before it is written.
const PIECE: usize = 256 * 1024;

/// What a file is uploaded for.
#[derive(Debug, Clone)]
pub struct Upload {
    pub project: String,
    /// The issue it is for; none while that one is not filed yet.
    pub number: Option<i64>,
    pub name: String,
}

/// An attachment that is read.
#[derive(Debug)]
pub struct Opened {
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub path: PathBuf,
    pub file: std::fs::File,
    media_type: String,
    sha256: String,
}

impl App {
    /// Stores a file of at most 25 MB; nothing of a refused or broken upload stays.
    pub async fn attachment_upload(
        &self,
        who: &Principal,
        upload: Upload,
        bytes: impl AsyncRead + Send + Unpin,
    ) -> Result<Attachment, ApiError> {
        permit(who, "attachment_upload")?;
        let (project, number) = (upload.project.clone(), upload.number);
        // Before any byte is read, whether there is a place for them.
        let found = self.store().read(move |reader| {
            let project = projects::get(reader, &project)?;
            number.map(|number| issues::get(reader, &project.id, number)).transpose()
        });
        found.await?;
        let content = self.receive(bytes).await?;
        let (home, who) = (self.store().directory().to_owned(), who.clone());
        let stored = self.store().write(move |write| {
            let project = projects::get(write, &upload.project)?;
            let issue = upload.number.map(|number| issues::get(write, &project.id, number)).transpose()?;
            let place = (&project.id, issue.as_ref());
            let attachment = attachments::insert(write, &home, place, (&upload.name, &content), &who)?;
            let authors = Authors::load(write, [attachment.created_by.as_str()])?;
            Ok(attachment_of(&authors, attachment))
        });
        Ok(stored.await?)
    }

    /// Opens an attachment to be read.
    pub async fn attachment_open(&self, who: &Principal, id: &AttachmentId) -> Result<Opened, ApiError> {
        permit(who, "attachment_open")?;
        let (id, home) = (id.clone(), self.store().directory().to_owned());
        let attachment = self.store().read(move |reader| attachments::get(reader, &id)).await?;
        let path = attachment_files::path(&home, &attachment.sha256);
        let missing = || {
            ApiError::new(Code::NotFound, format!("the content of '{}' is not there", attachment.name))
                .with_hint("Put the `attachments` folder of the data directory back from a backup.")
        };
        let path = path.ok_or_else(missing)?;
        let opened = path.clone();
        match blocking(move || std::fs::File::open(opened)).await? {
            Ok(file) => Ok(Opened {
                name: attachment.name,
                size: u64::try_from(attachment.size).unwrap_or_default(),
                path,
                file,
                media_type: attachment.media_type,
                sha256: attachment.sha256,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(missing()),
            Err(error) => Err(StoreError::File(error).into()),
        }
    }

    /// Writes what comes, off the runtime's threads.
    async fn receive(&self, mut bytes: impl AsyncRead + Send + Unpin) -> Result<Content, ApiError> {
        let home = self.store().directory().to_owned();
        let mut incoming = blocking(move || Incoming::begin(&home)).await?.map_err(fault)?;
        loop {
            let mut piece = Vec::with_capacity(PIECE);
            let read = (&mut bytes).take(PIECE as u64).read_to_end(&mut piece).await;
            read.map_err(|error| ApiError::new(Code::Failed, format!("the file broke off: {error}")))?;
            let (last, grown) = blocking(move || {
                let last = piece.len() < PIECE;
                (last, incoming.write(&piece).map(|()| incoming))
            })
            .await?;
            incoming = grown.map_err(fault)?;
            if last {
                return blocking(move || incoming.keep()).await?.map_err(fault);
            }
        }
    }
}

impl Opened {
    /// Types that a browser shows as nothing but what they are. Everything else is a file to save: a page or a drawing
    /// that somebody uploaded must not run as a page of ours.
    fn shown_as(&self) -> Option<&'static str> {
        match self.media_type.as_str() {
            "image/png" => Some("image/png"),
            "image/jpeg" => Some("image/jpeg"),
            "image/gif" => Some("image/gif"),
            "image/webp" => Some("image/webp"),
            "text/plain" => Some("text/plain; charset=utf-8"),
            _ => None,
        }
    }

    /// The headers with which it is answered, whatever carries the answer.
    pub fn headers(&self) -> [(&'static str, String); 6] {
        let shown = self.shown_as();
        let disposition = if shown.is_some() { "inline" } else { "attachment" };
        [
            ("content-type", shown.unwrap_or("application/octet-stream").to_owned()),
            ("content-disposition", format!("{disposition}; filename*=UTF-8''{}", encoded(&self.name))),
            ("content-security-policy", "sandbox; default-src 'none'; frame-ancestors 'none'".to_owned()),
            ("x-content-type-options", "nosniff".to_owned()),
            // An id never has other bytes.
            ("cache-control", "private, max-age=31536000, immutable".to_owned()),
            ("etag", self.tag()),
        ]
    }

    /// Whether the caller has it already, by its `If-None-Match`.
    pub fn is_known(&self, if_none_match: &str) -> bool {
        let known = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.tag();
        if_none_match.split(',').map(str::trim).any(known)
    }

    fn tag(&self) -> String {
        format!("\"{}\"", self.sha256)
    }
}

/// A name as a header's extended value holds it (RFC 8187).
fn encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |text, byte| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'-' | b'_' => text + &char::from(byte).to_string(),
        other => text + &format!("%{other:02X}"),
    })
}

fn fault(fault: FileFault) -> ApiError {
    let too_large = matches!(fault, FileFault::TooLarge);
    let mut error = ApiError::from(StoreError::from(fault));
    if too_large {
        error.details = Some(Box::new(json!({ "most": MOST })));
    }
    error
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn a_name_cannot_end_its_header() {
        assert_eq!(encoded("a b\"\r\nSet-Cookie: x.png"), "a%20b%22%0D%0ASet-Cookie%3A%20x.png");
        assert_eq!(encoded("東.txt"), "%E6%9D%B1.txt");
    }
}
