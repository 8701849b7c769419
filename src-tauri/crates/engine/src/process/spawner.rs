//! The one thread that starts every child.
//!
//! Linux kills a child whose parent *thread* ends (`PR_SET_PDEATHSIG`, bubblewrap's `--die-with-parent`). A thread of
//! a pool may retire when idle and would take the agent with it; this one lives as long as Waybill.

use std::io;
use std::process::Stdio;
use std::sync::{OnceLock, mpsc};

use tokio::process::Command;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::{Child, Input, Launch, platform};

/// Starts a process. Must be called inside a tokio runtime, which will reap the child.
pub async fn spawn(launch: Launch) -> io::Result<Child> {
    let (answer, started) = oneshot::channel();
    let order = Order { launch, runtime: Handle::current(), answer };
    let gone = || io::Error::other("the thread that starts processes is gone");
    orders()?.send(order).map_err(|_| gone())?;
    started.await.map_err(|_| gone())?
}

struct Order {
    launch: Launch,
    runtime: Handle,
    answer: oneshot::Sender<io::Result<Child>>,
}

fn orders() -> io::Result<&'static mpsc::Sender<Order>> {
    static ORDERS: OnceLock<Result<mpsc::Sender<Order>, io::ErrorKind>> = OnceLock::new();
    ORDERS
        .get_or_init(|| {
            let (sender, receiver) = mpsc::channel::<Order>();
            let serve = move || {
                for order in receiver {
                    let _inside = order.runtime.enter();
                    // Nobody waits any more: the child is dropped and thereby killed.
                    drop(order.answer.send(start(order.launch)));
                }
            };
            let thread = std::thread::Builder::new().name("waybill-spawn".to_owned()).spawn(serve);
            thread.map(|_| sender).map_err(|error| error.kind())
        })
        .as_ref()
        .map_err(|kind| io::Error::from(*kind))
}

fn start(launch: Launch) -> io::Result<Child> {
    let mut command = Command::new(&launch.program);
    command.args(&launch.args).env_clear().envs(launch.env.iter().map(|(key, value)| (key, value)));
    if let Some(cwd) = &launch.cwd {
        command.current_dir(cwd);
    }
    command.stdin(match &launch.input {
        Input::Nothing => Stdio::null(),
        Input::Bytes(_) | Input::Open => Stdio::piped(),
        Input::File(file) => Stdio::from(file.try_clone()?),
    });
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    #[cfg(unix)]
    let guard = platform::Guard::prepare(&mut command, launch.descriptors)?;
    #[cfg(windows)]
    let guard = platform::Guard::prepare(&mut command)?;
    #[cfg(unix)]
    let child = command.spawn()?;
    #[cfg(windows)]
    let child = platform::start(&mut command)?;
    guard.adopt(&child)?;
    Child::new(child, launch.input, guard)
}
