//! Agents that wait at the test's door: each tells its token, and goes on when it is let.

use super::Home;
use crate::stand_in::hired;
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long an agent may take to come to the door.
const PATIENCE: Duration = Duration::from_mins(1);

/// The door at which agents wait.
pub struct Door {
    knocks: Receiver<TcpStream>,
}

/// An agent at the door; dropped, it is let go on.
pub struct Waiting {
    pub token: String,
    _stream: TcpStream,
}

impl Door {
    /// Opens a door, and adds the tool that comes to it: `waiting`.
    pub fn open(home: &Home) -> Self {
        let (door, port) = Self::plain();
        let command = hired(&format!("wait {port}"));
        home.json(&["tool", "add", "waiting", "--command", &command, "--prompt", "stdin"]);
        door
    }

    /// Opens a door; answers its port as well.
    pub fn plain() -> (Self, u16) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let (tell, knocks) = channel();
        std::thread::spawn(move || {
            // Ends with the test that no longer listens.
            for stream in listener.incoming().map_while(Result::ok) {
                if tell.send(stream).is_err() {
                    return;
                }
            }
        });
        (Self { knocks }, port)
    }

    /// The next agent that comes, and is still there.
    #[track_caller]
    pub fn next(&self) -> Waiting {
        loop {
            let stream = self.knocks.recv_timeout(PATIENCE).expect("an agent comes to the door");
            stream.set_read_timeout(Some(PATIENCE)).expect("a time can be set");
            let mut token = String::new();
            let read = BufReader::new(&stream).read_line(&mut token);
            stream.set_nonblocking(true).expect("can be set");
            // One that was killed has left; one that waits says nothing more.
            let waits = stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
            if read.is_ok() && waits {
                return Waiting { token: token.trim().to_owned(), _stream: stream };
            }
        }
    }
}
