//! Which fields of an object are present.

/// A set of field indices of any size. It allocates only for indices from 128 on, which no object
/// of the specification has so far.
#[derive(Debug, Default)]
pub(super) struct FieldSet {
    first: u128,
    rest: Vec<u128>,
}

impl FieldSet {
    pub(super) fn insert(&mut self, index: usize) {
        let (word, bit) = split(index);
        match word.checked_sub(1) {
            None => self.first |= bit,
            Some(word) => {
                if word >= self.rest.len() {
                    self.rest.resize(word + 1, 0);
                }
                self.rest[word] |= bit;
            }
        }
    }

    pub(super) fn contains(&self, index: usize) -> bool {
        let (word, bit) = split(index);
        let word = match word.checked_sub(1) {
            None => self.first,
            Some(word) => self.rest.get(word).copied().unwrap_or_default(),
        };
        word & bit != 0
    }
}

/// Returns the word and the bit in it that stand for an index.
fn split(index: usize) -> (usize, u128) {
    (index / WORD, 1 << (index % WORD))
}

const WORD: usize = u128::BITS as usize;

#[cfg(test)]
mod tests {
    use super::FieldSet;

    #[test]
    fn indices_of_any_size_are_kept_apart() {
        let inserted = [0, 1, 127, 128, 255, 256, 1_000];
        let mut set = FieldSet::default();
        for index in inserted {
            assert!(!set.contains(index), "{index}");
            set.insert(index);
        }
        let found: Vec<usize> = (0..2_000).filter(|&index| set.contains(index)).collect();
        assert_eq!(found, inserted);
    }
}
