//! What the sandboxes of a workflow's runs are given where a run says nothing else.

use crate::run::{CPU_COUNT, MEMORY_MB, Network, TIMEOUT_MS};
use serde::{Deserialize, Serialize};

/// What is absent comes from the project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxDefaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_count: Option<i64>,
    /// Only `none` changes anything: a workflow gives no network that the project withholds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
}

impl SandboxDefaults {
    /// Refuses what no sandbox can have (SPEC 7).
    pub fn check(&self) -> Result<(), String> {
        let within = |value: Option<i64>, range: &std::ops::RangeInclusive<i64>| {
            value.is_none_or(|value| range.contains(&value))
        };
        if within(self.timeout_ms, &TIMEOUT_MS)
            && within(self.memory_mb, &MEMORY_MB)
            && within(self.cpu_count, &CPU_COUNT)
        {
            return Ok(());
        }
        Err("a sandbox has 60,000 to 14,400,000 ms, 256 to 8192 MiB and 1 to 8 processors".to_owned())
    }
}
