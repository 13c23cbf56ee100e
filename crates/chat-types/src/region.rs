//! Regions by their id.

use std::{fmt, str::FromStr};

use thiserror::Error;

use crate::{
    REGIONS, Region, excerpt,
    spec::{RegionSpec, Site},
};

impl Region {
    /// Returns its domains and whether it is still offered.
    pub fn spec(self) -> &'static RegionSpec {
        &REGIONS[self as usize]
    }

    /// Returns the site whose limits apply to its apps.
    pub fn site(self) -> Site {
        self.spec().site
    }

    /// Returns the URL of its domain, such as `https://console.tim.qq.com`.
    pub fn base_url(self) -> String {
        ["https://", self.spec().domain].concat()
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

/// Reads the id in any case, with `_` or a space for `-`, and other ids of the region.
///
/// ```
/// use chat_types::Region;
///
/// assert_eq!("Silicon_Valley".parse(), Ok(Region::SiliconValley));
/// assert_eq!("saudi-arabia".parse(), Ok(Region::Riyadh));
/// ```
impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(text: &str) -> Result<Self, UnknownRegion> {
        let id = text.to_ascii_lowercase().replace(['_', ' '], "-");
        let is_named = |spec: &RegionSpec| spec.id == id || spec.aliases.contains(&&*id);
        Self::ALL
            .iter()
            .find(|region| is_named(region.spec()))
            .copied()
            .ok_or_else(|| UnknownRegion(excerpt::prefix(text).to_owned()))
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
