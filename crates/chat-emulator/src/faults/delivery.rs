//! The body of a response, sent as a whole or not.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::{
    Response,
    body::{Body, Frame, SizeHint},
};
use tokio::time::{Sleep, sleep};

use super::{
    fault::{Disconnect, Fault, Moment},
    socket::SocketControl,
};

/// The body of a response.
pub(crate) type ResponseBody = Either<Full<Bytes>, Delivery>;

/// Returns a response that is sent as a whole.
pub(crate) fn whole(response: Response<Bytes>) -> Response<ResponseBody> {
    response.map(|body| Either::Left(Full::new(body)))
}

/// A body that is sent slowly, incompletely or without an end.
#[derive(Debug)]
pub(crate) struct Delivery {
    body: Bytes,
    /// How many bytes are sent at once, and the pause after them.
    chunk: usize,
    pause: Duration,
    /// The number of spaces that follow.
    spaces: u64,
    /// The length that the head announces.
    announced: Option<u64>,
    end: End,
    /// What is being waited for.
    waiting: Option<Pin<Box<Sleep>>>,
    control: SocketControl,
}

#[derive(Clone, Copy, Debug)]
enum End {
    /// The body is complete.
    Complete,
    /// The body is complete, and the connection is closed after it.
    CompleteAndClose,
    /// The connection ends after this time.
    After(Duration, Disconnect),
    Ended(Disconnect),
}

impl Delivery {
    /// Returns the delivery of a body that a fault changes; `None` if it is sent as a whole.
    pub(super) fn of(body: &Bytes, fault: &Fault, control: &SocketControl) -> Option<Self> {
        let plain = Self {
            body: body.clone(),
            chunk: usize::MAX,
            pause: Duration::ZERO,
            spaces: 0,
            announced: Some(body.len() as u64),
            end: End::Complete,
            waiting: None,
            control: control.clone(),
        };
        Some(match *fault {
            Fault::Truncate { keep_bytes, announced } => {
                let end =
                    if announced { End::After(FLUSH, Disconnect::Close) } else { End::Complete };
                let cut = plain.cut(usize::try_from(keep_bytes).unwrap_or(usize::MAX));
                let announced = if announced { cut.announced } else { Some(cut.body.len() as u64) };
                Self { announced, end, ..cut }
            }
            Fault::Trickle { chunk_bytes, pause_millis } => Self {
                chunk: usize::try_from(chunk_bytes).unwrap_or(usize::MAX),
                pause: Duration::from_millis(pause_millis),
                ..plain
            },
            Fault::Oversize { bytes, announced } => {
                let length = bytes.max(body.len() as u64);
                let spaces = length - body.len() as u64;
                Self { spaces, announced: announced.then_some(length), ..plain }
            }
            Fault::Disconnect { when, how } => plain.ends_at(when, FLUSH, how)?,
            Fault::Stall { when, millis } => {
                plain.ends_at(when, Duration::from_millis(millis), Disconnect::Close)?
            }
            _ => return None,
        })
    }

    fn ends_at(self, when: Moment, after: Duration, how: Disconnect) -> Option<Self> {
        let end = End::After(after, how);
        match when {
            Moment::ResponseHead => Some(Self { end, ..self.cut(0) }),
            Moment::ResponseBody => {
                let half = self.body.len() / 2;
                Some(Self { end, ..self.cut(half) })
            }
            Moment::ResponseEnd => Some(Self { end: End::CompleteAndClose, ..self }),
            _ => None,
        }
    }

    fn cut(mut self, length: usize) -> Self {
        self.body.truncate(length);
        self
    }

    fn next_chunk(&mut self) -> Option<Bytes> {
        if !self.body.is_empty() {
            return Some(self.body.split_to(self.chunk.min(self.body.len())));
        }
        let length = self.spaces.min(SPACES.len() as u64);
        self.spaces -= length;
        let spaces = usize::try_from(length).ok().and_then(|length| SPACES.get(..length))?;
        (!spaces.is_empty()).then(|| Bytes::from_static(spaces))
    }

    fn is_sent(&self) -> bool {
        self.body.is_empty() && self.spaces == 0
    }
}

impl Body for Delivery {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        loop {
            if let Some(waiting) = &mut self.waiting {
                ready!(waiting.as_mut().poll(cx));
                self.waiting = None;
            }
            if let Some(chunk) = self.next_chunk() {
                if !self.pause.is_zero() {
                    self.waiting = Some(Box::pin(sleep(self.pause)));
                }
                if self.is_sent() && matches!(self.end, End::CompleteAndClose) {
                    self.control.ask_to_close();
                }
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            match self.end {
                End::Complete | End::CompleteAndClose => return Poll::Ready(None),
                End::After(time, how) => {
                    self.waiting = Some(Box::pin(sleep(time)));
                    self.end = End::Ended(how);
                }
                End::Ended(how) => {
                    if how == Disconnect::Reset {
                        self.control.reset_when_dropped();
                    }
                    return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
                }
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

/// What a body that is too large is filled with.
static SPACES: [u8; 16_384] = [b' '; 16_384];

/// The time in which what was sent leaves the server before the connection ends.
const FLUSH: Duration = Duration::from_millis(10);
