//! The state after every scenario, from the log and from the snapshot.
//!
//! `ALL_SCENARIOS=1` plays all of them; otherwise a third of those with webhooks, and one in ten of the others.

use std::{fs, path::Path};

use chat_emulator::LastPage;
use chat_scenarios::{Scenario, families, play};

use super::{copy, file};
use crate::scenarios::Played;

/// Starts an emulator with this directory as a scenario needs it, and shuts it down.
async fn restart(scenario: &Scenario, directory: &Path, last_page: LastPage) {
    let configure =
        |builder: chat_emulator::EmulatorBuilder| builder.data_dir(directory).last_page(last_page);
    Played::start(scenario, configure).await.server.emulator.shutdown().await;
}

fn snapshot(directory: &Path) -> Vec<u8> {
    fs::read(file(directory, "snapshot-")).unwrap()
}

#[tokio::test]
async fn state_after_a_scenario_survives_the_log_and_the_snapshot() {
    let plays_all = std::env::var_os("ALL_SCENARIOS").is_some();
    let families = families().unwrap();
    let scenarios = families.iter().flat_map(|family| &family.scenarios).enumerate();
    let mut compared = 0;
    for (index, scenario) in scenarios {
        let asks = scenario.needs_webhooks() && index % 3 == 0;
        if !plays_all && !asks && index % 10 != 0 {
            continue;
        }
        let directory = tempfile::tempdir().unwrap();
        let mut played =
            Played::start(scenario, |builder| builder.data_dir(directory.path())).await;
        play(scenario, "", &mut played).await.unwrap();
        let killed = copy(directory.path());
        played.server.emulator.shutdown().await;
        if fs::read_dir(directory.path()).unwrap().count() == 2 {
            continue; // Nothing was changed, and no snapshot written.
        }
        let expected = snapshot(directory.path());
        // Other settings write a snapshot, and the same settings write it again.
        for last_page in [LastPage::FollowedByEmpty, LastPage::Marked] {
            for directory in [killed.path(), directory.path()] {
                restart(scenario, directory, last_page).await;
            }
        }
        let name = &scenario.name;
        assert!(snapshot(directory.path()) == expected, "{name:?}: from the snapshot");
        assert!(snapshot(killed.path()) == expected, "{name:?}: from the log");
        compared += 1;
    }
    assert!(compared > 20, "only {compared} scenarios changed something");
}
