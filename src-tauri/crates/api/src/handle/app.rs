//! The application itself: its state, settings, notifications, what needs the operator, health, backup, demo.

use super::project::project_add;
use super::{blocking, limit, paged};
use crate::app::App;
use crate::error::{ApiError, Code};
use crate::wire::{
    Activity, AppInfo, Backup, BackupMake, Demo, Density, Doctor, Inbox, InboxList, IssueCreate, Need,
    NeedKind, Nothing, Notification, NotificationList, NotificationMark, Notifications, ProjectAdd, Settings,
    SettingsSet, Theme,
};
use serde_json::{Map, Value};
use std::path::PathBuf;
use waybill_domain::issue::Priority;
use waybill_domain::principal::Principal;
use waybill_domain::question::QuestionKind;
use waybill_domain::run::{Delivery, RunStatus, WaitingFor};
use waybill_domain::text::cut;
use waybill_engine::agents::demo;
use waybill_engine::health;
use waybill_store::session_questions::{self, Asked};
use waybill_store::{StoreError, notifications, projects, runs, settings};

pub async fn app_info(app: &App, _: &Principal, _: Nothing) -> Result<AppInfo, ApiError> {
    let engine = app.engine().clone();
    let (engine_here, engine_elsewhere) =
        blocking(move || (engine.is_leading(), engine.is_led_elsewhere())).await?;
    let isolation = health::isolation(app.engine()).await;
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        platform: std::env::consts::OS.to_owned(),
        home: app.store().directory().to_string_lossy().into_owned(),
        engine_here,
        engine_elsewhere,
        isolation: isolation.words,
        isolation_weak: isolation.weak,
        isolation_hint: isolation.hint,
    })
}

pub async fn activity(app: &App, _: &Principal, _: Nothing) -> Result<Activity, ApiError> {
    let since = start_of_day(app.store().now());
    let read = app.store().read(move |reader| {
        let (running, waiting, cost_today_usd) = runs::activity(reader, since)?;
        let needs_you = runs::needing_operator_count(reader, None)?
            + session_questions::needing_operator_count(reader, None)?;
        Ok(Activity { running, waiting, cost_today_usd, needs_you, unread: notifications::unread(reader)? })
    });
    Ok(read.await?)
}

/// The last local midnight.
fn start_of_day(now: i64) -> i64 {
    let zoned = jiff::Timestamp::from_millisecond(now).map(|at| at.to_zoned(jiff::tz::TimeZone::system()));
    let start = zoned.and_then(|at| at.start_of_day());
    start.map_or(now - 86_400_000, |at| at.timestamp().as_millisecond())
}

pub async fn doctor(app: &App, _: &Principal, _: Nothing) -> Result<Doctor, ApiError> {
    let checks = health::examine(app.engine()).await.into_iter().map(|check| crate::wire::Check {
        name: check.name.to_owned(),
        ok: check.ok,
        message: check.message,
        hint: check.hint,
    });
    Ok(Doctor { checks: checks.collect() })
}

pub async fn backup(app: &App, who: &Principal, args: BackupMake) -> Result<Backup, ApiError> {
    let path = match args.path {
        Some(path) => PathBuf::from(path),
        None => health::backup_path(app.store()),
    };
    if !path.is_absolute() {
        return Err(ApiError::invalid("the path of the backup is not absolute"));
    }
    if path.exists() {
        return Err(ApiError::new(Code::Conflict, format!("{} exists already", path.display()))
            .with_hint("Choose another name; nothing is overwritten."));
    }
    let target = path.clone();
    let store = app.store().clone();
    blocking(move || health::write_backup(&store, &target)).await??;
    let bytes = std::fs::metadata(&path).map_or(0, |meta| i64::try_from(meta.len()).unwrap_or(i64::MAX));
    let (actor, shown) = (who.clone(), path.to_string_lossy().into_owned());
    let change = serde_json::json!({ "path": shown });
    app.store().write(move |write| write.audit(&actor, None, "backup.made", &change)).await?;
    Ok(Backup { path: shown, bytes })
}

pub async fn demo_create(app: &App, who: &Principal, _: Nothing) -> Result<Demo, ApiError> {
    let git = app.engine().git().await?;
    let repository = git.make_sample(&app.store().directory().join("demo"), demo::SAMPLE).await?;
    let path = repository.to_string_lossy().into_owned();
    let add = ProjectAdd { path: path.clone(), slug: None, name: Some("Waybill demo".to_owned()) };
    let project = project_add(app, who, add).await?.slug;
    let args = IssueCreate {
        project: project.clone(),
        title: demo::ISSUE_TITLE.to_owned(),
        body: demo::ISSUE_BODY.to_owned(),
        priority: Some(Priority::High),
        labels: vec!["bug".to_owned()],
        parent: None,
        attachments: Vec::new(),
    };
    let issue = super::issue::issue_create(app, who, args).await?.row.number;
    let mut chosen = Map::new();
    chosen.insert("default_tool".to_owned(), Value::String(demo::NAME.to_owned()));
    let settings = crate::wire::ProjectSettingsSet { project: project.clone(), settings: chosen };
    super::project::project_settings_set(app, who, settings).await?;
    Ok(Demo { project, issue, repository: path })
}

pub async fn settings_get(app: &App, _: &Principal, _: Nothing) -> Result<Settings, ApiError> {
    let stored = app.store().read(|reader| settings::all_set(reader)).await?;
    read_settings(stored)
}

