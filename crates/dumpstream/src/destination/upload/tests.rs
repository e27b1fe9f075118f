//! Against a server that fails in every way it can: the object is whole, or the fault is named and no part is left.

use super::*;
use crate::aws::AwsOptions;
use crate::destination::{Destination, DestinationSpec};
use std::collections::{BTreeMap, HashMap};
use std::error::Error as _;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request that something goes wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Look,
    Create,
    Part(u32),
    Complete,
    Abort,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    /// It is refused.
    Status(u16, &'static str),
    /// In the middle of the request's body.
    Reset,
    /// In the middle of the request's body, nothing more is read, and nothing answered.
    Stall,
    /// No answer, though it is done.
    DoneUnheard,
    /// An error, though it is done.
    DoneStatus(u16, &'static str),
    /// Status 200 with an error in the body, as S3 answers a completion that goes wrong late.
    ErrorIn200,
    OtherChecksum,
    OtherEtag,
    /// What is stored isn't what was sent.
    Damaged,
    /// Somebody else writes the object at this moment.
    Overtaken,
    /// The bucket is in another region.
    Moved,
}

#[derive(Default)]
struct State {
    uploads: HashMap<String, BTreeMap<u32, Vec<u8>>>,
    object: Option<Vec<u8>>,
    /// When it came there.
    second: u32,
    /// Requests, by method and query.
    asked: Vec<String>,
}

/// A bucket with one object in it, or none.
struct Bucket {
    faults: Vec<(Call, Wrong, u32)>,
    seen: Mutex<HashMap<usize, u32>>,
    state: Mutex<State>,
}

struct Request {
    method: String,
    query: String,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

fn crc(bytes: &[u8]) -> String {
    base64::encode(crc_fast::checksum(CrcAlgorithm::Crc64Nvme, bytes).to_be_bytes())
}

fn etag(bytes: &[u8]) -> String {
    format!("\"{:016x}\"", crc_fast::checksum(CrcAlgorithm::Crc64Nvme, bytes))
}

fn refusal(status: u16, code: &str) -> (u16, String, Vec<u8>) {
    (status, String::new(), format!("<Error><Code>{code}</Code><Message>canary</Message></Error>").into_bytes())
}

impl Bucket {
    async fn start(faults: Vec<(Call, Wrong, u32)>) -> (Arc<Self>, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bucket = Arc::new(Self { faults, seen: Mutex::default(), state: Mutex::default() });
        let serving = Arc::clone(&bucket);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let bucket = Arc::clone(&serving);
                tokio::spawn(async move { while let Some(()) = bucket.serve(&mut stream).await {} });
            }
        });
        (bucket, url)
    }

    /// What goes wrong with this request, if anything.
    fn wrong(&self, call: Call) -> Option<Wrong> {
        let (index, (_, wrong, times)) = self.faults.iter().enumerate().find(|(_, (of, ..))| *of == call)?;
        let mut seen = self.seen.lock().unwrap();
        let count = seen.entry(index).or_default();
        *count += 1;
        (*count <= *times).then_some(*wrong)
    }

    /// Answers one request; none when the connection is over.
    async fn serve(&self, stream: &mut TcpStream) -> Option<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let mut lines = head.lines();
        let line = lines.next().unwrap().to_owned();
        let mut words = line.split(' ');
        let method = words.next().unwrap().to_owned();
        let path = words.next().unwrap();
        let query = path.split_once('?').map_or("", |(_, q)| q).to_owned();
        let headers: HashMap<String, String> = lines
            .filter_map(|l| l.split_once(':').map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned())))
            .collect();
        if headers.contains_key("expect") {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.ok()?;
        }
        let call = match (method.as_str(), query.as_str()) {
            ("HEAD", _) => Some(Call::Look),
            ("POST", q) if q.starts_with("uploads") => Some(Call::Create),
            ("PUT", q) => Some(Call::Part(value(q, "partNumber").parse().unwrap())),
            ("POST", _) => Some(Call::Complete),
            ("DELETE", _) => Some(Call::Abort),
            _ => None,
        };
        let wrong = call.and_then(|call| self.wrong(call));
        let length: usize = headers.get("content-length").map_or(0, |n| n.parse().unwrap());
        let early = matches!(wrong, Some(Wrong::Reset | Wrong::Stall));
        let mut body = vec![0; if early { length / 2 } else { length }];
        stream.read_exact(&mut body).await.ok()?;
        match wrong {
            Some(Wrong::Reset) => {
                stream.set_zero_linger().ok()?;
                return None;
            }
            Some(Wrong::Stall) => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                return None;
            }
            _ => {}
        }
        self.state.lock().unwrap().asked.push(format!("{method} {query}"));
        let request = Request { method, query, headers, body };
        let (status, more, mut body) = match wrong {
            Some(Wrong::Status(status, code)) => refusal(status, code),
            Some(Wrong::ErrorIn200) => {
                let (_, more, body) = refusal(200, "InternalError");
                (200, more, body)
            }
            Some(Wrong::Moved) if !request.headers["authorization"].contains("/eu-west-1/") => {
                (301, "x-amz-bucket-region: eu-west-1\r\n".to_owned(), refusal(301, "PermanentRedirect").2)
            }
            _ => self.answer(&request, wrong),
        };
        match wrong {
            Some(Wrong::DoneUnheard) => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                return None;
            }
            Some(Wrong::DoneStatus(status, code)) => {
                let (status, more, body) = refusal(status, code);
                return respond(stream, status, &more, &body).await;
            }
            _ => {}
        }
        if request.method == "HEAD" {
            body.clear();
        }
        respond(stream, status, &more, &body).await
    }

    /// What S3 would do: status, headers, body.
    fn answer(&self, request: &Request, wrong: Option<Wrong>) -> (u16, String, Vec<u8>) {
        let mut state = self.state.lock().unwrap();
        let id = value(&request.query, "uploadId");
        let sent = request.headers.get("x-amz-checksum-crc64nvme");
        match request.method.as_str() {
            "HEAD" => match &state.object {
                Some(object) => {
                    let headers = format!(
                        "content-length: {}\r\netag: {}\r\nx-amz-checksum-crc64nvme: {}\r\n\
                         last-modified: Sun, 01 Nov 2026 00:00:{:02} GMT\r\n",
                        object.len(),
                        etag(object),
                        crc(object),
                        state.second
                    );
                    (200, headers, Vec::new())
                }
                None => (404, String::new(), Vec::new()),
            },
            "POST" if request.query.starts_with("uploads") => {
                let id = format!("id-{}", state.uploads.len());
                state.uploads.insert(id.clone(), BTreeMap::new());
                let xml =
                    format!("<InitiateMultipartUploadResult><UploadId>{id}</UploadId></InitiateMultipartUploadResult>");
                (200, String::new(), xml.into_bytes())
            }
            "PUT" => {
                let mut part = request.body.clone();
                if sent != Some(&crc(&part)) {
                    return refusal(400, "BadDigest");
                }
                let (mut etag, mut crc) = (etag(&part), crc(&part));
                match wrong {
                    Some(Wrong::Damaged) => part[0] ^= 1,
                    Some(Wrong::OtherChecksum) => crc = super::tests::crc(b"other"),
                    Some(Wrong::OtherEtag) => etag = "\"0\"".to_owned(),
                    _ => {}
                }
                match state.uploads.get_mut(&id) {
                    Some(parts) => parts.insert(value(&request.query, "partNumber").parse().unwrap(), part),
                    None => return refusal(404, "NoSuchUpload"),
                };
                (200, format!("etag: {etag}\r\nx-amz-checksum-crc64nvme: {crc}\r\n"), Vec::new())
            }
            "POST" => {
                if wrong == Some(Wrong::Overtaken) {
                    state.object = Some(b"theirs".to_vec());
                }
                let Some(parts) = state.uploads.get(&id) else { return refusal(404, "NoSuchUpload") };
                let text = String::from_utf8(request.body.clone()).unwrap();
                let named = parts.values().all(|part| text.contains(&etag(part).replace('"', "&quot;")));
                if !named || text.matches("<PartNumber>").count() != parts.len() {
                    return refusal(400, "InvalidPart");
                }
                let whole: Vec<u8> = parts.values().flatten().copied().collect();
                if sent != Some(&crc(&whole)) {
                    return refusal(400, "BadDigest");
                }
                if state.object.is_some() && request.headers.contains_key("if-none-match") {
                    return refusal(412, "PreconditionFailed");
                }
                let xml = format!(
                    "<CompleteMultipartUploadResult><ETag>{}</ETag><ChecksumCRC64NVME>{}</ChecksumCRC64NVME>\
                     </CompleteMultipartUploadResult>",
                    etag(&whole),
                    crc(&whole)
                );
                state.uploads.remove(&id);
                state.object = Some(whole);
                state.second += 1;
                (200, String::new(), xml.into_bytes())
            }
            "DELETE" => match state.uploads.remove(&id) {
                Some(_) => (204, String::new(), Vec::new()),
                None => refusal(404, "NoSuchUpload"),
            },
            _ => match state.uploads.contains_key(&id) {
                true => (200, String::new(), b"<ListPartsResult></ListPartsResult>".to_vec()),
                false => refusal(404, "NoSuchUpload"),
            },
        }
    }
}

