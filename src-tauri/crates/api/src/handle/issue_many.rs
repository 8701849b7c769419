//! Changing many issues at once: each is its own success or refusal, all of it one transaction.

use super::issue::{expect_children_closed, rejection_note, rows, via};
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{IssueEditMany, IssueRefused, IssueRowChanged, IssuesChanged};
use std::collections::BTreeSet;
use waybill_domain::ids::{IssueId, ProjectId, UpdateId};
use waybill_domain::issue::Visibility;
use waybill_domain::principal::Principal;
use waybill_store::{StoreError, Write, issue_updates, issues, labels, projects};

/// The most issues of one request.
const MOST: usize = 1_000;

pub async fn issue_edit_many(
    app: &App,
    who: &Principal,
    args: IssueEditMany,
) -> Result<IssuesChanged, ApiError> {
    let numbers: BTreeSet<i64> = args.numbers.iter().copied().collect();
    if numbers.is_empty() || args.numbers.len() > MOST {
        return Err(ApiError::invalid(format!("name 1 to {MOST} issues, not {}", args.numbers.len())));
    }
    let note = rejection_note(args.status, args.note.clone())?;
    let who = who.clone();
    let changed = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let (mut changed, mut refused) = (Vec::new(), Vec::new());
        // Children mostly have the greater numbers: resolved with their parent, they go before it.
        for number in numbers.into_iter().rev() {
            let part =
                write.attempt(|write| edit_one(write, &project.id, number, &args, note.as_deref(), &who));
            match part {
                Ok(part) => changed.push(part),
                Err(error) if error.is_refusal() => {
                    refused.push(IssueRefused { number, message: error.to_string() });
                }
                Err(error) => return Err(error),
            }
        }
        let (ids, updates): (Vec<_>, Vec<_>) = changed.into_iter().unzip();
        let found = ids.iter().map(|id| issues::by_id(write, id)).collect::<Result<Vec<_>, _>>()?;
        let rows = rows(write, &project.slug, found)?;
        let changed = rows
            .into_iter()
            .zip(updates)
            .map(|(issue, updates)| IssueRowChanged { issue, updates })
            .collect();
        Ok(IssuesChanged { changed, refused })
    });
    Ok(changed.await?)
}

fn edit_one(
    write: &Write<'_>,
    project: &ProjectId,
    number: i64,
    args: &IssueEditMany,
    note: Option<&str>,
    who: &Principal,
) -> Result<(IssueId, Vec<UpdateId>), StoreError> {
    let issue = issues::get(write, project, number)?;
    let edit = issues::Edit {
        priority: args.priority,
        labels: labels_then(write, &issue, args)?,
        ..issues::Edit::default()
    };
    let mut updates = issues::edit(write, &issue, &edit, who)?;
    if let Some(status) = args.status {
        expect_children_closed(write, &issue, status, who)?;
        updates.extend(issues::make_move(write, &issue, status, via(who), who)?);
    }
    if let Some(note) = note {
        issue_updates::comment(write, &issue, note, Visibility::All, who)?;
    }
    Ok((issue.id, updates))
}

/// The labels that an issue then has; `None`: they stay.
fn labels_then(
    write: &Write<'_>,
    issue: &issues::Issue,
    args: &IssueEditMany,
) -> Result<Option<Vec<String>>, StoreError> {
    if args.add_labels.is_empty() && args.remove_labels.is_empty() {
        return Ok(None);
    }
    let removed = |name: &String| args.remove_labels.iter().any(|other| other.eq_ignore_ascii_case(name));
    let mut names: Vec<String> =
        labels::of_issue(write, &issue.id)?.into_iter().map(|label| label.name).collect();
    names.retain(|name| !removed(name));
    names.extend(args.add_labels.iter().cloned());
    Ok(Some(names))
}
