//! The router: from a command's name and JSON to its handler and back, made from the one list.

use crate::app::App;
use crate::command_list::command_list;
use crate::error::{ApiError, Code};
use crate::handle;
#[cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "the list names every wire type"))]
use crate::wire::*;
use serde_json::Value;
use waybill_domain::grant::Grant;
use waybill_domain::principal::Principal;
use waybill_store::{issues, people, projects};

impl App {
    /// Does a command. `args` is its argument type as JSON; the answer is its answer type as JSON.
    pub async fn call(&self, who: &Principal, name: &str, args: Value) -> Result<Value, ApiError> {
        permit_call(self, who, name, &args).await?;
        dispatch(self, who, name, args).await
    }
}

/// What a guest needs for a command: one of the grants and, with `own`, to have filed the issue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    pub command: &'static str,
    pub own: bool,
    pub any_of: &'static [Grant],
}

/// What is no command of the list (files) is the operator's alone.
pub(crate) fn permit(who: &Principal, name: &str) -> Result<(), ApiError> {
    match who {
        Principal::Operator => Ok(()),
        other => Err(refused(other, name)),
    }
}

/// Every command is the operator's. Guests have those that the list gives them; members and agents are given theirs
/// where those are served.
async fn permit_call(app: &App, who: &Principal, name: &str, args: &Value) -> Result<(), ApiError> {
    let refused = || refused(who, name);
    let guest = match who {
        Principal::Operator => return Ok(()),
        Principal::Guest(id) => id.clone(),
        Principal::Member(_) | Principal::Agent(_) | Principal::System => return Err(refused()),
    };
    let permission =
        GUESTS.iter().find(|permission| permission.command == name).copied().ok_or_else(refused)?;
    let project = args.get("project").and_then(Value::as_str).ok_or_else(refused)?.to_owned();
    let (author, number) = (who.to_string(), args.get("number").and_then(Value::as_i64));
    let allowed = app.store().read(move |reader| {
        // Whether there is such a project is not told either.
        let Ok(project) = projects::get(reader, &project) else { return Ok(false) };
        let grants = people::grants_of(reader, &guest, &project.id)?;
        let granted = permission.any_of.iter().any(|grant| grants.contains(grant));
        let Some(number) = number.filter(|_| granted && permission.own) else { return Ok(granted) };
        Ok(issues::get(reader, &project.id, number).is_ok_and(|issue| issue.created_by == author))
    });
    if allowed.await? { Ok(()) } else { Err(refused()) }
}

fn refused(who: &Principal, name: &str) -> ApiError {
    ApiError::new(Code::Forbidden, format!("{who} may not call {name}"))
}

fn read<T: serde::de::DeserializeOwned>(name: &str, args: Value) -> Result<T, ApiError> {
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    serde_json::from_value(args).map_err(|error| ApiError::invalid(format!("{name}: {error}")))
}

fn write(answer: &impl serde::Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(answer).map_err(|error| ApiError::new(Code::Failed, error.to_string()))
}

macro_rules! router {
    (@own own) => { true };
    (@own) => { false };
    (
        $(
            $kind:ident $name:ident($args:ty) -> $answer:ty
            $(, provides [$($tag:ident),*])? $(, guests $($own:ident)? [$($grant:ident),+])?;
        )+
    ) => {
        async fn dispatch(app: &App, who: &Principal, name: &str, args: Value) -> Result<Value, ApiError> {
            match name {
                $(stringify!($name) => {
                    let args: $args = read(name, args)?;
                    let answer: $answer = Box::pin(handle::$name(app, who, args)).await?;
                    write(&answer)
                })+
                _ => Err(ApiError::new(Code::NotFound, format!("there is no command '{name}'"))),
            }
        }

        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),+];

        /// What guests may call, and with which grants.
        pub const GUESTS: &[Permission] = &[$($(Permission {
            command: stringify!($name),
            own: router!(@own $($own)?),
            any_of: &[$(Grant::$grant),+],
        },)?)+];
    };
}

command_list!(router);

#[cfg(test)]
mod tests;
