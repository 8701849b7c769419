//! Learnings: what work in a project taught, reviewed by a person and compiled into what agents are told (SPEC 11).

use crate::run::Role;
use crate::similar::Gist;
use crate::text::{cut, has_hidden_characters};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// The most characters of a description, which is one line.
pub const DESCRIPTION_MAX_CHARS: usize = 500;
/// The most characters of a trigger.
pub const TRIGGER_MAX_CHARS: usize = 1_000;
/// The most characters of the correct behaviour.
pub const BEHAVIOR_MAX_CHARS: usize = 4_000;

crate::words! {
    /// Where a learning stands in its review.
    pub enum LearningStatus { Pending = "pending", Approved = "approved", Rejected = "rejected" }
}

crate::words! {
    /// What the operator says of a learning.
    pub enum Decision {
        Approve = "approve",
        Reject = "reject",
        /// Back to the review.
        Reopen = "reopen",
    }
}

crate::words! {
    /// How much it matters, the most first.
    pub enum Severity { Critical = "critical", Important = "important", Minor = "minor" }
}

crate::words! {
    /// What kind of thing was learnt.
    pub enum Category {
        Preference = "preference",
        Pattern = "pattern",
        Gotcha = "gotcha",
        Tool = "tool",
        Architecture = "architecture",
    }
}

crate::words! {
    /// Where a learning came from.
    pub enum LearningSource {
        /// An agent wrote it down while it worked.
        Agent = "agent",
        /// It was drawn from a run when that was over.
        Extracted = "extracted",
        Operator = "operator",
    }
}

impl LearningStatus {
    /// Where a learning stands after a decision. A person may always think again; the same decision twice changes nothing.
    #[must_use]
    pub const fn next(self, decision: Decision) -> Self {
        match (self, decision) {
            (Self::Pending | Self::Approved | Self::Rejected, Decision::Approve) => Self::Approved,
            (Self::Pending | Self::Approved | Self::Rejected, Decision::Reject) => Self::Rejected,
            (Self::Pending | Self::Approved | Self::Rejected, Decision::Reopen) => Self::Pending,
        }
    }
}

impl Decision {
    /// The decision that leads to a status: what takes another one back.
    pub const fn to(status: LearningStatus) -> Self {
        match status {
            LearningStatus::Pending => Self::Reopen,
            LearningStatus::Approved => Self::Approve,
            LearningStatus::Rejected => Self::Reject,
        }
    }
}

/// What a learning says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// What was learnt, in a line.
    pub description: String,
    /// When it counts.
    pub trigger: String,
    /// What to do then.
    pub correct_behavior: String,
    pub severity: Severity,
    pub category: Category,
    /// How sure it is, 0–1.
    pub confidence: f64,
    /// The roles that it is for; none: all of them.
    #[serde(default)]
    pub roles: Vec<Role>,
}

impl Lesson {
    /// The same without what only surrounds it: white space at the ends, a role named twice.
    #[must_use]
    pub fn tidied(self) -> Self {
        let trimmed = |text: &str| text.trim().to_owned();
        let mut roles = self.roles;
        roles.sort_unstable();
        roles.dedup();
        Self {
            description: trimmed(&self.description),
            trigger: trimmed(&self.trigger),
            correct_behavior: trimmed(&self.correct_behavior),
            roles,
            ..self
        }
    }

    /// Refuses what nobody could review or follow, with what could be.
    pub fn check(&self) -> Result<(), String> {
        let texts = [
            ("description", &self.description, DESCRIPTION_MAX_CHARS),
            ("trigger", &self.trigger, TRIGGER_MAX_CHARS),
            ("correct_behavior", &self.correct_behavior, BEHAVIOR_MAX_CHARS),
        ];
        for (name, text, most) in texts {
            if text.trim().is_empty() {
                return Err(format!("a learning needs a {name}"));
            }
            if text.chars().count() > most {
                return Err(format!("a learning's {name} may have {most} characters"));
            }
            // What is approved here stands before every task: nothing of it may be unseen.
            if text.lines().any(has_hidden_characters) {
                return Err(format!("a learning's {name} holds characters that do not show"));
            }
        }
        if self.description.lines().count() > 1 {
            return Err("a learning's description is one line".to_owned());
        }
        if !(0.0..=1.0).contains(&self.confidence) {
            return Err("a learning's confidence is 0 to 1".to_owned());
        }
        Ok(())
    }

    /// What an agent handed in, made to fit where only its length or its lines do not.
    #[must_use]
    pub fn fitted(self) -> Self {
        let shown = |text: &str, most: usize| {
            let lines: Vec<String> = text.lines().map(without_hidden).collect();
            cut(lines.join("\n").trim(), most)
        };
        Self {
            description: shown(
                &self.description.split_whitespace().collect::<Vec<_>>().join(" "),
                DESCRIPTION_MAX_CHARS,
            ),
            trigger: shown(&self.trigger, TRIGGER_MAX_CHARS),
            correct_behavior: shown(&self.correct_behavior, BEHAVIOR_MAX_CHARS),
            confidence: self.confidence.clamp(0.0, 1.0),
            ..self
        }
        .tidied()
    }

