//! Agents that wait at the test's door: each tells its token, and goes on when it is let.

use super::Home;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long an agent may take to come to the door.
const PATIENCE: Duration = Duration::from_mins(1);

/// A tool called `waiting`: it reads its prompt, knocks, waits to be let go on, and says what it was told.
const AGENT: &str = r#"exec python3 -c '
import os, socket, sys
prompt = sys.stdin.read()
door = socket.create_connection(("127.0.0.1", PORT))
door.sendall((os.environ["WAYBILL_TOKEN"] + "\n").encode())
door.recv(1)
open("turn.txt", "a").write("a turn\n")
print("I was told: " + prompt.splitlines()[-1])
'"#;

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
    /// Opens a door, and adds the tool that comes to it.
    pub fn open(home: &Home) -> Self {
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
        let script = home.script("waiting-agent", &AGENT.replace("PORT", &port.to_string()));
        home.json(&["tool", "add", "waiting", "--command", &script, "--prompt", "stdin"]);
        Self { knocks }
    }

    /// The next agent that comes.
    #[track_caller]
    pub fn next(&self) -> Waiting {
        let stream = self.knocks.recv_timeout(PATIENCE).expect("an agent comes to the door");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time can be set");
        let mut token = String::new();
        BufReader::new(&stream).read_line(&mut token).expect("it tells its token");
        Waiting { token: token.trim().to_owned(), _stream: stream }
    }
}
