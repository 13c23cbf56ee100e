//! An HTTP/1.1 server that replies as scripted, including the ways in which a server can fail.

use std::{
    fmt, io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpSocket, TcpStream},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// A request that the server has received.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    /// The headers, with names in lower case.
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

/// How the server replies to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Responds with 200 and this body.
    Json(String),
    /// Responds with a status and a body.
    Status(u16, String),
    /// Responds with 503 and a `Retry-After` of this number of seconds.
    Busy(u64),
    /// Responds with a status and a `Location`.
    Redirect(u16, String),
    /// Responds with a body that never ends.
    Endless,
    /// Announces a longer body than it sends, and then closes the connection.
    CutOff(String),
    /// Begins a response, and then sends nothing more.
    Stall,
    /// Sends nothing and keeps the connection open.
    Silence,
    /// Closes the connection without a response.
    HangUp,
    /// Responds with any status, headers and body.
    Full { status: u16, headers: Vec<(&'static str, String)>, body: String },
    /// Responds with 200 and this body, and closes the connection without announcing it.
    Last(String),
    /// Responds with 200 and the first body, and then sends an unsolicited second response.
    Two(String, String),
    /// Responds with a body of this number of bytes.
    Huge(u64),
    /// Sends the head and nothing of the body.
    HeadOnly,
    /// Sends a body byte by byte, with a pause after each.
    Trickle(Duration),
    /// Resets the connection without a response.
    Reset,
    /// Begins a response and resets the connection.
    ResetInResponse,
}

impl Reply {
    /// Whether it means that the request did not take effect.
    fn is_refusal(&self) -> bool {
        match self {
            Self::Status(429, _) | Self::Full { status: 429, .. } => true,
            Self::Json(body) | Self::Full { status: 200, body, .. } => {
                let body = serde_json::from_str::<serde_json::Value>(body);
                body.is_ok_and(|body| body["ErrorCode"].as_i64().is_some_and(|code| code != 0))
            }
            _ => false,
        }
    }
}

/// How the server treats a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// Reads requests and responds to them.
    #[default]
    Responds,
    /// Accepts the connection and never reads.
    NeverReads,
    /// Resets the connection as soon as it is accepted.
    ResetsImmediately,
    /// Reads the head of a request, and then resets the connection.
    ResetsInRequest,
}

pub(crate) fn json(text: &str) -> Reply {
    Reply::Json(text.to_owned())
}

pub(crate) struct Server {
    address: SocketAddr,
    is_https: bool,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    connections: AtomicUsize,
    /// The number of requests whose head was read.
    begun: AtomicUsize,
    /// The requests that were read completely.
    seen: Mutex<Vec<Seen>>,
    took_effect: AtomicUsize,
    /// The number of bytes sent of huge or endless bodies.
    written: AtomicU64,
}

impl Server {
    pub(crate) async fn start(reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_with(None, reply).await
    }

    pub(crate) async fn start_with(
        tls: Option<TlsAcceptor>,
        reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start_as(Behavior::Responds, tls, reply).await
    }

    pub(crate) async fn start_as(
        behavior: Behavior,
        tls: Option<TlsAcceptor>,
        reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            is_https: tls.is_some(),
            counts: Arc::default(),
        };
        let counts = Arc::clone(&server.counts);
        let reply = Arc::new(reply);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counts.connections.fetch_add(1, Ordering::SeqCst);
                let (counts, reply) = (Arc::clone(&counts), Arc::clone(&reply));
                tokio::spawn(accept(stream, tls.clone(), Connection { behavior, counts, reply }));
            }
        });
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("{}://{}", if self.is_https { "https" } else { "http" }, self.address)
    }

    /// Returns the requests that were read completely.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.counts.seen.lock().unwrap().clone()
    }

    /// Returns the number of requests that were read completely and not refused. Those whose response
    /// was lost are included.
    pub(crate) fn took_effect(&self) -> usize {
        self.counts.took_effect.load(Ordering::SeqCst)
    }

    /// Returns the number of requests whose head was read.
    pub(crate) fn begun(&self) -> usize {
        self.counts.begun.load(Ordering::SeqCst)
    }

    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    /// Returns the number of bytes of a huge or endless body that were sent.
    pub(crate) fn written(&self) -> u64 {
        self.counts.written.load(Ordering::SeqCst)
    }
}

/// A port without a listener, which is reserved while this exists.
pub(crate) struct ClosedPort(TcpSocket);

pub(crate) fn closed_port() -> ClosedPort {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    ClosedPort(socket)
}

impl fmt::Display for ClosedPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.local_addr().unwrap().fmt(f)
    }
}

/// A connection that can be reset.
trait Wire: AsyncRead + AsyncWrite + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Wire for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Makes the connection end with a reset, whatever is still to be read or written.
fn reset(stream: &impl Wire) {
    stream.tcp().set_zero_linger().unwrap();
}

struct Connection<R> {
    behavior: Behavior,
    counts: Arc<Counts>,
    reply: Arc<R>,
}

