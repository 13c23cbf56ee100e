//! What most programs import together.
//!
//! ```no_run
//! use chat_admin::prelude::*;
//!
//! # async fn example(admin: Admin) -> Result<(), Box<dyn std::error::Error>> {
//! let names: Vec<String> = vec!["peter".to_owned(), "leckie".to_owned()];
//! let report = admin.group("lobby").mute(&names).forever().run().await;
//! assert!(report.is_complete());
//!
//! let members: Vec<_> = admin.group("lobby").members().items().try_collect().await?;
//! # let _ = members;
//! # Ok(())
//! # }
//! ```

pub use chat_types::{
    Batched as _, Endpoint as _, ErrorCode, GroupId, GroupType, MuteTime, Paged as _, Region,
    Seconds, UnixMillis, UnixSeconds, UserId,
};
pub use futures_util::TryStreamExt as _;

pub use crate::{Admin, Input, Journal, Outcome, Report};
