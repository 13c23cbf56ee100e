//! Connections that know at once when they have been closed.
//!
//! A runtime learns of the end of a connection when it looks for news of the network, which a busy
//! one does but once in many steps. Until then a kept connection passes for open, and a request
//! that is written to it is lost: nobody can say whether it was carried out. So a connection that
//! waits for its next request asks the system itself before it is used: one call that returns at
//! once. One that was in use a moment ago does not: that would cost a call of the system for each
//! request of a busy client, and hardly any connection ends within that moment.

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
    /// New, or a request is being written or waits for its response.
    Writing,
    /// A response is being read.
    Reading,
    /// All that came was read, and nothing was written since. Nothing had come by then.
    Idle(Instant),
}

impl EagerStream {
    pub(super) fn new(inner: TokioIo<TcpStream>) -> Self {
        Self { inner, state: State::Writing }
    }

    /// Reads what the runtime has not heard of yet; `None` if there is nothing.
    fn read_now(&self, buffer: &mut ReadBufCursor<'_>) -> Option<io::Result<()>> {
        let mut bytes = [0; NOTHING_MUCH];
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
            && since.elapsed() >= MOMENT
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

/// How old the news of a connection may be.
const MOMENT: Duration = Duration::from_millis(1);

/// More than the farewell of TLS. Nothing else comes to an idle connection.
const NOTHING_MUCH: usize = 64;
