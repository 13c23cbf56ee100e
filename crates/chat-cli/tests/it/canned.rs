//! A server that responds to each command with the same JSON every time.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

use serde_json::{Map, Value, json};

use crate::program::{Chatctl, KEY};

/// The server. It serves until the test process ends.
pub(crate) struct CannedServer {
    url: String,
}

impl CannedServer {
    /// Starts a server with a response for each command, as a JSON object.
    pub(crate) fn start(responses: &str) -> Self {
        let responses: Map<String, Value> = serde_json::from_str(responses).unwrap();
        let responses = Arc::new(responses);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let responses = Arc::clone(&responses);
                thread::spawn(move || drop(respond(connection, &responses)));
            }
        });
        Self { url }
    }

    /// Returns chatctl with all settings for the server.
    pub(crate) fn chatctl(&self, args: &[&str]) -> Chatctl {
        Chatctl::new(args)
            .env("CHAT_ENDPOINT", &self.url)
            .env("CHAT_SDKAPPID", "1400000000")
            .env("CHAT_SECRET_KEY", KEY)
    }
}

/// Reads one request and responds to its command.
fn respond(mut connection: TcpStream, responses: &Map<String, Value>) -> io::Result<()> {
    let mut request = BufReader::new(connection.try_clone()?);
    let mut line = String::new();
    request.read_line(&mut line)?;
    let path = line.split(['?', ' ']).nth(1).unwrap_or_default();
    let command = path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut length = 0;
    while line != "\r\n" {
        line.clear();
        request.read_line(&mut line)?;
        let (name, value) = line.split_once(':').unwrap_or_default();
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    io::copy(&mut request.take(length), &mut io::sink())?;
    let unknown = json!({ "ActionStatus": "FAIL", "ErrorCode": 60009, "ErrorInfo": "unknown" });
    let body = responses.get(&command).unwrap_or(&unknown).to_string();
    write!(
        connection,
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}
