//! Any command as a tool: a template of words, in which placeholders stand for the prompt and the places.

use std::path::Path;

use super::mcp;
use super::turn::{Adapter, Invocation, KeySource, Place, SeedFile, StreamParser, Turn, Unrunnable};

mod stream;
mod words;

pub use words::split;

/// The longest prompt that is handed over as an argument, in bytes. Systems allow one argument of 128 KiB or,
/// for all of them together, 32 KiB.
pub const MAX_ARGUMENT: usize = if cfg!(windows) { 24_000 } else { 100_000 };

const PROMPT_FILE: &str = "prompt.md";

/// A tool as the operator described it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub name: String,
    /// `PROGRAM ARGS…` in words and quotes; no shell ever sees it. Knows `{prompt}`, `{prompt_file}`,
    /// `{workspace}`, `{model}`, `{out}`, and `{mcp_config}`: a file that names the server of Waybill's tools in the form
    /// that most tools read (`mcpServers`); it is also the variable `WAYBILL_MCP_CONFIG`.
    pub command: String,
    pub prompt: PromptBy,
    /// The variable in which it expects a stored key; the key's own name when None.
    pub key_variable: Option<String>,
}

waybill_domain::words! {
    /// How a custom tool gets its prompt.
    pub enum PromptBy {
        Arg = "arg",
        Stdin = "stdin",
        File = "file",
        /// In a conversation of the Agent Client Protocol.
        Acp = "acp",
    }
}

#[derive(Debug)]
pub struct Custom {
    template: Template,
}

impl Custom {
    pub fn new(template: Template) -> Self {
        Self { template }
    }
}

impl Template {
    /// The program that the command names, for finding it; None when the command is empty or broken.
    pub fn program(&self) -> Option<String> {
        split(&self.command).and_then(|words| words.into_iter().next())
    }
}

impl Adapter for Custom {
    fn name(&self) -> &str {
        &self.template.name
    }

    fn invocation(&self, turn: &Turn) -> Result<Invocation, Unrunnable> {
        let tool = || self.template.name.clone();
        let words = split(&self.template.command).ok_or_else(|| Unrunnable::OpenQuote { tool: tool() })?;
        let (_, words) = words.split_first().ok_or_else(|| Unrunnable::EmptyCommand { tool: tool() })?;
        let prompt = whole_prompt(turn);
        let file = turn.in_dir.join(PROMPT_FILE);
        let mut words = without_missing(words, "{model}", turn.model.is_some());
        words = without_missing(&words, "{mcp_config}", turn.tool_access.is_some());
        let placeholder = match self.template.prompt {
            PromptBy::Arg => Some("{prompt}"),
            PromptBy::File => Some("{prompt_file}"),
            PromptBy::Stdin | PromptBy::Acp => None,
        };
        if let Some(placeholder) = placeholder
            && !words.iter().any(|word| word.contains(placeholder))
        {
            words.push(placeholder.to_owned());
        }
        let args: Vec<String> = words.iter().map(|word| fill(word, turn, &prompt, &file)).collect();
        if let Some(long) = args.iter().find(|arg| arg.len() > MAX_ARGUMENT) {
            return Err(Unrunnable::LongArgument { tool: tool(), bytes: long.len() });
        }
        let mut env = vec![
            ("WAYBILL_OUT".to_owned(), turn.out_dir.to_string_lossy().into_owned()),
            ("WAYBILL_PROMPT_FILE".to_owned(), file.to_string_lossy().into_owned()),
        ];
        env.extend(turn.model.iter().map(|model| ("WAYBILL_MODEL".to_owned(), model.clone())));
        let mut files = vec![SeedFile::new(Place::InDir, PROMPT_FILE, prompt.as_str())];
        if let Some(access) = &turn.tool_access {
            let config = turn.in_dir.join(mcp::CONFIG_FILE).to_string_lossy().into_owned();
            env.push(("WAYBILL_MCP_CONFIG".to_owned(), config));
            files.push(mcp::config_file(access, &[]));
        }
        let secret_env = match &turn.key {
            KeySource::Stored { secret } => {
                vec![(self.template.key_variable.clone().unwrap_or_else(|| secret.clone()), secret.clone())]
            }
            KeySource::Login | KeySource::None => Vec::new(),
        };
        Ok(Invocation {
            program: turn.executable.clone(),
            args,
            env,
            secret_env,
            files,
            stdin: (self.template.prompt == PromptBy::Stdin).then(|| prompt.into_bytes()),
        })
    }

    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser> {
        parser(&self.template.name, turn)
    }

    fn resumes(&self) -> bool {
        false
    }
}

/// A parser for any command that may speak our vocabulary; `title` is how messages name it.
pub(super) fn parser(title: &str, turn: &Turn) -> Box<dyn StreamParser> {
    Box::new(stream::CustomStream::new(title, turn.resume.as_deref(), turn.model.as_deref()))
}

/// A plain command knows no system prompt: what it is told stands before the task.
pub(super) fn whole_prompt(turn: &Turn) -> String {
    let parts = [turn.claude_md.as_deref(), turn.system_prompt.as_deref(), Some(turn.prompt.as_str())];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// What is not given leaves no word behind, nor the option before it (`--model {model}`, `--model={model}`).
fn without_missing(words: &[String], placeholder: &str, given: bool) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(words.len() + 1);
    for word in words {
        if given || !word.contains(placeholder) {
            kept.push(word.clone());
        } else if word == placeholder && kept.last().is_some_and(|before| before.starts_with('-')) {
            kept.pop();
        }
    }
    kept
}

/// Fills the placeholders in one pass, so that nothing in a prompt is taken for one.
fn fill(word: &str, turn: &Turn, prompt: &str, file: &Path) -> String {
    let mut out = String::new();
    let mut rest = word;
    let brace = ("{", "{".into());
    let config = turn.in_dir.join(mcp::CONFIG_FILE);
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [
            ("{prompt}", prompt.into()),
            ("{prompt_file}", file.to_string_lossy()),
            ("{workspace}", turn.workspace.to_string_lossy()),
            ("{out}", turn.out_dir.to_string_lossy()),
            ("{mcp_config}", config.to_string_lossy()),
            ("{model}", turn.model.as_deref().unwrap_or_default().into()),
        ];
        // Any other brace is the command's own.
        let (name, value) = known.iter().find(|(name, _)| rest.starts_with(name)).unwrap_or(&brace);
        out.push_str(value);
        rest = &rest[name.len()..];
    }
    out + rest
}

#[cfg(test)]
mod tests;
