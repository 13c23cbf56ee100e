//! The sites of the vendor, on which some limits depend.

/// A site of the vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Site {
    /// The Chinese site.
    China,
    /// The international site.
    International,
}

/// The largest number of items on each site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MaxBySite {
    /// On the Chinese site.
    pub china: u32,
    /// On the international site.
    pub international: u32,
}

impl MaxBySite {
    /// Returns the number of a site.
    pub fn on(self, site: Site) -> u32 {
        match site {
            Site::China => self.china,
            Site::International => self.international,
        }
    }
}
