//! Where a change comes from: the session, run and step of the agent that asked for it (SPEC 9).
//!
//! Whoever acts for an agent does so inside [`scope`]; every audit event and every update of an issue written from
//! there names the origin, whatever handler writes it.

use serde_json::{Value, json};
use waybill_domain::ids::{RunId, SessionId, StepId};

/// Where an agent works.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    pub session: Option<SessionId>,
    pub run: Option<RunId>,
    pub step: Option<StepId>,
    /// The operator's own client, which speaks for the operator.
    pub client: Option<&'static str>,
}

impl Origin {
    fn to_json(&self) -> Value {
        match self.client {
            Some(client) => json!({ "client": client }),
            None => json!({"session": self.session, "run": self.run, "step": self.step}),
        }
    }
}

tokio::task_local! {
    static ORIGIN: Origin;
}

/// Does work for an agent: what is written meanwhile comes from `origin`.
pub async fn scope<F: Future>(origin: Origin, work: F) -> F::Output {
    ORIGIN.scope(origin, work).await
}

/// The origin of what is asked for now, as metadata has it.
pub(crate) fn current() -> Option<Value> {
    ORIGIN.try_with(Origin::to_json).ok()
}

/// The metadata of what is written, with its origin.
pub(crate) fn told(metadata: Option<Value>, origin: Option<&Value>) -> Option<Value> {
    let Some(origin) = origin else { return metadata };
    match metadata {
        None => Some(json!({ "origin": origin })),
        Some(Value::Object(mut fields)) => {
            fields.insert("origin".to_owned(), origin.clone());
            Some(Value::Object(fields))
        }
        other => other,
    }
}
