//! What the service does with its data directory, and with seeds.

use std::{path::Path, sync::Arc};

use crate::{
    App, Durability, QuotaMode,
    app::inner::AppInner,
    changes::{self, Seed},
    client_actions::replay,
    data::{DataError, PastAction, Settings, Store},
    response::ApiError,
    seed::{Plan, SeedError, SeedSummary},
    service::Service,
};

impl Service {
    /// Restores the state of the apps from a data directory, and keeps it there from now on. Returns whether
    /// the directory had no changes.
    pub(crate) fn open_data(
        self: &Arc<Self>,
        directory: &Path,
        durability: Durability,
        quotas: QuotaMode,
    ) -> Result<bool, DataError> {
        let settings = Settings {
            format: Settings::FORMAT,
            quotas,
            last_page: self.last_page(),
            admins: self.admins().iter().cloned().collect(),
        };
        let repeat = |action: PastAction<'_>| self.repeat(action);
        let store =
            Store::open(directory, durability, self.apps(), self.clock(), &repeat, settings)?;
        let is_new = store.is_new();
        // It is opened once, at the start.
        let _ = self.store.set(Arc::new(store));
        Ok(is_new)
    }

    fn repeat(self: &Arc<Self>, action: PastAction<'_>) -> Result<(), String> {
        let app = App::find(self, action.logged.app).map_err(|unknown| unknown.to_string())?;
        replay::replay(&app, action)
    }

    /// Adds the accounts and groups of a seed to an app.
    pub(crate) fn seed(&self, app: &AppInner, lines: String) -> Result<SeedSummary, SeedError> {
        // A seed that cannot be read is not worth a place in the log.
        Plan::read(&lines)?;
        changes::apply(app, Seed { lines }, self.now())
    }

    /// Keeps the log of the data directory short, until it is dropped.
    pub(crate) async fn keep_data(&self) {
        match self.store.get() {
            Some(store) => store.keep_short(self.apps()).await,
            None => std::future::pending().await,
        }
    }

    /// Writes what is left to the data directory, and releases it.
    pub(crate) fn close_data(&self) {
        if let Some(store) = self.store.get() {
            store.close(self.apps());
        }
    }

    /// Waits until a response that was returned can be sent. Returns what is sent instead if its change
    /// could not be written.
    pub(crate) async fn persisted(&self) -> Result<(), Vec<u8>> {
        let Some(store) = self.store.get() else { return Ok(()) };
        let persisted = store.journal().persisted().await;
        persisted.map_err(|error| ApiError::internal(error).into_body(None))
    }
}
