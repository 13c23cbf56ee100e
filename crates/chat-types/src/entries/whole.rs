//! The fast way to read an array, for the usual case: every entry matches its type.

use std::cell::Cell;

thread_local! {
    static READING_WHOLE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `read` so that, on this thread, an entry that does not match its type ends the pass.
///
/// To keep an entry that does not match, [`Entries`](super::Entries) finds its end before decoding it,
/// which reads every array twice. A caller that can start again after a failure saves that. The mode
/// belongs to the thread because `Deserialize` has no parameter for it.
pub(crate) fn read_whole<T>(read: impl FnOnce() -> T) -> T {
    let _restore = Restore(READING_WHOLE.replace(true));
    read()
}

pub(crate) fn is_reading_whole() -> bool {
    READING_WHOLE.get()
}

/// Ends the mode, also when reading panics.
struct Restore(bool);

impl Drop for Restore {
    fn drop(&mut self) {
        READING_WHOLE.set(self.0);
    }
}
