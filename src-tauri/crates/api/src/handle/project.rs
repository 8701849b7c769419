//! Projects and what they are set to.

use crate::app::App;
use crate::error::ApiError;
use crate::handle::blocking;
use crate::wire::{
    Done, EnvironmentVariable, Nothing, Project, ProjectAdd, ProjectCandidate, ProjectCheck, ProjectCounts,
    ProjectEnvironmentSet, ProjectRef, ProjectSettings, ProjectSettingsSet,
};
use std::path::Path;
use waybill_domain::principal::Principal;
use waybill_domain::slug::{is_slug, slugify};
use waybill_engine::git::Repository;
use waybill_engine::runs::project_secret;
use waybill_store::project_settings::{self, Variable, is_variable_name};
use waybill_store::{Connection, StoreError, projects, runs, secrets};

pub async fn project_list(app: &App, _: &Principal, _: Nothing) -> Result<Vec<Project>, ApiError> {
    let list = app.store().read(|reader| {
        projects::list(reader)?
            .into_iter()
            .map(|project| project_of(reader, project))
            .collect::<Result<Vec<_>, _>>()
    });
    Ok(list.await?)
}

pub async fn project_get(app: &App, _: &Principal, args: ProjectRef) -> Result<Project, ApiError> {
    let project = app.store().read(move |reader| project_of(reader, projects::get(reader, &args.project)?));
    Ok(project.await?)
}

pub async fn project_check(
    app: &App,
    _: &Principal,
    args: ProjectCheck,
) -> Result<ProjectCandidate, ApiError> {
    let repository = inspect(app, &args.path).await?;
    let name = name_of(&repository.root);
    let candidate = app.store().read(move |reader| {
        let existing =
            projects::by_git_dir(reader, &repository.common_dir)?.filter(|p| p.archived_at.is_none());
        Ok(ProjectCandidate {
            slug: projects::free_slug(reader, &slugify(&name, 40, "project"))?,
            name,
            root_path: repository.root.to_string_lossy().into_owned(),
            default_branch: repository.default_branch,
            github_repo: repository.github,
            existing: existing.map(|project| project.slug),
        })
    });
    Ok(candidate.await?)
}

pub async fn project_add(app: &App, who: &Principal, args: ProjectAdd) -> Result<Project, ApiError> {
    if let Some(slug) = args.slug.as_deref().filter(|slug| !is_slug(slug)) {
        return Err(ApiError::invalid(format!("'{slug}' cannot be a slug"))
            .with_hint("Use 1 to 48 of a–z, 0–9 and '-', beginning and ending with a letter or digit."));
    }
    let repository = inspect(app, &args.path).await?;
    let name = args.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| name_of(&repository.root));
    let who = who.clone();
    let project = app.store().write(move |write| {
        if let Some(known) = projects::by_git_dir(write, &repository.common_dir)? {
            if known.archived_at.is_none() {
                return Err(StoreError::Conflict(format!(
                    "this repository is the project '{}' already",
                    known.slug
                )));
            }
            projects::set_archived(write, &known.id, false, &who)?;
            return project_of(write, projects::by_id(write, &known.id)?);
        }
        let slug = match args.slug {
            Some(slug) => slug,
            None => projects::free_slug(write, &slugify(&name, 40, "project"))?,
        };
        let new = projects::NewProject {
            slug,
            name,
            root_path: repository.root,
            git_common_dir: repository.common_dir,
            default_branch: repository.default_branch,
            github_repo: repository.github,
        };
        let project = projects::insert(write, &new, &who)?;
        project_of(write, project)
    });
    Ok(project.await?)
}

pub async fn project_remove(app: &App, who: &Principal, args: ProjectRef) -> Result<Done, ApiError> {
    let who = who.clone();
    let done = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        if runs::active(write)?.iter().any(|run| run.project_id == project.id) {
            return Err(StoreError::Conflict(format!(
                "'{}' has runs at work; cancel them first",
                project.slug
            )));
        }
        projects::set_archived(write, &project.id, true, &who)?;
        Ok(Done {})
    });
    Ok(done.await?)
}

pub async fn project_restore(app: &App, who: &Principal, args: ProjectRef) -> Result<Project, ApiError> {
    let who = who.clone();
    let project = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        projects::set_archived(write, &project.id, false, &who)?;
        project_of(write, projects::by_id(write, &project.id)?)
    });
    Ok(project.await?)
}

pub async fn project_settings_get(
    app: &App,
    _: &Principal,
    args: ProjectRef,
) -> Result<ProjectSettings, ApiError> {
    let settings = app.store().read(move |reader| settings_of(&projects::get(reader, &args.project)?));
    Ok(settings.await?)
}

pub async fn project_settings_set(
    app: &App,
    who: &Principal,
    args: ProjectSettingsSet,
) -> Result<ProjectSettings, ApiError> {
    if args.settings.contains_key("environment") {
        return Err(ApiError::invalid(
            "environment variables are set one by one, with project_environment_set",
        ));
    }
    let who = who.clone();
    let settings = app.store().write(move |write| {
        let project = projects::get(write, &args.project)?;
        let changed: Vec<String> = args.settings.keys().cloned().collect();
        let mut stored = project.settings.clone();
        stored.extend(args.settings);
        let settings = project_settings::ProjectSettings::read(&stored)?;
        settings.check()?;
        projects::set_settings(write, &project.id, &settings.to_stored()?, &changed, &who)?;
        settings_of(&projects::by_id(write, &project.id)?)
    });
    Ok(settings.await?)
}

