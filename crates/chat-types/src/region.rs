//! Regions by their id.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::{REGIONS, Region, excerpt, spec::RegionSpec};

impl Region {
    /// Returns its domains and whether it is still offered.
    pub fn spec(self) -> &'static RegionSpec {
        &REGIONS[self as usize]
    }

    /// Returns its id, such as `silicon-valley`.
    pub fn id(self) -> &'static str {
        self.spec().id
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(id: &str) -> Result<Self, UnknownRegion> {
        Self::ALL
            .iter()
            .find(|region| region.id() == id)
            .copied()
            .ok_or_else(|| UnknownRegion(excerpt::prefix(id).to_owned()))
    }
}

/// A string that is not the id of a region.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct UnknownRegion(String);

impl fmt::Display for UnknownRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown region {:?}; expected one of", self.0)?;
        for (index, region) in Region::ALL.iter().enumerate() {
            write!(f, "{} {region}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
