//! The clock in the control API.

use std::time::Duration;

use chat_types::{UnixSeconds, clock::Clock as _};
use serde::{Deserialize, Serialize};

use super::{
    call::{Call, Nothing},
    error::ControlError,
    route::Route,
};
use crate::EmulatorClock;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("get_clock", "/clock", "Returns the time of the emulator.", |call| {
            Ok(ClockState::of(clock(call)))
        }),
        Route::put("set_clock", "/clock", "Sets the time, also to an earlier one.", set),
        Route::post("advance_clock", "/clock/advance", "Advances the time.", advance),
        Route::post("freeze_clock", "/clock/freeze", "Stops the clock.", |call, _: Nothing| {
            clock(call).freeze();
            Ok(ClockState::of(clock(call)))
        }),
        Route::post(
            "resume_clock",
            "/clock/resume",
            "Lets a frozen clock run again, from the time that it shows.",
            |call, _: Nothing| {
                clock(call).resume();
                Ok(ClockState::of(clock(call)))
            },
        ),
    ]
}

/// The clock of the emulator.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Clock"))]
struct ClockState {
    /// Milliseconds since the Unix epoch.
    unix_millis: u64,
    /// Whole seconds since the Unix epoch.
    unix_seconds: u64,
    /// Whether the clock is frozen.
    frozen: bool,
}

/// The time to set.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct SetClock {
    /// Seconds since the Unix epoch.
    unix_seconds: u64,
    /// Freezes the clock (`true`), lets it run (`false`), or leaves it as it is.
    frozen: Option<bool>,
}

/// By how much to advance.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct AdvanceClock {
    /// Seconds.
    #[serde(default)]
    seconds: u64,
    /// Milliseconds, in addition.
    #[serde(default)]
    millis: u64,
}

fn clock<'a>(call: &Call<'a>) -> &'a EmulatorClock {
    call.emulator.service.clock()
}

fn set(
    call: &Call<'_>,
    SetClock { unix_seconds, frozen }: SetClock,
) -> Result<ClockState, ControlError> {
    let clock = clock(call);
    match frozen {
        Some(true) => clock.freeze(),
        Some(false) => clock.resume(),
        None => {}
    }
    clock.set(UnixSeconds::new(unix_seconds));
    Ok(ClockState::of(clock))
}

fn advance(
    call: &Call<'_>,
    AdvanceClock { seconds, millis }: AdvanceClock,
) -> Result<ClockState, ControlError> {
    if seconds == 0 && millis == 0 {
        return Err(ControlError::invalid(
            "body: give seconds or millis, such as {\"seconds\": 60}",
        ));
    }
    let time = Duration::from_secs(seconds).saturating_add(Duration::from_millis(millis));
    clock(call).advance(time);
    Ok(ClockState::of(clock(call)))
}

impl ClockState {
    fn of(clock: &EmulatorClock) -> Self {
        let unix_millis = clock.unix_millis();
        Self { unix_millis, unix_seconds: unix_millis / 1_000, frozen: clock.is_frozen() }
    }
}
