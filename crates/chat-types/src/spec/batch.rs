//! Request arrays whose length is limited per call.

use crate::ErrorCode;

/// The array of a request that holds its items, and the limit on their number.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchSpec {
    /// The request field that holds the array.
    pub field: &'static str,
    /// The largest number of items per call; `None` if no limit is documented.
    pub max: Option<u32>,
    /// The documented error code for exceeding [`max`](Self::max).
    pub too_many_code: Option<ErrorCode>,
    /// Whether the calls for one list must run one after another.
    pub sequential: bool,
    /// The response array that reports an outcome for each item.
    pub outcome_list: Option<&'static str>,
}
