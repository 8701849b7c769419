//! The health of this machine and of the data: what the doctor looks at, and backups (SPEC 16).

use crate::engine::Engine;
use crate::sandbox::{Network, Sandbox, SandboxSpec, Strength};
use crate::tools;
use std::path::{Path, PathBuf};
use std::time::Duration;
use waybill_domain::ids::SandboxId;
use waybill_store::{Store, StoreError};

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub name: &'static str,
    pub ok: bool,
    pub message: String,
    pub hint: Option<String>,
}

/// What a sandbox on this machine holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineIsolation {
    pub words: String,
    pub weak: bool,
    pub hint: Option<String>,
}

/// What a sandbox with nothing special asked for would hold here.
pub async fn isolation(engine: &Engine) -> MachineIsolation {
    let (place, home) = (engine.place(), engine.store().directory());
    let spec = SandboxSpec {
        id: SandboxId::generate(),
        project_slug: "probe".to_owned(),
        repository: home.to_owned(),
        git_common_dir: home.to_owned(),
        directory: home.join("workspaces").join("probe"),
        caches: home.join("caches").join("probe"),
        user_home: place.user_home.clone(),
        user_name: place.user_name.clone(),
        user_path: place.user_path.clone(),
        user_env: Vec::new(),
        hidden: Vec::new(),
        visible: Vec::new(),
        tool_logins: Vec::new(),
        memory_mb: 256,
        cpu_count: 1,
        timeout: Duration::from_mins(1),
        network: Network::Open,
        allow_weak: false,
    };
    let found = Sandbox::new(engine.sandboxes().await, spec).isolation();
    MachineIsolation { words: found.by, weak: found.strength != Strength::Full, hint: found.mend }
}

/// Looks at everything that Waybill needs.
pub async fn examine(engine: &Engine) -> Vec<Check> {
    let mut checks = vec![git(engine).await, sandbox(engine).await, tools_found(engine).await];
    checks.push(keychain(engine).await);
    checks.extend(data(engine).await);
    checks
}

async fn git(engine: &Engine) -> Check {
    match engine.git().await {
        Ok(git) => good("git", format!("git {} at {}", git.version(), git.program().display())),
        Err(error) => bad("git", error.to_string(), "Install git 2.38 or newer."),
    }
}

async fn sandbox(engine: &Engine) -> Check {
    let found = isolation(engine).await;
    if !found.weak {
        return good("sandbox", format!("agents are isolated by {}", found.words));
    }
    let hint = found.hint.unwrap_or_default();
    bad("sandbox", format!("agents are isolated only by {}", found.words), &hint)
}

async fn tools_found(engine: &Engine) -> Check {
    let secrets = engine.secrets();
    let stored =
        tokio::task::spawn_blocking(move || tools::stored_secrets(&*secrets)).await.unwrap_or_default();
    let found = engine.tools().installed(&tools::search(engine.place(), stored)).await;
    if found.is_empty() {
        let hints: Vec<&str> = tools::KNOWN_TOOLS.iter().map(|tool| tool.install_hint).collect();
        return bad(
            "agent tools",
            "no agent tool was found".to_owned(),
            &format!("Install one: {}.", hints.join(", or ")),
        );
    }
    let names = found
        .iter()
        .map(|tool| format!("{} {}", tool.name, tool.version.as_deref().unwrap_or("(version unknown)")));
    good("agent tools", names.collect::<Vec<_>>().join(", "))
}

async fn keychain(engine: &Engine) -> Check {
    let secrets = engine.secrets();
    let found = tokio::task::spawn_blocking(move || (secrets.kind(), secrets.problem())).await;
    match found {
        Ok((kind, None)) => good("keychain", format!("secrets are kept in the {kind}")),
        Ok((_, Some(problem))) => bad("keychain", problem, ""),
        Err(error) => bad("keychain", error.to_string(), "Try again."),
    }
}

async fn data(engine: &Engine) -> Vec<Check> {
    let store = engine.store();
    let database = match store.read(|reader| waybill_store::quick_check(reader)).await {
        Ok(found) if found.is_empty() => {
            good("database", format!("{} is whole", store.directory().join("waybill.db").display()))
        }
        Ok(found) => bad(
            "database",
            found.join("; "),
            "Restore the newest backup of the data directory's `backups` folder.",
        ),
        Err(error) => bad(
            "database",
            error.to_string(),
            "Restore the newest backup of the data directory's `backups` folder.",
        ),
    };
    let trail = match store.read(|reader| waybill_store::verify_audit(reader)).await {
        Ok((count, None)) => good("audit trail", format!("{count} entries, none changed or removed")),
        Ok((_, Some(fault))) => bad(
            "audit trail",
            format!("entry {}: {}", fault.seq, fault.what),
            "Somebody changed the database by other means.",
        ),
        Err(error) => bad("audit trail", error.to_string(), "Run `waybill doctor` again."),
    };
    vec![database, trail]
}

fn good(name: &'static str, message: String) -> Check {
    Check { name, ok: true, message, hint: None }
}

fn bad(name: &'static str, message: String, hint: &str) -> Check {
    Check { name, ok: false, message, hint: Some(hint.to_owned()).filter(|hint| !hint.is_empty()) }
}

/// Where a backup that was given no name goes.
pub fn backup_path(store: &Store) -> PathBuf {
    let at = jiff::Timestamp::from_millisecond(store.now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let name = at.strftime("waybill-%Y%m%d-%H%M%S%.3f.db").to_string();
    store.directory().join("backups").join(name)
}

/// Writes a backup; its directory is made.
pub fn write_backup(store: &Store, target: &Path) -> Result<(), StoreError> {
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent).map_err(|_| StoreError::ReadOnly)?;
    }
    store.backup(target)
}
