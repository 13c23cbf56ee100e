//! Starts over without a restart, in the control API.

use super::{call::Nothing, route::Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "reset",
            "/reset",
            "Makes the emulator what it was at the start: apps, clock, request log and counters.",
            |call, _: Nothing| {
                call.emulator.service.reset();
                Ok(Nothing {})
            },
        ),
        Route::post(
            "reset_app",
            "/apps/{sdkappid}/reset",
            "Empties one app: its accounts, groups, messages and everything else.",
            |call, _: Nothing| {
                call.app()?.reset();
                Ok(Nothing {})
            },
        ),
    ]
}
