//! What an agent is told, part by part, in the order of SPEC 11; the run page shows exactly this.

use serde::{Deserialize, Serialize};
use waybill_store::issues::Issue;
use waybill_store::project_settings::ProjectSettings;
use waybill_store::runs::Run;

/// One part of what an agent is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub title: String,
    pub text: String,
}

/// What an agent is told: what goes before its own instructions, and the message it works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instructions {
    pub system: Vec<Part>,
    pub message: Vec<Part>,
}

const DESIGNER: &str = "\
You are the designer of this change: you read the code, make the change, and show that it works.

- You work alone in a private clone of the repository, on a branch made for you. Nobody can answer questions while \
you work: where something is unclear, choose what the maintainers would most likely want and say so at the end.
- Read before you write. Follow the conventions, names and structure that are there; keep the change as small as the \
task allows, and finish it: no stubs, no dead code, nothing commented out.
- Run the project's own checks and tests where they exist, and add a test where one would have caught the problem.
- Commit your work in one or a few commits with messages in the repository's style. What you leave uncommitted is \
committed for you.
- Do not push, do not change git's configuration or hooks, and do not touch other branches: only your branch is taken \
over.
- End with a short summary for the reviewer: what you changed and why, how you checked it, what you left open.";

const INTERRUPTED: &str = "\
Waybill was interrupted while you worked, and you are now continued in the same workspace. See what is done already \
(`git status`, `git log`), then go on where you left off. The task was:";

impl Instructions {
    /// Puts together what the designer of a run is told.
    pub fn of(run: &Run, issue: Option<&Issue>, settings: &ProjectSettings) -> Self {
        let mut system = Vec::new();
        push(&mut system, "Sandbox system prompt", &settings.sandbox_system_prompt);
        push(&mut system, "Designer", DESIGNER);
        let mut message = Vec::new();
        if let Some(issue) = issue {
            let text = format!("# {}\n\n{}", issue.title, issue.body);
            push(&mut message, &format!("Issue #{}", issue.number), text.trim());
        }
        let task = match (run.prompt.is_empty(), issue) {
            (false, _) => run.prompt.clone(),
            (true, Some(issue)) => format!("Resolve issue #{}.", issue.number),
            (true, None) => String::new(),
        };
        push(&mut message, "Task", &task);
        Self { system, message }
    }

    /// Everything that was sent, part by part, with the project's file for the tool among it.
    pub fn parts(&self, settings: &ProjectSettings) -> Vec<Part> {
        let mut parts = self.system.clone();
        push(&mut parts, "CLAUDE.md / AGENTS.md", &settings.claude_md);
        parts.extend(self.message.iter().cloned());
        parts
    }

    /// What goes before the tool's own instructions.
    pub fn system_text(&self) -> String {
        join(&self.system)
    }

    /// The message to work on; `again` when the agent was interrupted at it.
    pub fn message_text(&self, again: bool) -> String {
        let message = join(&self.message);
        if again { format!("{INTERRUPTED}\n\n{message}") } else { message }
    }
}

fn push(parts: &mut Vec<Part>, title: &str, text: &str) {
    if !text.trim().is_empty() {
        parts.push(Part { title: title.to_owned(), text: text.to_owned() });
    }
}

fn join(parts: &[Part]) -> String {
    parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n\n")
}
