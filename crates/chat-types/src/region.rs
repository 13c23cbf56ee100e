use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::{REGIONS, Region, spec::RegionSpec};

impl Region {
    /// Its domains and whether it is still offered.
    pub fn spec(self) -> &'static RegionSpec {
        &REGIONS[self as usize]
    }

    /// Its id, such as `silicon-valley`.
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
            .ok_or_else(|| UnknownRegion(id.chars().take(64).collect()))
    }
}

/// A text that names no region.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct UnknownRegion(String);

impl fmt::Display for UnknownRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no region {:?}; the regions are", self.0)?;
        for (index, region) in Region::ALL.iter().enumerate() {
            write!(f, "{} {region}", if index == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}
