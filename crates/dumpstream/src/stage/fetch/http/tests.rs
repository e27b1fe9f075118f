use super::*;
use crate::error::ErrorKind;
use crate::source::{Codec, Source, SourceSpec};
use crate::stage::decode::tests::{encode, sql};
use sha2::{Digest, Sha256};
use std::error::Error as _;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server says on one connection.
#[derive(Clone)]
struct Reply {
    head: String,
    body: Vec<u8>,
    /// Whether it then keeps silent instead of hanging up.
    stall: bool,
}

/// A reply with these header lines, separated by `|`.
fn reply(status: &str, headers: &str, body: &[u8]) -> Reply {
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{}\r\n\r\n", headers.replace('|', "\r\n"));
    Reply { head: head.replace("\r\n\r\n\r\n", "\r\n\r\n"), body: body.to_vec(), stall: false }
}

/// The whole object announced, its first `sent` bytes sent.
fn whole(object: &[u8], etag: &str, sent: usize) -> Reply {
    reply("200 OK", &format!("Content-Length: {}|ETag: {etag}", object.len()), &object[..sent])
}

/// The rest of the object from `start` on, of which bytes up to `end` are sent.
fn rest(object: &[u8], etag: &str, start: usize, end: usize) -> Reply {
    let (len, last) = (object.len() - start, object.len() - 1);
    let headers = format!("Content-Length: {len}|Content-Range: bytes {start}-{last}/{}|ETag: {etag}", object.len());
    reply("206 Partial Content", &headers, &object[start..end])
}

/// A request's head, in lower case.
async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(request).unwrap().to_ascii_lowercase()
}

