//! Native notifications: shows what the feed brings, once, as the settings allow; a click opens it, a button answers.

use std::collections::HashSet;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::{Action, ActionPerformed, ActionType, NotificationExt};
use waybill_api::wire::{NotificationType, Settings};

use crate::answers::Answers;
use crate::shell::Shell;
use crate::window;

/// What comes within this time is shown as one.
const GATHER: Duration = Duration::from_millis(400);

/// The key of a notification's path among its extras.
const PATH: &str = "path";
/// The key of what can be answered, and the name of the buttons of the notification that is shown next.
const ANSWERS: &str = "answers";

#[derive(Debug, Clone, Deserialize)]
struct Notification {
    id: String,
    #[serde(rename = "type")]
    kind: NotificationType,
    title: String,
    body: String,
    link: String,
    created_at: i64,
    read_at: Option<i64>,
}

#[derive(Deserialize)]
struct Notifications {
    items: Vec<Notification>,
}

/// Opens what a notification speaks of when it is clicked, and gives the answer of a button. Belongs before the first
/// one is shown.
pub fn listen(app: &AppHandle) {
    let handle = app.clone();
    let listening = app.notification().on_action(move |action| match answer(action) {
        Some(answer) => give(handle.clone(), answer, path_of(action)),
        None => open(&handle, path_of(action)),
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "clicks on notifications are not heard");
    }
}

fn path_of(action: &ActionPerformed) -> Option<String> {
    action.notification().and_then(|shown| shown.extra().get(PATH)?.as_str().map(str::to_owned))
}

/// What is to be answered when a button was pressed.
fn answer(action: &ActionPerformed) -> Option<Value> {
    let answers = action.notification()?.extra().get(ANSWERS)?.clone();
    serde_json::from_value::<Answers>(answers).ok()?.given(action.action_id())
}

fn open(app: &AppHandle, path: Option<String>) {
    match path {
        Some(path) => window::open(app, path),
        None => window::show(app),
    }
}

/// Answers; when that is refused (somebody was quicker, say), the question's place is shown.
fn give(app: AppHandle, answer: Value, path: Option<String>) {
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.state::<Shell>().ask("session_answer", answer).await {
            tracing::warn!(error = error.message, "an answer by notification was refused");
            open(&app, path);
        }
    });
}

/// Shows what is new, for as long as the application lives.
pub async fn follow(app: AppHandle) {
    let shell = app.state::<Shell>();
    let mut seen = Seen::default();
    // What happened while Waybill was not running stands in the window, not on the screen.
    seen.take_new(latest(&shell).await);
    loop {
        shell.notifications.notified().await;
        let mut new = seen.take_new(latest(&shell).await);
        if new.is_empty() {
            continue;
        }
        tokio::time::sleep(GATHER).await;
        new.extend(seen.take_new(latest(&shell).await));
        if let Some(settings) = shell.settings() {
            new.retain(|notification| wanted(&settings, notification.kind));
        }
        if let Some(shown) = gathered(&new) {
            let answers = Answers::behind(&shell, &shown.path).await;
            show(&app, shown, answers);
        }
    }
}

async fn latest(shell: &Shell) -> Vec<Notification> {
    let page: Option<Notifications> = shell.look_up("notification_list", json!({ "limit": 100 })).await;
    page.map_or_else(Vec::new, |page| page.items)
}

/// Which notifications were looked at already.
#[derive(Default)]
struct Seen {
    ids: HashSet<String>,
    /// None is new that is older than the newest of the first look.
    since: Option<i64>,
}

impl Seen {
    /// The unread ones that were not here before, oldest first.
    fn take_new(&mut self, mut page: Vec<Notification>) -> Vec<Notification> {
        page.sort_by_key(|notification| notification.created_at);
        let since = *self.since.get_or_insert(page.last().map_or(0, |newest| newest.created_at));
        page.retain(|notification| {
            notification.created_at >= since
                && self.ids.insert(notification.id.clone())
                && notification.read_at.is_none()
        });
        page
    }
}

const fn wanted(settings: &Settings, kind: NotificationType) -> bool {
    match kind {
        NotificationType::RunCompleted => settings.notify_run_completed,
        NotificationType::RunFailed => settings.notify_run_failed,
        NotificationType::InputNeeded => settings.notify_input_needed,
    }
}

#[derive(Debug, PartialEq)]
struct Shown {
    title: String,
    body: String,
    path: String,
}

/// One notification as it is, several as one that counts and lists them.
fn gathered(new: &[Notification]) -> Option<Shown> {
    match new {
        [] => None,
        [one] => Some(Shown { title: one.title.clone(), body: one.body.clone(), path: one.link.clone() }),
        several => {
            let mut lines: Vec<&str> = several.iter().rev().take(4).map(|one| one.title.as_str()).collect();
            let more = format!("and {} more", several.len().saturating_sub(4));
            if several.len() > 4 {
                lines.push(&more);
            }
            Some(Shown { title: counted(several), body: lines.join("\n"), path: "/needs-you".to_owned() })
        }
    }
}

