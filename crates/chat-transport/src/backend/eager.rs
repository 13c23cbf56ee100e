//! A TCP stream that notices immediately when the server has closed it.
//!
//! It exists for one fault: "a pooled connection that the server has closed in the meantime" in
//! `FAULTS.md`. Without it, a call that is not safe to repeat fails with `ConnectionLost`, and it is
//! unknown whether the call took effect.
//!
//! A runtime learns about the end of a connection when it polls the network, which a busy one does
//! only once in many steps. Until then an idle connection in the pool counts as open, and a request
//! written to it is lost. So an idle connection asks the operating system directly before it is
//! used: one read that returns immediately. A connection that was in use within the last
//! millisecond skips this, since it would cost one system call per request of a busy client, and
//! hardly any connection ends within that time.

use std::{
    io::{self, ErrorKind, IoSlice, Read as _},
    pin::Pin,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use socket2::SockRef;
use tokio::net::TcpStream;

pub(super) struct EagerStream {
    inner: TokioIo<TcpStream>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// The connection is new, or a request is being written or waits for its response.
    Writing,
    /// A response is being read.
    Reading,
    /// Everything received was read, and nothing was written since. Nothing more had arrived at
    /// this instant.
    Idle(Instant),
}

impl EagerStream {
    pub(super) fn new(inner: TokioIo<TcpStream>) -> Self {
        Self { inner, state: State::Writing }
    }

    /// Reads what the runtime has not noticed yet; `None` if nothing has arrived.
    fn read_now(&self, buffer: &mut ReadBufCursor<'_>) -> Option<io::Result<()>> {
        let mut bytes = [0; CLOSING_BYTES];
        let length = bytes.len().min(buffer.remaining());
        let socket = SockRef::from(self.inner.inner());
        match (&*socket).read(&mut bytes[..length]) {
            Ok(length) => {
                buffer.put_slice(&bytes[..length]);
                Some(Ok(()))
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                None
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl Read for EagerStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        if let State::Idle(since) = self.state
            && since.elapsed() >= FRESH
        {
            if let Some(outcome) = self.read_now(&mut buffer) {
                return Poll::Ready(outcome);
            }
            self.state = State::Idle(Instant::now());
        }
        let outcome = Pin::new(&mut self.inner).poll_read(context, buffer);
        self.state = match (self.state, &outcome) {
            (_, Poll::Ready(_)) => State::Reading,
            (State::Reading, Poll::Pending) => State::Idle(Instant::now()),
            (state, Poll::Pending) => state,
        };
        outcome
    }
}

impl Write for EagerStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes));
        self.state = State::Writing;
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write_vectored(context, slices));
        self.state = State::Writing;
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl Connection for EagerStream {
    fn connected(&self) -> Connected {
        self.inner.connected()
    }
}

/// For how long an idle connection counts as open without another look.
const FRESH: Duration = Duration::from_millis(1);

/// More than the closing alert of TLS. Nothing else arrives on an idle connection.
const CLOSING_BYTES: usize = 64;
