//! Owns `cargo xtask generate`: what is committed although a program writes it, the TypeScript bindings and the
//! icons.

mod container;
mod icons;

use anyhow::Context;

use crate::arguments::Generate;
use crate::machine::Machine;
use crate::setup::{self, Need};
use crate::tree::Tree;
use crate::{cargo, process};

/// Writes what was asked for, or only looks whether the bindings are up to date.
///
/// Icons are not compared: two versions of the drawing program may differ in a pixel's last bit.
pub fn generate(tree: &Tree, machine: &Machine, what: Generate) -> anyhow::Result<()> {
    if matches!(what, Generate::All | Generate::Icons) {
        setup::ensure(tree, machine, &[Need::Icons])?;
        icons::write(tree)?;
    }
    if what != Generate::Icons {
        bindings(tree, what == Generate::Check)?;
    }
    Ok(())
}

/// Writes `ui/src/api/generated/bindings.ts`, or fails when it would change.
pub fn bindings(tree: &Tree, check: bool) -> anyhow::Result<()> {
    let mut command = cargo::command(
        tree,
        &["run", "--quiet", "--package", "waybill-api", "--bin", "generate-bindings", "--"],
    );
    command.args(check.then_some("--check"));
    command.arg("ui/src/api/generated/bindings.ts");
    process::run(&mut command).context(if check {
        "the TypeScript bindings could not be confirmed; `cargo xtask generate bindings` writes them"
    } else {
        "the TypeScript bindings could not be written"
    })
}
