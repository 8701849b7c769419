//! `cargo xtask …`: everything a person or a build machine does with this tree, from set-up to bundles.
//! It knows programs, paths and exit codes; it must not know anything of Waybill's own crates, so that it
//! compiles in seconds and works while they do not.

mod arguments;
mod bench;
mod cargo;
mod cross;
mod dist;
mod generate;
#[cfg(test)]
mod house;
mod machine;
mod process;
mod run;
mod setup;
mod test;
mod tree;

use std::io::Write;
use std::process::ExitCode;

use arguments::Task;
use machine::Machine;
use tree::Tree;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match start(&arguments) {
        Ok(code) => code,
        Err(error) => {
            // Nothing can be done about a closed stderr; the exit code still tells.
            let _closed = writeln!(std::io::stderr(), "\ncargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let task = match Task::parse(arguments) {
        Ok(task) => task,
        Err(mistake) => {
            println!("{mistake}\n\n{}", arguments::USAGE);
            return Ok(ExitCode::from(2));
        }
    };
    let tree = Tree::of_this_build()?;
    let machine = Machine::of_this_process();
    match task {
        Task::Help => println!("{}", arguments::USAGE),
        Task::Setup => setup::everything(&tree, &machine)?,
        Task::Run { pass_on } => return run::run(&tree, &machine, &pass_on),
        Task::Test { steps, keep_going } => return test::test(&tree, &machine, &steps, keep_going),
        Task::ListSteps => test::list(),
        Task::Cross { steps } => return test::cross(&tree, &machine, &steps),
        Task::Bench { names } => return bench::bench(&tree, &machine, &names),
        Task::Generate(what) => generate::generate(&tree, &machine, what)?,
        Task::Dist { verify: false } => dist::dist(&tree, &machine)?,
        Task::Dist { verify: true } => dist::verify(&tree, &machine)?,
    }
    Ok(ExitCode::SUCCESS)
}
