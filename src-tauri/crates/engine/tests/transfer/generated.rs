//! A project with something in every table, made from a seed: the same seed is always the same project.

use crate::support::{Home, assert_same};
use proptest::prelude::*;
use std::fmt::Write as _;
use waybill_domain::ids::{IssueId, ProjectId};
use waybill_store::{StoreError, Write, attachment_files};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // Knuth's MMIX constants.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides.max(1)
    }

    fn id(&mut self) -> String {
        let mut bits = [0_u8; 16];
        bits.fill_with(|| u8::try_from(self.roll(256)).unwrap_or(0));
        IssueId::of_bits(bits).to_string()
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.roll(words.len() as u64)).unwrap_or(0)]
    }

    fn text(&mut self, words: u64) -> String {
        let mut text = String::new();
        for _ in 0..=self.roll(words) {
            let word = self.pick(&[
                "anvil",
                "hammer",
                "größe",
                "\"quoted\"",
                "東京",
                "back\\slash",
                "line\nend",
                "tab\t",
                "🦀",
                "</x>",
            ]);
            let _ = write!(text, "{word} ");
        }
        text
    }
}

/// Makes a project of `count` issues with everything in it.
pub fn everything(home: &Home, slug: &str, seed: u64, count: i64) -> ProjectId {
    let project = home.project(slug);
    let mut dice = Dice(seed);
    let contents: Vec<_> = (0..3)
        .map(|_| {
            let text = dice.text(200);
            attachment_files::keep(home.store.directory(), text.as_bytes()).expect("is kept")
        })
        .collect();
    let id = project.clone();
    let made = home.store.write_blocking(move |write| {
        let mut maker =
            Maker { write, project: id.to_string(), dice, issues: Vec::new(), people: Vec::new() };
        maker.people()?;
        maker.issues(count)?;
        maker.links()?;
        maker.runs()?;
        maker.told()?;
        for content in &contents {
            maker.files(&content.sha256, content.size)?;
        }
        maker.workflows()?;
        maker.rest(count)
    });
    made.expect("the project is made");
    project
}

struct Maker<'a> {
    write: &'a Write<'a>,
    project: String,
    dice: Dice,
    issues: Vec<String>,
    people: Vec<String>,
}

