//! Reading `spec/`: files in, a [`Spec`] or diagnostics out.

mod diagnostic;
pub(crate) mod format;
mod load;
mod schemas;

pub(crate) use self::{
    diagnostic::{Diagnostics, Source},
    load::{Loaded, Spec},
    schemas::{SPEC_SCHEMAS, format_schemas},
};
