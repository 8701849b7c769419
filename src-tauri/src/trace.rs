//! The steps of the start on stderr, for the benches, when `WAYBILL_TRACE_START` is set.

use std::io::Write;

use crate::shell::Shell;

/// Tells that a step is reached: one line, `waybill-start <step>`.
pub fn mark(shell: &Shell, step: &str) {
    if shell.trace_start {
        // Nothing can be done about a closed stderr.
        let _closed = writeln!(std::io::stderr(), "waybill-start {step}");
    }
}
