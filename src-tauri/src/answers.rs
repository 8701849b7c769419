//! The answers that a notification offers as buttons: the choices of what an agent asks.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::shell::Shell;

/// The name of each button, before its place among the choices.
const BUTTON: &str = "choice-";
/// More buttons, or longer ones, are not shown whole by most desktops.
const MOST: usize = 3;
const LONGEST: usize = 40;
/// macOS puts several actions into a menu and takes a press on that for the first of them: an answer nobody gave.
const BUTTONS: bool = !cfg!(target_os = "macos");

/// A question that can be answered by one press.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    project: String,
    number: i64,
    question: String,
    choices: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Session {
    project_slug: String,
    number: i64,
    questions: Vec<Question>,
}

#[derive(Debug, Deserialize)]
struct Question {
    id: String,
    kind: String,
    state: String,
    choices: Vec<String>,
}

impl Answers {
    /// What can be answered to the notification that leads to this path.
    pub async fn behind(shell: &Shell, path: &str) -> Option<Self> {
        let (project, number) = session_at(path).filter(|_| BUTTONS)?;
        let session = shell.look_up("session_get", json!({ "project": project, "number": number })).await?;
        Self::of(session)
    }

    /// The choices of the only open question, when they fit on buttons: of several nobody could tell which is meant.
    fn of(session: Session) -> Option<Self> {
        let mut open = session.questions.into_iter().filter(|question| question.state == "open");
        let question = open.next().filter(|question| question.kind == "ask")?;
        let fits = |choice: &String| choice.chars().count() <= LONGEST;
        let few = (1..=MOST).contains(&question.choices.len());
        (open.next().is_none() && few && question.choices.iter().all(fits)).then_some(Self {
            project: session.project_slug,
            number: session.number,
            question: question.id,
            choices: question.choices,
        })
    }

    /// The buttons: what each is called, and its words.
    pub fn buttons(&self) -> impl Iterator<Item = (String, &str)> {
        self.choices.iter().enumerate().map(|(at, choice)| (format!("{BUTTON}{at}"), choice.as_str()))
    }

    /// The arguments of `session_answer` for the button that was pressed.
    pub fn given(&self, button: &str) -> Option<Value> {
        let at: usize = button.strip_prefix(BUTTON)?.parse().ok()?;
        let Self { project, number, question, choices } = self;
        let answer = choices.get(at)?;
        Some(json!({
            "project": project, "number": number, "question": question, "answer": answer,
            "sign_off": false, "despite_children": false,
        }))
    }
}

/// The project and number of `/p/<slug>/sessions/<number>`.
fn session_at(path: &str) -> Option<(&str, i64)> {
    let (slug, number) = path.strip_prefix("/p/")?.split_once("/sessions/")?;
    Some((slug, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Answers, Session, session_at};
    use serde_json::json;

    fn asked(questions: &serde_json::Value) -> Option<Answers> {
        let session = json!({"project_slug": "demo", "number": 3, "questions": questions});
        Answers::of(serde_json::from_value::<Session>(session).expect("a session"))
    }

    fn ask(id: &str, state: &str, choices: &[&str]) -> serde_json::Value {
        json!({"id": id, "kind": "ask", "state": state, "choices": choices})
    }

    #[test]
    fn a_few_short_choices_are_buttons_and_a_press_is_the_answer() {
        let answers = asked(&json!([ask("1", "answered", &["x"]), ask("2", "open", &["warm", "cold"])]));
        let answers = answers.expect("can be answered");
        let buttons: Vec<_> = answers.buttons().collect();
        assert_eq!(buttons, [("choice-0".to_owned(), "warm"), ("choice-1".to_owned(), "cold")]);
        let given = answers.given("choice-1").expect("a choice");
        assert_eq!(
            (&given["answer"], &given["question"], &given["number"]),
            (&json!("cold"), &json!("2"), &json!(3))
        );
        for other in ["tap", "choice-2", "choice--1", "choice-", "default"] {
            assert_eq!(answers.given(other), None, "{other} answers nothing");
        }
    }

    #[test]
    fn what_needs_more_than_a_press_has_no_buttons() {
        assert_eq!(asked(&json!([])), None, "nothing is asked");
        assert_eq!(asked(&json!([ask("1", "open", &[])])), None, "it wants words");
        assert_eq!(asked(&json!([ask("1", "open", &["a", "b", "c", "d"])])), None, "too many to show");
        assert_eq!(asked(&json!([ask("1", "open", &["x".repeat(41).as_str()])])), None, "too long to read");
        let two = json!([ask("1", "open", &["yes"]), ask("2", "open", &["yes"])]);
        assert_eq!(asked(&two), None, "nobody could tell which of them is answered");
        let checkpoint = json!([{"id": "1", "kind": "checkpoint", "state": "open", "choices": []}]);
        assert_eq!(asked(&checkpoint), None, "what is signed off is looked at before");
    }

    #[test]
    fn only_a_sessions_path_leads_to_a_question() {
        assert_eq!(session_at("/p/demo/sessions/3"), Some(("demo", 3)));
        for path in ["/p/demo/runs/3", "/needs-you", "/p/demo/sessions/", "/p/demo/sessions/3/x"] {
            assert_eq!(session_at(path), None, "{path}");
        }
    }
}
