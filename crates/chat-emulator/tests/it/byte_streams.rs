//! Byte streams that were damaged at random: each breaks at most its own connection.
//!
//! `DAMAGED_STREAMS` sets their number.

use std::time::Duration;

use fastrand::Rng;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::test_server::TestServer;

#[tokio::test]
async fn damaged_streams_get_valid_http_or_nothing() {
    let streams = std::env::var("DAMAGED_STREAMS").map_or(1_000, |number| number.parse().unwrap());
    let server = TestServer::new().await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
    let request = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{{}}");
    let chunked = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
    );
    let mut random = Rng::with_seed(7);
    for round in 0..streams {
        let requests = if random.bool() { &request } else { &chunked };
        let sent = damaged(requests.repeat(random.usize(1..4)).into_bytes(), &mut random);
        let mut stream = TcpStream::connect(server.emulator.local_addr()).await.unwrap();
        let mut received = Vec::new();
        let exchange = async {
            // The server may close the connection before it has read everything.
            let _ = stream.write_all(&sent).await;
            let _ = stream.shutdown().await;
            let _ = stream.read_to_end(&mut received).await;
        };
        let ended = timeout(Duration::from_secs(5), exchange).await;
        let context = || format!("round {round}: {:?}", String::from_utf8_lossy(&sent));
        assert!(ended.is_ok(), "{}", context());
        assert!(received.is_empty() || received.starts_with(b"HTTP/1."), "{}", context());
    }
    server.call_ok("get_appid_group_list", "{}").await;
}

fn damaged(mut bytes: Vec<u8>, random: &mut Rng) -> Vec<u8> {
    for _ in 0..random.usize(1..4) {
        let index = random.usize(0..bytes.len().max(1));
        match random.u8(0..5) {
            0 => bytes.truncate(index),
            1 => drop(bytes.splice(index..index, [b'\r', b'\n'])),
            2 => drop(bytes.splice(index..index, (0..random.usize(1..200)).map(|_| random.u8(..)))),
            3 => drop(bytes.splice(index..index, vec![b'A'; random.usize(1..200_000)])),
            _ => {
                if let Some(byte) = bytes.get_mut(index) {
                    *byte = random.u8(..);
                }
            }
        }
    }
    bytes
}
