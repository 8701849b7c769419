//! Who calls, and what that one may call.

use crate::app::App;
use crate::error::{ApiError, Code};
use serde_json::Value;
use waybill_domain::principal::Principal;
use waybill_store::agent_tokens::{self, Bearer};
use waybill_store::origin::Origin;
use waybill_store::sessions::{self, Session};
use waybill_store::{issues, projects, runs};

/// The tools that only the root agent of a tree has.
const ROOT_ONLY: &[&str] = &["issue", "todo", "checkpoint", "ask", "form"];
/// The tools that need somebody who answers.
const NEED_SESSION: &[&str] = &["checkpoint", "ask", "form"];
/// The tools that agents have.
const AGENTS: &[&str] = &["issue", "todo", "checkpoint", "ask", "form", "submit"];
/// The tools that the operator's own client has.
const OPERATORS: &[&str] = &["issue", "todo", "inbox", "run", "session"];

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The operator's own client; calls that name no project mean this one.
    Operator { project: Option<String> },
    /// An agent at work for a session or run.
    Agent(Box<Bearer>),
}

/// Whom a token stands for: nobody, when it is unknown, over or revoked.
pub async fn authenticate(app: &App, token: &str) -> Result<Option<Caller>, ApiError> {
    let (token, now) = (token.to_owned(), app.store().now());
    let found = app.store().read(move |reader| agent_tokens::find(reader, &token, now)).await?;
    Ok(found.map(|bearer| Caller::Agent(Box::new(bearer))))
}

impl Caller {
    /// Who it is as an author.
    pub(super) fn principal(&self) -> Principal {
        match self {
            Self::Operator { .. } => Principal::Operator,
            Self::Agent(bearer) => Principal::Agent(bearer.agent.to_string()),
        }
    }

    /// Where what it does comes from.
    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::Operator { .. } => Origin { client: Some("mcp"), ..Origin::default() },
            Self::Agent(bearer) => bearer.origin.clone(),
        }
    }

    /// Whether it sees and may call a tool.
    pub(super) fn may(&self, tool: &str) -> bool {
        self.expect_may(tool).is_ok()
    }

    /// Says why it may not call a tool.
    pub(super) fn expect_may(&self, tool: &str) -> Result<(), ApiError> {
        let refuse = |message: String, hint: &str| {
            Err(ApiError::new(Code::Forbidden, message).with_hint(hint.to_owned()))
        };
        match self {
            Self::Operator { .. } if OPERATORS.contains(&tool) => Ok(()),
            Self::Operator { .. } => {
                refuse(format!("'{tool}' is for agents at work in Waybill"), "You speak for the operator.")
            }
            Self::Agent(_) if !AGENTS.contains(&tool) => {
                refuse(format!("'{tool}' is the operator's"), "Work on the issue that you were given.")
            }
            Self::Agent(bearer) if ROOT_ONLY.contains(&tool) && !bearer.agent.is_root() => refuse(
                format!("'{tool}' is the root agent's alone, and you are {}", bearer.agent),
                "Tell the agent that started you what you found; it reports it.",
            ),
            Self::Agent(bearer) if NEED_SESSION.contains(&tool) && bearer.origin.session.is_none() => refuse(
                format!("'{tool}' needs a session, and this is a run: nobody answers while you work"),
                "Choose what the maintainers would most likely want, and say so at the end.",
            ),
            Self::Agent(_) => Ok(()),
        }
    }
}

/// A call: by whom, in which project, from which session.
pub(super) struct Call<'a> {
    pub app: &'a App,
    pub who: Principal,
    /// The slug; empty when the operator named none and none is meant.
    pub project: String,
    pub bearer: Option<&'a Bearer>,
    pub session: Option<Session>,
    /// The issue that calls mean which name none.
    pub issue: Option<i64>,
}

impl<'a> Call<'a> {
    pub(super) async fn open(app: &'a App, caller: &'a Caller, arguments: &Value) -> Result<Self, ApiError> {
        let who = caller.principal();
        match caller {
            Caller::Operator { project } => {
                let named = arguments.get("project").and_then(Value::as_str).map(str::to_owned);
                let project = named.or_else(|| project.clone()).unwrap_or_default();
                Ok(Self { app, who, project, bearer: None, session: None, issue: None })
            }
            Caller::Agent(bearer) => {
                let Bearer { project_id, origin, .. } = (**bearer).clone();
                let read = app.store().read(move |reader| {
                    let session =
                        origin.session.as_ref().map(|id| sessions::by_id(reader, id)).transpose()?;
                    let run = origin.run.as_ref().map(|id| runs::by_id(reader, id)).transpose()?;
                    let bound = session.as_ref().and_then(|session| session.issue.as_ref());
                    let issue = match (bound, run.and_then(|run| run.issue_id)) {
                        (Some(bound), _) => Some(bound.number),
                        (None, Some(id)) => Some(issues::by_id(reader, &id)?.number),
                        (None, None) => None,
                    };
                    Ok((projects::by_id(reader, &project_id)?.slug, session, issue))
                });
                let (project, session, issue) = read.await?;
                Ok(Self { app, who, project, bearer: Some(bearer), session, issue })
            }
        }
    }

    /// The arguments without the project, which is known by now. An agent has one project and may name no other.
    pub(super) fn without_project(&self, mut arguments: Value) -> Value {
        if let Some(fields) = arguments.as_object_mut()
            && self.bearer.is_none()
        {
            fields.remove("project");
        }
        arguments
    }

    /// The project that a call must have.
    pub(super) async fn project(&self) -> Result<String, ApiError> {
        if !self.project.is_empty() {
            return Ok(self.project.clone());
        }
        let known = self.app.store().read(|reader| projects::list(reader)).await?;
        if let [only] = known.as_slice() {
            return Ok(only.slug.clone());
        }
        let slugs: Vec<_> = known.iter().map(|project| project.slug.as_str()).collect();
        let hint = format!("Add \"project\": one of {}.", slugs.join(", "));
        Err(ApiError::invalid("the call names no project").with_hint(hint))
    }

    /// The issue that is meant: named, or the one that the session or run works on.
    pub(super) fn issue(&self, named: Option<i64>, tool: &str) -> Result<i64, ApiError> {
        named.or(self.issue).ok_or_else(|| match (&self.session, tool) {
            (Some(session), "todo") => ApiError::new(Code::Conflict, "this session is bound to no issue")
                .with_hint(format!(
                    "Ask the operator to bind it (waybill session bind {} ISSUE), or file one with \
                     {{\"action\": \"create\", \"title\": \"…\", \"bind\": true}} of the tool issue.",
                    session.number
                )),
            _ => ApiError::invalid("the call names no issue").with_hint("Add \"number\": 42."),
        })
    }
}
