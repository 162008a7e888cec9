//! A layer around the fake engine that notes when each request came and was answered.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tonic::codegen::http;
use tower::Service;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The method, as `Ping`.
    pub(crate) method: String,
    pub(crate) came: Instant,
    pub(crate) answered: Instant,
}

/// What was noted in one conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    pub(crate) calls: Vec<Call>,
    /// The process of the frontend.
    pub(crate) process: u32,
    /// The most memory that it had held when it returned, in bytes.
    pub(crate) peak: Option<u64>,
}

/// The notes, and the engine behind them.
#[derive(Clone)]
pub(crate) struct Clocked<S> {
    pub(crate) inner: S,
    pub(crate) notes: Arc<Mutex<Notes>>,
}

impl<S, B> Service<http::Request<B>> for Clocked<S>
where
    S: Service<http::Request<B>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let came = Instant::now();
        let path = request.uri().path();
        let method = path.rsplit('/').next().unwrap_or_default().to_owned();
        let notes = Arc::clone(&self.notes);
        if let Ok(mut notes) = notes.lock()
            && method == "Return"
        {
            // The frontend waits for the answer: it is whole, and has done its work.
            notes.peak = peak_memory(notes.process);
        }
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            if let Ok(mut notes) = notes.lock() {
                let answered = Instant::now();
                notes.calls.push(Call {
                    method,
                    came,
                    answered,
                });
            }
            answer
        })
    }
}

/// The largest resident set that a process had, as the kernel tells (`VmHWM`, proc(5)).
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

impl Notes {
    /// When the first request of a kind came.
    pub(crate) fn first(&self, method: &str) -> Option<Instant> {
        let of_kind = self.calls.iter().filter(|call| call.method == method);
        of_kind.map(|call| call.came).min()
    }

    /// From the last answer to a request of one kind to the first request of another that comes after it.
    pub(crate) fn pause(&self, after: &str, before: &str) -> Option<Duration> {
        let of_kind = |method: &str| {
            let method = method.to_owned();
            self.calls.iter().filter(move |call| call.method == method)
        };
        let begins = of_kind(after).map(|call| call.answered).max()?;
        let next = of_kind(before).map(|call| call.came);
        let next = next.filter(|came| *came >= begins).min()?;
        Some(next - begins)
    }

    /// The time in which the engine had something to answer.
    pub(crate) fn engine(&self) -> Duration {
        let mut spans: Vec<_> = self
            .calls
            .iter()
            .map(|call| (call.came, call.answered))
            .collect();
        spans.sort();
        let mut busy = Duration::ZERO;
        let mut until: Option<Instant> = None;
        for (came, answered) in spans {
            let begins = until.map_or(came, |until| until.max(came));
            busy += answered.saturating_duration_since(begins);
            until = Some(until.map_or(answered, |until| until.max(answered)));
        }
        busy
    }
}
