//! The emulator and a naive model of the documentation agree, after any sequence of calls.
//!
//! `MODEL_CASES` sets the number of sequences.

mod emulated;
mod operations;
mod reference;

use proptest::{
    collection::vec,
    test_runner::{Config, TestCaseError, TestRunner},
};

use self::{
    emulated::Emulated,
    operations::{Operation, operation},
    reference::Reference,
};

#[test]
fn emulator_agrees_with_the_model() {
    let cases = std::env::var("MODEL_CASES").map_or(256, |cases| cases.parse().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(Config { cases, source_file: Some(file!()), ..Config::default() });
    let sequences = vec(operation(), 1..50);
    let outcome = runner.run(&sequences, |operations| runtime.block_on(compare(&operations)));
    assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
}

async fn compare(operations: &[Operation]) -> Result<(), TestCaseError> {
    let mut emulated = Emulated::start().await;
    let mut reference = Reference::default();
    for operation in operations {
        let (found, expected) = (emulated.apply(operation).await, reference.apply(operation));
        if found != expected {
            let difference = format!("{operation:?} returns {found:?}, expected {expected:?}");
            return Err(TestCaseError::fail(difference));
        }
    }
    let (found, expected) = (emulated.read().await, reference.read());
    if found == expected {
        Ok(())
    } else {
        Err(TestCaseError::fail(format!("the state is {found:#?}, expected {expected:#?}")))
    }
}