async fn respond(stream: &mut TcpStream, status: u16, more: &str, body: &[u8]) -> Option<()> {
    let length = match more.contains("content-length") {
        true => String::new(),
        false => format!("content-length: {}\r\n", body.len()),
    };
    let text = format!("HTTP/1.1 {status} X\r\n{length}{more}\r\n");
    stream.write_all(text.as_bytes()).await.ok()?;
    stream.write_all(body).await.ok()
}

/// A query's value, or nothing.
fn value(query: &str, name: &str) -> String {
    let found = query.split('&').find_map(|pair| pair.split_once('=').filter(|(n, _)| *n == name));
    found.map_or_else(String::new, |(_, v)| v.to_owned())
}

const PART: usize = 1_000;

/// Limits that a machine which stands still for half a second doesn't reach.
fn options(url: &str) -> DestinationOptions {
    let attempt = Duration::from_millis(1_500);
    let aws = AwsOptions::default()
        .endpoint_url(Some(url.to_owned()))
        .region(Some("us-east-1".into()))
        .credentials("id", "canary", None);
    let mut options = DestinationOptions::default().aws(aws).memory_bytes(3 * PART);
    options.upload = Limits {
        part_bytes: PART,
        part: (attempt * 8, attempt),
        complete: (attempt * 8, attempt),
        retry: (Duration::from_millis(10), Duration::from_millis(100)),
        abort: attempt * 2,
    };
    options
}

