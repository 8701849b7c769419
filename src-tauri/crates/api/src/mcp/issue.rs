//! The tool `issue`: the tracker as an agent reads and works it.

use super::arguments::{Number, number, read};
use super::caller::Call;
use crate::error::{ApiError, Code};
use crate::handle;
use crate::wire::{
    Issue, IssueClaim, IssueComment, IssueCreate, IssueHit, IssueLink, IssueList, IssueMove, IssueReady,
    IssueRef, IssueRow, IssueUpdate, IssueUpdates, LinkChange, Page,
};
use serde::Deserialize;
use serde_json::{Value, json};
use waybill_domain::issue::{Priority, Status, UpdateKind};
use waybill_domain::link::Relation;
use waybill_domain::todo::{TodoKind, TodoStatus};
use waybill_store::{sessions, todos};

const EXAMPLE: &str = r#"{"action": "get", "number": 42}"#;
/// How many of the newest comments come with an issue.
const COMMENTS: usize = 20;

#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
enum Action {
    Get {
        number: Option<Number>,
    },
    List {
        #[serde(default)]
        query: String,
        limit: Option<u32>,
        after: Option<String>,
    },
    Search {
        query: String,
        limit: Option<u32>,
        after: Option<String>,
    },
    Ready {
        limit: Option<u32>,
        after: Option<String>,
    },
    Claim {
        number: Option<Number>,
    },
    Release {
        number: Option<Number>,
    },
    Create {
        title: String,
        #[serde(default)]
        body: String,
        priority: Option<Priority>,
        #[serde(default)]
        labels: Vec<String>,
        parent: Option<Number>,
        #[serde(default)]
        bind: bool,
    },
    Comment {
        number: Option<Number>,
        body: String,
    },
    Transition {
        number: Option<Number>,
        status: Status,
        note: Option<String>,
    },
    Link {
        number: Option<Number>,
        relation: Relation,
        other: Number,
        #[serde(default)]
        remove: bool,
    },
}

pub(super) async fn call(call: &Call<'_>, arguments: Value) -> Result<Value, ApiError> {
    let action = read(arguments, EXAMPLE)?;
    let project = call.project().await?;
    let (app, who) = (call.app, &call.who);
    let at = |named: Option<Number>| -> Result<IssueRef, ApiError> {
        Ok(IssueRef { project: project.clone(), number: call.issue(number(named), "issue")? })
    };
    match action {
        Action::Get { number } => whole(call, at(number)?).await,
        Action::List { query, limit, after } => {
            let args = IssueList { project, query, limit: limit.or(Some(20)), after };
            let page = handle::issue_list(app, who, args).await?;
            Ok(listed(&page, brief))
        }
        Action::Search { query, limit, after } => {
            let args = IssueList { project, query, limit: limit.or(Some(20)), after };
            let page = handle::issue_search(app, who, args).await?;
            Ok(listed(&page, |hit: &IssueHit| {
                let excerpt = hit.excerpt.replace(['\u{e000}', '\u{e001}'], "**");
                let mut found = brief(&hit.row);
                found["excerpt"] = json!(excerpt);
                found
            }))
        }
        Action::Ready { limit, after } => {
            let args = IssueReady { project, limit: limit.or(Some(20)), after };
            let page = handle::issue_ready(app, who, args).await?;
            Ok(listed(&page, brief))
        }
        Action::Claim { number: named } => {
            let args = IssueClaim { project, number: number(named) };
            let claimed = handle::issue_claim(app, who, args).await?;
            Ok(json!({"claimed": true, "issue": plain(&claimed.issue), "todos": claimed.todos.markdown}))
        }
        Action::Release { number } => Ok(plain(&handle::issue_release(app, who, at(number)?).await?)),
        Action::Create { title, body, priority, labels, parent, bind } => {
            // What comes up while an issue is worked on belongs below it.
            let parent = number(parent).or(call.session.as_ref().and(call.issue).filter(|_| !bind));
            let args =
                IssueCreate { project, title, body, priority, labels, parent, attachments: Vec::new() };
            let created = handle::issue_create(app, who, args).await?;
            if bind {
                self::bind(call, &created).await?;
            }
            Ok(json!({"created": brief(&created.row), "child_of": parent, "bound": bind}))
        }
        Action::Comment { number, body } => {
            let IssueRef { project, number } = at(number)?;
            let args = IssueComment { project, number, body, visibility: None };
            handle::issue_comment(app, who, args).await?;
            Ok(json!({"commented": number}))
        }
        Action::Transition { number, status, note } => {
            let IssueRef { project, number } = at(number)?;
            transition(call, IssueMove { project, number, status, note, despite_children: None }).await
        }
        Action::Link { number, relation, other, remove } => {
            let IssueRef { project, number } = at(number)?;
            let change = LinkChange { project, number, relation, other: other.0 };
            let links = if remove {
                handle::link_remove(app, who, change).await?
            } else {
                handle::link_add(app, who, change).await?
            };
            Ok(json!({"number": number, "links": links.iter().map(link).collect::<Vec<_>>()}))
        }
    }
}

