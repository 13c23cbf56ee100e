//! A connection that can be reset.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::Notify,
};
use tracing::debug;

/// A TCP connection that is reset instead of closed if its control says so.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: TcpStream,
    control: SocketControl,
}

/// Decides how a [`Socket`] ends. Clones control the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct SocketControl(Arc<Ending>);

#[derive(Debug, Default)]
struct Ending {
    resets: AtomicBool,
    asked_to_close: Notify,
}

impl Socket {
    pub(crate) fn new(stream: TcpStream, control: SocketControl) -> Self {
        Self { stream, control }
    }

    fn resets(&self) -> bool {
        self.control.0.resets.load(Ordering::Acquire)
    }
}

impl SocketControl {
    /// Lets the connection be reset when it is dropped.
    pub(crate) fn reset_when_dropped(&self) {
        self.0.resets.store(true, Ordering::Release);
    }

    /// Asks the server to close the connection once the response is complete.
    pub(crate) fn ask_to_close(&self) {
        self.0.asked_to_close.notify_one();
    }

    pub(crate) async fn asked_to_close(&self) {
        self.0.asked_to_close.notified().await;
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.resets()
            && let Err(error) = self.stream.set_zero_linger()
        {
            debug!(%error, "failed to reset a connection");
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.resets() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
