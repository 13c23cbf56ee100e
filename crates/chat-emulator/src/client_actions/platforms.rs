//! The platforms of clients, as webhooks name them.

use chat_types::{
    account::LoginPlatform,
    webhook::{DevicePlatform, OptPlatform},
};

/// Returns a platform as URLs of webhooks name it.
pub(super) fn opt_platform(platform: &LoginPlatform) -> OptPlatform {
    match platform {
        LoginPlatform::IPhone => OptPlatform::Ios,
        LoginPlatform::Android => OptPlatform::Android,
        LoginPlatform::Web => OptPlatform::Web,
        LoginPlatform::Pc => OptPlatform::Windows,
        LoginPlatform::IPad => OptPlatform::IPad,
        LoginPlatform::Mac => OptPlatform::Mac,
        _ => OptPlatform::Unknown,
    }
}

/// As [`opt_platform`], for `State.StateChange`, which has a spelling of its own.
pub(super) fn opt_platform_of_state(platform: &LoginPlatform) -> OptPlatform {
    match opt_platform(platform) {
        OptPlatform::Ios => OptPlatform::UppercaseIos,
        other => other,
    }
}

/// Returns the platform of a device that a login forces offline.
pub(super) fn device_platform(platform: &LoginPlatform) -> DevicePlatform {
    match platform {
        LoginPlatform::IPhone => DevicePlatform::Ios,
        LoginPlatform::Pc => DevicePlatform::Windows,
        other => DevicePlatform::from(other.as_str()),
    }
}