pub async fn project_environment_set(
    app: &App,
    who: &Principal,
    args: ProjectEnvironmentSet,
) -> Result<ProjectSettings, ApiError> {
    if !is_variable_name(&args.key) {
        return Err(ApiError::invalid(format!("'{}' cannot be an environment variable here", args.key))
            .with_hint("Use letters, digits and '_'; PATH, HOME and a few others are Waybill's own."));
    }
    if args.value.as_ref().is_some_and(|value| value.contains('\0') || value.len() > 32 * 1024) {
        return Err(ApiError::invalid("the value holds a NUL character or has more than 32 KB"));
    }
    let slug = args.project.clone();
    let project = app.store().read(move |reader| projects::get(reader, &slug)).await?;
    let name = project_secret(&project.id, &args.key);
    let known = project_settings::ProjectSettings::read(&project.settings)?;
    let was_secret = known.environment.iter().any(|variable| variable.key == args.key && variable.is_secret);
    let secret = args.value.clone().filter(|_| args.is_secret);
    // The keychain first: a name without a value would fail at the next run, a value without a name harms nobody.
    let keychain = app.engine().secrets();
    let keychain_name = name.clone();
    blocking(move || match secret {
        Some(value) => keychain.set(&keychain_name, &value),
        None if was_secret => keychain.delete(&keychain_name),
        None => Ok(()),
    })
    .await??;
    let who = who.clone();
    let settings = app.store().write(move |write| {
        let project = projects::by_id(write, &project.id)?;
        let mut settings = project_settings::ProjectSettings::read(&project.settings)?;
        settings.environment.retain(|variable| variable.key != args.key);
        let is_set = args.value.is_some();
        if let Some(value) = args.value {
            let value = (!args.is_secret).then_some(value);
            settings.environment.push(Variable { key: args.key.clone(), value, is_secret: args.is_secret });
            settings.environment.sort_by(|a, b| a.key.cmp(&b.key));
        }
        if args.is_secret || was_secret {
            secrets::record(write, &name, Some(&project.id), is_set && args.is_secret, &who)?;
        }
        let changed = [format!("environment.{}", args.key)];
        projects::set_settings(write, &project.id, &settings.to_stored()?, &changed, &who)?;
        settings_of(&projects::by_id(write, &project.id)?)
    });
    Ok(settings.await?)
}

/// The repository that holds a path, or why there is none to work with.
pub(crate) async fn inspect(app: &App, path: &str) -> Result<Repository, ApiError> {
    let path = Path::new(path.trim());
    if !path.is_absolute() {
        return Err(ApiError::invalid("the path is not absolute").with_hint("Give the folder's whole path."));
    }
    Ok(app.engine().git().await?.inspect(path).await?)
}

fn name_of(root: &Path) -> String {
    root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned())
}

pub(crate) fn project_of(connection: &Connection, project: projects::Project) -> Result<Project, StoreError> {
    let counts = projects::counts(connection, &project.id)?;
    Ok(Project {
        id: project.id,
        slug: project.slug,
        name: project.name,
        root_path: project.root_path.to_string_lossy().into_owned(),
        default_branch: project.default_branch,
        github_repo: project.github_repo,
        created_at: project.created_at,
        updated_at: project.updated_at,
        archived_at: project.archived_at,
        counts: ProjectCounts {
            untriaged_issues: counts.untriaged_issues,
            active_issues: counts.active_issues,
            active_runs: counts.active_runs,
            needs_you: counts.needs_you,
        },
    })
}

fn settings_of(project: &projects::Project) -> Result<ProjectSettings, StoreError> {
    let settings = project_settings::ProjectSettings::read(&project.settings)?;
    Ok(ProjectSettings {
        sandbox_system_prompt: settings.sandbox_system_prompt,
        claude_md: settings.claude_md,
        branch_prefix: settings.branch_prefix,
        git_author_name: settings.git_author_name,
        git_author_email: settings.git_author_email,
        default_tool: settings.default_tool,
        default_model: settings.default_model,
        timeout_ms: settings.timeout_ms,
        memory_mb: settings.memory_mb,
        cpu_count: settings.cpu_count,
        network: settings.network,
        concurrent_sandboxes: settings.concurrent_sandboxes,
        visible_paths: settings
            .visible_paths
            .iter()
            .map(|path| path.to_string_lossy().into_owned())
            .collect(),
        weak_isolation_allowed: settings.weak_isolation_allowed,
        share_tool_login: settings.share_tool_login,
        reopen_window_days: settings.reopen_window_days,
        environment: settings
            .environment
            .into_iter()
            .map(|variable| EnvironmentVariable {
                key: variable.key,
                value: variable.value,
                is_secret: variable.is_secret,
            })
            .collect(),
    })
}
