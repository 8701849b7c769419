//! One use of the application: opened for what a command needs, asked, and closed.

use crate::keychain;
use crate::places::Places;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use waybill_api::error::{ApiError, Code};
use waybill_api::{App, Config};
use waybill_domain::principal::Principal;
use waybill_engine::Place;

/// What a command needs of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// To ask and to be answered.
    Answers,
    /// To see what changes.
    Changes,
    /// To work runs, when no other Waybill does.
    Engine,
}

/// The open application and which project is meant.
pub struct Session {
    pub app: App,
    project: Option<String>,
}

impl Session {
    /// Opens the application in the person's data directory.
    pub async fn open(need: Need, project: Option<String>) -> Result<Self, ApiError> {
        let places = places()?;
        let place = Place::from_environment(std::env::vars_os()).ok_or_else(no_home)?;
        let place = place.with_program(std::env::current_exe().ok().as_deref());
        let passphrase = place.variable("WAYBILL_PASSPHRASE").map(|text| text.to_string_lossy().into_owned());
        let secrets = keychain::open(keychain::Places {
            file: places.home.join("secrets.sealed"),
            key_file: places.config.join("secrets.key"),
            passphrase,
            keychain: place.variable("WAYBILL_KEYCHAIN").is_none_or(|wish| wish != "off"),
        });
        let config = Config {
            home: places.home,
            place,
            secrets,
            clock: Arc::new(now),
            engine: need == Need::Engine,
            follow: need != Need::Answers,
        };
        Ok(Self { app: App::open(config).await?, project })
    }

    /// Does a command as the operator.
    pub async fn call(&self, name: &str, args: Value) -> Result<Value, ApiError> {
        self.app.call(&Principal::Operator, name, args).await
    }

    /// Does a command on the meant project.
    pub async fn call_in(&self, name: &str, mut args: Value) -> Result<Value, ApiError> {
        args["project"] = Value::String(self.project().await?);
        self.call(name, args).await
    }

    /// The project that was named, as an argument; none when all are meant.
    pub fn named_project(&self) -> Value {
        self.project.as_ref().map_or_else(|| json!({}), |slug| json!({ "project": slug }))
    }

    /// The slug of the meant project: named, or the one whose repository holds the current directory.
    pub async fn project(&self) -> Result<String, ApiError> {
        if let Some(slug) = &self.project {
            return Ok(slug.clone());
        }
        let here = std::env::current_dir().map_err(|error| {
            ApiError::new(Code::Failed, format!("the current directory cannot be read: {error}"))
        })?;
        let projects = self.call("project_list", json!({})).await?;
        let list = projects.as_array().cloned().unwrap_or_default();
        if let Some(slug) = holding(&list, &here) {
            return Ok(slug);
        }
        // A worktree elsewhere belongs to the same project: git knows.
        let checked = self.call("project_check", json!({ "path": here })).await.ok();
        let existing = checked.and_then(|found| found["existing"].as_str().map(str::to_owned));
        existing.ok_or_else(|| {
            ApiError::invalid("the current directory belongs to no project").with_hint(
                "Name one with -p SLUG, or add this repository: waybill project add . (waybill project list shows all)",
            )
        })
    }
}

/// The project with the deepest root above a directory.
fn holding(projects: &[Value], here: &Path) -> Option<String> {
    let above = projects
        .iter()
        .filter(|project| project["root_path"].as_str().is_some_and(|root| here.starts_with(root)));
    let deepest = above.max_by_key(|project| project["root_path"].as_str().map_or(0, str::len))?;
    // A repository inside another's working tree is not the other's.
    let root = Path::new(deepest["root_path"].as_str()?);
    let nested =
        here.ancestors().take_while(|folder| *folder != root).any(|folder| folder.join(".git").exists());
    (!nested).then(|| deepest["slug"].as_str().map(str::to_owned))?
}

/// Where this user's data lie.
pub fn places() -> Result<Places, ApiError> {
    Places::of_this_user(&|name| std::env::var_os(name)).ok_or_else(no_home)
}

fn no_home() -> ApiError {
    ApiError::new(Code::Failed, "there is no home directory").with_hint("Set HOME.")
}

/// The time, as the database has it.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
