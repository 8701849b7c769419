//! Sessions: lists, conversations, and what is asked of them.

use super::issue::author_of;
use super::{limit, number_cursor, paged};
use crate::app::App;
use crate::error::ApiError;
use crate::wire::{
    Page, QuestionField, RunIssue, Session, SessionActions, SessionAnswer, SessionBind, SessionList,
    SessionMessage, SessionMessages, SessionPromote, SessionQuestion, SessionRef, SessionRow, SessionSend,
    SessionStart,
};
use waybill_domain::agent::ErrorKind;
use waybill_domain::principal::Principal;
use waybill_domain::session::SessionState;
use waybill_engine::runs::StartRequest as RunRequest;
use waybill_engine::sessions::{self as engine_sessions, AnswerRequest, StartRequest};
use waybill_store::authors::Authors;
use waybill_store::session_messages::{self, Message};
use waybill_store::session_questions::{self, Asked};
use waybill_store::{Connection, StoreError, projects, sessions, todos};

pub async fn session_list(app: &App, _: &Principal, args: SessionList) -> Result<Page<SessionRow>, ApiError> {
    let limit = limit(args.limit, 50, 200)?;
    let before = number_cursor(args.after.as_deref())?;
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let found = sessions::list(reader, &project.id, &args.states, args.issue, before, limit + 1)?;
        let (found, next) = paged(found, limit, |session| session.number.to_string());
        let authors = Authors::load(reader, found.iter().map(|session| session.created_by.as_str()))?;
        let items = found.iter().map(|session| row_of(&project.slug, &authors, session)).collect();
        Ok(Page { items, next })
    });
    Ok(page.await?)
}

pub async fn session_get(app: &App, _: &Principal, args: SessionRef) -> Result<Session, ApiError> {
    let found = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let session = sessions::get(reader, &project.id, args.number)?;
        session_of(reader, &project.slug, &session)
    });
    Ok(found.await?)
}

pub async fn session_messages(
    app: &App,
    _: &Principal,
    args: SessionMessages,
) -> Result<Page<SessionMessage>, ApiError> {
    let limit = limit(args.limit, 50, 200)?;
    let before = number_cursor(args.after.as_deref())?;
    let page = app.store().read(move |reader| {
        let project = projects::get(reader, &args.project)?;
        let session = sessions::get(reader, &project.id, args.number)?;
        let found = session_messages::page(reader, &session.id, before, limit + 1)?;
        let (found, next) = paged(found, limit, |message| message.seq.to_string());
        let authors = Authors::load(reader, found.iter().map(|message| message.author.as_str()))?;
        Ok(Page { items: found.into_iter().map(|message| message_of(&authors, message)).collect(), next })
    });
    Ok(page.await?)
}

pub async fn session_start(app: &App, who: &Principal, args: SessionStart) -> Result<Session, ApiError> {
    let request = StartRequest {
        title: args.title,
        issue: args.issue,
        message: args.message,
        as_draft: args.draft,
        run: RunRequest {
            tool: args.tool,
            model: args.model,
            effort: args.effort,
            base_branch: args.base_branch,
            ..RunRequest::default()
        },
    };
    let session = engine_sessions::start(app.engine(), &args.project, request, who).await?;
    answer(app, args.project, session).await
}

pub async fn session_send(app: &App, who: &Principal, args: SessionSend) -> Result<Session, ApiError> {
    let (engine, number) = (app.engine(), args.number);
    let session = match args.text.filter(|text| !text.trim().is_empty()) {
        Some(text) => engine_sessions::send(engine, &args.project, number, text, who).await?,
        None => engine_sessions::send_draft(engine, &args.project, number, who).await?,
    };
    answer(app, args.project, session).await
}

pub async fn session_answer(app: &App, who: &Principal, args: SessionAnswer) -> Result<Session, ApiError> {
    let request = AnswerRequest {
        question: args.question,
        answer: args.answer,
        sign_off: args.sign_off,
        despite_children: args.despite_children,
    };
    let session = engine_sessions::answer(app.engine(), &args.project, args.number, request, who).await?;
    answer(app, args.project, session).await
}

pub async fn session_interrupt(app: &App, who: &Principal, args: SessionRef) -> Result<Session, ApiError> {
    let session = engine_sessions::interrupt(app.engine(), &args.project, args.number, who).await?;
    answer(app, args.project, session).await
}

