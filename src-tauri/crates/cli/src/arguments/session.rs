//! The grammar of `waybill session`.

use super::Paging;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Session {
    /// Begin a conversation with an agent
    Start {
        /// The issue to work on: the session is titled after it and bound to it
        #[arg(long, value_name = "N")]
        issue: Option<i64>,
        #[arg(long)]
        title: Option<String>,
        /// The first message
        #[arg(long, value_name = "TEXT")]
        message: Option<String>,
        /// Keep the first message ready, and send it with `session send`
        #[arg(long)]
        draft: bool,
        #[arg(long)]
        tool: Option<String>,
        #[arg(long)]
        model: Option<String>,
        #[arg(long)]
        effort: Option<String>,
        /// The branch to begin from
        #[arg(long, value_name = "BRANCH")]
        base: Option<String>,
        /// Work it here, unless another Waybill does, and wait for the end of the turn
        #[arg(long)]
        wait: bool,
    },
    /// Sessions, the newest first
    List {
        /// idle, running, paused, ended; may be given more than once
        #[arg(long)]
        state: Vec<String>,
        /// Only those bound to this issue
        #[arg(long, value_name = "N")]
        issue: Option<i64>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One session with what it asks
    Show { number: i64 },
    /// Send a message; while the agent works, it waits for the next turn
    Send {
        number: i64,
        /// The message; without it, the one that is ready
        text: Option<String>,
        /// Work it here, unless another Waybill does, and wait for the end of the turn
        #[arg(long)]
        wait: bool,
    },
    /// Answer what the agent asked
    Answer {
        number: i64,
        /// The answer, in words
        text: Option<String>,
        /// A value of a form, JSON or plain text; may be given more than once
        #[arg(long = "field", value_name = "NAME=VALUE", conflicts_with = "text")]
        fields: Vec<String>,
        /// Which question, when several are open
        #[arg(long, value_name = "ID")]
        question: Option<String>,
        /// Of a checkpoint: the criteria are met, and the issue is resolved
        #[arg(long)]
        sign_off: bool,
        /// Sign off although children of the issue are open
        #[arg(long, requires = "sign_off")]
        despite_children: bool,
        /// Work it here, unless another Waybill does, and wait for the end of the turn
        #[arg(long)]
        wait: bool,
    },
    /// Stop the agent's turn; the session goes on with the next message
    Interrupt { number: i64 },
    /// Bind the session to an issue
    Bind { number: i64, issue: i64 },
    /// Bind the session to no issue; the issue's todos stay
    Unbind { number: i64 },
    /// File an issue from the session, and bind it
    Promote {
        number: i64,
        #[arg(long)]
        title: Option<String>,
        #[arg(long)]
        body: Option<String>,
    },
    /// End the session; its branch is left for review, and its issue as it is
    End { number: i64 },
    /// The conversation, the oldest message first
    Log { number: i64 },
}
