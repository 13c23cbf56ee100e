//! Requests, responses and webhooks that conform to the specification, for tests.

mod arbitrary;
mod mutation;

pub use crate::{
    arbitrary::Arbitrary,
    mutation::{Aliases, mutate},
};

/// Returns arbitrary values that are the same for the same seed.
pub fn arbitrary(seed: u64) -> Arbitrary<impl FnMut() -> u64> {
    Arbitrary::new(splitmix64(seed))
}

/// Returns random numbers that are the same for the same seed.
pub fn splitmix64(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
