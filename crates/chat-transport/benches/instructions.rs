//! The number of instructions per call on the client's side, compared with a bare hyper-util client
//! that sends the same bytes.
//!
//! callgrind (Debian's package valgrind) counts them, so that the load of the machine does not
//! matter: `cargo bench -p chat-transport --bench instructions`.
#![allow(missing_docs, reason = "a benchmark has no public items")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot continue has failed"
)]
#![allow(clippy::print_stdout, reason = "the figures are the output")]

use std::{
    env,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Command, Stdio},
};

mod support;

/// Both counts include the start of the program; their difference does not.
const FEW: u64 = 1_000;
const MANY: u64 = 3_000;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve"] => {
            println!("{}", support::serve());
            std::thread::park();
        }
        ["client", server, calls] => {
            make_calls(support::through_client(server.parse().unwrap()), calls.parse().unwrap());
        }
        ["bare", server, calls] => {
            make_calls(support::bare(server.parse().unwrap()), calls.parse().unwrap());
        }
        _ => compare(),
    }
}

fn make_calls(call: impl Fn() -> support::Call, calls: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for _ in 0..calls {
            std::hint::black_box(call().await);
        }
    });
}

/// Counts the instructions of both clients, each in a child process.
fn compare() {
    let mut server = Command::new(env::current_exe().unwrap())
        .arg("serve")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let address: SocketAddr = address.trim().parse().unwrap();

    let per_call = |name| (count(name, address, MANY) - count(name, address, FEW)) / (MANY - FEW);
    let (client, bare) = (per_call("client"), per_call("bare"));
    println!("instructions per call: chat-transport {client}, bare hyper-util {bare}");
    println!("ratio: {:.2}", client as f64 / bare as f64);
    server.kill().unwrap();
    server.wait().unwrap();
}

/// Runs one client under callgrind, and returns the number of instructions.
fn count(name: &str, server: SocketAddr, calls: u64) -> u64 {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().unwrap())
        .args([name, &server.to_string(), &calls.to_string()])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let count = text.lines().find_map(|line| line.split_once("Collected : "));
    count.unwrap_or_else(|| panic!("callgrind counted nothing: {text}")).1.trim().parse().unwrap()
}
