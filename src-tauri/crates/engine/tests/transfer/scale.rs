//! Ten thousand issues with everything in them, and what an import costs beside plain inserts.

use crate::generated::everything;
use crate::support::{Home, assert_same};

#[test]
fn ten_thousand_issues_come_back_the_same() {
    let home = Home::new();
    let project = everything(&home, "anvil", 42, 10_000);
    let first = home.export(&project, "first");
    let other = Home::new();
    let restored = other.restore(&first);
    assert_eq!(restored.report.skipped, [], "no row is lost on the way");
    assert_eq!(restored.report.issues, 10_000);
    assert_same(&first, &other.export(&project, "second"), "export, import, export");
}
