//! The bounded hand-over of bytes between fetch, decode and the reader, with buffers that go round.
//!
//! Whoever fills a [`PieceSink`] allocates, at most [`PIECES_MAX`] buffers plus the two in work; whoever empties the
//! [`PieceStream`] gives them back. A sink whose stream is dropped says so, which is how threads learn to end.

use crate::error::{Error, Result};
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// Size of a piece: 256 KiB. Big enough that a hand-over costs nothing beside its bytes, small enough that a piece
/// is still in the second-level cache when the next stage takes it.
pub const PIECE_BYTES: usize = 256 << 10;

/// Pieces that may wait at one hand-over: 2 MiB, so that a hiccup on one side doesn't stall the other.
pub const PIECES_MAX: usize = 8;

/// What travels from one stage to the next.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Bytes in order. Not empty.
    Bytes(Bytes),
    /// The proven end, with the SHA-256 of the stored bytes where it was asked for.
    End { sha256: Option<[u8; 32]> },
}

/// The stream's reader is gone: end without a word.
#[derive(Debug)]
pub(crate) struct Gone;

/// The filling side.
#[derive(Debug)]
pub(crate) struct PieceSink {
    sender: mpsc::Sender<Result<Piece>>,
    used: crossbeam_channel::Receiver<BytesMut>,
}

/// The emptying side.
#[derive(Debug)]
pub(crate) struct PieceStream {
    /// Pieces that [`PieceStream::head`] took out early.
    ready: VecDeque<Piece>,
    receiver: mpsc::Receiver<Result<Piece>>,
    used: crossbeam_channel::Sender<BytesMut>,
}

/// A new hand-over.
pub(crate) fn pieces() -> (PieceSink, PieceStream) {
    recycling(PIECES_MAX + 2)
}

/// A new hand-over for a stage that holds a window of bytes in front of it: as many buffers go round.
pub(crate) fn pieces_in_window(window_bytes: u64) -> (PieceSink, PieceStream) {
    recycling(usize::try_from(window_bytes).unwrap_or(usize::MAX) / PIECE_BYTES + PIECES_MAX)
}

fn recycling(buffers: usize) -> (PieceSink, PieceStream) {
    let (sender, receiver) = mpsc::channel(PIECES_MAX);
    let (give, take) = crossbeam_channel::bounded(buffers);
    (PieceSink { sender, used: take }, PieceStream { ready: VecDeque::new(), receiver, used: give })
}

impl PieceSink {
    /// A buffer of [`PIECE_BYTES`] initialised bytes: a used one if there is any.
    pub(crate) fn buffer(&self) -> BytesMut {
        match self.used.try_recv() {
            Ok(mut buffer) => {
                buffer.resize(PIECE_BYTES, 0);
                buffer
            }
            Err(_) => BytesMut::zeroed(PIECE_BYTES),
        }
    }

    /// Sends from a thread; waits while the hand-over is full.
    pub(crate) fn send_blocking(&self, piece: Result<Piece>) -> Result<(), Gone> {
        self.sender.blocking_send(piece).map_err(|_| Gone)
    }

    /// Sends from a task; waits while the hand-over is full.
    pub(crate) async fn send(&self, piece: Result<Piece>) -> Result<(), Gone> {
        self.sender.send(piece).await.map_err(|_| Gone)
    }
}

impl PieceStream {
    /// The next piece. After an end or an error there is none. Cancel safe.
    pub(crate) async fn next(&mut self) -> Result<Piece> {
        match self.ready.pop_front() {
            Some(piece) => Ok(piece),
            None => self.receiver.recv().await.unwrap_or_else(|| Err(died())),
        }
    }

    /// [`PieceStream::next`] for a thread.
    pub(crate) fn next_blocking(&mut self) -> Result<Piece> {
        match self.ready.pop_front() {
            Some(piece) => Ok(piece),
            None => self.receiver.blocking_recv().unwrap_or_else(|| Err(died())),
        }
    }

    /// A copy of the first `want` bytes, fewer if there are fewer in all. They stay in the stream.
    pub(crate) async fn head(&mut self, want: usize) -> Result<Vec<u8>> {
        let mut head = Vec::with_capacity(want);
        while head.len() < want {
            let piece = self.receiver.recv().await.unwrap_or_else(|| Err(died()))?;
            let ended = match &piece {
                Piece::Bytes(bytes) => {
                    head.extend(bytes.iter().take(want - head.len()));
                    false
                }
                Piece::End { .. } => true,
            };
            self.ready.push_back(piece);
            if ended {
                break;
            }
        }
        Ok(head)
    }

    /// Whether [`PieceStream::head`] found nothing but the end.
    pub(crate) fn is_known_empty(&self) -> bool {
        matches!(self.ready.front(), Some(Piece::End { .. }))
    }

    /// Gives a piece's buffer back, if nobody else holds it.
    pub(crate) fn recycle(&self, bytes: Bytes) {
        if let Ok(buffer) = bytes.try_into_mut()
            && buffer.capacity() >= PIECE_BYTES
        {
            let _ = self.used.try_send(buffer);
        }
    }
}

fn died() -> Error {
    Error::source_bad("reading the source ended abruptly").hint("this is a bug in dumpstream; please report it")
}
