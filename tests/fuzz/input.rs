//! Choices made by bytes.

/// Bytes that decide. Once they are used up, a sequence of numbers decides that is always the same.
#[derive(Debug)]
pub(crate) struct Input<'a> {
    bytes: &'a [u8],
    further: fastrand::Rng,
}

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, further: fastrand::Rng::with_seed(7) }
    }

    pub(crate) fn number(&mut self) -> u64 {
        if self.bytes.is_empty() {
            return self.further.u64(..);
        }
        let (taken, rest) = self.bytes.split_at(self.bytes.len().min(2));
        self.bytes = rest;
        taken.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number()).unwrap() % bound.max(1)
    }

    pub(crate) fn pick<'t, T>(&mut self, all: &'t [T]) -> &'t T {
        &all[self.below(all.len())]
    }

    /// Returns the next bytes, up to the next zero or the end.
    pub(crate) fn part(&mut self) -> &'a [u8] {
        let end = self.bytes.iter().position(|byte| *byte == 0).unwrap_or(self.bytes.len());
        let (part, rest) = self.bytes.split_at(end);
        self.bytes = rest.get(1..).unwrap_or_default();
        part
    }

    pub(crate) fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.bytes)
    }
}
