//! The router: from a command's name and JSON to its handler and back, made from the one list.

use crate::app::App;
use crate::command_list::command_list;
use crate::error::{ApiError, Code};
use crate::handle;
#[cfg_attr(not(test), expect(clippy::wildcard_imports, reason = "the list names every wire type"))]
use crate::wire::*;
use serde_json::Value;
use waybill_domain::principal::Principal;

impl App {
    /// Does a command. `args` is its argument type as JSON; the answer is its answer type as JSON.
    pub async fn call(&self, who: &Principal, name: &str, args: Value) -> Result<Value, ApiError> {
        permit(who, name)?;
        dispatch(self, who, name, args).await
    }
}

/// Every command is the operator's; guests, members and agents are given theirs where those are served.
fn permit(who: &Principal, name: &str) -> Result<(), ApiError> {
    match who {
        Principal::Operator => Ok(()),
        other => Err(ApiError::new(Code::Forbidden, format!("{other} may not call {name}"))),
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str, args: Value) -> Result<T, ApiError> {
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    serde_json::from_value(args).map_err(|error| ApiError::invalid(format!("{name}: {error}")))
}

fn write(answer: &impl serde::Serialize) -> Result<Value, ApiError> {
    serde_json::to_value(answer).map_err(|error| ApiError::new(Code::Failed, error.to_string()))
}

macro_rules! router {
    ($($kind:ident $name:ident($args:ty) -> $answer:ty $(, provides [$($tag:ident),*])?;)+) => {
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
    };
}

command_list!(router);
