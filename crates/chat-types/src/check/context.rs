//! What a check carries with it on its way through a request.

use std::cell::RefCell;

use serde::de::Error;

use super::{Constraint, FieldPath};
use crate::spec::Site;

/// One pass over a request.
pub(super) struct Context {
    pub(super) strict: bool,
    /// The site whose limits apply, if it is known.
    pub(super) site: Option<Site>,
    /// Why the pass ended early. A serde error can carry only text, so the constraint is left here.
    violated: RefCell<Option<(FieldPath, Constraint)>>,
}

impl Context {
    pub(super) fn new(strict: bool, site: Option<Site>) -> Self {
        Self { strict, site, violated: RefCell::new(None) }
    }

    pub(super) fn into_violated(self) -> Option<(FieldPath, Constraint)> {
        self.violated.into_inner()
    }

    /// Notes the violated constraint and returns an error that ends the pass.
    pub(super) fn refuse<E: Error>(&self, at: &Location<'_>, constraint: Constraint) -> E {
        let error = E::custom(&constraint);
        *self.violated.borrow_mut() = Some((at.to_path(), constraint));
        error
    }
}

/// A location in the request, as a list from the innermost step outwards. It lives on the stack, so
/// that a path is only built for a violation.
pub(super) struct Location<'a> {
    parent: Option<&'a Location<'a>>,
    step: Step<'a>,
}

enum Step<'a> {
    Field(&'a str),
    Index(usize),
}

impl<'a> Location<'a> {
    pub(super) fn field(parent: Option<&'a Location<'a>>, name: &'a str) -> Self {
        Self { parent, step: Step::Field(name) }
    }

    pub(super) fn index(parent: &'a Location<'a>, index: usize) -> Self {
        Self { parent: Some(parent), step: Step::Index(index) }
    }

    fn to_path(&self) -> FieldPath {
        let mut path = self.parent.map(Location::to_path).unwrap_or_default();
        match self.step {
            Step::Field(name) => path.push_field(name),
            Step::Index(index) => path.push_index(index),
        }
        path
    }
}
