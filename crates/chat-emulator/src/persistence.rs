//! What the service does with its data directory.

use std::{path::Path, sync::Arc};

use crate::{
    Durability, QuotaMode,
    data::{DataError, Settings, Store},
    response::ApiError,
    service::Service,
};

impl Service {
    /// Restores the state of the apps from a data directory, and keeps it there from now on.
    pub(crate) fn open_data(
        &mut self,
        directory: &Path,
        durability: Durability,
        quotas: QuotaMode,
    ) -> Result<(), DataError> {
        let settings = Settings {
            format: Settings::FORMAT,
            quotas,
            last_page: self.last_page(),
            admins: self.admins().iter().cloned().collect(),
        };
        let store = Store::open(directory, durability, self.apps(), self.clock(), settings)?;
        self.store = Some(Arc::new(store));
        Ok(())
    }

    /// Keeps the log of the data directory short, until it is dropped.
    pub(crate) async fn keep_data(&self) {
        match &self.store {
            Some(store) => store.keep_short(self.apps()).await,
            None => std::future::pending().await,
        }
    }

    /// Writes what is left to the data directory, and releases it.
    pub(crate) fn close_data(&self) {
        if let Some(store) = &self.store {
            store.close(self.apps());
        }
    }

    /// Waits until a response that was returned can be sent. Returns what is sent instead if its change
    /// could not be written.
    pub(crate) async fn persisted(&self) -> Result<(), Vec<u8>> {
        let Some(store) = &self.store else { return Ok(()) };
        let persisted = store.journal().persisted().await;
        persisted.map_err(|error| ApiError::internal(error).into_body(None))
    }
}
