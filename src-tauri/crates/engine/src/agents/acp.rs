//! Any agent that speaks the Agent Client Protocol: JSON-RPC over its standard input and output, a message a line.
//!
//! Waybill is the client of version 1 (<https://agentclientprotocol.com>; the types are its authors' own). It offers the
//! agent neither files nor terminals, since the agent has the sandbox's, and grants what it asks permission for: the
//! sandbox is what protects the machine.

use super::custom::{Custom, Template};
use super::turn::{Adapter, Invocation, StreamParser, Turn, Unrunnable};

mod stream;
mod updates;

/// An agent as the operator described it; its command starts it as a server of the protocol (`opencode acp`).
#[derive(Debug)]
pub struct Acp {
    template: Template,
}

impl Acp {
    pub fn new(template: Template) -> Self {
        Self { template }
    }
}

impl Adapter for Acp {
    fn name(&self) -> &str {
        &self.template.name
    }

    fn invocation(&self, turn: &Turn) -> Result<Invocation, Unrunnable> {
        Custom::new(self.template.clone()).invocation(turn)
    }

    fn parser(&self, turn: &Turn) -> Box<dyn StreamParser> {
        Box::new(stream::AcpStream::new(&self.template.name, turn))
    }

    fn resumes(&self) -> bool {
        true
    }

    fn converses(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
