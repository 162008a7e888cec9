//! One gRPC channel over standard input and output: BuildKit is the server at the other end.

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tonic::transport::{Channel, Endpoint};

/// Errors carry their details in a header, and hyper closes the whole connection over one larger than this;
/// its own default is 16 KiB, less than one step's log.
const MAX_HEADER_BYTES: u32 = 16 * 1024 * 1024;

/// The channel to the engine that started us. Nothing else may write to standard output.
pub fn channel() -> Channel {
    over(tokio::io::join(tokio::io::stdin(), tokio::io::stdout()))
}

/// A channel over one connection that is there already. It is never dialled again: after an error there is
/// nothing to dial.
pub fn over<T: AsyncRead + AsyncWrite + Send + Unpin + 'static>(connection: T) -> Channel {
    let mut connection = Some(connection);
    let connector = tower::service_fn(move |_: tonic::codegen::http::Uri| {
        let taken = connection.take();
        async move {
            taken
                .map(TokioIo::new)
                .ok_or_else(|| std::io::Error::other("the connection to the engine is gone"))
        }
    });
    // The name is never looked up.
    Endpoint::from_static("http://buildkit")
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .connect_with_connector_lazy(connector)
}