struct Server {
    url: String,
    /// The requests so far.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// One reply for each connection, in order; afterwards it hangs up at once.
    async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://canary:hunter2@{}/d/dump.sql?sig=canary", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut replies = replies.into_iter();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read_request(&mut stream).await;
                log.lock().unwrap().push(request);
                let Some(reply) = replies.next() else { continue };
                tokio::spawn(async move {
                    let _ = stream.write_all(reply.head.as_bytes()).await;
                    let _ = stream.write_all(&reply.body).await;
                    let _ = stream.flush().await;
                    if reply.stall {
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn read(&self) -> Result<(Source, Vec<u8>)> {
        let options = SourceOptions::default()
            .retry_delay(Duration::from_millis(5))
            .retries_max(4)
            .connect_timeout(Duration::from_millis(400))
            .stall_timeout(Duration::from_millis(200));
        let mut source = Source::open(&SourceSpec::parse(&self.url)?, &options).await?;
        let mut all = Vec::new();
        while source.read(&mut all).await? > 0 {}
        Ok((source, all))
    }

    /// The failure to read, which names the URL without its secrets.
    async fn refusal(&self, words: &str) -> Error {
        let e = match self.read().await {
            Ok((_, plain)) => panic!("read {} bytes instead of: {words}", plain.len()),
            Err(e) => e,
        };
        assert!(e.to_string().contains(words), "{e:?} doesn't say {words:?}");
        assert_eq!(e.kind(), ErrorKind::Source);
        assert!(e.place().source.as_deref().is_some_and(|name| name.ends_with("/d/dump.sql")), "{e:?}");
        let mut shown = format!("{e:?} {e}");
        let mut next = e.source();
        while let Some(cause) = next {
            shown += &format!(" {cause}");
            next = cause.source();
        }
        assert!(!shown.contains("canary") && !shown.contains("hunter2"), "{shown}");
        e
    }
}

const TAG: &str = "\"v1\"";

/// Two megabytes that don't compress away.
fn object() -> Vec<u8> {
    sql(90_000)
}

#[tokio::test]
async fn an_object() {
    for codec in [Codec::None, Codec::Gzip, Codec::Zstd] {
        let stored = encode(codec, &object());
        let server = Server::start(vec![whole(&stored, TAG, stored.len())]).await;
        let (source, plain) = server.read().await.unwrap();
        assert!(plain == object());
        assert_eq!((source.codec(), source.size()), (codec, Some(stored.len() as u64)));
        assert_eq!(source.opened().etag.as_deref(), Some(TAG));
        assert_eq!(source.sha256(), Some(Sha256::digest(&stored).into()));
        assert_eq!(source.counters().encoded(), stored.len() as u64);
        let asked = server.asked().concat();
        assert!(asked.contains("authorization: basic y2fuyxj5omh1bnrlcji="), "{asked}");
        assert!(asked.contains("accept-encoding: identity") && !asked.contains("range:"), "{asked}");
    }
}

#[tokio::test]
async fn without_a_length() {
    let server = Server::start(vec![reply("200 OK", "", &object())]).await;
    let (source, plain) = server.read().await.unwrap();
    assert!(plain == object());
    assert_eq!((source.size(), source.opened().etag.as_deref()), (None, None));

    let stored = encode(Codec::Gzip, &object());
    let server = Server::start(vec![reply("200 OK", "", &stored[..stored.len() / 2])]).await;
    server.refusal("truncated").await;

    let chunked = b"e\r\n-- MySQL dump\n\r\n0\r\n\r\n";
    let server = Server::start(vec![reply("200 OK", "Transfer-Encoding: chunked", chunked)]).await;
    assert_eq!(server.read().await.unwrap().1, b"-- MySQL dump\n");
    // No last chunk.
    let server = Server::start(vec![reply("200 OK", "Transfer-Encoding: chunked", &chunked[..19])]).await;
    server.refusal("broke off at stored byte 14").await;
}

#[tokio::test]
async fn stored_bytes_are_wanted_whatever_coding_the_server_says() {
    let stored = encode(Codec::Gzip, &object());
    let headers = format!("Content-Length: {}|Content-Encoding: gzip", stored.len());
    let server = Server::start(vec![reply("200 OK", &headers, &stored)]).await;
    let (source, plain) = server.read().await.unwrap();
    assert!(plain == object());
    assert_eq!(source.sha256(), Some(Sha256::digest(&stored).into()));
}

#[tokio::test]
async fn a_broken_body_goes_on_where_it_stopped() {
    for codec in [Codec::None, Codec::Zstd] {
        let stored = encode(codec, &object());
        let (a, b, len) = (stored.len() / 3, stored.len() / 2, stored.len());
        let mut stalled = rest(&stored, TAG, a, b);
        stalled.stall = true;
        let server = Server::start(vec![
            whole(&stored, TAG, a),
            stalled,
            reply("503 Slow Down", "Content-Length: 0", b""),
            rest(&stored, TAG, b, b),
            rest(&stored, TAG, b, len),
        ])
        .await;
        let (source, plain) = server.read().await.unwrap();
        assert!(plain == object());
        assert_eq!(source.sha256(), Some(Sha256::digest(&stored).into()));
        let asked = server.asked();
        assert_eq!(asked.len(), 5);
        for (request, from) in asked[1..].iter().zip([a, b, b, b]) {
            assert!(request.contains(&format!("range: bytes={from}-\r\n")), "{request}");
            assert!(request.contains("if-range: \"v1\"\r\n") && request.contains("authorization:"), "{request}");
        }
    }
}

#[tokio::test]
async fn progress_starts_the_count_of_retries_anew() {
    let stored = object().repeat(4);
    let step = PROGRESS_BYTES_MIN as usize;
    assert!(stored.len() > 6 * step);
    let mut replies = vec![whole(&stored, TAG, step)];
    for start in (step..stored.len()).step_by(step) {
        replies.push(rest(&stored, TAG, start, stored.len().min(start + step)));
    }
    let server = Server::start(replies).await;
    assert!(server.read().await.unwrap().1 == stored);
}

#[tokio::test]
async fn retries_are_bounded() {
    let stored = object();
    // A byte with each answer isn't progress.
    let mut replies = vec![whole(&stored, TAG, 1000)];
    replies.extend((1000..1100).map(|start| rest(&stored, TAG, start, start + 1)));
    let server = Server::start(replies).await;
    let e = server.refusal("resuming it failed too often").await;
    assert!(e.to_string().contains("stored byte 1004 of"), "{e}");
    assert_eq!(server.asked().len(), 5);

    // Nor is hanging up.
    let server = Server::start(vec![whole(&stored, TAG, 1000)]).await;
    server.refusal("broke off at stored byte 1000").await;
    assert_eq!(server.asked().len(), 5);
}

#[tokio::test]
async fn a_stall_is_a_break() {
    let stored = object();
    let mut stalled = reply("200 OK", &format!("Content-Length: {}", stored.len()), &stored[..500]);
    stalled.stall = true;
    let server = Server::start(vec![stalled]).await;
    let e = server.refusal("broke off at stored byte 500").await;
    assert!(e.to_string().contains("no strong ETag"), "{e}");
    assert!(e.source().unwrap().to_string().contains("sent nothing for 0.2 s"), "{e:?}");

    // Even before the first line.
    let silent = Reply { head: String::new(), body: Vec::new(), stall: true };
    Server::start(vec![silent]).await.refusal("sent nothing for 0.6 s").await;
}

#[tokio::test]
async fn without_a_strong_etag_there_is_no_going_on() {
    let stored = object();
    for headers in ["", "|ETag: W/\"v1\"", "|Last-Modified: Sat, 01 Nov 2025 00:00:00 GMT"] {
        let headers = format!("Content-Length: {}{headers}", stored.len());
        let server = Server::start(vec![reply("200 OK", &headers, &stored[..1000])]).await;
        let e = server.refusal("broke off at stored byte 1000").await;
        assert!(e.to_string().contains(&format!("of {}", stored.len())) && e.hint_text().is_some(), "{e:?}");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn an_object_that_changes_is_refused() {
    let stored = object();
    let longer = [&stored[..], b"more"].concat();
    for second in [
        whole(&stored, "\"v2\"", stored.len()),
        whole(&longer, TAG, longer.len()).tap_etag("\"v2\""),
        reply("200 OK", &format!("Content-Length: {}", stored.len()), &stored),
        rest(&stored, "\"v2\"", 1000, stored.len()),
        rest(&longer, TAG, 1000, longer.len()),
        reply("412 Precondition Failed", "Content-Length: 0", b""),
        reply("416 Range Not Satisfiable", "Content-Length: 0", b""),
    ] {
        let server = Server::start(vec![whole(&stored, TAG, 1000), second]).await;
        server.refusal("changed while it was read, at stored byte 1000").await;
        assert_eq!(server.asked().len(), 2);
    }
}

impl Reply {
    fn tap_etag(mut self, etag: &str) -> Self {
        self.head = self.head.replace(TAG, etag);
        self
    }
}

#[tokio::test]
async fn an_answer_that_starts_over_is_refused() {
    let stored = object();
    let again = whole(&stored, TAG, stored.len());
    let server = Server::start(vec![whole(&stored, TAG, 1000), again]).await;
    server.refusal("ignores Range").await;

    for wrong in [rest(&stored, TAG, 0, stored.len()), rest(&stored, TAG, 1001, stored.len())] {
        let server = Server::start(vec![whole(&stored, TAG, 1000), wrong]).await;
        server.refusal("answered with another range").await;
    }
    let unranged = reply("206 Partial Content", "Content-Length: 5", b"12345");
    let server = Server::start(vec![whole(&stored, TAG, 1000), unranged]).await;
    server.refusal("answered with another range").await;

    let gone = reply("404 Not Found", "Content-Length: 0", b"");
    let server = Server::start(vec![whole(&stored, TAG, 1000), gone]).await;
    server.refusal("status 404").await;
}

#[tokio::test]
async fn statuses() {
    for (status, hint) in [
        ("404 Not Found", "URL"),
        ("403 Forbidden", "expired"),
        ("401 Unauthorized", "password"),
        ("500 Oops", "later"),
    ] {
        let server = Server::start(vec![reply(status, "Content-Length: 11", b"canary body")]).await;
        let e = server.refusal(&format!("status {}", &status[..3])).await;
        assert!(e.hint_text().is_some_and(|text| text.contains(hint)), "{e:?}");
    }
    // Not asked for, so not the whole.
    let server =
        Server::start(vec![reply("206 Partial Content", "Content-Length: 2|Content-Range: bytes 0-1/2", b"--")]).await;
    server.refusal("status 206").await;
    let server = Server::start(vec![reply("204 No Content", "", b"")]).await;
    server.refusal("status 204").await;
    let server = Server::start(vec![reply("200 OK", "Content-Length: 0", b"")]).await;
    server.refusal("the source is empty").await;
}

#[tokio::test]
async fn a_web_page_is_no_dump() {
    let page = b"<!DOCTYPE html><title>Please sign in</title>";
    let server = Server::start(vec![reply("200 OK", &format!("Content-Length: {}", page.len()), page)]).await;
    server.refusal("a web page").await;
}

#[tokio::test]
async fn redirects() {
    let stored = object();
    let target = Server::start(vec![whole(&stored, TAG, stored.len())]).await;
    let to = format!("Content-Length: 0|Location: {}", target.url.replace("canary:hunter2@", ""));
    let server = Server::start(vec![reply("302 Found", &to, b"")]).await;
    assert!(server.read().await.unwrap().1 == stored);

    let round = Server::start(vec![reply("302 Found", "Content-Length: 0|Location: /canary", b""); 20]).await;
    let e = round.refusal("redirects can't be followed").await;
    assert!(round.asked().len() <= REDIRECTS_MAX + 1, "{e:?}");
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://canary:hunter2@{}/d/dump.sql?sig=canary", listener.local_addr().unwrap());
    drop(listener);
    Server { url, asked: Arc::default() }.refusal("can't connect to the server").await;
}

#[tokio::test]
async fn a_dropped_source_hangs_up() {
    let stored = object().repeat(20);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let head = whole(&stored, TAG, 0).head;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(head.as_bytes()).await.unwrap();
        // Ends with an error, long before the object does.
        stream.write_all(&stored).await.is_err()
    });
    let source = Source::open(&SourceSpec::parse(&url).unwrap(), &SourceOptions::default()).await.unwrap();
    drop(source);
    let hung_up = tokio::time::timeout(Duration::from_secs(10), server).await.unwrap().unwrap();
    assert!(hung_up);
}

#[test]
fn content_ranges() {
    let parse = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_RANGE, text.parse().unwrap());
        content_range(&headers)
    };
    assert_eq!(parse("bytes 5-9/10"), Some((5, Some(10))));
    assert_eq!(parse("bytes 5-9/*"), Some((5, None)));
    for bad in ["bytes */10", "items 5-9/10", "bytes 5-9", "bytes x-9/10", "bytes 5-9/y", ""] {
        assert_eq!(parse(bad), None, "{bad}");
    }
}
