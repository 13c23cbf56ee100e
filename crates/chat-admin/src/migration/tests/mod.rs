//! Tests of import and export.

mod checks;
mod cutting;
mod exporting;
mod format;
