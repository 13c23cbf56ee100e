//! Help for tests that cross the layers, and the examples of the README.

mod arbitrary;
mod wire;

pub use crate::{arbitrary::Arbitrary, wire::Wire};

/// The examples of the README compile.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
#[derive(Debug)]
pub struct Readme;
