//! The tools `checkpoint`, `ask` and `form`: the agent stops, and the operator answers when there is time.

use super::arguments::read;
use super::caller::Call;
use crate::error::{ApiError, Code};
use serde::Deserialize;
use serde_json::{Value, json};
use waybill_domain::question::{Field, Question, QuestionKind};
use waybill_store::{session_questions, sessions};

const NEXT: &str = "It is kept, and the operator was told. End your turn now with one sentence about where you stand; \
the answer comes as the next message, perhaps days later. Do not wait and do not ask again.";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Checkpoint {
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ask {
    question: String,
    #[serde(default)]
    choices: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    title: String,
    fields: Vec<Field>,
}

pub(super) async fn checkpoint(call: &Call<'_>, arguments: Value) -> Result<Value, ApiError> {
    let Checkpoint { reason } = read(arguments, r#"{"reason": "All criteria are met; please sign off."}"#)?;
    keep(call, Question { kind: QuestionKind::Checkpoint, text: reason, choices: vec![], fields: vec![] })
        .await
}

pub(super) async fn ask(call: &Call<'_>, arguments: Value) -> Result<Value, ApiError> {
    let example = r#"{"question": "Keep the old flag?", "choices": ["keep", "remove"]}"#;
    let Ask { question, choices } = read(arguments, example)?;
    keep(call, Question { kind: QuestionKind::Ask, text: question, choices, fields: vec![] }).await
}

pub(super) async fn form(call: &Call<'_>, arguments: Value) -> Result<Value, ApiError> {
    let example = r#"{"title": "Release", "fields": [{"name": "version", "required": true}, {"name": "notes", "kind": "long_text"}]}"#;
    let Form { title, fields } = read(arguments, example)?;
    keep(call, Question { kind: QuestionKind::Form, text: title, choices: vec![], fields }).await
}

async fn keep(call: &Call<'_>, question: Question) -> Result<Value, ApiError> {
    let (Some(session), Some(bearer)) = (&call.session, call.bearer) else {
        return Err(ApiError::new(Code::Forbidden, "only a session can ask"));
    };
    let (id, step, who) = (session.id.clone(), bearer.origin.step.clone(), call.who.clone());
    let asked = call.app.store().write(move |write| {
        let session = sessions::by_id(write, &id)?;
        session_questions::ask(write, &session, &question, step.as_ref(), &who)
    });
    Ok(json!({"waiting": true, "question": asked.await?.id, "next": NEXT}))
}