fn object() -> Vec<u8> {
    (0..4_500_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// Writes the object, and finishes or gives up.
async fn write(url: &str) -> Result<()> {
    write_with(&options(url), &Stop::default()).await
}

async fn write_with(options: &DestinationOptions, stop: &Stop) -> Result<()> {
    let mut to = Destination::open(&DestinationSpec::parse("s3://bucket/a key").unwrap(), options).await?;
    for chunk in object().chunks(700) {
        if let Err(e) = to.write(Bytes::copy_from_slice(chunk)).await {
            return Err(to.give_up(e).await);
        }
    }
    to.finish_unless(stop).await.map(|_| ())
}

fn whole(error: &Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}

const EVER: u32 = u32::MAX;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_every_place_once_and_for_ever() {
    const INTERNAL: Wrong = Wrong::Status(500, "InternalError");
    const SLOW_DOWN: Wrong = Wrong::Status(503, "SlowDown");
    let mut cases = Vec::new();
    // What is said if it lasts; none if it makes no difference then.
    for place in [1, 3, 5] {
        for (wrong, once, ever) in [
            (INTERNAL, None, Some("status 500, InternalError")),
            (SLOW_DOWN, None, Some("status 503, SlowDown")),
            (Wrong::Reset, None, Some("there is no connection to AWS, or it broke")),
            (Wrong::Stall, None, Some("did not answer in time")),
            (Wrong::DoneUnheard, None, Some("did not answer in time")),
            (Wrong::DoneStatus(500, "InternalError"), None, Some("status 500, InternalError")),
            (Wrong::Status(403, "AccessDenied"), Some("access is denied"), Some("access is denied")),
            (Wrong::Status(404, "NoSuchUpload"), Some("the upload is gone"), Some("the upload is gone")),
            (Wrong::OtherChecksum, Some("another checksum"), Some("another checksum")),
            (Wrong::OtherEtag, Some("not what was sent"), Some("not what was sent")),
            (Wrong::Damaged, Some("not what was sent"), Some("not what was sent")),
        ] {
            cases.push((Call::Part(place), wrong, 1, once));
            cases.push((Call::Part(place), wrong, EVER, ever));
        }
    }
    for (wrong, once, ever) in [
        (INTERNAL, None, Some("completing the upload: status 500, InternalError")),
        (SLOW_DOWN, None, Some("completing the upload: status 503, SlowDown")),
        (Wrong::Reset, None, Some("completing the upload: there is no connection")),
        (Wrong::Stall, None, Some("completing the upload: AWS did not answer in time")),
        (Wrong::ErrorIn200, None, Some("InternalError")),
        (Wrong::Status(400, "EntityTooSmall"), Some("EntityTooSmall"), Some("EntityTooSmall")),
        (Wrong::DoneUnheard, None, None),
        (Wrong::DoneStatus(500, "InternalError"), None, None),
        (Wrong::Overtaken, Some("exists already"), Some("exists already")),
    ] {
        cases.push((Call::Complete, wrong, 1, once));
        cases.push((Call::Complete, wrong, EVER, ever));
    }
    for (wrong, once, ever) in [
        (INTERNAL, None, Some("beginning the upload: status 500")),
        (Wrong::Status(403, "AccessDenied"), Some("access is denied"), Some("access is denied")),
        (Wrong::Status(404, "NoSuchBucket"), Some("there is no such bucket"), Some("there is no such bucket")),
        (Wrong::Moved, None, None),
    ] {
        cases.push((Call::Create, wrong, 1, once));
        cases.push((Call::Create, wrong, EVER, ever));
    }
    let mut running = JoinSet::new();
    for (call, wrong, times, said) in cases {
        running.spawn(async move {
            let case = format!("{call:?} {wrong:?}, {times} times");
            let mut faults = vec![(call, wrong, times)];
            if wrong == Wrong::Moved {
                faults = [Call::Look, Call::Create, Call::Part(2), Call::Complete].map(|c| (c, wrong, times)).to_vec();
            }
            let (bucket, url) = Bucket::start(faults).await;
            let written = write(&url).await;
            let state = bucket.state.lock().unwrap();
            match (&written, said) {
                (Ok(()), None) => assert!(state.object.as_ref() == Some(&object()), "{case}: another object"),
                (Err(e), Some(said)) => {
                    assert!(whole(e).contains(said), "{case}: {}", whole(e));
                    assert!(!e.to_string().contains("canary"), "{case}: {e}");
                    let theirs = wrong == Wrong::Overtaken;
                    assert!(state.object == theirs.then(|| b"theirs".to_vec()), "{case}: {:?}", state.asked);
                }
                _ => panic!("{case}: {written:?}\n{:?}", state.asked),
            }
            // A part whose answer was lost may have been begun twice, and an upload as well.
            let lost = matches!(call, Call::Create);
            assert!(state.uploads.is_empty() || lost && state.uploads.len() == 1, "{case}: parts are left");
        });
    }
    while let Some(case) = running.join_next().await {
        case.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_be_left_is_said_with_the_command_that_removes_it() {
    for (wrong, why) in [
        (Wrong::Status(403, "AccessDenied"), "access is denied"),
        (Wrong::Status(500, "InternalError"), "aborting the upload"),
        (Wrong::Stall, "did not answer in time"),
    ] {
        let (bucket, url) =
            Bucket::start(vec![(Call::Part(2), Wrong::Status(403, "AccessDenied"), EVER), (Call::Abort, wrong, EVER)])
                .await;
        let e = write(&url).await.unwrap_err();
        assert!(e.to_string().contains("uploading part 2"), "{e:?}");
        let state = e.state().unwrap();
        let command = "aws s3api abort-multipart-upload --bucket bucket --key 'a key' --upload-id 'id-0'";
        assert!(state.contains("may be left in the bucket") && state.contains(command), "{state}");
        assert_eq!(bucket.state.lock().unwrap().uploads.len(), 1, "{why}");

        // The same of one that is given up for another reason.
        let to = Destination::open(&DestinationSpec::parse("s3://bucket/a key").unwrap(), &options(&url)).await;
        let left = to.unwrap().abort().await.unwrap_err();
        assert!(left.hint_text().unwrap().starts_with("aws s3api abort-multipart-upload"), "{left:?}");
        assert!(whole(&left).contains(why), "{}", whole(&left));
    }
}

/// Where the object can't be looked at either, nobody can tell, and that is what is said.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_that_nobody_can_tell_is_no_success_and_no_plain_failure() {
    let faults =
        vec![(Call::Look, Wrong::Status(403, "AccessDenied"), EVER), (Call::Complete, Wrong::DoneUnheard, EVER)];
    let (bucket, url) = Bucket::start(faults).await;
    let e = write(&url).await.unwrap_err();
    assert!(e.to_string().contains("completing the upload: AWS did not answer in time"), "{e:?}");
    assert!(e.state().unwrap().contains("look at it before it is used"), "{e:?}");
    assert!(bucket.state.lock().unwrap().uploads.is_empty());
}

/// Of the same bytes is what every night's run may write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_object_of_the_same_bytes_is_not_taken_for_this_one() {
    for (wrong, said) in [
        (Wrong::Status(403, "AccessDenied"), Some("access is denied")),
        (Wrong::Status(404, "NoSuchUpload"), Some("the upload is gone")),
        (Wrong::Status(503, "SlowDown"), Some("status 503, SlowDown")),
        (Wrong::Stall, Some("did not answer in time")),
        (Wrong::DoneUnheard, None),
        (Wrong::DoneStatus(500, "InternalError"), None),
    ] {
        let (bucket, url) = Bucket::start(vec![(Call::Complete, wrong, EVER)]).await;
        bucket.state.lock().unwrap().object = Some(object());
        let written = write_with(&options(&url).overwrite(true), &Stop::default()).await;
        match (&written, said) {
            (Ok(()), None) => assert_eq!(bucket.state.lock().unwrap().second, 1, "{wrong:?}"),
            (Err(e), Some(said)) => {
                assert!(whole(e).contains(said), "{wrong:?}: {}", whole(e));
                assert_eq!(e.state(), Some("nothing was put under the output's name"), "{wrong:?}");
            }
            _ => panic!("{wrong:?}: {written:?}"),
        }
        assert!(bucket.state.lock().unwrap().uploads.is_empty(), "{wrong:?}: parts are left");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_wants_it_to_end_does_not_wait_for_a_request() {
    for (call, wrong, done) in [
        (Call::Part(5), Wrong::Stall, false),
        (Call::Complete, Wrong::Stall, false),
        (Call::Complete, Wrong::DoneUnheard, true),
    ] {
        let (bucket, url) = Bucket::start(vec![(call, wrong, EVER)]).await;
        let stop = Stop::default();
        let mut options = options(&url);
        let minute = Duration::from_secs(60);
        (options.upload.part, options.upload.complete) = ((minute, minute), (minute, minute));
        let writing = write_with(&options, &stop);
        let interrupt = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            stop.interrupt();
            std::time::Instant::now()
        };
        let (written, since) = tokio::join!(writing, interrupt);
        assert!(since.elapsed() < Duration::from_secs(3), "{call:?}");
        let state = bucket.state.lock().unwrap();
        // What S3 has done is done.
        assert_eq!((written.is_ok(), state.object.is_some()), (done, done), "{call:?}: {written:?}");
        assert!(written.is_ok() || written.is_err_and(|e| e.kind() == ErrorKind::Interrupted));
        assert!(state.uploads.is_empty(), "{call:?}: parts are left");
    }
}
