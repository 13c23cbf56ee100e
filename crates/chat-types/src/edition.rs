//! Editions by their id.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::{Edition, excerpt};

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Edition {
    type Err = UnknownEdition;

    fn from_str(id: &str) -> Result<Self, UnknownEdition> {
        Self::ALL
            .iter()
            .find(|edition| edition.id() == id)
            .copied()
            .ok_or_else(|| UnknownEdition(excerpt::prefix(id).to_owned()))
    }
}

/// A string that is not the id of an edition.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct UnknownEdition(String);

impl fmt::Display for UnknownEdition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown edition {:?}; expected one of", self.0)?;
        for (index, edition) in Edition::ALL.iter().enumerate() {
            write!(f, "{} {edition}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
