//! How an agent reaches Waybill's tools: a stdio MCP server that its tool starts, and the token that it shows.

use std::fmt;

/// The variable in which the server finds the token.
pub const TOKEN_VARIABLE: &str = "WAYBILL_TOKEN";

/// The way to Waybill's tools, as seen from inside a sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolAccess {
    /// The program and arguments of the stdio MCP server; nothing of it is secret.
    pub command: Vec<String>,
    /// Handed to the agent's process as [`TOKEN_VARIABLE`], and never an argument or a file.
    pub token: Token,
}

/// A token that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token that nobody guesses: 244 random bits.
    pub fn generate() -> Self {
        Self(format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple()))
    }

    /// The token itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(•••)")
    }
}
