//! Messages that are sent piece by piece.

use chat_types::{UnixSeconds, limits::STREAM_IDLE_SECONDS};
use serde::{Deserialize, Serialize};

/// The state of a message that is sent piece by piece.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stream {
    last_index: u32,
    last_piece: UnixSeconds,
    /// The number of pieces in the second of the last one.
    pieces_in_second: u64,
    finished: bool,
}

/// The pieces of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pieces {
    /// The number of the first piece.
    pub(crate) first_index: u32,
    /// The number of the last piece.
    pub(crate) last_index: u32,
    /// How many pieces there are.
    pub(crate) count: u64,
    /// Whether the last piece ends the message.
    pub(crate) finish: bool,
}

/// Why pieces were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PiecesRefused {
    /// The last piece was already sent, or none for too long.
    Ended,
    /// The first piece does not follow the last one, which had this number.
    Order { last_index: u32 },
    /// There are too many pieces in one second.
    TooFast,
}

impl Stream {
    /// Opens a message that has no pieces yet.
    pub(crate) fn new(now: UnixSeconds) -> Self {
        Self { last_index: 0, last_piece: now, pieces_in_second: 0, finished: false }
    }

    /// Adds pieces. With `max_per_second`, no second may have more.
    pub(crate) fn add(
        &mut self,
        pieces: Pieces,
        max_per_second: Option<u64>,
        now: UnixSeconds,
    ) -> Result<(), PiecesRefused> {
        if self.finished || now.seconds_since(self.last_piece) >= STREAM_IDLE_SECONDS {
            return Err(PiecesRefused::Ended);
        }
        if pieces.first_index <= self.last_index {
            return Err(PiecesRefused::Order { last_index: self.last_index });
        }
        let earlier = if now == self.last_piece { self.pieces_in_second } else { 0 };
        if max_per_second.is_some_and(|max| earlier + pieces.count > max) {
            return Err(PiecesRefused::TooFast);
        }
        *self = Self {
            last_index: pieces.last_index,
            last_piece: now,
            pieces_in_second: earlier + pieces.count,
            finished: pieces.finish,
        };
        Ok(())
    }

    /// Returns whether the last piece was sent.
    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Ends the message.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn piece(index: u32) -> Pieces {
        Pieces { first_index: index, last_index: index, count: 1, finish: false }
    }

    #[test]
    fn stream_ends_when_no_piece_arrives() {
        let mut stream = Stream::new(NOW);
        stream.add(piece(1), None, NOW).unwrap();
        stream.add(piece(2), None, NOW.after(14)).unwrap();
        let late = NOW.after(14 + 15);
        assert_eq!(stream.add(piece(3), None, late), Err(PiecesRefused::Ended));
    }

    #[test]
    fn pieces_of_each_second_are_limited() {
        let mut stream = Stream::new(NOW);
        let two = Pieces { first_index: 1, last_index: 2, count: 2, finish: false };
        stream.add(two, Some(3), NOW).unwrap();
        stream.add(piece(3), Some(3), NOW).unwrap();
        assert_eq!(stream.add(piece(4), Some(3), NOW), Err(PiecesRefused::TooFast));
        stream.add(piece(4), Some(3), NOW.after(1)).unwrap();
        let order = PiecesRefused::Order { last_index: 4 };
        assert_eq!(stream.add(piece(4), Some(3), NOW.after(2)), Err(order));
    }
}