impl Maker<'_> {
    fn author(&mut self) -> String {
        match self.dice.roll(4) {
            0 => "operator".to_owned(),
            1 => "agent:primary".to_owned(),
            _ => {
                let at = self.dice.roll(self.people.len() as u64);
                format!("guest:{}", self.people[usize::try_from(at).unwrap_or(0)])
            }
        }
    }

    fn issue(&mut self) -> String {
        let at = self.dice.roll(self.issues.len() as u64);
        self.issues[usize::try_from(at).unwrap_or(0)].clone()
    }

    fn people(&mut self) -> Result<(), StoreError> {
        for handle in ["ada", "grace", "nobody"] {
            let id = self.dice.id();
            self.write.execute(
                "INSERT INTO people VALUES (?1, 'guest', ?2, ?3, 5)",
                (&id, handle, self.dice.text(2)),
            )?;
            self.write.execute("INSERT INTO grants VALUES (?1, ?2, 'issues.file')", (&id, &self.project))?;
            self.people.push(id);
        }
        Ok(())
    }

    fn issues(&mut self, count: i64) -> Result<(), StoreError> {
        let labels: Vec<String> = (0..5).map(|_| self.dice.id()).collect();
        for (at, label) in labels.iter().enumerate() {
            self.write.execute(
                "INSERT INTO labels VALUES (?1, ?2, ?3, 'iris')",
                (label, &self.project, format!("label {at}")),
            )?;
        }
        for number in 1..=count {
            let id = self.dice.id();
            let status =
                self.dice.pick(&["open", "triaged", "assigned", "in_progress", "resolved", "rejected"]);
            let priority = self.dice.pick(&["low", "medium", "high", "critical"]);
            let (by, title) =
                (self.author(), format!("anvil {}", self.dice.text(8).replace(['\n', '\t'], " ")));
            let title: String = title.chars().take(200).collect();
            let secret = (self.dice.roll(5) == 0).then(|| format!("secret original {}", self.dice.id()));
            let prompt = (self.dice.roll(5) == 0).then(|| format!("secret prompt {}", self.dice.id()));
            let comments = i64::try_from(self.dice.roll(4)).unwrap_or(0);
            let body = self.dice.text(60);
            self.write.execute(
                "INSERT INTO issues (id, project_id, number, created_by, title, body, original_body, status, priority,
                   suggested_prompt, comments, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                (
                    &id, &self.project, number, by, title, body, secret, status, priority, prompt, comments,
                    1_000 + number, 2_000 + number,
                ),
            )?;
            self.write.execute(
                "UPDATE issues SET assignment = iif(status = 'assigned', 'primary', NULL),
                   claimed_by = iif(number % 7 = 0, 'operator', NULL), claimed_at = iif(number % 7 = 0, 9, NULL),
                   resolved_at = iif(status = 'resolved', 3000, NULL), resolved_by = iif(status = 'resolved', 'system', NULL)
                 WHERE id = ?1",
                [&id],
            )?;
            self.updates(&id, comments)?;
            self.todos(&id)?;
            for label in &labels {
                if self.dice.roll(4) == 0 {
                    self.write.execute(
                        "INSERT INTO issue_labels (issue_id, label_id) VALUES (?1, ?2)",
                        (&id, label),
                    )?;
                }
            }
            self.write.execute(
                "INSERT INTO external_ids VALUES (?1, 'github', ?2, ?3)",
                (&self.project, format!("example/anvil#{number}"), &id),
            )?;
            self.issues.push(id);
        }
        Ok(())
    }

    fn updates(&mut self, issue: &str, comments: i64) -> Result<(), StoreError> {
        for at in 0..comments + 2 {
            let kind = if at < comments {
                "comment"
            } else {
                self.dice.pick(&["status_change", "body_edit", "system_note"])
            };
            let hidden = self.dice.roll(4) == 0;
            let body = if hidden { format!("secret note {}", self.dice.id()) } else { self.dice.text(30) };
            let body = (kind == "comment" || kind == "system_note").then_some(body);
            let metadata = (kind != "comment").then(|| format!(r#"{{ "from": "open",  "to": {at} }}"#));
            self.write.execute(
                "INSERT INTO issue_updates (id, issue_id, author, kind, body, metadata, visibility, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                (
                    self.dice.id(),
                    issue,
                    self.author(),
                    kind,
                    body,
                    metadata,
                    if hidden { "operator_only" } else { "all" },
                    4_000 + at,
                ),
            )?;
        }
        Ok(())
    }

    fn todos(&mut self, issue: &str) -> Result<(), StoreError> {
        let count = i64::try_from(self.dice.roll(4)).unwrap_or(0);
        for position in 0..count {
            let status = if position == 0 {
                "in_progress"
            } else {
                self.dice.pick(&["pending", "completed", "abandoned"])
            };
            self.write.execute(
                "INSERT INTO issue_todos (id, issue_id, content, status, kind, origin_agent, phase, position, notes,
                   created_at, updated_at, completed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, 2, ?10)",
                (
                    self.dice.id(),
                    issue,
                    self.dice.text(5).replace('\n', " "),
                    status,
                    self.dice.pick(&["step", "criterion"]),
                    (position % 2 == 0).then_some("primary"),
                    (position % 3 == 0).then_some("explore"),
                    position,
                    r#"["one",  "two"]"#,
                    (status == "completed").then_some(5_i64),
                ),
            )?;
        }
        Ok(())
    }

    fn links(&mut self) -> Result<(), StoreError> {
        for at in 1..self.issues.len() {
            // Children are always later than their parents, so that there is no circle.
            let parent = self.dice.roll(at as u64);
            let (child, parent) =
                (self.issues[at].clone(), self.issues[usize::try_from(parent).unwrap_or(0)].clone());
            let kind = self.dice.pick(&["child_of", "blocked_by", "duplicate_of", "relates_to"]);
            let turned = kind == "relates_to" && parent < child;
            let (from, to) = if turned { (parent, child) } else { (child, parent) };
            self.write.execute(
                "INSERT INTO issue_links VALUES (?1, ?2, ?3, ?4, ?5, 'operator', 6)",
                (self.dice.id(), &self.project, from, to, kind),
            )?;
        }
        Ok(())
    }

    fn runs(&mut self) -> Result<(), StoreError> {
        for number in 1..=3_i64 {
            let (run, sandbox, issue) = (self.dice.id(), self.dice.id(), self.issue());
            let cost = 0.1 + f64::from(u32::try_from(self.dice.roll(1 << 30)).unwrap_or(1)) / 7.0;
            self.write.execute(
                "INSERT INTO runs (id, project_id, number, name, source, prompt, config, status, base_branch, branch,
                   cost_usd, quality_score, issue_id, output_events, created_by, created_at)
                 VALUES (?1, ?2, ?3, 'a run', 'issue', ?4, '{ \"tool\": \"x\" }', ?5, 'main', 'waybill/1-x', ?6, ?7, ?8, 2, 'operator', 7)",
                (&run, &self.project, number, self.dice.text(20), self.dice.pick(&["completed", "failed", "running"]), cost, cost / 3.0, &issue),
            )?;
            self.write.execute("UPDATE issues SET run_id = ?2 WHERE id = ?1", (&issue, &run))?;
            self.write.execute(
                "INSERT INTO run_steps (id, run_id, position, role, tool, status, cost_usd) VALUES (?1, ?2, 0, 'designer', 'demo', 'completed', ?3)",
                (self.dice.id(), &run, cost),
            )?;
            self.write.execute(
                "INSERT INTO sandboxes (id, project_id, run_id, provider, state, timeout_ms, memory_mb, cpu_count, network,
                   workspace, isolation, created_by, created_at)
                 VALUES (?1, ?2, ?3, 'local', 'killed', 60000, 512, 2, 'open', '/data/workspaces/x', '{}', 'system', 8)",
                (&sandbox, &self.project, &run),
            )?;
            self.write.execute(
                "INSERT INTO sandbox_messages VALUES (?1, ?2, NULL, 1, 'user', ?3, NULL, 9)",
                (self.dice.id(), &sandbox, self.dice.text(40)),
            )?;
            self.write.execute("INSERT INTO run_output VALUES (?1, 0, 2, 0, '[[1, {}],[2,{}]]')", [&run])?;
        }
        Ok(())
    }

    fn files(&mut self, sha256: &str, size: i64) -> Result<(), StoreError> {
        let (id, issue) = (self.dice.id(), self.issue());
        self.write.execute(
            "INSERT INTO attachments VALUES (?1, ?2, ?3, NULL, 'a file.txt', 'text/plain', ?4, ?5, 'operator', 10)",
            (id, &self.project, issue, size, sha256),
        )?;
        Ok(())
    }

    fn workflows(&mut self) -> Result<(), StoreError> {
        let threshold = f64::from(u32::try_from(self.dice.roll(1 << 20)).unwrap_or(1)) / 10_485.76;
        for (name, removed_at) in [("mine", None), ("thorough", None), ("mine", Some(14_i64))] {
            let (persona, workflow) = (self.dice.id(), self.dice.id());
            for (table, id) in [("personas", &persona), ("workflows", &workflow)] {
                self.write.execute(
                    &format!(
                        "INSERT INTO {table} VALUES (?1, ?2, ?3, 2, ?4, 'operator', 13, 14, iif(?5 IS NULL, NULL, 'operator'), ?5)"
                    ),
                    (id, &self.project, name, removed_at.is_none(), removed_at),
                )?;
            }
            for version in 1..=2_i64 {
                self.write.execute(
                    "INSERT INTO persona_versions VALUES (?1, ?2, 'evaluator', 'scores', ?3, NULL, 'a-model', NULL, 1,
                       '{ \"correctness\": 1, \"type_safety\": 0.1, \"code_style\": 0, \"test_coverage\": 2, \"completeness\": 3 }',
                       ?4, 'operator', 15)",
                    (&persona, version, self.dice.text(40), threshold),
                )?;
                self.write.execute(
                    "INSERT INTO workflow_versions VALUES (?1, ?2, 'custom_pipeline', 'does it',
                       '{ \"nodes\": [{\"kind\": \"step\", \"role\": \"designer\"}] }', '{ \"memory_mb\": 512 }', ?3, 16)",
                    (&workflow, version, self.author()),
                )?;
            }
        }
        Ok(())
    }

    fn told(&mut self) -> Result<(), StoreError> {
        let context = self.dice.id();
        self.write.execute(
            "INSERT INTO contexts VALUES (?1, ?2, ?3, 1, 'operator', 14, 15)",
            (&context, &self.project, self.dice.pick(&["learning", "issue", "judging"])),
        )?;
        for version in 1..=2 {
            self.write.execute(
                "INSERT INTO context_versions VALUES (?1, ?2, ?3, iif(?2 = 1, 14, NULL), ?4, 15)",
                (&context, version, self.dice.text(40), self.author()),
            )?;
        }
        for number in 1..=3 {
            let status = self.dice.pick(&["pending", "approved", "rejected"]);
            let confidence =
                f64::from(u32::try_from(self.dice.roll(1 << 30)).unwrap_or(1)) / f64::from(1 << 30);
            self.write.execute(
                "INSERT INTO learnings VALUES (?1, ?2, ?3, 'a learning', ?4, ?5, 'minor', 'tool', ?6, '[ \"designer\" ]',
                   'extracted', ?7, (SELECT id FROM runs WHERE project_id = ?2 AND number = ?3), 'agent:primary', 16, 17,
                   iif(?7 = 'pending', NULL, 'operator'), iif(?7 = 'pending', NULL, 17))",
                (
                    self.dice.id(),
                    &self.project,
                    number,
                    self.dice.text(9),
                    self.dice.text(20),
                    confidence,
                    status,
                ),
            )?;
            self.write.execute(
                "INSERT INTO learning_versions VALUES (?1, 'designer', ?2, ?3, '[1,  2]', ?2 = 2, 'operator', 18)",
                (&self.project, number, self.dice.text(30)),
            )?;
        }
        Ok(())
    }

    fn rest(&mut self, count: i64) -> Result<(), StoreError> {
        self.write.execute(
            "INSERT INTO views VALUES (?1, ?2, 'Mine', 'is:open', 'list', 'status', 0, 11)",
            (self.dice.id(), &self.project),
        )?;
        self.write.execute(
            "INSERT INTO trash (id, project_id, kind, number, title, content, removed_by, removed_at)
             VALUES (?1, ?2, 'issue', ?3, 'gone', '{ \"issue\": 1 }', 'operator', 12)",
            (self.dice.id(), &self.project, count + 1),
        )?;
        self.write.execute(
            "INSERT INTO notifications VALUES (?1, ?2, 'operator', 'run_completed', 't', 'b', '/p/x', 13, NULL, NULL)",
            (self.dice.id(), &self.project),
        )?;
        self.write.execute(
            "UPDATE projects SET next_issue_number = ?2, next_run_number = 4, settings = '{\"memory_mb\":512}' WHERE id = ?1",
            (&self.project, count + 2),
        )?;
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_project_holds_it_comes_back_the_same(seed in any::<u64>(), count in 1_i64..40) {
        let home = Home::new();
        let project = everything(&home, "anvil", seed, count);
        let first = home.export(&project, "first");
        let other = Home::new();
        let restored = other.restore(&first);
        prop_assert_eq!(&restored.report.skipped, &Vec::new());
        assert_same(&first, &other.export(&project, "second"), "export, import, export");
    }
}
