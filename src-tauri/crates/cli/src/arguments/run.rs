//! The grammar of `waybill run`.

use super::Paging;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub enum Run {
    /// Send an issue or a prompt to an agent
    Start {
        #[arg(long, value_name = "N")]
        issue: Option<i64>,
        #[arg(long)]
        prompt: Option<String>,
        /// The workflow to run; without it the one that the issue is assigned to, else a single designer
        #[arg(long, value_name = "W")]
        workflow: Option<String>,
        #[arg(long)]
        tool: Option<String>,
        #[arg(long)]
        model: Option<String>,
        #[arg(long)]
        effort: Option<String>,
        /// The branch to begin from
        #[arg(long, value_name = "BRANCH")]
        base: Option<String>,
        /// Minutes
        #[arg(long, value_name = "MINUTES")]
        timeout: Option<i64>,
        /// Work it here, unless another Waybill does, and wait for its end
        #[arg(long)]
        wait: bool,
    },
    /// Runs, the newest first
    List {
        /// pending, running, completed, failed, cancelled; may be given more than once
        #[arg(long)]
        status: Vec<String>,
        #[arg(long, value_name = "N")]
        issue: Option<i64>,
        #[command(flatten)]
        paging: Paging,
    },
    /// One run with its steps
    Show { number: i64 },
    /// What a run's agent wrote
    Log {
        number: i64,
        /// Go on until the run ends
        #[arg(long, short)]
        follow: bool,
    },
    /// What a run changed
    Diff {
        number: i64,
        /// Of one candidate of its race
        #[arg(long, value_name = "N")]
        candidate: Option<i64>,
    },
    /// Send a run's change back to the agent that made it
    RequestChanges {
        number: i64,
        /// What is to be changed; `-` reads it from standard input
        #[arg(long)]
        text: Option<String>,
        /// What is said of a line; may be given more than once
        #[arg(long, value_name = "FILE:LINE:TEXT")]
        comment: Vec<String>,
        /// Work it here, unless another Waybill does, and wait for its end
        #[arg(long)]
        wait: bool,
    },
    /// Make another candidate of a run's race its result
    Choose { number: i64, candidate: i64 },
    /// Stop a run; what was committed is kept
    Cancel { number: i64 },
    /// Freeze a run
    Pause { number: i64 },
    /// Thaw a run
    Resume { number: i64 },
    /// Agree to weaker isolation for one run
    Consent { number: i64 },
    /// Try a failed or cancelled run again
    Retry {
        number: i64,
        #[arg(long)]
        wait: bool,
    },
    /// Merge a run's branch into its base
    Merge {
        number: i64,
        /// As one commit
        #[arg(long, conflicts_with = "rebase")]
        squash: bool,
        /// Each commit on top of the base
        #[arg(long)]
        rebase: bool,
    },
    /// Remove a run's branch; its commits are kept for restoring
    Discard { number: i64 },
}
