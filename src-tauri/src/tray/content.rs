//! What the tray shows, as words and counts. Knows the commands it asks, and nothing of menus.

use serde::Deserialize;
use serde_json::json;

use super::icons::State;
use crate::shell::Shell;

/// More runs than this stand only in the window.
const MOST_RUNS: usize = 8;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    pub runs: Vec<Entry>,
    pub running: i64,
    pub needs_you: i64,
}

/// A run that is at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub path: String,
    pub line: String,
}

#[derive(Deserialize)]
struct Activity {
    running: i64,
    needs_you: i64,
}

#[derive(Deserialize)]
struct Project {
    slug: String,
    name: String,
    counts: Counts,
}

#[derive(Deserialize)]
struct Counts {
    active_runs: i64,
}

#[derive(Deserialize)]
struct Runs {
    items: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    number: i64,
    name: String,
    status: String,
    waiting_for: Option<String>,
}

/// Asks the application what runs and what waits; none when it does not answer.
pub async fn look(shell: &Shell) -> Option<Content> {
    let activity: Activity = shell.look_up("activity", json!({})).await?;
    let projects: Vec<Project> = shell.look_up("project_list", json!({})).await?;
    let named = projects.len() > 1;
    let mut runs = Vec::new();
    for project in projects.iter().filter(|project| project.counts.active_runs > 0) {
        let asked =
            json!({ "project": project.slug, "statuses": ["running", "pending"], "limit": MOST_RUNS });
        if let Some(page) = shell.look_up::<Runs>("run_list", asked).await {
            runs.extend(page.items.iter().map(|run| entry(project, run, named)));
        }
    }
    runs.truncate(MOST_RUNS);
    Some(Content { runs, running: activity.running, needs_you: activity.needs_you })
}

fn entry(project: &Project, run: &Run, named: bool) -> Entry {
    let state =
        run.waiting_for.as_ref().map_or_else(|| run.status.clone(), |what| format!("waits for {what}"));
    let of = if named { format!("{}: ", project.name) } else { String::new() };
    Entry {
        path: format!("/p/{}/runs/{}", project.slug, run.number),
        line: format!("{of}{} ({state})", shortened(&run.name)),
    }
}

fn shortened(name: &str) -> String {
    const MOST: usize = 48;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(MOST - 1).collect();
    short.push('…');
    short
}

impl Content {
    pub const fn state(&self) -> State {
        if self.needs_you > 0 {
            State::Attention
        } else if self.running > 0 {
            State::Running
        } else {
            State::Idle
        }
    }

    pub fn needs_you_line(&self) -> String {
        if self.needs_you == 0 {
            "Nothing needs you".to_owned()
        } else {
            format!("Needs you: {}", self.needs_you)
        }
    }

    /// The number beside the icon, where the platform shows one.
    pub fn needs_you_count(&self) -> Option<String> {
        (self.needs_you > 0).then(|| self.needs_you.to_string())
    }

    pub fn tooltip(&self) -> String {
        let agents = if self.running == 1 {
            "1 agent running".to_owned()
        } else {
            format!("{} agents running", self.running)
        };
        match (self.running, self.needs_you) {
            (0, 0) => "Waybill".to_owned(),
            (0, _) => format!("Waybill: {}", self.needs_you_line().to_lowercase()),
            (_, 0) => format!("Waybill: {agents}"),
            (_, _) => format!("Waybill: {agents}, {}", self.needs_you_line().to_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Content, Counts, Project, Run, entry};
    use crate::tray::icons::State;

    #[test]
    fn what_waits_for_the_user_comes_before_what_runs() {
        let content = |running, needs_you| Content { runs: Vec::new(), running, needs_you };
        assert_eq!(content(0, 0).state(), State::Idle, "nothing to see");
        assert_eq!(content(2, 0).state(), State::Running, "agents work");
        assert_eq!(content(2, 1).state(), State::Attention, "the user is needed although agents work");
        assert_eq!(content(0, 3).needs_you_line(), "Needs you: 3", "the number of the window and the CLI");
        assert_eq!(content(0, 0).needs_you_count(), None, "no zero beside the icon");
        assert_eq!(content(1, 2).tooltip(), "Waybill: 1 agent running, needs you: 2", "both at a glance");
    }

    #[test]
    fn an_entry_says_what_runs_and_opens_it() {
        let project =
            Project { slug: "demo".to_owned(), name: "Demo".to_owned(), counts: Counts { active_runs: 1 } };
        let mut run =
            Run { number: 7, name: "x".repeat(80), status: "running".to_owned(), waiting_for: None };
        let found = entry(&project, &run, true);
        assert_eq!(found.path, "/p/demo/runs/7", "the entry opens this run");
        assert!(found.line.starts_with("Demo: xxx") && found.line.ends_with("… (running)"), "{}", found.line);
        run.waiting_for = Some("quota".to_owned());
        run.name = "Add a greeting".to_owned();
        assert_eq!(
            entry(&project, &run, false).line,
            "Add a greeting (waits for quota)",
            "what it waits for"
        );
    }
}