async fn accept<R>(stream: TcpStream, tls: Option<TlsAcceptor>, connection: Connection<R>)
where
    R: Fn(&Seen) -> Reply + Send + Sync,
{
    match (connection.behavior, tls) {
        (Behavior::NeverReads, _) => {
            let _ = silence().await;
        }
        (Behavior::ResetsImmediately, _) => reset(&stream),
        (_, None) => connection.serve(stream).await,
        (_, Some(tls)) => {
            if let Ok(stream) = tls.accept(stream).await {
                connection.serve(stream).await;
            }
        }
    }
}

impl<R: Fn(&Seen) -> Reply + Send + Sync> Connection<R> {
    async fn serve(self, stream: impl Wire) {
        let mut stream = BufReader::new(stream);
        while let Some(request) = self.read(&mut stream).await {
            let reply = (self.reply)(&request);
            self.counts.seen.lock().unwrap().push(request);
            if !reply.is_refusal() {
                self.counts.took_effect.fetch_add(1, Ordering::SeqCst);
            }
            let is_closed = self.respond(stream.get_mut(), reply).await;
            if is_closed.unwrap_or(true) {
                return;
            }
        }
    }

    async fn read<S: Wire>(&self, stream: &mut BufReader<S>) -> Option<Seen> {
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
        self.counts.begun.fetch_add(1, Ordering::SeqCst);
        if self.behavior == Behavior::ResetsInRequest {
            reset(stream.get_ref());
            return None;
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

    /// Sends the reply, and returns whether the connection is to be closed.
    async fn respond(&self, stream: &mut impl Wire, reply: Reply) -> io::Result<bool> {
        let (text, is_closed) = match reply {
            Reply::Json(body) => (complete(200, "", &body), false),
            Reply::Status(status, body) => (complete(status, "", &body), false),
            Reply::Busy(seconds) => {
                (complete(503, &format!("retry-after: {seconds}\r\n"), ""), false)
            }
            Reply::Redirect(status, to) => {
                (complete(status, &format!("location: {to}\r\n"), ""), false)
            }
            Reply::Full { status, headers, body } => {
                let line = |(name, value): (&str, String)| format!("{name}: {value}\r\n");
                let headers: String = headers.into_iter().map(line).collect();
                (complete(status, &headers, &body), false)
            }
            Reply::CutOff(body) => (head(200, body.len() as u64 + 10, "") + &body, true),
            Reply::Last(body) => (complete(200, "", &body), true),
            Reply::Two(one, other) => (complete(200, "", &one) + &complete(200, "", &other), false),
            Reply::Endless => return self.endless(stream).await,
            Reply::Huge(bytes) => return self.huge(stream, bytes).await,
            Reply::Trickle(pause) => return trickle(stream, pause).await,
            Reply::HeadOnly => {
                send(stream, &head(200, 100, "")).await?;
                return silence().await;
            }
            Reply::Stall => {
                send(stream, &(head(200, 100, "") + "{\"ErrorCode\":0")).await?;
                return silence().await;
            }
            Reply::ResetInResponse => {
                send(stream, &(head(200, 100, "") + "{\"ErrorCode\":0")).await?;
                reset(stream);
                return Ok(true);
            }
            Reply::Reset => {
                reset(stream);
                return Ok(true);
            }
            Reply::Silence => return silence().await,
            Reply::HangUp => return Ok(true),
        };
        send(stream, &text).await?;
        Ok(is_closed)
    }

    async fn endless(&self, stream: &mut impl Wire) -> io::Result<bool> {
        send(stream, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
        loop {
            stream.write_all(b"400\r\n").await?;
            self.spaces(stream, 0x400).await?;
            stream.write_all(b"\r\n").await?;
        }
    }

    async fn huge(&self, stream: &mut impl Wire, bytes: u64) -> io::Result<bool> {
        send(stream, &head(200, bytes, "")).await?;
        for _ in 0..bytes / 0x400 {
            self.spaces(stream, 0x400).await?;
        }
        self.spaces(stream, bytes % 0x400).await?;
        Ok(false)
    }

    async fn spaces(&self, stream: &mut impl Wire, bytes: u64) -> io::Result<()> {
        stream.write_all(&vec![b' '; usize::try_from(bytes).unwrap()]).await?;
        self.counts.written.fetch_add(bytes, Ordering::SeqCst);
        Ok(())
    }
}

fn complete(status: u16, headers: &str, body: &str) -> String {
    head(status, body.len() as u64, headers) + body
}

fn head(status: u16, length: u64, headers: &str) -> String {
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n")
}

async fn send(stream: &mut impl Wire, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes()).await?;
    stream.flush().await
}

async fn trickle(stream: &mut impl Wire, pause: Duration) -> io::Result<bool> {
    send(stream, &head(200, 1_000, "")).await?;
    for _ in 0..1_000 {
        send(stream, " ").await?;
        tokio::time::sleep(pause).await;
    }
    Ok(false)
}

/// Waits for longer than any time limit of a test.
async fn silence() -> io::Result<bool> {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Ok(true)
}
