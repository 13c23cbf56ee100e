//! The plan of a job.

use std::{fmt, time::Duration};

use chat_types::spec::EndpointSpec;

/// What a job will do.
///
/// ```
/// use chat_admin::Admin;
/// use chat_transport::{Client, SecretKey};
/// use chat_types::Region;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SecretKey::new("the key of the app")?;
/// let client = Client::builder(1_400_000_000, key).region(Region::Singapore).build()?;
/// let group = Admin::new(client).group("@TGS#1");
/// let plan = group.mute((0..1_000_000).map(|number| format!("user{number}"))).plan();
/// assert_eq!(plan.calls[0].calls, Some(2_000));
/// // 200 calls per second.
/// assert_eq!(plan.min_duration, Some(std::time::Duration::from_secs(9)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Plan {
    /// The calls, by endpoint.
    pub calls: Vec<PlannedCalls>,
    /// The shortest time in which the quota allows the calls, if no other program makes calls and none
    /// fails; `None` if their number is not known.
    pub min_duration: Option<Duration>,
}

/// The calls of a job to one endpoint.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlannedCalls {
    /// The endpoint.
    pub endpoint: &'static EndpointSpec,
    /// The number of items, if it is known.
    pub items: Option<u64>,
    /// The number of calls, if the number of items is known. More calls are made if the service refuses
    /// items together and they have to be sent in parts.
    pub calls: Option<u64>,
    /// Whether a job that resumes sends again what was in flight when it ended.
    pub is_safe_to_repeat: bool,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for calls in &self.calls {
            writeln!(f, "{calls}")?;
        }
        match self.min_duration {
            Some(time) => write!(f, "at least {:.0} s under the quota", time.as_secs_f64().ceil()),
            None => f.write_str("the length of the list is not known"),
        }
    }
}

impl fmt::Display for PlannedCalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, items, calls, is_safe_to_repeat } = self;
        match (items, calls) {
            (Some(items), Some(calls)) => {
                let (item, call) = (plural(*items, "item"), plural(*calls, "call"));
                write!(f, "{item} in {call} of {}", endpoint.id())?;
            }
            _ => write!(f, "calls of {}", endpoint.id())?,
        }
        if let Some(quota) = endpoint.calls_per_second {
            write!(f, " ({quota} per second)")?;
        }
        if !is_safe_to_repeat {
            f.write_str("; a call whose response is lost is not retried")?;
        }
        Ok(())
    }
}

fn plural(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
