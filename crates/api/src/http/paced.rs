//! A socket that is left when its reader takes too little for too long, whatever is written to it: an answer, or the bytes
//! of TLS around one.

use crate::limits::{WRITE_BYTES_MIN, WRITE_DEADLINE};
use socket2::SockRef;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

/// A socket with the patience there is for its reader.
pub(crate) struct Paced<S = TcpStream> {
    stream: S,
    /// How long a reader may take for [`WRITE_BYTES_MIN`].
    patience: Duration,
    stalled: Option<Stalled>,
}

/// Since when the reader takes too little.
struct Stalled {
    until: Pin<Box<Sleep>>,
    taken: usize,
}

impl Stalled {
    /// After so much of what was there to be written has been taken: over, where that was all or enough.
    fn after(mut self, taken: usize, there: usize) -> Option<Self> {
        self.taken += taken;
        (taken < there && self.taken < WRITE_BYTES_MIN).then_some(self)
    }
}

impl<S> Paced<S> {
    pub const fn over(stream: S) -> Self {
        Self { stream, patience: WRITE_DEADLINE, stalled: None }
    }
}

impl Paced {
    /// Whether bytes of the client wait to be read. The system itself is asked: the runtime learns of them only when it next
    /// looks, and a timer may be handled before that.
    pub fn has_unread(&self) -> bool {
        SockRef::from(&self.stream).peek(&mut [MaybeUninit::uninit()]).is_ok_and(|bytes| bytes > 0)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write(cx, bytes) {
            Poll::Ready(Ok(taken)) => {
                this.stalled = this.stalled.take().and_then(|stalled| stalled.after(taken, bytes.len()));
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => {
                let patience = this.patience;
                let stalled =
                    this.stalled.get_or_insert_with(|| Stalled { until: Box::pin(sleep(patience)), taken: 0 });
                ready!(stalled.until.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tokio::io::{AsyncWriteExt as _, duplex};

    #[tokio::test]
    async fn a_reader_that_takes_nothing_is_left() {
        let (ours, _theirs) = duplex(16);
        let mut paced = Paced { patience: Duration::from_millis(10), ..Paced::over(ours) };
        assert_eq!(paced.write_all(&[0; 64]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_reader_that_is_merely_slow_has_time_again_for_each_piece() {
        let stalled = || Stalled { until: Box::pin(sleep(WRITE_DEADLINE)), taken: 0 };
        let slow = stalled().after(1, 100_000).unwrap().after(WRITE_BYTES_MIN - 2, 100_000).unwrap();
        assert_eq!(slow.taken, WRITE_BYTES_MIN - 1);
        assert!(slow.after(1, 100_000).is_none());
        assert!(stalled().after(1, 1).is_none());
    }
}
