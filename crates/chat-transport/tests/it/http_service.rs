//! A local HTTP service, for tests and benchmarks.

use std::{convert::Infallible, net::SocketAddr, sync::mpsc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// Starts the service on its own thread, which runs as long as the process. It reads each request
/// completely and responds with what `respond` returns.
pub(crate) fn serve<F>(respond: impl Fn() -> F + Clone + Send + Sync + 'static) -> SocketAddr
where
    F: Future<Output = &'static str> + Send + 'static,
{
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let respond = respond.clone();
                let service = service_fn(move |request: Request<Incoming>| {
                    let respond = respond.clone();
                    async move {
                        let _ = request.into_body().collect().await;
                        let body = Full::<Bytes>::from(respond().await);
                        Ok::<_, Infallible>(Response::new(body))
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
    });
    receiver.recv().unwrap()
}
