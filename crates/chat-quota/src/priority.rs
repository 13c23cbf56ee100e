//! The two classes of calls.

/// Which calls get a permit first when the quota of their endpoint is used up.
///
/// Calls of the same priority get their permits in the order in which they asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Priority {
    /// Somebody is waiting for the response. This is the default.
    #[default]
    Interactive,
    /// Part of a background job. Such a call yields to interactive calls that wait for the same
    /// endpoint, but every tenth permit goes to a background call, so that none starves.
    Background,
}
