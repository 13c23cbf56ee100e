//! The parts in which a chunk is sent.

use crate::journal::MAX_CHUNK_LENGTH;

/// Items of a chunk that are sent in one call, by their indices.
#[derive(Debug)]
pub(super) enum Part {
    /// Items of which nothing is known.
    Untested(Vec<usize>),
    /// The left half of a refused part. If the service accepts it, the right half has a bad item.
    LeftHalf(Vec<usize>),
    /// Items of which at least one is bad, so that it would be useless to send them together.
    Bad(Vec<usize>),
}

impl Part {
    /// Splits the indices of a refused part and pushes both halves, the left one last, so that it is
    /// sent first.
    pub(super) fn push_halves(mut indices: Vec<usize>, pending: &mut Vec<Self>) {
        let right = indices.split_off(indices.len().div_ceil(2));
        pending.push(Self::Untested(right));
        pending.push(Self::LeftHalf(indices));
    }

    /// Marks a part as having a bad item.
    pub(super) fn mark_bad(&mut self) {
        let (Self::Untested(indices) | Self::LeftHalf(indices) | Self::Bad(indices)) = self;
        *self = Self::Bad(std::mem::take(indices));
    }
}

/// Returns the number by which the service distinguishes a part of a chunk from the other calls of a
/// job, where it drops repeats.
///
/// `chat-types` derives 32 bits of a request from it. The upper ten of them are the index of the last
/// item plus one, and the lower 22 the number of the chunk. A whole chunk has the upper bits zero. Two
/// parts of a chunk with the same last item have the same number, but only one of them can be accepted,
/// because the other must have been refused before.
pub(super) fn part_number(chunk: u64, chunk_length: usize, indices: &[usize]) -> u64 {
    match indices.last() {
        Some(&last) if indices.len() < chunk_length => {
            chunk.wrapping_add((last as u64 + 1) << CHUNK_NUMBER_BITS)
        }
        _ => chunk,
    }
}

/// The most items per call: as many as [`part_number`] can distinguish.
pub(crate) const MAX_BATCH_SIZE: usize = (1 << (u32::BITS - CHUNK_NUMBER_BITS)) - 1;

const _: () = assert!(MAX_BATCH_SIZE <= MAX_CHUNK_LENGTH, "a journal refuses larger chunks");

/// Enough for four million chunks.
const CHUNK_NUMBER_BITS: u32 = 22;

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn part_numbers_of_the_largest_chunk_differ_in_32_bits() {
        let chunks = [0, 1, (1 << CHUNK_NUMBER_BITS) - 1];
        let mut numbers = HashSet::new();
        for chunk in chunks {
            assert_eq!(
                part_number(chunk, MAX_BATCH_SIZE, &(0..MAX_BATCH_SIZE).collect::<Vec<_>>()),
                chunk
            );
            assert!(numbers.insert(chunk));
            for last in 0..MAX_BATCH_SIZE {
                let number = part_number(chunk, MAX_BATCH_SIZE, &[last]);
                assert!(u32::try_from(number).is_ok(), "{number}");
                assert!(numbers.insert(number), "item {last} of chunk {chunk}");
            }
        }
    }

    #[test]
    fn left_half_is_sent_first_and_is_not_smaller() {
        let mut pending = Vec::new();
        Part::push_halves(vec![1, 2, 3], &mut pending);
        assert!(matches!(pending.pop(), Some(Part::LeftHalf(indices)) if indices == [1, 2]));
        assert!(matches!(pending.pop(), Some(Part::Untested(indices)) if indices == [3]));
    }
}
