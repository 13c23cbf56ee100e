//! One process that runs the job, from its start to its end.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{job::RESUMING, setup::Setup};

/// A process that runs the job. It is killed when it is dropped.
pub(crate) struct JobProcess<'a> {
    setup: &'a Setup,
    process: Child,
    output: BufReader<ChildStdout>,
    /// The number of requests received before it started.
    before: usize,
}

impl<'a> JobProcess<'a> {
    pub(crate) fn start(setup: &'a Setup, mut command: Command) -> Self {
        let before = setup.received();
        let mut process = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { setup, process, output, before }
    }

    /// Returns the number of requests received since it started.
    fn sent(&self) -> usize {
        self.setup.received() - self.before
    }

    /// Waits until it opens the journal.
    pub(crate) fn wait_until_resuming(&mut self) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), RESUMING);
    }

    /// Waits until the emulator received this many requests, or the process has ended.
    pub(crate) fn wait_until_sent(&mut self, requests: usize) {
        let start = Instant::now();
        while self.sent() < requests && self.process.try_wait().unwrap().is_none() {
            assert!(
                start.elapsed() < MAX_WAIT,
                "only {} of {requests} requests arrived",
                self.sent()
            );
            thread::sleep(STEP);
        }
    }

    /// Sends SIGKILL. Returns whether the process was still running.
    pub(crate) fn kill(mut self) -> bool {
        self.process.kill().unwrap();
        let status = self.process.wait().unwrap();
        assert!(status.success() || status.code().is_none(), "the job failed: {status}");
        status.code().is_none()
    }

    /// Waits for its end and returns its report.
    pub(crate) fn report(mut self) -> Value {
        self.wait_until_resuming();
        let mut text = String::new();
        self.output.read_to_string(&mut text).unwrap();
        let status = self.process.wait().unwrap();
        assert!(status.success(), "the job failed: {status}");
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for JobProcess<'_> {
    /// A failed test leaves no process behind.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The interval at which conditions are checked.
const STEP: Duration = Duration::from_micros(100);

const MAX_WAIT: Duration = Duration::from_secs(60);
