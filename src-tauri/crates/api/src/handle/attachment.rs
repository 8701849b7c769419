//! Attachments, but for their bytes.

use super::issue::author_of;
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{Attachment, AttachmentRef, Done, IssueRef};
use waybill_domain::principal::Principal;
use waybill_store::authors::Authors;
use waybill_store::{attachments, issues, projects};

pub async fn attachment_list(app: &App, _: &Principal, args: IssueRef) -> Result<Vec<Attachment>, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let issue = issues::get(reader, &project.id, args.number)?;
        let found = attachments::list(reader, &issue.id)?;
        let authors = Authors::load(reader, found.iter().map(|file| file.created_by.as_str()))?;
        Ok(found.into_iter().map(|attachment| attachment_of(&authors, attachment)).collect())
    });
    Ok(found.await?)
}

pub async fn attachment_remove(app: &App, who: &Principal, args: AttachmentRef) -> Result<Done, ApiError> {
    let who = who.clone();
    let removed = app.store().write(move |write| {
        let attachment = attachments::get(write, &args.id)?;
        attachments::remove(write, &attachment, &who)?;
        Ok(attachment.sha256)
    });
    let (sha256, home) = (removed.await?, app.store().directory().to_owned());
    // Its bytes go only once that is committed; those that cannot go now do with the next clean-up.
    let gone = app.store().write(move |write| attachments::remove_unused(write, &home, &sha256)).await;
    if let Err(error) = gone {
        tracing::warn!(%error, "the content of a removed attachment stays for now");
    }
    Ok(Done {})
}

pub(crate) fn attachment_of(authors: &Authors, attachment: attachments::Attachment) -> Attachment {
    Attachment {
        id: attachment.id,
        name: attachment.name,
        media_type: attachment.media_type,
        size: attachment.size,
        sha256: attachment.sha256,
        created_by: author_of(authors, &attachment.created_by),
        created_at: attachment.created_at,
    }
}
