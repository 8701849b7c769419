//! Counts what Claude Code used, whose numbers come in three places that do not say the same.

use serde_json::Value;
use waybill_domain::agent::Usage;

use crate::agents::ledger::{add, beyond, tokens};

/// The usage of the answers as they are written: the start names the input, the end the output.
#[derive(Debug, Default)]
pub(super) struct Messages {
    started: Usage,
}

impl Messages {
    pub(super) fn start(&mut self, usage: &Value) {
        self.started = of_message(usage);
        // Only a first guess; the end of the message has the number.
        self.started.output_tokens = 0;
    }

    pub(super) fn end(&mut self, usage: &Value) -> Usage {
        most(std::mem::take(&mut self.started), of_message(usage))
    }
}

/// What a `result` line adds to what the turn's messages have `told` already.
///
/// `usage` is this turn's main conversation; `modelUsage` also counts subagents and chores, and, like
/// `total_cost_usd`, goes on from earlier turns in some versions and not in others. It does when it has room for both.
pub(super) fn of_result(line: &Value, earlier: Usage, told: Usage) -> Usage {
    let turn = of_message(&line["usage"]);
    let models = line["modelUsage"].as_object();
    let counted = models.into_iter().flatten().map(|(_, usage)| of_model(usage)).fold(Usage::default(), add);
    let unknown_price = models.into_iter().flatten().any(|(_, usage)| usage["costBasis"] == "unknown");
    let cost_usd = line["total_cost_usd"].as_f64().filter(|_| !unknown_price);
    let total = Usage { cost_usd, ..counted };
    let goes_on = tokens(earlier) > 0 && tokens(counted) >= tokens(earlier) + tokens(turn);
    let all = most(if goes_on { beyond(total, earlier) } else { total }, turn);
    beyond(Usage { cost_usd: all.cost_usd, ..most(all, told) }, told)
}

fn of_message(usage: &Value) -> Usage {
    let count = |key: &str| usage[key].as_u64().unwrap_or_default();
    Usage {
        input_tokens: count("input_tokens"),
        output_tokens: count("output_tokens"),
        cache_read_tokens: count("cache_read_input_tokens"),
        cache_write_tokens: count("cache_creation_input_tokens"),
        cost_usd: None,
    }
}

fn of_model(usage: &Value) -> Usage {
    let count = |key: &str| usage[key].as_u64().unwrap_or_default();
    Usage {
        input_tokens: count("inputTokens"),
        output_tokens: count("outputTokens"),
        cache_read_tokens: count("cacheReadInputTokens"),
        cache_write_tokens: count("cacheCreationInputTokens"),
        cost_usd: None,
    }
}

/// The larger of each count; the cost of the first.
fn most(a: Usage, b: Usage) -> Usage {
    Usage {
        input_tokens: a.input_tokens.max(b.input_tokens),
        output_tokens: a.output_tokens.max(b.output_tokens),
        cache_read_tokens: a.cache_read_tokens.max(b.cache_read_tokens),
        cache_write_tokens: a.cache_write_tokens.max(b.cache_write_tokens),
        cost_usd: a.cost_usd,
    }
}
