//! A TCP proxy on loopback that does to connections what networks do.

use crate::Result;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Both ends of one connection.
#[derive(Debug)]
struct Pair {
    client: TcpStream,
    server: TcpStream,
}

#[derive(Debug, Default)]
struct Shared {
    pairs: Mutex<Vec<Pair>>,
    /// Server ends whose clients are gone, and which the server doesn't know to be.
    lost: Mutex<Vec<TcpStream>>,
    refusing: AtomicBool,
    delay_micros: AtomicU64,
}

/// See the module's documentation. It ends with the test's process.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

impl Proxy {
    /// Listens on a free port, for connections to `to` on this machine.
    pub fn start(to: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared::default());
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().map_while(std::io::Result::ok) {
                if accepting.refusing.load(Ordering::Relaxed) {
                    continue;
                }
                // A server that is away refuses, and so does this.
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
                let _ = accepting.accept(client, server);
            }
        });
        Ok(Self { port, shared })
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Connections now.
    pub fn connections(&self) -> usize {
        self.shared.pairs().len()
    }

    /// Ends connection `n`, counted around, at both ends.
    pub fn cut(&self, n: u64) {
        if let Some(pair) = self.shared.take(n) {
            let _ = pair.client.shutdown(Shutdown::Both);
            let _ = pair.server.shutdown(Shutdown::Both);
        }
    }

    /// Ends connection `n`, counted around, in such a way that the server doesn't learn of it.
    pub fn lose(&self, n: u64) {
        if let Some(pair) = self.shared.take(n) {
            // First, so that the copying threads find it gone before they could pass the end on.
            self.shared.lost.lock().unwrap_or_else(PoisonError::into_inner).extend(pair.server.try_clone());
            let _ = pair.client.shutdown(Shutdown::Both);
        }
    }

    /// Whether new connections are turned away.
    pub fn refuse(&self, on: bool) {
        self.shared.refusing.store(on, Ordering::Relaxed);
    }

    /// How long every piece of data is held back.
    pub fn delay(&self, time: Duration) {
        self.shared.delay_micros.store(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Shared {
    fn pairs(&self) -> std::sync::MutexGuard<'_, Vec<Pair>> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, n: u64) -> Option<Pair> {
        let mut pairs = self.pairs();
        let count = pairs.len() as u64;
        (count > 0).then(|| pairs.swap_remove(usize::try_from(n % count).unwrap_or_default()))
    }

    fn accept(self: &Arc<Self>, client: TcpStream, server: TcpStream) -> std::io::Result<()> {
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        self.pairs().push(Pair { client: client.try_clone()?, server: server.try_clone()? });
        let port = client.peer_addr()?.port();
        for (from, to, ends) in [(client.try_clone()?, server.try_clone()?, false), (server, client, true)] {
            let shared = Arc::clone(self);
            thread::spawn(move || shared.copy(from, to, port, ends));
        }
        Ok(())
    }

    /// Passes data on until one end closes; then closes the other, unless the connection was lost.
    fn copy(&self, mut from: TcpStream, mut to: TcpStream, port: u16, from_server: bool) {
        let mut buffer = vec![0; 64 << 10];
        while let Ok(n @ 1..) = from.read(&mut buffer) {
            let delay = self.delay_micros.load(Ordering::Relaxed);
            if delay > 0 {
                thread::sleep(Duration::from_micros(delay));
            }
            if to.write_all(buffer.get(..n).unwrap_or_default()).is_err() {
                break;
            }
        }
        let mut pairs = self.pairs();
        let known = pairs.iter().position(|p| p.client.peer_addr().is_ok_and(|a| a.port() == port));
        // A connection that isn't known any more was cut or lost on purpose.
        if let Some(n) = known {
            let pair = pairs.swap_remove(n);
            let _ = pair.client.shutdown(Shutdown::Both);
            let _ = pair.server.shutdown(Shutdown::Both);
        } else if from_server {
            let _ = to.shutdown(Shutdown::Both);
        }
    }
}