pub async fn session_bind(app: &App, who: &Principal, args: SessionBind) -> Result<Session, ApiError> {
    let session = engine_sessions::bind(app.engine(), &args.project, args.number, args.issue, who).await?;
    answer(app, args.project, session).await
}

pub async fn session_promote(app: &App, who: &Principal, args: SessionPromote) -> Result<Session, ApiError> {
    let SessionPromote { project, number, title, body } = args;
    let (session, _) = engine_sessions::promote(app.engine(), &project, number, title, body, who).await?;
    answer(app, project, session).await
}

pub async fn session_end(app: &App, who: &Principal, args: SessionRef) -> Result<Session, ApiError> {
    let session = engine_sessions::end(app.engine(), &args.project, args.number, who).await?;
    answer(app, args.project, session).await
}

async fn answer(app: &App, project: String, session: sessions::Session) -> Result<Session, ApiError> {
    let found = app.store().read(move |reader| session_of(reader, &project, &session));
    Ok(found.await?)
}

fn row_of(slug: &str, authors: &Authors, session: &sessions::Session) -> SessionRow {
    let bound = session.issue.as_ref();
    SessionRow {
        id: session.id.clone(),
        project_slug: slug.to_owned(),
        number: session.number,
        title: session.title.clone(),
        issue: bound.map(|bound| RunIssue { number: bound.number, title: bound.title.clone() }),
        state: session.state,
        working: session.working,
        open_questions: session.open_questions,
        queued_messages: session.queued_messages,
        tool: session.config.tool.clone(),
        model: session.config.model.clone(),
        run: session.run.as_ref().map(|(_, number)| *number),
        error: session.error.as_ref().map(|(_, message)| message.clone()),
        created_by: author_of(authors, &session.created_by),
        created_at: session.created_at,
        updated_at: session.updated_at,
        ended_at: session.ended_at,
    }
}

fn session_of(
    connection: &Connection,
    slug: &str,
    session: &sessions::Session,
) -> Result<Session, StoreError> {
    let asked = session_questions::list(connection, &session.id)?;
    let people = asked.iter().map(|asked| asked.asked_by.as_str());
    let authors = Authors::load(connection, people.chain([session.created_by.as_str()]))?;
    let criteria_met = match &session.issue {
        Some(bound) => todos::criteria(connection, &bound.id)?.is_met(),
        None => false,
    };
    let error_kind = session.error.as_ref().map(|(kind, _)| *kind);
    Ok(Session {
        row: row_of(slug, &authors, session),
        base_branch: session.base_branch.clone(),
        draft: session_messages::draft(connection, &session.id)?.map(|message| message.text),
        questions: asked.into_iter().map(|asked| question_of(&authors, asked)).collect(),
        criteria_met,
        error_kind,
        advice: error_kind.map(|kind| ErrorKind::advice(kind).to_owned()),
        actions: actions_of(session),
    })
}

fn actions_of(session: &sessions::Session) -> SessionActions {
    let open = session.state != SessionState::Ended;
    SessionActions {
        send: open,
        answer: open && session.open_questions > 0,
        interrupt: open && session.working,
        bind: open,
        promote: open && session.issue.is_none(),
        end: open,
    }
}

fn message_of(authors: &Authors, message: Message) -> SessionMessage {
    SessionMessage {
        id: message.id,
        seq: message.seq,
        role: message.role,
        state: message.state,
        author: author_of(authors, &message.author),
        text: message.text,
        question: message.question_id,
        turn: message.turn,
        created_at: message.created_at,
        delivered_at: message.delivered_at,
    }
}

fn question_of(authors: &Authors, asked: Asked) -> SessionQuestion {
    let field = |field: waybill_domain::question::Field| QuestionField {
        label: field.shown().to_owned(),
        name: field.name,
        kind: field.kind,
        required: field.required,
        choices: field.choices,
    };
    SessionQuestion {
        id: asked.id,
        kind: asked.question.kind,
        state: asked.state,
        text: asked.question.text,
        choices: asked.question.choices,
        fields: asked.question.fields.into_iter().map(field).collect(),
        answer: asked.answer,
        asked_by: author_of(authors, &asked.asked_by),
        created_at: asked.created_at,
        answered_at: asked.answered_at,
    }
}
