//! What generic code knows about an endpoint: one trait per fact.

mod batched;
mod outcome;
mod paged;
mod support;

use serde::{Serialize, de::DeserializeOwned};

pub(crate) use self::support::{derive_part_id, json_key, match_outcomes, outcomes_in_order};
pub use self::{
    batched::Batched,
    outcome::ItemOutcome,
    paged::{Page, Paged, PagedByOffset},
};
use crate::{check::Violation, spec::EndpointSpec};

/// A request of the server API, with its specification and the type of its response.
///
/// ```
/// use chat_types::{Endpoint, MuteTime, group::ForbidSendMsg};
///
/// let mute = ForbidSendMsg::new("@TGS#2C5SZEAEF", ["peter", "leckie"], MuteTime::Forever);
/// assert_eq!(ForbidSendMsg::SPEC.calls_per_second, Some(200));
/// mute.check()?;
/// # Ok::<(), chat_types::check::Violation>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a request of the server API",
    note = "requests are in the module of their area, such as `chat_types::group::GetGroupInfo`; pass one \
            by value or by reference as the method asks",
    note = "an endpoint that has no type is called with `call_json`"
)]
pub trait Endpoint: Serialize + Send + Sync {
    /// The specification of this endpoint.
    const SPEC: &'static EndpointSpec;

    /// The response to a successful call.
    type Response: DeserializeOwned + Send;

    /// Returns the URL parameters besides those of every call. Few endpoints have any.
    fn query(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// Checks the request against the documented constraints: lengths, bounds, limits, and values.
    ///
    /// # Errors
    /// Returns the first constraint that the request violates, with the field and the documentation
    /// page.
    fn check(&self) -> Result<(), Violation> {
        Self::SPEC.check_value(self)
    }
}
