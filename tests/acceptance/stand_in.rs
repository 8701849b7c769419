//! The agent that tests hire where no script is the same on each system: this very program, which does one deed.

mod play;

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, Stdio};

/// The deed's words follow the last of those that this program is started with.
const LAST: &str = "--nocapture";

/// A command that does the deed.
pub fn hired(deed: &str) -> String {
    let program = std::env::current_exe().expect("this program's path is known");
    format!("{} --exact stand_in::at_work --ignored {LAST} {deed}", program.display())
}

/// Not a test of its own: it is an agent at work.
#[test]
#[ignore = "started by the tests that hire it"]
fn at_work() {
    let words: Vec<String> = std::env::args().skip_while(|word| word != LAST).skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["wait", port] => wait(port.parse().expect("a port")),
        ["comment", waybill] => comment(waybill),
        ["tell", out, err] => tell(out, err),
        ["count", to] => count(to.parse().expect("a number")),
        ["forge", name] => forge(name),
        ["leak", first, second] => leak(first, second),
        ["play", how, door] => play::play(how, door.parse().ok()),
        _ => panic!("no such deed: {words:?}"),
    }
    // What this program says of a test is not the agent's.
    std::process::exit(0);
}

/// Reads its prompt, knocks at the test's door with its token, waits to be let go on, and says what it was told.
fn wait(port: u16) {
    let mut prompt = String::new();
    std::io::stdin().read_to_string(&mut prompt).expect("a prompt");
    let mut door = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("a door");
    writeln!(door, "{}", variable("WAYBILL_TOKEN")).expect("it is heard");
    // It is let go on when the other side closes.
    drop(door.read(&mut [0]));
    let mut turns = std::fs::File::options().create(true).append(true).open("turn.txt").expect("is opened");
    turns.write_all(b"a turn\n").expect("is written");
    println!("I was told: {}", prompt.lines().last().unwrap_or_default());
}

/// Comments on its issue by way of the socket that it was given, with the program that the operator has.
fn comment(waybill: &str) {
    const SAID: &[&str] = &[
        r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"issue","arguments":{"action":"comment","body":"From inside."}}}"#,
    ];
    let mut tools = Command::new(waybill)
        .args(["mcp", "--connect", &variable("WAYBILL_SOCKET")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program is shown");
    let mut stdin = tools.stdin.take().expect("it is piped");
    for line in SAID {
        writeln!(stdin, "{line}").expect("it listens");
    }
    drop(stdin);
    let answers = String::from_utf8(tools.wait_with_output().expect("it ends").stdout).expect("a text");
    println!("{} answers; the token is {}", answers.lines().count(), variable("WAYBILL_TOKEN"));
}

/// Says the bytes of one file, and complains with those of another.
fn tell(out: &str, err: &str) {
    let read = |name| std::fs::read(name).expect("the words are there");
    std::io::stdout().write_all(&read(out)).expect("it is heard");
    std::io::stderr().write_all(&read(err)).expect("it is heard");
}

/// Counts, and complains as much.
fn count(to: u32) {
    let lines: Vec<String> = (1..=to).map(|number| number.to_string()).collect();
    let all = lines.join("\n") + "\n";
    std::io::stdout().write_all(all.as_bytes()).expect("it is heard");
    std::io::stderr().write_all(all.as_bytes()).expect("it is heard");
}

/// Commits a folder of this name with a configuration of git in it, as only hand-made objects can hold it.
fn forge(name: &str) {
    let blob = git(&["hash-object", "-w", "--stdin"], b"[core]\n\tfsmonitor = touch owned\n");
    let folder = git(&["mktree"], format!("100644 blob {blob}\tconfig\n").as_bytes());
    let mut tree = format!("40000 {name}\0").into_bytes();
    tree.extend(
        (0..folder.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&folder[at..at + 2], 16).expect("an object's name is hexadecimal")),
    );
    let tree = git(&["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], &tree);
    let commit = git(&["commit-tree", &tree, "-p", "HEAD", "-m", "forged"], b"");
    git(&["update-ref", "HEAD", &commit], b"");
    println!("forged");
}

/// Prints the secret of its environment in every form, and a key that it has by other means.
fn leak(first: &str, second: &str) {
    let secret = variable("API_TOKEN");
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let (half, rest) = secret.split_at(secret.find("odd").expect("the secret is the test's"));
    println!("{secret}");
    writeln!(std::io::stderr(), "complaint: {secret}").expect("it is heard");
    println!("{}", base64(secret.as_bytes()));
    println!("{}", base64(format!("user:{secret}").as_bytes()));
    println!(r#"{{"config": {}}}"#, text(&secret));
    println!(r#"{{"type":"text","delta":true,"text":{}}}"#, text(half));
    println!(r#"{{"type":"text","delta":true,"text":{}}}"#, text(rest));
    println!(r#"{{"type":"tool_call","id":"1","name":"env","input":{{{0}:[{0}]}}}}"#, text(&secret));
    println!(r#"{{"type":"tool_result","id":"1","ok":true,"output":{}}}"#, text(&secret));
    println!(r#"{{"type":"error","kind":"crash","message":{}}}"#, text(&secret));
    let key = std::env::var_os("ANTHROPIC_API_KEY").unwrap_or_else(|| "none".into());
    println!("the key in its environment: {}", key.display());
    println!("the key by other means: {first}{second}");
    println!(r#"{{"type":"finished","ok":true,"summary":{}}}"#, text(&secret));
}

fn variable(name: &str) -> String {
    std::env::var_os(name).and_then(|value| value.into_string().ok()).unwrap_or_default()
}

/// Runs git on a text, and gives what it says.
fn git(args: &[&str], input: &[u8]) -> String {
    let mut git = Command::new("git")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("git starts");
    git.stdin.take().expect("it is piped").write_all(input).expect("git listens");
    let output = git.wait_with_output().expect("git ends");
    assert!(output.status.success(), "git {args:?}");
    String::from_utf8(output.stdout).expect("a text").trim().to_owned()
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let byte = |at: usize| u32::from(piece.get(at).copied().unwrap_or_default());
        let whole = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(whole >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= piece.len() { char::from(letter) } else { '=' });
        }
    }
    text
}
