use super::*;
use tokio::io::AsyncWriteExt;

/// Answers with the token and what came after it, in capitals.
struct Echo;

impl ToolServer for Echo {
    fn serve(
        &self,
        token: String,
        mut incoming: Incoming,
        mut outgoing: Outgoing,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            let mut said = String::new();
            incoming.read_to_string(&mut said).await.expect("is read");
            let answer = format!("{token}:{}", said.to_uppercase());
            outgoing.write_all(answer.as_bytes()).await.expect("is written");
        })
    }
}

async fn ask(address: &Path, said: &str) -> io::Result<String> {
    let mut stream = platform::connect(address).await?;
    stream.write_all(said.as_bytes()).await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn the_first_line_is_the_token_and_the_rest_is_the_servers() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let socket = ToolSocket::open(directory.path(), Arc::new(Echo)).expect("opens");
    let address = socket.address(directory.path());
    assert_eq!(ask(&address, "abc\nhello").await.expect("is answered"), "abc:HELLO");
    let long = "x".repeat(10_000);
    assert_eq!(ask(&address, &long).await.unwrap_or_default(), "", "no token, nothing");
    drop(socket);
    // Its task ends at its next turn.
    tokio::task::yield_now().await;
    assert!(ask(&address, "abc\n").await.is_err(), "nobody listens any more");
    let again = ToolSocket::open(directory.path(), Arc::new(Echo));
    assert!(again.is_ok(), "what an earlier one left behind is no hindrance");
}

#[tokio::test]
async fn a_secret_that_an_agent_tells_its_tools_gets_no_further() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mask = Arc::new(crate::agents::Mask::new([("API_TOKEN", "hunter\"two")]));
    let masked = Masked { server: Arc::new(Echo), mask };
    let socket = ToolSocket::open(directory.path(), Arc::new(masked)).expect("opens");
    let address = socket.address(directory.path());
    let said = "abc\n{\"body\":\"it is hunter\\\"two\"}\nlast words without an end: hunter\"two";
    let heard = ask(&address, said).await.expect("is answered");
    assert_eq!(heard, "abc:{\"BODY\":\"IT IS •••\"}\nLAST WORDS WITHOUT AN END: •••");
    let large = format!("abc\n{}\n", "x".repeat(200_000));
    assert_eq!(ask(&address, &large).await.expect("is answered").len(), large.len(), "nothing is lost");
}

#[tokio::test]
async fn a_path_of_any_length_will_do() {
    if cfg!(target_os = "macos") {
        return;
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let deep = directory.path().join("a".repeat(80)).join("b".repeat(80));
    std::fs::create_dir_all(&deep).expect("is made");
    ToolSocket::open(&deep, Arc::new(Echo)).expect("the address is short, whatever the path");
}

#[cfg(windows)]
#[tokio::test]
async fn only_this_machine_reaches_it() {
    let socket = ToolSocket::open(Path::new("."), Arc::new(Echo)).expect("opens");
    let address: std::net::SocketAddr =
        socket.address(Path::new(".")).to_string_lossy().parse().expect("an address with a port");
    assert!(address.ip().is_loopback(), "a neighbour in the network must not even knock: {address}");
}
