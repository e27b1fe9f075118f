//! Against a server that fails in every way it can.

use super::*;
use crate::aws::AwsOptions;
use crate::observe::Observer;
use crate::source::{Files, Source, SourceCounters, SourceSpec};
use crate::stage::pieces::pieces_in_window;
use aws_smithy_types::base64;
use sha2::{Digest, Sha256};
use std::error::Error as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What goes wrong with one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Truncated,
    Reset,
    ClosedBeforeHeaders,
    Status(u16),
    Stall,
    Trickle,
    Hang,
    Short206,
    Other206,
    Whole200,
    NewEtag,
    NoEtag,
    NewVersion,
    NewSize,
    /// A byte differs.
    Damaged,
}

impl Wrong {
    const ALL: [Self; 16] = [
        Self::Truncated,
        Self::Reset,
        Self::ClosedBeforeHeaders,
        Self::Status(500),
        Self::Status(503),
        Self::Stall,
        Self::Trickle,
        Self::Hang,
        Self::Short206,
        Self::Other206,
        Self::Whole200,
        Self::NewEtag,
        Self::NoEtag,
        Self::NewVersion,
        Self::NewSize,
        Self::Damaged,
    ];

    /// What an error says if it never ends.
    fn named(self) -> &'static str {
        match self {
            Self::Truncated | Self::Reset | Self::ClosedBeforeHeaders => "the connection broke",
            Self::Status(503) => "status 503 Service Unavailable, SlowDown",
            Self::Status(_) => "status 500",
            Self::Stall => "sent nothing for",
            Self::Trickle => "sent too slowly",
            Self::Hang => "no answer came within",
            Self::Short206 | Self::Other206 => "another range than it was asked for",
            Self::Whole200 => "answered with the whole object",
            Self::NewEtag | Self::NewVersion | Self::NewSize => "the object changed while it was read",
            Self::NoEtag => "without an ETag",
            Self::Damaged => "CRC64NVME",
        }
    }

    /// Whether one time is one too often.
    fn is_lasting(self) -> bool {
        matches!(self, Self::NewEtag | Self::NewVersion | Self::NewSize | Self::Damaged)
    }
}

/// Decides by a range's first byte and the number of requests so far that asked for it or a later byte of its part.
type Decide = Box<dyn Fn(u64, u64) -> Option<Wrong> + Send + Sync>;

struct Store {
    object: Vec<u8>,
    /// Header lines of every answer about the object, with their line ends.
    headers: String,
    decide: Decide,
    /// The only one that the bucket is in, if there are several.
    region: Option<&'static str>,
    asked: Mutex<Vec<String>>,
    count: AtomicU64,
    /// It knows nothing of what is asked behind the `?`.
    is_plain: AtomicBool,
    /// How often all of the object went through without a range.
    sent_whole: AtomicU64,
    /// What the bucket holds, as S3 lists it, page by page.
    listing: Mutex<Vec<String>>,
}

impl Store {
    async fn start(object: Vec<u8>, headers: &str, decide: Decide) -> (Arc<Self>, String) {
        Self::start_in(None, object, headers, decide).await
    }