/// "2 runs completed, 1 failed, 1 needs you".
fn counted(several: &[Notification]) -> String {
    let count = |kind| several.iter().filter(|one| one.kind == kind).count();
    let (completed, failed, asking) = (
        count(NotificationType::RunCompleted),
        count(NotificationType::RunFailed),
        count(NotificationType::InputNeeded),
    );
    let runs = |count| if count == 1 { "run" } else { "runs" };
    let mut parts = Vec::new();
    if completed > 0 {
        parts.push(format!("{completed} {} completed", runs(completed)));
    }
    if failed > 0 {
        let noun = if completed > 0 { String::new() } else { format!(" {}", runs(failed)) };
        parts.push(format!("{failed}{noun} failed"));
    }
    if asking > 0 {
        parts.push(format!("{asking} {} you", if asking == 1 { "needs" } else { "need" }));
    }
    parts.join(", ")
}

fn show(app: &AppHandle, shown: Shown, answers: Option<Answers>) {
    let mut notification = app
        .notification()
        .builder()
        .title(shown.title)
        .body(shown.body)
        .extra(PATH, Value::String(shown.path));
    if let Some(answers) = answers {
        let button = |(id, words): (String, &str)| Action::builder(id, words).build();
        let buttons = ActionType::builder(ANSWERS).actions(answers.buttons().map(button).collect()).build();
        match app.notification().register_action_types(vec![buttons]) {
            Ok(()) => notification = notification.action_type_id(ANSWERS).extra(ANSWERS, json!(answers)),
            Err(error) => tracing::warn!(%error, "a notification gets no buttons"),
        }
    }
    if let Err(error) = notification.show() {
        tracing::warn!(%error, "a notification cannot be shown");
    }
}

#[cfg(test)]
mod tests {
    use super::{Notification, Seen, gathered};
    use waybill_api::wire::NotificationType;

    fn notification(id: &str, kind: NotificationType, created_at: i64) -> Notification {
        Notification {
            id: id.to_owned(),
            kind,
            title: format!("Run {id} ended"),
            body: "2 files changed".to_owned(),
            link: format!("/p/demo/runs/{id}"),
            created_at,
            read_at: None,
        }
    }

    fn ids(new: &[Notification]) -> Vec<&str> {
        new.iter().map(|one| one.id.as_str()).collect()
    }

    #[test]
    fn each_is_shown_once_and_old_ones_never() {
        let completed = |id, at| notification(id, NotificationType::RunCompleted, at);
        let mut seen = Seen::default();
        seen.take_new(vec![completed("2", 20)]);
        let new = seen.take_new(vec![
            completed("4", 40),
            completed("3", 30),
            completed("2", 20),
            completed("1", 10),
        ]);
        assert_eq!(ids(&new), ["3", "4"], "only what came after the start, in its order");
        assert!(seen.take_new(vec![completed("4", 40)]).is_empty(), "a second look shows nothing again");

        let mut read = completed("5", 50);
        read.read_at = Some(51);
        assert!(seen.take_new(vec![read]).is_empty(), "what was read in the window needs no notification");
    }

    #[test]
    fn the_very_first_notification_is_shown() {
        let mut seen = Seen::default();
        seen.take_new(Vec::new());
        let new = seen.take_new(vec![notification("1", NotificationType::RunCompleted, 10)]);
        assert_eq!(ids(&new), ["1"], "a fresh installation has none before");
    }

    #[test]
    fn many_at_once_are_one() {
        assert_eq!(gathered(&[]), None, "nothing is shown for nothing");
        let one = gathered(&[notification("1", NotificationType::RunFailed, 1)]).expect("one is shown");
        assert_eq!(one.path, "/p/demo/runs/1", "a single one opens what it speaks of");

        let several: Vec<_> = (1..=6)
            .map(|n| {
                let kind = match n {
                    1..=4 => NotificationType::RunCompleted,
                    5 => NotificationType::RunFailed,
                    _ => NotificationType::InputNeeded,
                };
                notification(&n.to_string(), kind, n)
            })
            .collect();
        let shown = gathered(&several).expect("several are shown");
        assert_eq!(shown.title, "4 runs completed, 1 failed, 1 needs you", "it counts what happened");
        assert_eq!(shown.body.lines().count(), 5, "it names four and counts the rest");
        assert_eq!(shown.body.lines().last(), Some("and 2 more"), "nothing is left out silently");
        assert_eq!(shown.path, "/needs-you", "it opens the list of what waits");
    }
}
