//! Helpers for tests that cross the layers, and the examples of the README.

mod wire;

pub use crate::wire::Wire;

/// Compiles the examples of the README.
#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
#[derive(Debug)]
pub struct Readme;
