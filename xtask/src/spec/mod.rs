//! Reading `spec/`: files in, a checked [`Spec`] or a list of mistakes out.

mod diagnostic;
pub(crate) mod format;
mod load;
mod schemas;

pub(crate) use self::{
    diagnostic::{Diagnostics, Source},
    load::{Loaded, Spec},
    schemas::format_schemas,
};
