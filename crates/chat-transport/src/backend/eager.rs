//! A TCP stream that notices immediately when the server has closed it.
//!
//! It exists for one fault: "a pooled connection that the server has closed in the meantime" in
//! `FAULTS.md`. Without it, a call that is not safe to repeat fails with `ConnectionLost`, and it is
//! unknown whether the call took effect.
//!
//! A runtime learns about the end of a connection when it polls the network, which a busy one does
//! only once in many steps. Until then an idle connection in the pool counts as open, and a request
//! written to it is lost. So an idle connection asks the operating system directly before it is
//! used: one read that returns immediately.
//!
//! The same read finds bytes that follow a response without a request. Such a connection is closed: the
//! next call would take them for its response.

use std::{
    io::{self, ErrorKind, IoSlice, Read as _},
    pin::Pin,
    task::{Context, Poll, ready},
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
    /// Everything received was read, and nothing was written since.
    Idle,
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
        if self.state == State::Idle
            && let Some(outcome) = self.read_now(&mut buffer)
        {
            return Poll::Ready(outcome);
        }
        let outcome = Pin::new(&mut self.inner).poll_read(context, buffer);
        self.state = match (self.state, &outcome) {
            (_, Poll::Ready(_)) => State::Reading,
            (State::Reading, Poll::Pending) => State::Idle,
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

/// More than the closing alert of TLS, and enough to see that something arrived.
const CLOSING_BYTES: usize = 64;
