//! The data directory of a running emulator.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Instant,
};

use tracing::{debug, error};

use super::{
    directory::Directory,
    entry::Settings,
    error::DataError,
    image::{self, AppHead, AppImage, Image},
    journal::{Durability, Journal},
    recovery::{self, Apps, FIRST, Recovered, Repeat},
};
use crate::{EmulatorClock, app::inner::AppInner, lock::lock};

/// The data directory of a running emulator.
#[derive(Debug)]
pub(crate) struct Store {
    directory: Directory,
    settings: Settings,
    journal: Arc<Journal>,
    clock: EmulatorClock,
    generation: Mutex<u64>,
    is_new: bool,
}

impl Store {
    /// Opens a directory, restores the state of the apps, and lets them log their changes.
    pub(crate) fn open(
        path: &Path,
        durability: Durability,
        apps: &Apps,
        clock: &EmulatorClock,
        repeat: Repeat<'_>,
        settings: Settings,
    ) -> Result<Self, DataError> {
        let directory = Directory::open(path)?;
        let Recovered { generation, log, changes, bytes, settings: earlier } =
            recovery::recover(&directory, apps, clock, repeat, &settings)?;
        let journal = Arc::new(Journal::new(log, changes, bytes, durability));
        for (&sdk_app_id, app) in apps {
            app.state().configure(sdk_app_id, settings.quotas);
            app.log_changes_to(Arc::clone(&journal));
        }
        clock.log_changes_to(Arc::clone(&journal));
        let is_new = generation == FIRST && changes == 0;
        let (clock, generation) = (clock.clone(), Mutex::new(generation));
        let store = Self { directory, settings, journal, clock, generation, is_new };
        if earlier != store.settings {
            store.write_snapshot(apps)?;
        }
        Ok(store)
    }

    /// Returns whether the directory had no changes when it was opened.
    pub(crate) fn is_new(&self) -> bool {
        self.is_new
    }

    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Writes snapshots whenever the log has become long.
    pub(crate) async fn keep_short(self: &Arc<Self>, apps: &Apps) {
        loop {
            self.journal.is_long.notified().await;
            let (store, apps) = (Arc::clone(self), apps.clone());
            let written = tokio::task::spawn_blocking(move || store.write_snapshot(&apps));
            if let Ok(Err(error)) = written.await {
                error!(%error, "failed to write a snapshot; the log continues");
            }
        }
    }

    /// Writes the last snapshot, if there were changes, and lets other processes use the directory.
    pub(crate) fn close(&self, apps: &Apps) {
        if self.journal.has_changes()
            && let Err(error) = self.write_snapshot(apps)
        {
            error!(%error, "failed to write a snapshot; the log has the changes");
        }
        self.journal.close();
        if let Err(error) = self.directory.unlock() {
            debug!(%error, "failed to unlock the data directory");
        }
    }

    /// Starts a new generation. No change takes effect meanwhile.
    fn write_snapshot(&self, apps: &Apps) -> Result<(), DataError> {
        let mut generation = lock(&self.generation);
        let start = Instant::now();
        let unfinished = self.directory.unfinished_snapshot();
        let file = {
            let mut apps: Vec<(&u32, &Arc<AppInner>)> = apps.iter().collect();
            apps.sort_unstable_by_key(|(sdk_app_id, _)| **sdk_app_id);
            let states: Vec<_> = apps.iter().map(|(_, app)| app.state()).collect();
            let log = self.directory.log(*generation + 1);
            self.journal.rotate(&log, &self.settings).map_err(DataError::io(&log))?;
            *generation += 1;
            let apps = apps.iter().zip(&states).map(|((sdk_app_id, app), state)| AppImage {
                head: AppHead::new(**sdk_app_id, app.rate_counter().edition(), app.console()),
                state,
            });
            // A change of the clock that is in the new log too does no harm.
            let clock = self.clock.to_logged();
            let image = Image { settings: &self.settings, clock, apps: apps.collect() };
            image::write(&image, &unfinished).map_err(DataError::io(&unfinished))?
        };
        let pause = start.elapsed();
        let path = self.directory.snapshot(*generation);
        file.sync_all().map_err(DataError::io(&unfinished))?;
        fs::rename(&unfinished, &path).map_err(DataError::io(&path))?;
        self.directory.sync().map_err(DataError::io(&path))?;
        self.directory.remove_before(*generation)?;
        self.journal.rest_after_snapshot(start.elapsed());
        debug!(?pause, took = ?start.elapsed(), path = %path.display(), "wrote a snapshot");
        Ok(())
    }
}