/// An issue with everything that whoever works on it needs.
async fn whole(call: &Call<'_>, at: IssueRef) -> Result<Value, ApiError> {
    let (app, who) = (call.app, &call.who);
    let issue = handle::issue_get(app, who, at.clone()).await?;
    let todos = handle::todo_list(app, who, at.clone()).await?;
    let links = handle::link_list(app, who, at.clone()).await?;
    let updates = IssueUpdates { project: at.project, number: at.number, after: None, limit: Some(200) };
    let updates = handle::issue_updates(app, who, updates).await?;
    let mut comments: Vec<_> = updates
        .items
        .iter()
        .filter(|update| update.kind == UpdateKind::Comment)
        .take(COMMENTS)
        .map(comment)
        .collect();
    comments.reverse();
    let mut told = plain(&issue);
    told["body"] = json!(issue.body);
    told["todos"] = json!(todos.markdown);
    told["links"] = links.iter().map(link).collect();
    told["comments"] = comments.into();
    Ok(told)
}

/// Moves an issue. One with criteria is closed by the operator's sign-off, not by whoever works on it.
async fn transition(call: &Call<'_>, args: IssueMove) -> Result<Value, ApiError> {
    if args.status == Status::Resolved && call.bearer.is_some() {
        let at = IssueRef { project: args.project.clone(), number: args.number };
        let todos = handle::todo_list(call.app, &call.who, at).await?;
        let counts = |todo: &&crate::wire::Todo| {
            todo.kind == TodoKind::Criterion && todo.status != TodoStatus::Abandoned
        };
        if todos.items.iter().any(|todo| counts(&todo)) {
            let message = format!("issue #{} has criteria, and the operator signs them off", args.number);
            return Err(ApiError::new(Code::Forbidden, message).with_hint(
                "Claim each met criterion with the tool todo (action done), then call the tool checkpoint.",
            ));
        }
    }
    let moved = handle::issue_move(call.app, &call.who, args).await?;
    Ok(plain(&moved.issue))
}

/// Binds the session that calls to an issue that it has just filed.
async fn bind(call: &Call<'_>, issue: &Issue) -> Result<(), ApiError> {
    let Some(session) = call.session.clone() else {
        return Err(ApiError::invalid("only a session can be bound; leave \"bind\" out"));
    };
    if session.issue.is_some() {
        return Err(ApiError::new(Code::Conflict, "the session is bound to an issue already")
            .with_hint("The issue was filed; ask the operator to bind the session to it."));
    }
    let (id, who) = (issue.row.id.clone(), call.who.clone());
    let bound = call.app.store().write(move |write| {
        let issue = waybill_store::issues::by_id(write, &id)?;
        sessions::bind(write, &session, Some(&issue), &who)
    });
    bound.await.map(drop).map_err(ApiError::from)
}

/// Whether the last criterion of an issue is claimed, so that the operator is to sign off.
pub(super) async fn all_claimed(call: &Call<'_>, at: IssueRef) -> Result<bool, ApiError> {
    let claimed = call.app.store().read(move |reader| {
        let project = waybill_store::projects::get(reader, &at.project)?;
        let issue = waybill_store::issues::get(reader, &project.id, at.number)?;
        Ok(todos::criteria(reader, &issue.id)?.is_met())
    });
    Ok(claimed.await?)
}

fn listed<T>(page: &Page<T>, one: impl Fn(&T) -> Value) -> Value {
    json!({"items": page.items.iter().map(one).collect::<Vec<_>>(), "next": page.next})
}

fn brief(row: &IssueRow) -> Value {
    json!({
        "number": row.number, "title": row.title, "status": row.status, "priority": row.priority,
        "labels": row.labels.iter().map(|label| label.name.as_str()).collect::<Vec<_>>(),
        "todos": format!("{}/{}", row.todos_done, row.todos),
    })
}

fn plain(issue: &Issue) -> Value {
    let row = &issue.row;
    let mut told = brief(row);
    told["assignment"] = json!(row.assignment);
    told["created_by"] = json!(row.created_by.user_id);
    told["claimed_by"] = json!(row.claimed_by.as_ref().map(|who| &who.user_id));
    told
}

fn comment(update: &IssueUpdate) -> Value {
    let author = &update.author;
    json!({"by": author.display_name.as_ref().unwrap_or(&author.user_id), "body": update.body})
}

fn link(link: &IssueLink) -> Value {
    json!({
        "relation": link.relation, "number": link.issue.number, "title": link.issue.title,
        "status": link.issue.status,
    })
}
