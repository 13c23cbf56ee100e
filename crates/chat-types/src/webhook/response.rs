//! Responses to webhooks, and their JSON.

use std::fmt;

use serde::{Serialize, Serializer};
use thiserror::Error;

/// A response to a webhook, as the fields that are sent.
pub trait WebhookResponse: Sized {
    /// The fields besides `ActionStatus`, `ErrorCode`, and `ErrorInfo`.
    type Changes: Serialize + Default;

    /// Splits the response into its fields.
    fn parts(&self) -> ResponseParts<'_, Self::Changes>;

    /// Builds the response from its fields; returns `None` if the webhook does not have this code.
    fn from_parts(code: i64, info: String, changes: Self::Changes) -> Option<Self>;
}

/// The fields of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseParts<'a, Changes> {
    /// The code, which decides what happens.
    pub error_code: i64,
    /// The explanation of a refusal.
    pub error_info: &'a str,
    /// The other fields of the response.
    pub changes: Option<&'a Changes>,
}

impl<'a, Changes> ResponseParts<'a, Changes> {
    pub(crate) const fn code(error_code: i64) -> Self {
        Self { error_code, error_info: "", changes: None }
    }

    pub(crate) const fn explained(error_code: i64, error_info: &'a str) -> Self {
        Self { error_code, error_info, changes: None }
    }

    pub(crate) const fn changing(error_code: i64, changes: &'a Changes) -> Self {
        Self { error_code, error_info: "", changes: Some(changes) }
    }
}

/// The changes of a response that cannot change anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(serde::Deserialize))]
#[non_exhaustive]
pub struct NoChanges {}

/// A custom refusal code, which reaches the client.
///
/// ```
/// use chat_types::webhook::RefusalCode;
///
/// let code = RefusalCode::<10_100, 10_200>::new(10_150)?;
/// assert_eq!(code.get(), 10_150);
/// assert!(RefusalCode::<10_100, 10_200>::new(7).is_err());
/// # Ok::<(), chat_types::webhook::OutOfRange>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefusalCode<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> RefusalCode<MIN, MAX> {
    /// The smallest code allowed.
    pub const MIN: Self = Self(MIN);

    /// The largest code allowed.
    pub const MAX: Self = Self(MAX);

    /// Creates a code between [`MIN`](Self::MIN) and [`MAX`](Self::MAX), both included.
    ///
    /// # Errors
    /// Returns an error if the code is out of that range: the service would not pass it on.
    pub const fn new(code: i64) -> Result<Self, OutOfRange> {
        if code < MIN || code > MAX {
            return Err(OutOfRange { code, min: MIN, max: MAX });
        }
        Ok(Self(code))
    }

    /// Returns the code as an integer.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> TryFrom<i64> for RefusalCode<MIN, MAX> {
    type Error = OutOfRange;

    fn try_from(code: i64) -> Result<Self, OutOfRange> {
        Self::new(code)
    }
}

impl<const MIN: i64, const MAX: i64> fmt::Display for RefusalCode<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A refusal code that is out of the range of its webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("refusal code {code} is out of range {min}..={max}")]
#[non_exhaustive]
pub struct OutOfRange {
    /// The code.
    pub code: i64,
    /// The smallest code allowed.
    pub min: i64,
    /// The largest code allowed.
    pub max: i64,
}

/// Whether one of several requested actions is allowed.
///
/// ```
/// use chat_types::webhook::{FriendVerdict, RefusalCode, Verdict, WebhookResponse};
///
/// let refusal = Verdict::Refuse(RefusalCode::new(38_000)?);
/// let no = FriendVerdict::new("spammer", refusal, "blocked");
/// assert_eq!(
///     serde_json::to_string(&no)?,
///     r#"{"To_Account":"spammer","ResultCode":38000,"ResultInfo":"blocked"}"#,
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict<const MIN: i64, const MAX: i64> {
    /// It is allowed.
    #[default]
    Allow,
    /// It is refused with this code.
    Refuse(RefusalCode<MIN, MAX>),
}

impl<const MIN: i64, const MAX: i64> Serialize for Verdict<MIN, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(match self {
            Self::Allow => 0,
            Self::Refuse(code) => code.get(),
        })
    }
}

#[cfg(feature = "server")]
impl<'de, const MIN: i64, const MAX: i64> serde::Deserialize<'de> for Verdict<MIN, MAX> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match crate::lenient::number(deserializer)? {
            0 => Ok(Self::Allow),
            code => RefusalCode::new(code).map(Self::Refuse).map_err(serde::de::Error::custom),
        }
    }
}

/// The JSON of a response: the three fields that all responses share, then its changes.
#[derive(Serialize)]
#[cfg_attr(feature = "server", derive(serde::Deserialize))]
#[serde(rename_all = "PascalCase")]
struct Wire<Str, Changes> {
    #[cfg_attr(feature = "server", serde(default))]
    action_status: Str,
    error_code: i64,
    #[cfg_attr(feature = "server", serde(default))]
    error_info: Str,
    #[serde(flatten)]
    changes: Changes,
}

pub(crate) fn write<A: WebhookResponse, S: Serializer>(
    response: &A,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let ResponseParts { error_code, error_info, changes } = response.parts();
    Wire { action_status: "OK", error_code, error_info, changes }.serialize(serializer)
}

#[cfg(feature = "server")]
pub(crate) fn read<'de, A, D>(deserializer: D) -> Result<A, D::Error>
where
    A: WebhookResponse<Changes: serde::Deserialize<'de>>,
    D: serde::Deserializer<'de>,
{
    let Wire::<String, A::Changes> { action_status: _, error_code, error_info, changes } =
        serde::Deserialize::deserialize(deserializer)?;
    A::from_parts(error_code, error_info, changes).ok_or_else(|| {
        serde::de::Error::custom(format_args!(
            "ErrorCode {error_code} is not a code of this webhook"
        ))
    })
}

/// Implements serde for a response type, the same way for all of them.
macro_rules! response_json {
    ($name:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                crate::webhook::response::write(self, serializer)
            }
        }

        #[cfg(feature = "server")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::webhook::response::read(deserializer)
            }
        }
    };
}

pub(crate) use response_json;
