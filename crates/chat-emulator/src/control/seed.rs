//! Seeds and exports, in the control API.

use super::{call::Call, error::ControlError, operation::JSON_LINES, route::Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_raw(
            "seed",
            "/apps/{sdkappid}/seed",
            "Adds accounts, groups, messages and members, as JSON Lines.",
            JSON_LINES,
            |call: &Call<'_>| {
                let lines = std::str::from_utf8(call.body)
                    .map_err(|error| ControlError::invalid(format!("body: {error}")))?;
                let seeded = call.app()?.seed(lines);
                seeded.map_err(|error| ControlError::invalid(error.to_string()))
            },
        ),
        Route::get_raw(
            "export",
            "/apps/{sdkappid}/export",
            "Returns accounts and groups, with messages and members, as JSON Lines.",
            JSON_LINES,
            |call| Ok(call.app()?.export().into_bytes()),
        ),
    ]
}
