//! Faults: what can go wrong between a client and the service, played on purpose.
//!
//! | file | subject |
//! | --- | --- |
//! | `plan` | [`FaultPlan`] and its rules |
//! | `fault` | [`Fault`], what a rule does |
//! | `active` | the plan that is played: counts calls and selects faults |
//! | `encounter` | one call that meets faults, step by step |
//! | `delivery` | the body of a response that is not sent as a whole |
//! | `socket` | a connection that can be reset |

mod active;
mod delivery;
mod encounter;
mod error;
mod fault;
mod plan;
mod socket;

pub(crate) use self::{
    active::ActiveFaults,
    delivery::{ResponseBody, whole},
    encounter::{Disconnected, Encounter},
    socket::{Socket, SocketControl},
};
pub use self::{
    active::{FaultStatus, RuleStatus},
    error::FaultPlanError,
    fault::{Disconnect, Fault, Moment},
    plan::{CallNumbers, FaultPlan, FaultRule},
};