    async fn start_in(
        region: Option<&'static str>,
        object: Vec<u8>,
        headers: &str,
        decide: Decide,
    ) -> (Arc<Self>, String) {
        let listener = listener().await;
        let url = format!("http://{}", listener.local_addr().unwrap());
        let headers = headers.replace('|', "\r\n");
        let store = Arc::new(Self {
            object,
            headers,
            decide,
            region,
            asked: Mutex::default(),
            count: AtomicU64::new(0),
            listing: Mutex::default(),
            is_plain: AtomicBool::default(),
            sent_whole: AtomicU64::default(),
        });
        let serving = Arc::clone(&store);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let store = Arc::clone(&serving);
                tokio::spawn(async move { while let Some(()) = store.answer(&mut stream).await {} });
            }
        });
        (store, url)
    }

    /// Answers one request; none when the connection is over.
    async fn answer(&self, stream: &mut TcpStream) -> Option<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0; 512];
            match stream.read(&mut byte).await {
                Ok(n) if n > 0 => head.extend_from_slice(&byte[..n]),
                _ => return None,
            }
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        self.asked.lock().unwrap().push(head.clone());
        let size = self.object.len();
        if let Some(region) = &self.region
            && !head.contains(&format!("/{region}/"))
            && !head.contains(&format!("%2f{region}%2f"))
        {
            let text = format!("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nx-amz-bucket-region: {region}\r\n\r\n");
            return stream.write_all(text.as_bytes()).await.ok();
        }
        // Whoever may read an object need not be allowed to ask for more.
        if !self.is_plain.load(Ordering::Relaxed)
            && head.lines().next().is_some_and(|line| line.contains("?tagging") || line.contains("?attributes"))
        {
            return stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await.ok();
        }
        if head.lines().next().is_some_and(|line| line.contains("list-type=2")) {
            let pages = self.listing.lock().unwrap().clone();
            let query = head.lines().next().unwrap();
            let token =
                query.split_once("continuation-token=").map_or("0", |(_, rest)| rest.split(['&', ' ']).next().unwrap());
            let page: usize = token.parse().unwrap();
            let more = match page + 1 < pages.len() {
                true => format!(
                    "<IsTruncated>true</IsTruncated><NextContinuationToken>{}</NextContinuationToken>",
                    page + 1
                ),
                false => String::new(),
            };
            let listing = format!("<ListBucketResult>{}{more}</ListBucketResult>", pages[page]);
            let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{listing}", listing.len());
            return stream.write_all(text.as_bytes()).await.ok();
        }
        let Some(range) = head.lines().find_map(|l| l.strip_prefix("range: bytes=")) else {
            let text =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\nAccept-Ranges: bytes\r\n{}\r\n", self.headers);
            stream.write_all(text.as_bytes()).await.ok()?;
            if !head.starts_with("head") {
                stream.write_all(&self.object).await.ok()?;
                self.sent_whole.fetch_add(1, Ordering::Relaxed);
            }
            return Some(());
        };
        let (from, to) = range.trim().split_once('-').unwrap();
        let (from, mut to): (usize, usize) = (from.parse().unwrap(), to.parse::<usize>().unwrap() + 1);
        let wrong = (self.decide)(from as u64, self.count.fetch_add(1, Ordering::Relaxed));
        let mut headers = self.headers.clone();
        let (mut shown, mut total) = (from, size);
        match wrong {
            Some(Wrong::ClosedBeforeHeaders) => return None,
            Some(Wrong::Hang) => return wait_for_end(stream).await,
            Some(Wrong::Status(status)) => {
                let (reason, code) =
                    if status == 503 { ("Service Unavailable", "SlowDown") } else { ("Oops", "InternalError") };
                let body = format!("<Error><Code>{code}</Code></Error>");
                let text = format!("HTTP/1.1 {status} {reason}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
                return stream.write_all(text.as_bytes()).await.ok();
            }
            Some(Wrong::Whole200) => {
                let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n{}\r\n", self.headers);
                stream.write_all(text.as_bytes()).await.ok()?;
                return stream.write_all(&self.object).await.ok();
            }
            Some(Wrong::Short206) => to = from + (to - from) / 2,
            Some(Wrong::Other206) => shown += 1,
            Some(Wrong::NewEtag) => headers = headers.replace("etag: \"v1\"", "etag: \"v2\""),
            Some(Wrong::NoEtag) => headers = headers.replace("etag: \"v1\"\r\n", ""),
            Some(Wrong::NewVersion) => headers = headers.replace("version-id: 1", "version-id: 2"),
            Some(Wrong::NewSize) => total += 1,
            _ => {}
        }
        let mut body = self.object[from..to].to_vec();
        if wrong == Some(Wrong::Damaged) {
            body[0] ^= 1;
        }
        let text = format!(
            "HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\nContent-Range: bytes {shown}-{}/{total}\r\n{headers}\r\n",
            to - from,
            (shown + to - from).max(1) - 1,
        );
        stream.write_all(text.as_bytes()).await.ok()?;
        let half = body.len() / 2;
        match wrong {
            Some(Wrong::Truncated) => {
                stream.write_all(&body[..half]).await.ok()?;
                None
            }
            Some(Wrong::Reset) => {
                stream.write_all(&body[..half]).await.ok()?;
                // Its client sees the bytes first, then a reset.
                tokio::time::sleep(Duration::from_millis(2)).await;
                stream.set_zero_linger().ok()?;
                None
            }
            Some(Wrong::Stall) => {
                stream.write_all(&body[..half]).await.ok()?;
                wait_for_end(stream).await
            }
            Some(Wrong::Trickle) => {
                for byte in body {
                    stream.write_all(&[byte]).await.ok()?;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Some(())
            }
            _ => stream.write_all(&body).await.ok(),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// Requests for bytes of this part.
    fn asks_of(&self, part: u64) -> usize {
        let from = |head: &String| -> Option<u64> {
            head.lines().find_map(|l| l.strip_prefix("range: bytes="))?.split('-').next()?.parse().ok()
        };
        self.asked().iter().filter_map(from).filter(|from| from / PART == part).count()
    }
}

/// Each on an address of its own, where the system has them (Linux): thousands, with the connections that linger behind
/// them, are more than the ports of one.
async fn listener() -> TcpListener {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let [.., a, b, c] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    match TcpListener::bind((std::net::Ipv4Addr::new(127, a + 1, b, c), 0)).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind("127.0.0.1:0").await.unwrap(),
    }
}

async fn wait_for_end(stream: &mut TcpStream) -> Option<()> {
    let _ = stream.readable().await;
    None
}

/// Text that a dump may be, of which no two parts are alike.
fn object(size: usize) -> Vec<u8> {
    let mut text = Vec::new();
    for n in 0_u64.. {
        if text.len() >= size {
            break;
        }
        text.extend_from_slice(format!("-- line {}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).as_bytes());
    }
    text.truncate(size);
    text
}

const PART: u64 = 1_000;

fn headers(object: &[u8]) -> String {
    let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, object).to_be_bytes();
    format!(
        "etag: \"v1\"|x-amz-version-id: 1|x-amz-checksum-crc64nvme: {}|x-amz-checksum-type: FULL_OBJECT|",
        base64::encode(crc)
    )
}

/// Limits that a machine which stands still for half a second doesn't reach, while a fault that lasts ends soon. A hedge
/// would spare a stalled request its retry.
fn options(url: &str) -> SourceOptions {
    let aws = AwsOptions::default().endpoint_url(Some(url.to_owned())).credentials("id", "canary", None);
    SourceOptions::default()
        .aws(aws)
        .connections(Some(4))
        .part_bytes(PART, PART)
        .window_bytes(8 * PART)
        .retries_max(2)
        .retry_delay(Duration::from_millis(2))
        .connect_timeout(Duration::from_millis(500))
        .stall_timeout(Duration::from_millis(800))
        .part_timeout(Duration::from_millis(1_600))
        .hedge_delay(Duration::from_secs(60))
        .seed(1)
}

async fn read(url: &str) -> Result<(Vec<u8>, Option<[u8; 32]>)> {
    let mut source = Source::open(&SourceSpec::parse("s3://bucket/dump.sql")?, &options(url)).await?;
    let mut all = Vec::new();
    while source.read(&mut all).await? > 0 {}
    Ok((all, source.sha256()))
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_every_place_once_and_for_ever() {
    let whole_object = object(9_500);
    let sha256 = Some(Sha256::digest(&whole_object).into());
    let mut cases = JoinSet::new();
    for wrong in Wrong::ALL {
        for place in [0, 4, 9] {
            for times in [1, u64::MAX] {
                let object = whole_object.clone();
                cases.spawn(async move {
                    let seen = AtomicU64::new(0);
                    let decide = move |from: u64, _: u64| {
                        (from / PART == place && seen.fetch_add(1, Ordering::Relaxed) < times).then_some(wrong)
                    };
                    let (store, url) = Store::start(object.clone(), &headers(&object), Box::new(decide)).await;
                    let case = format!("{wrong:?} at part {place}, {times} times");
                    match read(&url).await {
                        Ok((bytes, hash)) => {
                            // On a machine that stands still for long, the answer may have been given up before it was seen.
                            let again = store.asks_of(place) > 1;
                            assert!(times == 1 && (!wrong.is_lasting() || again), "{case}: taken for good");
                            assert_eq!((bytes == object, hash), (true, sha256), "{case}");
                        }
                        Err(e) => {
                            assert!(times > 1 || wrong.is_lasting(), "{case}: {}", whole(&e));
                            assert!(e.to_string().contains(wrong.named()), "{case}: {}", whole(&e));
                            assert!(!whole(&e).contains("canary"), "{e:?}");
                            assert_eq!(e.place().source.as_deref(), Some("s3://bucket/dump.sql"));
                        }
                    }
                    let asked = store.asked();
                    assert!(asked.iter().filter(|r| r.contains("range: ")).all(|r| r.contains("if-match: \"v1\"")));
                    assert!(asked.iter().skip(1).all(|r| r.contains("versionid=1")), "{case}: {asked:?}");
                    // A reset throws away what its client has not read yet.
                    if matches!(wrong, Wrong::Stall | Wrong::Truncated) && times == 1 {
                        let len = if place == 9 { 500 } else { PART };
                        let resumed = format!("range: bytes={}-", place * PART + len / 2);
                        assert!(asked.iter().any(|r| r.contains(&resumed)), "{case}: not resumed where it broke");
                    }
                });
            }
        }
    }
    while let Some(case) = cases.join_next().await {
        case.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_http_ranges_are_used_where_the_server_gives_them() {
    let object = object(9_500);
    let (store, url) = Store::start(
        object.clone(),
        "etag: \"v1\"|",
        Box::new(|from, n| (from == 3_000 && n < 6).then_some(Wrong::Truncated)),
    )
    .await;
    let spec = SourceSpec::parse(&format!("{url}/dump.sql")).unwrap();
    let mut source = Source::open(&spec, &options(&url)).await.unwrap();
    let mut all = Vec::new();
    while source.read(&mut all).await.unwrap() > 0 {}
    assert!(all == object);
    assert!(store.asked().iter().filter(|r| r.contains("range: bytes=") && r.contains("if-match")).count() >= 10);

    // Several servers with an ETag each: over one connection it is one stream. Each reading has a server of its own, as
    // requests of one that has failed may still arrive.
    let read = async |connections| {
        let decide = |_, _| Some(Wrong::NewEtag);
        let (store, url) = Store::start(object.clone(), "etag: \"v1\"|", Box::new(decide)).await;
        let spec = SourceSpec::parse(&format!("{url}/dump.sql")).unwrap();
        let mut source = Source::open(&spec, &options(&url).connections(Some(connections))).await?;
        let mut all = Vec::new();
        while source.read(&mut all).await? > 0 {}
        Ok::<_, Error>((all, store.asked().len()))
    };
    assert!(read(4).await.unwrap_err().hint_text().unwrap().contains("--connections 1"));
    assert!(read(1).await.unwrap() == (object.clone(), 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_in_another_region_is_asked_for_there_once() {
    let object = object(9_500);
    let nothing = || -> Decide { Box::new(|_, _| None) };
    let (store, url) = Store::start_in(Some("eu-west-1"), object.clone(), &headers(&object), nothing()).await;
    let mut source = Source::open(&SourceSpec::parse("s3://bucket/dump.sql").unwrap(), &options(&url)).await.unwrap();
    let mut all = Vec::new();
    while source.read(&mut all).await.unwrap() > 0 {}
    assert!(all == object);
    let elsewhere = store.asked().iter().filter(|r| !r.contains("eu-west-1")).count();
    assert_eq!(elsewhere, 1, "{:?}", store.asked());
    // Tags that may not be read are unknown, and no more is said of it.
    let seen = source.opened().object.as_ref().unwrap();
    assert_eq!((&seen.tags, seen.tags_unknown.as_deref()), (&None, Some("s3:GetObjectTagging is not allowed")));
    assert!(source.opened().warnings.is_empty());
    assert_eq!((seen.storage_class.as_str(), seen.compared.as_slice()), ("STANDARD", &["CRC64NVME"][..]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checksum_that_cannot_be_computed_again_is_told() {
    let object = object(9_500);
    for (kept, kind, told) in [
        // Of three parts, and nobody says how long they are.
        ("sha256: 3Ltr5ZLIsfUhDrHxjDqNQyeYOGYHvDRIOp8sPYgPwUs=-3", "COMPOSITE", "SHA-256 that S3 keeps"),
        ("crc32c: yZRlqg==-3", "COMPOSITE", "s3:GetObjectAttributes"),
        ("sha1: qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "FULL_OBJECT", "SHA-1"),
        ("crc32: ?", "FULL_OBJECT", "not written as one"),
    ] {
        let headers = format!("etag: \"v1-3\"|x-amz-version-id: 1|x-amz-checksum-{kept}|x-amz-checksum-type: {kind}|");
        let (_store, url) = Store::start(object.clone(), &headers, Box::new(|_, _| None)).await;
        let spec = SourceSpec::parse("s3://bucket/dump.sql").unwrap();
        let mut source = Source::open(&spec, &options(&url)).await.unwrap();
        let mut all = Vec::new();
        while source.read(&mut all).await.unwrap() > 0 {}
        assert!(all == object);
        let opened = source.opened();
        assert_eq!(opened.object.as_ref().unwrap().compared, <[&str; 0]>::default(), "{kept}");
        let [warning] = opened.warnings.as_slice() else { panic!("{kept}: {:?}", opened.warnings) };
        assert_eq!(warning.code, "checksum_unverified");
        assert!(warning.message.contains(told), "{}", warning.message);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_checksum_that_can_be_computed_is_compared() {
    let object = object(9_500);
    let crc = |algorithm| crc_fast::checksum(algorithm, &object);
    let sha256: [u8; 32] = Sha256::digest(&object).into();
    for (kept, sum, name) in [
        ("crc32", (crc(crc_fast::CrcAlgorithm::Crc32IsoHdlc) as u32).to_be_bytes().to_vec(), "CRC32"),
        ("crc32c", (crc(crc_fast::CrcAlgorithm::Crc32Iscsi) as u32).to_be_bytes().to_vec(), "CRC32C"),
        ("crc64nvme", crc(crc_fast::CrcAlgorithm::Crc64Nvme).to_be_bytes().to_vec(), "CRC64NVME"),
        ("sha256", sha256.to_vec(), "SHA-256"),
    ] {
        for right in [true, false] {
            let mut sum = sum.clone();
            sum[0] ^= u8::from(!right);
            let headers = format!(
                "etag: \"v1\"|x-amz-version-id: 1|x-amz-checksum-{kept}: {}|x-amz-checksum-type: FULL_OBJECT|",
                base64::encode(sum)
            );
            let (_store, url) = Store::start(object.clone(), &headers, Box::new(|_, _| None)).await;
            match read(&url).await {
                Ok((all, _)) => assert!(right && all == object, "{name}"),
                Err(e) => assert!(!right && whole(&e).contains(name), "{}", whole(&e)),
            }
        }
    }
}

/// A server of files answers questions about one with all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_the_object_is_none() {
    // More than what a connection holds by itself.
    let object = object(24_000_000);
    let headers = headers(&object).replace("v1", "v1-3").replace("FULL_OBJECT", "COMPOSITE");
    let (store, url) = Store::start(object.clone(), &headers, Box::new(|_, _| None)).await;
    store.is_plain.store(true, Ordering::Relaxed);
    let spec = SourceSpec::parse("s3://bucket/dump.sql").unwrap();
    let mut source =
        Source::open(&spec, &options(&url).part_bytes(1 << 18, 1 << 18).window_bytes(1 << 20)).await.unwrap();
    let mut all = Vec::new();
    while source.read(&mut all).await.unwrap() > 0 {}
    assert!(all == object);
    assert_eq!(source.opened().object.as_ref().unwrap().tags, None);
    let read_whole = store.sent_whole.load(Ordering::Relaxed);
    assert_eq!(read_whole, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn archived_objects_are_read_once_they_are_restored() {
    let object = object(9_500);
    for (state, said) in [
        ("x-amz-storage-class: GLACIER|", Some("aws s3api restore-object")),
        ("x-amz-storage-class: DEEP_ARCHIVE|", Some("aws s3api restore-object")),
        ("x-amz-archive-status: ARCHIVE_ACCESS|", Some("aws s3api restore-object")),
        ("x-amz-storage-class: GLACIER|x-amz-restore: ongoing-request=\"true\"|", Some("is being restored")),
        ("x-amz-storage-class: GLACIER|x-amz-restore: ongoing-request=\"false\", expiry-date=\"x\"|", None),
        ("x-amz-storage-class: GLACIER_IR|", None),
    ] {
        let headers = headers(&object) + state;
        let (_store, url) = Store::start(object.clone(), &headers, Box::new(|_, _| None)).await;
        match (read(&url).await, said) {
            (Ok((all, _)), None) => assert!(all == object),
            (Err(e), Some(said)) => assert!(whole(&e).contains(said), "{state}: {}", whole(&e)),
            (read, _) => panic!("{state}: {:?}", read.map(|(all, _)| all.len())),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn that_is_told_of_every_file_of_several() {
    let object = object(9_500);
    let headers = "etag: \"v1\"|x-amz-version-id: 1|x-amz-checksum-sha1: qZk+NkcGgWq6PiVxeFDCbJzQ2J0=|";
    let (_store, url) = Store::start(object.clone(), headers, Box::new(|_, _| None)).await;
    let dir = tempfile::tempdir().unwrap();
    let list = dir.path().join("list");
    std::fs::write(&list, "s3://bucket/a.sql\ns3://bucket/b.sql\n").unwrap();
    for (files, names) in [(Files::Sequence, &["a.sql", "b.sql"][..]), (Files::Independent, &["", "b.sql"])] {
        let options = options(&url).files(files);
        let mut source = Source::open(&SourceSpec::List(list.clone()), &options).await.unwrap();
        let mut all = Vec::new();
        while source.read(&mut all).await.unwrap() > 0 {}
        assert_eq!(all.len(), 2 * object.len());
        let recorder = crate::reading::Recorder::new(Arc::new(crate::observe::Silent));
        for warning in &source.opened().warnings {
            recorder.event(&crate::observe::Event::Warning(warning.clone()));
        }
        source.files().tell(&*recorder);
        let warnings = recorder.take();
        assert_eq!(warnings.len(), names.len(), "{files:?}: {warnings:?}");
        for (warning, name) in warnings.iter().zip(names) {
            assert!(warning.code == "checksum_unverified" && warning.message.contains(name), "{warning:?}");
        }
    }
}

/// Parts that were listed, and then one of them written anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_are_those_that_were_listed() {
    let object = object(9_500);
    for (etag, same) in [("v1", true), ("v2", false)] {
        let (store, url) = Store::start(object.clone(), &headers(&object), Box::new(|_, _| None)).await;
        let part =
            |n| format!("<Contents><Key>d/x.{n}</Key><Size>9500</Size><ETag>&quot;{etag}&quot;</ETag></Contents>");
        // Of the pages of a listing, too, none may be left out.
        *store.listing.lock().unwrap() = vec![part(1) + &part(2), part(3), part(4)];
        for files in [Files::Sequence, Files::Independent] {
            let read = async {
                let spec = SourceSpec::parse("s3://bucket/d/")?;
                let mut source = Source::open(&spec, &options(&url).files(files)).await?;
                let mut all = Vec::new();
                while source.read(&mut all).await? > 0 {}
                Ok::<_, Error>(all.len())
            };
            match read.await {
                Ok(read) => assert!(same && read == 4 * object.len(), "{files:?}"),
                Err(e) => assert!(!same && e.to_string().contains("the file changed"), "{files:?}: {e}"),
            }
        }
    }
}

/// An origin without the SDK, so that thousands of objects take no time.
struct Plain {
    client: reqwest::Client,
    url: String,
}

impl Origin for Plain {
    fn request(&self, from: u64, to: u64, identity: &Identity) -> BoxFuture<'_, Result<RequestBuilder>> {
        let range = format!("bytes={from}-{}", to - 1);
        let request = self.client.get(&self.url).header("range", range).header("if-match", &identity.etag);
        Box::pin(std::future::ready(Ok(request)))
    }

    fn refused(&self, status: StatusCode, code: &str) -> Error {
        Error::source_bad(format!("{status} {code}"))
    }
}

/// With a fixed seed, thousands of objects, settings and faults: the object's bytes, or an error that names a fault.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_random_the_bytes_are_the_objects_or_the_fault_is_named() {
    const CASES: u64 = 3_000;
    const AT_ONCE: usize = 48;
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(
            rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth(),
        )
        .no_proxy()
        .build()
        .unwrap();
    let (good, bad) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut running = JoinSet::new();
    for case in 0..CASES {
        if running.len() >= AT_ONCE {
            running.join_next().await.unwrap().unwrap();
        }
        let (client, good, bad) = (client.clone(), Arc::clone(&good), Arc::clone(&bad));
        running.spawn(async move {
            let mut state = (case + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut random = move |n: u64| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 16) % n
            };
            let object = object(1 + random(4_000) as usize);
            let part = 50 + random(900);
            let percent = [0, 2, 10, 40][random(4) as usize];
            let salt = random(1 << 40);
            let decide = move |from: u64, n: u64| {
                let dice = (from ^ salt ^ (n << 20)).wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32;
                (dice % 100 < percent).then(|| Wrong::ALL[(dice / 100) as usize % Wrong::ALL.len()])
            };
            let (_, url) = Store::start(object.clone(), "etag: \"v1\"|x-amz-version-id: 1|", Box::new(decide)).await;
            // What a limit that is reached too early brings about, is checked as well here.
            let options = options("")
                .connect_timeout(Duration::from_millis(150))
                .stall_timeout(Duration::from_millis(150))
                .part_timeout(Duration::from_millis(400))
                .connections(Some(1 + random(8) as usize).filter(|n| *n > 1))
                .part_bytes(part, part + random(500))
                .window_bytes(part * (1 + random(8)))
                .retries_max(random(6) as u32)
                .hedge_delay(Duration::from_millis(random(30)))
                .seed(case);
            let mut checks = Checks::default();
            let crc = crc_fast::checksum(crc_fast::CrcAlgorithm::Crc64Nvme, &object).to_be_bytes();
            checks.expect(super::super::checksum::Algorithm::Crc64Nvme, crc.to_vec());
            let ranged = Ranged {
                origin: Arc::new(Plain { client, url }),
                identity: Identity { size: object.len() as u64, etag: "\"v1\"".into(), version: Some("1".into()) },
                checks,
            };
            let (sink, mut pieces) = pieces_in_window(options.window_bytes);
            let meter = Meter { counters: Arc::new(SourceCounters::default()), sha256: Some(Sha256::new()), bytes: 0 };
            let _task = ranged.spawn(&options, meter, sink);
            let mut all = Vec::new();
            loop {
                match pieces.next().await {
                    Ok(Piece::Bytes(bytes)) => {
                        all.extend_from_slice(&bytes);
                        pieces.recycle(bytes);
                    }
                    Ok(Piece::End { sha256 }) => {
                        assert!(all == object, "case {case}: other bytes");
                        assert_eq!(sha256, Some(Sha256::digest(&object).into()));
                        good.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                    Err(e) => {
                        let text = e.to_string();
                        assert!(Wrong::ALL.iter().any(|w| text.contains(w.named())), "case {case}: {}", whole(&e));
                        // Damage shows at the end only; what came before it is otherwise the object's.
                        if !text.contains("CRC64NVME") {
                            let differ = all.iter().zip(&object).filter(|(a, b)| a != b && **a != **b ^ 1).count();
                            assert_eq!(differ, 0, "case {case}");
                        }
                        bad.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
                }
            }
        });
    }
    while let Some(case) = running.join_next().await {
        case.unwrap();
    }
    let (good, bad) = (good.load(Ordering::Relaxed), bad.load(Ordering::Relaxed));
    assert!(good > CASES / 3 && bad > CASES / 20, "{good} good, {bad} bad");
}
