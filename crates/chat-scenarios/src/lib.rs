//! What the service does, call by call, as data that plays against any implementation of it.
//!
//! A [`Scenario`] is a list of steps with raw JSON: requests, and the parts of the responses that the
//! documentation promises. [`families`] returns all of them, and [`play`] plays one against a
//! [`Target`], such as the emulator.
//!
//! ```
//! # fn main() -> Result<(), chat_scenarios::InvalidFamily> {
//! for family in chat_scenarios::families()? {
//!     println!("{}: {} scenarios", family.name, family.scenarios.len());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The README describes the format.

mod civil_time;
mod family;
mod pattern;
mod player;
mod scenario;
mod untested;
mod variables;

pub use self::{
    family::{Family, InvalidFamily, families},
    pattern::Mismatch,
    player::{Failure, FailureKind, Target, play},
    scenario::{Call, Membership, Scenario, Step},
    untested::{Untested, untested},
};