pub async fn settings_set(app: &App, who: &Principal, args: SettingsSet) -> Result<Settings, ApiError> {
    let who = who.clone();
    let stored = app.store().write(move |write| {
        let mut all = settings::all_set(write)?;
        all.extend(args.settings.clone());
        read_settings(all).map_err(|error| StoreError::Invalid(error.message))?;
        settings::set(write, &args.settings, &who)?;
        settings::all_set(write)
    });
    read_settings(stored.await?)
}

fn read_settings(stored: Map<String, Value>) -> Result<Settings, ApiError> {
    let defaults = Settings {
        theme: Theme::System,
        density: Density::Compact,
        display_name: None,
        default_tool: None,
        notify_run_completed: true,
        notify_run_failed: true,
        notify_input_needed: true,
        triage_keys_used: 0,
        close_to_tray: true,
        new_issue_shortcut: Some("CommandOrControl+Alt+N".to_owned()),
    };
    let Ok(Value::Object(mut all)) = serde_json::to_value(&defaults) else { return Ok(defaults) };
    for (key, value) in stored {
        if !all.contains_key(&key) {
            return Err(ApiError::invalid(format!("there is no setting called '{key}'")));
        }
        all.insert(key, value);
    }
    serde_json::from_value(Value::Object(all))
        .map_err(|error| ApiError::invalid(format!("settings: {error}")))
}

pub async fn inbox_list(app: &App, _: &Principal, args: InboxList) -> Result<Inbox, ApiError> {
    let inbox = app.store().read(move |reader| {
        let project = args.project.as_deref().map(|slug| projects::get(reader, slug)).transpose()?;
        let id = project.as_ref().map(|project| &project.id);
        let mut items: Vec<Need> =
            runs::needing_operator(reader, id)?.into_iter().map(|(slug, run)| need_of(slug, &run)).collect();
        items.extend(session_questions::needing_operator(reader, id)?.into_iter().map(asked_of));
        items.sort_by_key(|need| std::cmp::Reverse(need.at));
        items.truncate(200);
        let count = runs::needing_operator_count(reader, id)?
            + session_questions::needing_operator_count(reader, id)?;
        Ok(Inbox { items, count })
    });
    Ok(inbox.await?)
}

fn need_of(project_slug: String, run: &runs::Run) -> Need {
    let (kind, detail) = match (run.waiting_for, run.status, run.delivery) {
        (Some(WaitingFor::Consent), ..) => {
            (NeedKind::Consent, "Agree to weaker isolation, or cancel the run.".to_owned())
        }
        (_, RunStatus::Failed, Delivery::Ready) => (
            NeedKind::FailedRun,
            run.error.clone().unwrap_or_else(|| "The run failed; its branch is kept.".to_owned()),
        ),
        (_, _, Delivery::Ready) => (NeedKind::Review, review(run.files_changed)),
        _ => (NeedKind::FailedRun, run.error.clone().unwrap_or_else(|| "The run failed.".to_owned())),
    };
    let title = match &run.issue {
        Some((number, title)) => format!("Run {} · #{number} {title}", run.number),
        None => format!("Run {} · {}", run.number, run.name),
    };
    let link = format!("/p/{project_slug}/runs/{}", run.number);
    Need { kind, project_slug, title, detail, link, at: run.finished_at.unwrap_or(run.created_at) }
}

fn asked_of((project_slug, number, title, asked): (String, i64, String, Asked)) -> Need {
    Need {
        kind: match asked.question.kind {
            QuestionKind::Checkpoint => NeedKind::Checkpoint,
            QuestionKind::Ask => NeedKind::Ask,
            QuestionKind::Form => NeedKind::Form,
        },
        title: format!("Session {number} · {title}"),
        detail: cut(&asked.question.text, 240),
        link: format!("/p/{project_slug}/sessions/{number}"),
        project_slug,
        at: asked.created_at,
    }
}

fn review(files: i64) -> String {
    let what = if files == 1 { "1 changed file".to_owned() } else { format!("{files} changed files") };
    format!("Review {what}, then merge or discard.")
}

pub async fn notification_list(
    app: &App,
    _: &Principal,
    args: NotificationList,
) -> Result<Notifications, ApiError> {
    let limit = limit(args.limit, 50, 200)?;
    let read = app.store().read(move |reader| {
        let found = notifications::list(reader, args.after.as_deref(), limit + 1)?;
        let (found, next) = paged(found, limit, |notification| notification.id.to_string());
        let items = found.into_iter().map(notification_of).collect::<Result<Vec<_>, _>>()?;
        Ok(Notifications { items, next, unread: notifications::unread(reader)? })
    });
    Ok(read.await?)
}

fn notification_of(row: notifications::Notification) -> Result<Notification, StoreError> {
    Ok(Notification {
        id: row.id,
        project_slug: row.project_slug,
        kind: row.kind.parse().map_err(|error| StoreError::Unreadable(format!("{error}")))?,
        title: row.title,
        body: row.body,
        link: row.link,
        created_at: row.created_at,
        read_at: row.read_at,
    })
}

pub async fn notification_mark(
    app: &App,
    who: &Principal,
    args: NotificationMark,
) -> Result<Notifications, ApiError> {
    app.store().write(move |write| notifications::mark(write, &args.ids, args.dismiss)).await?;
    notification_list(app, who, NotificationList { after: None, limit: None }).await
}
