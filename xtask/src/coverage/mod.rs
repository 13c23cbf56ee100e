//! `cargo xtask coverage`: how much of the API the spec describes, and how well it is confirmed.
//!
//! | module | subject |
//! | --- | --- |
//! | `table` | the table of areas, which is in README.md too |
//! | `confirmation` | the oldest pages, and what is not confirmed |

mod confirmation;
mod table;

pub(crate) use self::table::{readme, table};
use crate::spec::Spec;

/// Everything that `cargo xtask coverage` prints.
pub(crate) fn report(spec: &Spec) -> String {
    format!("{}\n{}", table(spec), confirmation::lists(spec))
}
