//! When a documentation page was last changed, as far as it is known.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// A year and month, or a day: `2026-04` or `2026-04-17`. Sorts by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct PageDate(String);

impl TryFrom<String> for PageDate {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if is_date(&text) {
            Ok(Self(text))
        } else {
            Err(format!("invalid page date {text:?}: expected YYYY-MM or YYYY-MM-DD"))
        }
    }
}

impl From<PageDate> for String {
    fn from(date: PageDate) -> Self {
        date.0
    }
}

impl fmt::Display for PageDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl JsonSchema for PageDate {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "PageDate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^20[0-9]{2}-[0-9]{2}(-[0-9]{2})?$" })
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let (year, month, day) = match parts.as_slice() {
        [year, month] => (*year, *month, "01"),
        [year, month, day] => (*year, *month, *day),
        _ => return false,
    };
    let is_between = |part: &str, digits: usize, from: u32, to: u32| {
        part.len() == digits
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part.parse().is_ok_and(|number| (from..=to).contains(&number))
    };
    is_between(year, 4, 2000, 2099) && is_between(month, 2, 1, 12) && is_between(day, 2, 1, 31)
}
