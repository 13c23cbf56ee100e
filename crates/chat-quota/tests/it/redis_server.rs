//! A real Redis or Valkey server for one test.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A server process that writes nothing to disk, listens on a free loopback port and ends when this
/// value is dropped.
#[derive(Debug)]
pub(crate) struct RedisServer {
    process: Child,
    port: u16,
    arguments: Vec<String>,
    folder: TempDir,
}

impl RedisServer {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// Starts a server with more command-line arguments.
    pub(crate) fn start_with(arguments: &[&str]) -> Self {
        let arguments: Vec<_> = arguments.iter().map(|&word| word.to_owned()).collect();
        // Another process may take the port before the server does.
        for _ in 0..5 {
            let folder = tempfile::tempdir().unwrap();
            let port = free_port();
            if let Some(process) = spawn(port, &folder, &arguments) {
                return Self { process, port, arguments, folder };
            }
        }
        panic!("the Redis server ends as soon as it is started");
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Kills the server, with all its data.
    pub(crate) fn stop(&mut self) {
        let _ = self.process.kill();
        self.process.wait().unwrap();
    }

    /// Starts an empty server on the same port.
    pub(crate) fn restart(&mut self) {
        let process = spawn(self.port, &self.folder, &self.arguments);
        self.process = process.expect("the port of the Redis server is taken");
    }

    /// Suspends the server: connections stay open, and it does not respond.
    pub(crate) fn pause(&self) {
        self.signal("STOP");
    }

    pub(crate) fn resume(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let line = format!("kill -{name} {}", self.process.id());
        assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a process; `None` if it ended instead of becoming ready.
fn spawn(port: u16, folder: &TempDir, arguments: &[String]) -> Option<Child> {
    let log = folder.path().join("log");
    let _ = fs::remove_file(&log);
    let port = port.to_string();
    let mut process = ["redis-server", "valkey-server"]
        .iter()
        .find_map(|program| {
            Command::new(program)
                .args(["--port", &port, "--bind", "127.0.0.1", "--logfile", "log"])
                .args(["--save", "", "--appendonly", "no", "--loglevel", "notice"])
                .args(arguments)
                .current_dir(folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .spawn()
                .ok()
        })
        .expect(
            "this test needs redis-server or valkey-server; `cargo xtask test` installs it on \
             Debian and Ubuntu, elsewhere install the package redis or valkey",
        );
    let start = Instant::now();
    // Another process may be listening at the port, so a connection proves nothing.
    while !fs::read_to_string(&log).is_ok_and(|log| log.contains("Ready to accept connections")) {
        if process.try_wait().unwrap().is_some() {
            return None;
        }
        assert!(start.elapsed() < Duration::from_secs(30), "the Redis server does not start");
        sleep(Duration::from_millis(10));
    }
    Some(process)
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}
