//! An HTTP/1.1 server that does as it is told, down to hanging up in the middle.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// What the server got.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    pub(crate) fn query(&self, name: &str) -> &str {
        let query = self.target.split_once('?').map_or("", |parts| parts.1);
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|pair| pair.0 == name).map_or("", |pair| pair.1)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }
}

/// What the server does.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Answers 200 with this body.
    Json(String),
    /// Answers a status with a body.
    Status(u16, String),
    /// Answers 503 and asks to come back after so many seconds.
    Busy(u64),
    /// Answers a status with a place to go to.
    Redirect(u16, String),
    /// Never stops answering.
    Endless,
    /// Says that more comes than does, and then hangs up.
    CutOff(String),
    /// Begins an answer and goes silent.
    Stall,
    /// Answers nothing and keeps the connection.
    Silence,
    /// Hangs up without an answer.
    HangUp,
}

pub(crate) fn json(text: &str) -> Reply {
    Reply::Json(text.to_owned())
}

pub(crate) struct Server {
    address: SocketAddr,
    is_https: bool,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(None, reply).await
    }

    pub(crate) async fn start_with(
        tls: Option<TlsAcceptor>,
        reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            is_https: tls.is_some(),
            seen: Arc::default(),
            connections: Arc::default(),
        };
        let (seen, connections) = (Arc::clone(&server.seen), Arc::clone(&server.connections));
        let reply = Arc::new(move |request: Seen| {
            let reply = reply(&request);
            seen.lock().unwrap().push(request);
            reply
        });
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(greet(stream, tls.clone(), Arc::clone(&reply)));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.is_https { "https" } else { "http" }, self.address)
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// A port on which nobody listens.
pub(crate) async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

async fn greet<R>(stream: TcpStream, tls: Option<TlsAcceptor>, reply: Arc<R>)
where
    R: Fn(Seen) -> Reply + Send + Sync,
{
    match tls {
        None => serve(stream, reply).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, reply).await;
            }
        }
    }
}

async fn serve<S, R>(stream: S, reply: Arc<R>)
where
    S: AsyncRead + AsyncWrite + Unpin,
    R: Fn(Seen) -> Reply + Send + Sync,
{
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await {
        let is_over = answer(&mut stream, reply(request)).await;
        if is_over.unwrap_or(true) {
            return;
        }
    }
}

async fn read<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> Option<Seen> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut first = lines.first()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: Vec<_> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|header| header.0 == "content-length");
    let mut body = vec![0; length.map_or(0, |header| header.1.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    Some(Seen { method, target, headers, body: String::from_utf8(body).unwrap() })
}

/// Whether the connection is over.
async fn answer<S>(stream: &mut S, reply: Reply) -> std::io::Result<bool>
where
    S: AsyncWrite + Unpin,
{
    let head = |status: u16, length: usize, more: &str| {
        format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{more}\r\n")
    };
    let (text, is_over) = match reply {
        Reply::Json(body) => (head(200, body.len(), "") + &body, false),
        Reply::Status(status, body) => (head(status, body.len(), "") + &body, false),
        Reply::Busy(seconds) => (head(503, 0, &format!("retry-after: {seconds}\r\n")), false),
        Reply::Redirect(status, to) => (head(status, 0, &format!("location: {to}\r\n")), false),
        Reply::CutOff(body) => (head(200, body.len() + 10, "") + &body, true),
        Reply::Endless => return endless(stream).await,
        Reply::Stall => {
            let text = head(200, 100, "") + "{\"ErrorCode\":0";
            stream.write_all(text.as_bytes()).await?;
            stream.flush().await?;
            return silence().await;
        }
        Reply::Silence => return silence().await,
        Reply::HangUp => return Ok(true),
    };
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await?;
    Ok(is_over)
}

async fn endless<S: AsyncWrite + Unpin>(stream: &mut S) -> std::io::Result<bool> {
    stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
    loop {
        stream.write_all(b"400\r\n").await?;
        stream.write_all(&[b' '; 0x400]).await?;
        stream.write_all(b"\r\n").await?;
    }
}

/// Longer than any time limit of a test.
async fn silence() -> std::io::Result<bool> {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(true)
}
