//! A proxy that loses requests and responses.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

/// What a proxy does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It passes the request and the response on.
    Pass,
    /// It closes the connection and does not pass the request on.
    LoseRequest,
    /// It passes the request on, and closes the connection instead of passing the response on.
    LoseResponse,
    /// It passes the request on, and never responds.
    Hang,
}

/// A proxy in front of a plain HTTP server, which loses what a function says.
#[derive(Clone, Debug)]
pub(crate) struct LossyProxy {
    port: u16,
}

impl LossyProxy {
    /// Starts a proxy in front of the server at this address, such as `127.0.0.1:8080`. `fate` is
    /// asked about each request with its command, which is the last segment of its path, and its body.
    pub(crate) async fn start(
        server: String,
        fate: impl Fn(&str, &[u8]) -> Fate + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let fate = Arc::new(fate);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, fate) = (server.clone(), Arc::clone(&fate));
                tokio::spawn(async move { serve(client, &server, &*fate).await });
            }
        });
        Ok(Self { port })
    }

    /// Returns the URL of the proxy.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

async fn serve(
    client: TcpStream,
    server: &str,
    fate: &(impl Fn(&str, &[u8]) -> Fate + Sync),
) -> io::Result<()> {
    let mut client = BufReader::new(client);
    let mut server = BufReader::new(TcpStream::connect(server).await?);
    loop {
        let Some(request) = read_message(&mut client).await? else { return Ok(()) };
        let fate = fate(&request.command(), &request.body);
        if fate == Fate::LoseRequest {
            return Ok(());
        }
        server.get_mut().write_all(&request.whole()).await?;
        let Some(response) = read_message(&mut server).await? else { return Ok(()) };
        if fate == Fate::LoseResponse {
            return Ok(());
        }
        if fate == Fate::Hang {
            return std::future::pending().await;
        }
        client.get_mut().write_all(&response.whole()).await?;
    }
}

/// A request or a response with a `Content-Length`.
#[derive(Debug, Default)]
struct Message {
    head: String,
    body: Vec<u8>,
}

impl Message {
    fn whole(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }

    fn command(&self) -> String {
        let target = self.head.split(' ').nth(1).unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }
}

/// Reads a message; `None` once the connection is closed.
async fn read_message(from: &mut BufReader<TcpStream>) -> io::Result<Option<Message>> {
    let mut message = Message::default();
    let mut length = 0;
    loop {
        let start = message.head.len();
        if from.read_line(&mut message.head).await? == 0 {
            return Ok(None);
        }
        let line = message.head.get(start..).unwrap_or_default();
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    message.body = vec![0; length];
    from.read_exact(&mut message.body).await?;
    Ok(Some(message))
}
