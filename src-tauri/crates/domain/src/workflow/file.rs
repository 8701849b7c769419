//! A workflow as a file, with the personas that it names: what one person hands to another.
//!
//! Nothing in a file is trusted: it is read whole or refused with one sentence.

use super::{Definition, SandboxDefaults, WorkflowType, is_name};
use crate::persona::{self, Content, Persona};
use serde::{Deserialize, Serialize};

/// The name of the format, in every file.
pub const FORMAT: &str = "waybill-workflow";
/// The version of the format that is written, and the newest that is read.
pub const VERSION: u32 = 1;
/// The most bytes of a file.
pub const FILE_MAX_BYTES: usize = 1024 * 1024;

/// All that a file holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowFile {
    pub format: String,
    pub version: u32,
    pub workflow: FileWorkflow,
    /// Those that the workflow names.
    pub personas: Vec<FilePersona>,
}

/// The workflow of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileWorkflow {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: WorkflowType,
    pub description: String,
    pub definition: Definition,
    #[serde(default)]
    pub sandbox_defaults: SandboxDefaults,
}

/// A persona of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilePersona {
    pub name: String,
    #[serde(flatten)]
    pub content: Content,
}

impl WorkflowFile {
    /// A file of this workflow and these personas.
    pub fn of(workflow: FileWorkflow, personas: Vec<FilePersona>) -> Self {
        Self { format: FORMAT.to_owned(), version: VERSION, workflow, personas }
    }

    /// The file's text, which ends with a line end.
    pub fn write(&self) -> String {
        // Names and numbers alone: nothing in it can fail to be written.
        serde_json::to_string_pretty(self).map_or_else(|_| String::new(), |text| text + "\n")
    }

    /// Reads a file; refused with one sentence.
    pub fn read(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Head {
            format: Option<String>,
            version: Option<u32>,
        }
        if text.len() > FILE_MAX_BYTES {
            return Err(format!("a workflow's file has at most {FILE_MAX_BYTES} bytes"));
        }
        let head: Head = serde_json::from_str(text)
            .map_err(|fault| format!("this is no workflow's file: it cannot be read as JSON ({fault})"))?;
        if head.format.as_deref() != Some(FORMAT) {
            return Err(format!("this is no workflow's file: its format is not '{FORMAT}'"));
        }
        match head.version {
            Some(VERSION) => {}
            Some(version) if version > VERSION => {
                return Err(format!(
                    "the file was written by a newer Waybill (format version {version}, this one reads {VERSION})"
                ));
            }
            _ => return Err("the file does not say which version of the format it has".to_owned()),
        }
        let file: Self = serde_json::from_str(text)
            .map_err(|fault| format!("the workflow's file cannot be read: {fault}"))?;
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<(), String> {
        if !is_name(&self.workflow.name) {
            return Err("the file's workflow has no name that a workflow can have".to_owned());
        }
        self.workflow.sandbox_defaults.check()?;
        for (at, carried) in self.personas.iter().enumerate() {
            persona::check(&carried.clone().into_persona())
                .map_err(|fault| format!("the file's persona {} cannot be used: {fault}", at + 1))?;
            if self.personas[..at].iter().any(|other| other.name == carried.name) {
                return Err(format!("the file holds the persona '{}' twice", carried.name));
            }
        }
        Ok(())
    }
}

impl FilePersona {
    /// The persona, enabled, of no version yet.
    pub fn into_persona(self) -> Persona {
        self.content.named(self.name, true, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::{FilePersona, FileWorkflow, WorkflowFile};
    use crate::persona;
    use crate::workflow::{SandboxDefaults, built_in};

    fn file() -> WorkflowFile {
        let known = built_in::find("bug_fix").expect("ships");
        let workflow = FileWorkflow {
            name: "mine".to_owned(),
            kind: known.kind,
            description: known.description.to_owned(),
            definition: known.definition,
            sandbox_defaults: SandboxDefaults { memory_mb: Some(512), ..SandboxDefaults::default() },
        };
        let carried = |name: &str| {
            let persona = persona::built_in::find(name).expect("ships");
            FilePersona { content: persona.content(), name: persona.name }
        };
        WorkflowFile::of(workflow, ["bug_fixer", "test_writer", "evaluator"].map(carried).to_vec())
    }

    #[test]
    fn a_file_is_read_back_as_it_was_written() {
        assert_eq!(WorkflowFile::read(&file().write()), Ok(file()), "what is handed on must arrive");
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_one_sentence() {
        let changed = |from: &str, to: &str| {
            let text = file().write();
            assert!(text.contains(from), "{from}");
            WorkflowFile::read(&text.replace(from, to)).expect_err(to)
        };
        assert!(changed("\"version\": 1", "\"version\": 2").contains("newer Waybill"));
        assert!(changed("waybill-workflow", "other").contains("format"));
        assert!(changed("\"kind\": \"loop\"", "\"kind\": \"spiral\"").contains("spiral"));
        assert!(changed("\"name\": \"mine\"", "\"name\": \"../x\"").contains("name"));
        assert!(changed("\"name\": \"test_writer\"", "\"name\": \"bug_fixer\"").contains("twice"));
        assert!(changed("\"memory_mb\": 512", "\"memory_mb\": 5").contains("MiB"));
        assert!(changed("\"threshold\": 70.0", "\"threshold\": 700.0").contains("threshold"));
        assert!(changed("\"include_learnings\"", "\"include\"").contains("include"));
        for text in ["", "[]", "{}", "null", "\"waybill-workflow\"", &"[".repeat(100_000)] {
            let refusal = WorkflowFile::read(text).expect_err("is no file");
            assert!(refusal.starts_with("this is no workflow's file"), "{refusal}");
        }
    }
}