    /// Whether agents of this role are told it.
    pub fn is_for(&self, role: Role) -> bool {
        self.roles.is_empty() || self.roles.contains(&role)
    }

    /// By which others are found that say nearly the same.
    pub fn gist(&self) -> Gist {
        Gist::of(&self.description)
    }
}

fn without_hidden(line: &str) -> String {
    line.chars().filter(|letter| !has_hidden_characters(letter.encode_utf8(&mut [0; 4]))).collect()
}

/// What agents are told of learnings, in Markdown: what matters most first, as numbers count within. Empty of none.
pub fn compile<'a>(learnings: impl IntoIterator<Item = (i64, &'a Lesson)>) -> String {
    let mut sorted: Vec<_> = learnings.into_iter().collect();
    sorted.sort_by_key(|(number, lesson)| (lesson.severity, lesson.category, *number));
    if sorted.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "What earlier work in this project taught. Heed what fits your task; where it contradicts what you see in the \
         repository, trust the repository and say so.\n",
    );
    let mut last = None;
    for (_, lesson) in sorted {
        if last.replace(lesson.severity) != Some(lesson.severity) {
            let _ = write!(text, "\n## {}\n\n", heading(lesson.severity));
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "- **{}** ({})", lesson.description.trim(), lesson.category);
        let _ = writeln!(text, "  - When: {}", within(&lesson.trigger));
        let _ = writeln!(text, "  - Do: {}", within(&lesson.correct_behavior));
    }
    text
}

const fn heading(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::Important => "Important",
        Severity::Minor => "Minor",
    }
}

/// A text of several lines that stays inside its item of a list.
fn within(text: &str) -> String {
    text.trim().replace('\n', "\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;
    use serde_json::json;

    fn lesson(description: &str, severity: Severity) -> Lesson {
        Lesson {
            description: description.to_owned(),
            trigger: "always".to_owned(),
            correct_behavior: "do it".to_owned(),
            severity,
            category: Category::Tool,
            confidence: 0.5,
            roles: Vec::new(),
        }
    }

    #[test]
    fn every_decision_on_every_status_has_one_outcome() {
        use {Decision as D, LearningStatus as S};
        for status in S::ALL.iter().copied() {
            assert_eq!(status.next(D::Approve), S::Approved);
            assert_eq!(status.next(D::Reject), S::Rejected);
            assert_eq!(status.next(D::Reopen), S::Pending);
            for decision in D::ALL.iter().copied() {
                let back = Decision::to(status);
                assert_eq!(status.next(decision).next(back), status, "z takes {decision} of {status} back");
            }
        }
    }

    #[test]
    fn what_matters_most_stands_first_and_nothing_leaves_its_item() {
        let mut long = lesson("Ship on green", Severity::Critical);
        long.correct_behavior = "wait\n# Not a heading".to_owned();
        let minor = lesson("Sort imports", Severity::Minor);
        let told = compile([(1, &minor), (2, &long)]);
        let wanted = "## Critical\n\n- **Ship on green** (tool)\n  - When: always\n  - Do: wait\n    # Not a heading\n\n\
                      ## Minor\n\n- **Sort imports** (tool)\n  - When: always\n  - Do: do it\n";
        assert!(told.ends_with(wanted), "{told}");
        assert_eq!(compile([]), "", "nothing learnt is nothing told");
    }

    #[test]
    fn what_an_agent_hands_in_can_be_kept() {
        let answer = json!({"learnings": [{"description": format!("two\nlines \u{202e}{}", "x".repeat(900)), "trigger": "t",
            "correct_behavior": "line\u{7}\nline", "severity": "minor", "category": "gotcha", "confidence": 0.9}]});
        assert_eq!(Contract::Learnings.check(&answer), Ok(()), "it fits the contract");
        let lesson: Lesson =
            serde_json::from_value(answer["learnings"][0].clone()).expect("the contract is the shape");
        assert!(lesson.check().is_err(), "as it is it could not be reviewed");
        let fitted = lesson.fitted();
        assert_eq!(fitted.check(), Ok(()), "{fitted:?}");
        assert_eq!(fitted.correct_behavior, "line\nline");
    }

    #[test]
    fn what_nobody_could_review_is_refused() {
        for (wrong, why) in [
            (Lesson { trigger: " ".to_owned(), ..lesson("x", Severity::Minor) }, "needs a trigger"),
            (lesson("a\nb", Severity::Minor), "one line"),
            (Lesson { confidence: 1.5, ..lesson("x", Severity::Minor) }, "0 to 1"),
            (lesson("ab\u{202e}dc", Severity::Minor), "do not show"),
        ] {
            let refused = wrong.check().expect_err("is refused");
            assert!(refused.contains(why), "{refused}");
        }
    }
}
