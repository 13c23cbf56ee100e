//! The robots of an app.

use std::{collections::HashSet, sync::Arc};

use chat_types::limits::MAX_ROBOTS;
use serde::{Deserialize, Serialize};

/// The robots of an app: accounts that were created as robots.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Robots {
    /// In the order of their creation.
    valid: Vec<Arc<str>>,
    /// Robots that were deleted. Their UserIDs are not freed.
    #[serde(serialize_with = "crate::snapshot::sorted_set")]
    deleted: HashSet<Arc<str>>,
}

/// The limit of robots is reached.
#[derive(Debug)]
pub(crate) struct TooManyRobots;

impl Robots {
    /// Returns whether an account is a robot that was not deleted.
    pub(crate) fn contains(&self, account: &str) -> bool {
        self.valid.iter().any(|robot| **robot == *account)
    }

    /// Returns whether an account was a robot.
    pub(crate) fn was_deleted(&self, account: &str) -> bool {
        self.deleted.contains(account)
    }

    /// Iterates over the robots in the order of their creation.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.valid.iter()
    }

    /// Checks that a robot exists, or that the app may have one more.
    pub(crate) fn check_capacity(&self, robot: &str) -> Result<(), TooManyRobots> {
        if !self.contains(robot) && self.valid.len() >= MAX_ROBOTS {
            return Err(TooManyRobots);
        }
        Ok(())
    }

    /// Adds a robot, unless it exists.
    pub(crate) fn add(&mut self, robot: Arc<str>) {
        if !self.contains(&robot) {
            self.valid.push(robot);
        }
    }

    /// Marks a robot as deleted, if the account is one.
    pub(crate) fn delete(&mut self, account: &str) {
        if let Some(index) = self.valid.iter().position(|robot| **robot == *account) {
            self.deleted.insert(self.valid.remove(index));
        }
    }
}
