//! The plan of faults in the control API.

use super::{call::Nothing, error::ControlError, route::Route};
use crate::{FaultPlan, FaultStatus};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "get_faults",
            "/faults",
            "Returns the plan of faults, and how often each of its rules was met.",
            |call| Ok(call.emulator.service.faults.status()),
        ),
        Route::put(
            "set_faults",
            "/faults",
            "Plays a plan of faults instead of the last one, from its start.",
            |call, plan: FaultPlan| -> Result<FaultStatus, ControlError> {
                let faults = &call.emulator.service.faults;
                faults.set(plan).map_err(|error| ControlError::invalid(error.to_string()))?;
                Ok(faults.status())
            },
        ),
        Route::delete("clear_faults", "/faults", "Ends the plan of faults.", |call| {
            call.emulator.service.faults.clear();
            Ok(Nothing {})
        }),
    ]
}
