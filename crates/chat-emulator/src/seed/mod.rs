//! Seeds: accounts and groups as JSON Lines, in the format of exports.
//!
//! | file | subject |
//! | --- | --- |
//! | `record.rs` | the records, and how a line is read |
//! | `error.rs` | what can be wrong with a line |
//! | `plan.rs` | checks a whole seed before anything is changed |
//! | `apply.rs` | from records to the state |
//! | `export.rs` | from the state to records |

mod apply;
mod error;
mod export;
mod plan;
mod record;

pub use self::{
    apply::SeedSummary,
    error::{SeedError, SeedErrorKind},
};
pub(crate) use self::{export::export, plan::Plan};
