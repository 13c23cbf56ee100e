//! Many emulators in one process.

use crate::Emulator;

#[tokio::test]
async fn thousand_emulators_have_their_own_state_and_one_router() {
    let mut emulators = Vec::new();
    for _ in 0..1_000 {
        emulators.push(Emulator::start().await.unwrap());
    }
    let addresses: std::collections::BTreeSet<_> =
        emulators.iter().map(Emulator::local_addr).collect();
    assert_eq!(addresses.len(), 1_000);
    let app = |index: usize| {
        let emulator: &Emulator = &emulators[index];
        emulator.app(Emulator::DEFAULT_APP).unwrap()
    };
    app(0).create_group("@TGS#1", chat_types::GroupType::Public).unwrap();
    assert!(app(0).member_count("@TGS#1").is_ok() && app(999).member_count("@TGS#1").is_err());
    assert!(std::ptr::eq(crate::handlers::router(), crate::handlers::router()));
}
