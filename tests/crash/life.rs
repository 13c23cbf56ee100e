//! One process, from its start to its end.

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{job::RESUMING, stage::Stage};

pub(crate) struct Life<'a> {
    stage: &'a Stage,
    process: Child,
    output: BufReader<ChildStdout>,
    /// Requests that came before.
    before: usize,
}

impl<'a> Life<'a> {
    pub(crate) fn begin(stage: &'a Stage, mut command: Command) -> Self {
        let before = stage.received();
        let mut process = command.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Self { stage, process, output, before }
    }

    /// Requests that came since it began.
    fn sent(&self) -> usize {
        self.stage.received() - self.before
    }

    /// Waits until it opens the journal.
    pub(crate) fn until_it_resumes(&mut self) {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), RESUMING);
    }

    /// Waits until so many requests came, or it has ended by itself.
    pub(crate) fn until_it_sent(&mut self, requests: usize) {
        let start = Instant::now();
        while self.sent() < requests && self.process.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < LONGEST, "only {} of {requests} requests came", self.sent());
            thread::sleep(STEP);
        }
    }

    /// SIGKILL. Whether it came before the end.
    pub(crate) fn kill(mut self) -> bool {
        self.process.kill().unwrap();
        let status = self.process.wait().unwrap();
        assert!(status.success() || status.code().is_none(), "the job failed: {status}");
        status.code().is_none()
    }

    /// Lets it come to its end and returns its report.
    pub(crate) fn report(mut self) -> Value {
        self.until_it_resumes();
        let mut text = String::new();
        self.output.read_to_string(&mut text).unwrap();
        let status = self.process.wait().unwrap();
        assert!(status.success(), "the job failed: {status}");
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for Life<'_> {
    /// A test that fails leaves no process behind.
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// How often it is looked whether the moment has come.
const STEP: Duration = Duration::from_micros(100);

const LONGEST: Duration = Duration::from_secs(60);
