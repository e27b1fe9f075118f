//! S3 in and out, against moto: what the fault server in the unit tests doesn't have, such as tags, keys, versions.

// A test's helpers are part of the test.
#![allow(clippy::unwrap_used)]

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketVersioningStatus, ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart, StorageClass,
    VersioningConfiguration,
};
use bytes::Bytes;
use dumpstream::aws::AwsOptions;
use dumpstream::destination::{Destination, DestinationOptions, DestinationSpec};
use dumpstream::error::{Error, ErrorKind};
use dumpstream::report_destination::ReportDestination;
use dumpstream::source::{Source, SourceOptions, SourceSpec};
use dumpstream_tests::moto::Moto;
use sha2::{Digest, Sha256};
use std::time::Duration;

const BUCKET: &str = "dumps";

struct Bucket {
    _moto: Moto,
    aws: AwsOptions,
    client: Client,
}

impl Bucket {
    async fn new() -> Option<Self> {
        let moto = Moto::start().unwrap()?;
        let aws = AwsOptions::default().endpoint_url(Some(moto.endpoint())).credentials("id", "secret", None);
        let config = aws_sdk_s3::Config::builder()
            .endpoint_url(moto.endpoint())
            .force_path_style(true)
            .region(aws_sdk_s3::config::Region::new("us-east-1"))
            .credentials_provider(aws_sdk_s3::config::Credentials::new("id", "secret", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .behavior_version_latest()
            .build();
        let client = Client::from_conf(config);
        client.create_bucket().bucket(BUCKET).send().await.unwrap();
        Some(Self { _moto: moto, aws, client })
    }

    async fn versioned(&self) {
        let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        self.client.put_bucket_versioning().bucket(BUCKET).versioning_configuration(enabled).send().await.unwrap();
    }

    async fn put(&self, key: &str, bytes: &[u8]) {
        let body = ByteStream::from(bytes.to_vec());
        self.client.put_object().bucket(BUCKET).key(key).body(body).send().await.unwrap();
    }

    fn options(&self) -> SourceOptions {
        SourceOptions::default().aws(self.aws.clone()).connections(Some(3)).retry_delay(Duration::from_millis(10))
    }

    async fn open(&self, key: &str, options: SourceOptions) -> Result<Source, Error> {
        Source::open(&SourceSpec::parse(&format!("s3://{BUCKET}/{key}"))?, &options).await
    }

    async fn read(&self, key: &str) -> Result<(Source, Vec<u8>), Error> {
        let mut source = self.open(key, self.options()).await?;
        let all = rest(&mut source).await?;
        Ok((source, all))
    }

    fn output(&self, overwrite: bool) -> DestinationOptions {
        DestinationOptions::default().aws(self.aws.clone()).overwrite(overwrite)
    }

    async fn destination(&self, key: &str, options: &DestinationOptions) -> Result<Destination, Error> {
        Destination::open(&DestinationSpec::parse(&format!("s3://{BUCKET}/{key}"))?, options).await
    }

    async fn uploads(&self) -> usize {
        let listed = self.client.list_multipart_uploads().bucket(BUCKET).send().await.unwrap();
        listed.uploads().len()
    }

    async fn keys(&self) -> Vec<String> {
        let listed = self.client.list_objects_v2().bucket(BUCKET).send().await.unwrap();
        listed.contents().iter().filter_map(|o| o.key().map(str::to_owned)).collect()
    }
}

async fn rest(source: &mut Source) -> Result<Vec<u8>, Error> {
    let mut all = Vec::new();
    while source.read(&mut all).await? > 0 {}
    Ok(all)
}

/// Text that a dump may be, of which no two parts are alike.
fn text(bytes: usize) -> Vec<u8> {
    let lines = (0_u64..).flat_map(|n| format!("-- {:016x}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).into_bytes());
    lines.take(bytes).collect()
}

async fn write(mut to: Destination, bytes: &[u8]) -> Destination {
    for chunk in bytes.chunks(700_000) {
        to.write(Bytes::copy_from_slice(chunk)).await.unwrap();
    }
    to
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_is_read_again_with_all_that_it_was_given() {
    let Some(bucket) = Bucket::new().await else { return };
    let object = text(20_000_000);
    let options = bucket
        .output(false)
        .sse_kms_key(Some("arn:aws:kms:us-east-1:123456789012:key/k".into()))
        .storage_class(Some("STANDARD_IA".into()))
        .tag("Environment", "test + more")
        .tag("DataClass", "scrubbed/ü")
        .metadata("made-by", "a test");
    let to = bucket.destination("out/a b+ü.sql", &options).await.unwrap();
    let to = write(to, &object).await;
    assert_eq!((bucket.keys().await.len(), bucket.uploads().await), (0, 1));
    let written = to.finish().await.unwrap();
    assert_eq!((written.bytes, written.sha256), (20_000_000, Some(Sha256::digest(&object).into())));
    assert_eq!((bucket.keys().await, bucket.uploads().await), (vec!["out/a b+ü.sql".to_owned()], 0));

    let head = bucket.client.head_object().bucket(BUCKET).key("out/a b+ü.sql").send().await.unwrap();
    assert_eq!(head.storage_class(), Some(&StorageClass::StandardIa));
    assert_eq!(head.ssekms_key_id(), Some("arn:aws:kms:us-east-1:123456789012:key/k"));
    assert_eq!(head.metadata().unwrap().get("made-by").map(String::as_str), Some("a test"));
    let tags = bucket.client.get_object_tagging().bucket(BUCKET).key("out/a b+ü.sql").send().await.unwrap();
    let mut tags: Vec<_> = tags.tag_set().iter().map(|t| (t.key(), t.value())).collect();
    tags.sort_unstable();
    assert_eq!(tags, [("DataClass", "scrubbed/ü"), ("Environment", "test + more")]);

    let (source, all) = bucket.read("out/a b+ü.sql").await.unwrap();
    assert!(all == object);
    let seen = source.opened().object.clone().unwrap();
    assert_eq!(seen.storage_class, "STANDARD_IA");
    let tags = seen.tags.unwrap();
    assert_eq!(tags["DataClass"], "scrubbed/ü");
    assert_eq!(tags["Environment"], "test + more");
    // What S3 keeps is what is compared.
    assert_eq!(seen.checksums.keys().copied().collect::<Vec<_>>(), seen.compared);
    assert_eq!((source.sha256(), source.size()), (written.sha256, Some(20_000_000)));

    // Nothing at all is an object as well.
    let to = bucket.destination("empty", &bucket.output(false)).await.unwrap();
    assert_eq!(to.finish().await.unwrap().bytes, 0);
    assert!(bucket.read("empty").await.unwrap_err().to_string().contains("empty"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_replaces_an_older_one_and_trying_leaves_nothing() {
    let Some(bucket) = Bucket::new().await else { return };
    let check = |key: &str| {
        let spec = DestinationSpec::parse(&format!("s3://{key}")).unwrap();
        ReportDestination::check(spec, bucket.output(false).tag("DataClass", "report"))
    };
    let to = check("dumps/r.json").await.unwrap();
    assert_eq!((bucket.keys().await.len(), bucket.uploads().await), (0, 0));
    for text in ["first", "second"] {
        to.write(text).await.unwrap();
        let got = bucket.client.get_object().bucket(BUCKET).key("r.json").send().await.unwrap();
        assert_eq!(got.body.collect().await.unwrap().to_vec(), text.as_bytes());
    }
    let tags = bucket.client.get_object_tagging().bucket(BUCKET).key("r.json").send().await.unwrap();
    assert_eq!(tags.tag_set()[0].value(), "report");
    let e = check("nosuchbucket/r.json").await.unwrap_err();
    assert!(e.kind() == ErrorKind::Usage && e.to_string().contains("there is no such bucket"), "{e:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_given_up_leaves_nothing() {
    let Some(bucket) = Bucket::new().await else { return };
    let object = text(18_000_000);
    let to = bucket.destination("a", &bucket.output(false)).await.unwrap();
    write(to, &object).await.abort().await.unwrap();
    assert_eq!((bucket.keys().await.len(), bucket.uploads().await), (0, 0));

    let to = bucket.destination("a", &bucket.output(false)).await.unwrap();
    drop(write(to, &object).await);
    for _ in 0..200 {
        if bucket.uploads().await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((bucket.keys().await.len(), bucket.uploads().await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_exists_is_refused_or_replaced_at_the_end() {
    let Some(bucket) = Bucket::new().await else { return };
    bucket.put("a", b"old").await;
    let e = bucket.destination("a", &bucket.output(false)).await.unwrap_err();
    assert!(e.kind() == ErrorKind::Usage && e.to_string().contains("exists"), "{e:?}");
    assert_eq!(bucket.uploads().await, 0);

    let to = bucket.destination("a", &bucket.output(true)).await.unwrap();
    let to = write(to, b"-- new").await;
    assert_eq!(bucket.read("a").await.unwrap().1, b"old");
    to.finish().await.unwrap();
    assert_eq!(bucket.read("a").await.unwrap().1, b"-- new");

    let e = bucket.destination("a?versionId=1", &bucket.output(true)).await.unwrap_err();
    assert!(e.to_string().contains("version"), "{e}");
    let e = Destination::open(&DestinationSpec::parse("s3://nosuchbucket/a").unwrap(), &bucket.output(false)).await;
    assert!(e.unwrap_err().to_string().contains("there is no such bucket"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_there_meanwhile_stays() {
    let Some(bucket) = Bucket::new().await else { return };
    let to = bucket.destination("a", &bucket.output(false)).await.unwrap();
    let to = write(to, b"-- ours").await;
    bucket.put("a", b"-- theirs").await;
    let e = to.finish().await.unwrap_err();
    assert!(e.to_string().contains("exists"), "{e:?}");
    assert_eq!(bucket.read("a").await.unwrap().1, b"-- theirs");
    assert_eq!(bucket.uploads().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_is_replaced_while_it_is_read_is_its_old_version_or_an_error() {
    let Some(bucket) = Bucket::new().await else { return };
    let (old, new) = (text(3_000_000), vec![b'-'; 3_000_000]);
    let slow = || bucket.options().part_bytes(100_000, 100_000).window_bytes(300_000);
    bucket.put("plain", &old).await;
    let mut source = bucket.open("plain", slow()).await.unwrap();
    bucket.put("plain", &new).await;
    let e = rest(&mut source).await.unwrap_err();
    assert!(e.to_string().contains("the object changed while it was read"), "{e}");

    bucket.versioned().await;
    bucket.put("kept", &old).await;
    let mut source = bucket.open("kept", slow()).await.unwrap();
    let version = source.opened().version.clone().unwrap();
    bucket.put("kept", &new).await;
    assert!(rest(&mut source).await.unwrap() == old);
    assert!(bucket.read("kept").await.unwrap().1 == new);
    let (source, all) = bucket.read(&format!("kept?versionId={version}")).await.unwrap();
    assert!(all == old && source.name().ends_with(&version));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_is_said_with_what_to_do() {
    let Some(bucket) = Bucket::new().await else { return };
    let e = bucket.read("none").await.unwrap_err();
    assert!(e.kind() == ErrorKind::Source && e.to_string().contains("no such object"), "{e:?}");
    for class in [StorageClass::Glacier, StorageClass::DeepArchive] {
        let put = bucket.client.put_object().bucket(BUCKET).key("cold").storage_class(class);
        put.body(ByteStream::from_static(b"-- cold")).send().await.unwrap();
        let e = bucket.read("cold").await.unwrap_err();
        assert!(e.to_string().contains("archived"), "{e:?}");
        assert!(e.hint_text().unwrap().contains("aws s3api restore-object --bucket dumps --key 'cold'"), "{e:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sha256_is_found_beside_the_object_or_on_it() {
    let Some(bucket) = Bucket::new().await else { return };
    let object = text(10_000);
    let digest: [u8; 32] = Sha256::digest(&object).into();
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    let auto = || bucket.options().sha256_auto(true);
    bucket.put("a.sql", &object).await;
    let e = bucket.open("a.sql", auto()).await.unwrap_err();
    assert!(e.kind() == ErrorKind::Usage && e.to_string().contains("found no SHA-256"), "{e:?}");
    bucket.put("a.sql.sha256", format!("{hex}  a.sql\n").as_bytes()).await;
    assert_eq!(bucket.open("a.sql", auto()).await.unwrap().stated_sha256(), Some(digest));
    bucket.put("a.sql.sha256", b"what").await;
    assert!(bucket.open("a.sql", auto()).await.unwrap_err().to_string().contains("holds no SHA-256"));

    let put = || bucket.client.put_object().bucket(BUCKET).body(ByteStream::from(object.clone()));
    put().key("b.sql").metadata("sha256", &hex).send().await.unwrap();
    assert_eq!(bucket.open("b.sql", auto()).await.unwrap().stated_sha256(), Some(digest));
    put().key("c.sql").checksum_algorithm(ChecksumAlgorithm::Sha256).send().await.unwrap();
    assert_eq!(bucket.open("c.sql", auto()).await.unwrap().stated_sha256(), Some(digest));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checksums_of_parts_are_computed_again() {
    let Some(bucket) = Bucket::new().await else { return };
    let object = text(11_000_000);
    let create = bucket.client.create_multipart_upload().bucket(BUCKET).key("a");
    let id = create.checksum_algorithm(ChecksumAlgorithm::Sha256).send().await.unwrap();
    let id = id.upload_id().unwrap();
    let mut parts = Vec::new();
    // Not all of one size, as few uploaders make them.
    let (first, rest) = object.split_at(5 << 20);
    let (second, third) = rest.split_at((5 << 20) + 100_000);
    for (number, part) in (1..).zip([first, second, third]) {
        let sha256 = aws_smithy_types::base64::encode(Sha256::digest(part));
        let sent = bucket.client.upload_part().bucket(BUCKET).key("a").upload_id(id).part_number(number);
        let sent = sent.checksum_sha256(&sha256).body(ByteStream::from(part.to_vec())).send().await.unwrap();
        let part = CompletedPart::builder().part_number(number).checksum_sha256(sha256);
        parts.push(part.set_e_tag(sent.e_tag().map(str::to_owned)).build());
    }
    let all = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
    let complete = bucket.client.complete_multipart_upload().bucket(BUCKET).key("a").upload_id(id);
    complete.multipart_upload(all).send().await.unwrap();
    let head = bucket.client.head_object().bucket(BUCKET).key("a");
    let head = head.checksum_mode(aws_sdk_s3::types::ChecksumMode::Enabled).send().await.unwrap();
    let whole = aws_smithy_types::base64::encode(Sha256::digest(&object));
    assert!(head.checksum_sha256().is_some_and(|sha256| !sha256.starts_with(&whole)), "{head:?}");
    let (source, all) = bucket.read("a").await.unwrap();
    assert!(all == object);
    // It was compared: what can't be is warned of.
    assert!(source.opened().warnings.is_empty(), "{:?}", source.opened().warnings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_under_a_prefix_are_one_dump() {
    let Some(bucket) = Bucket::new().await else { return };
    let object = text(50_000);
    for (n, part) in object.chunks(4_000).enumerate() {
        bucket.put(&format!("d/x.sql.part{n}"), part).await;
    }
    bucket.put("d/", b"").await;
    let (source, all) = bucket.read("d/").await.unwrap();
    assert!(all == object);
    assert_eq!((source.size(), source.sha256()), (Some(50_000), Some(Sha256::digest(&object).into())));
    bucket.client.delete_object().bucket(BUCKET).key("d/x.sql.part7").send().await.unwrap();
    let e = bucket.read("d/").await.unwrap_err();
    assert!(e.to_string().contains("there is no x.sql.part7"), "{e}");
    assert!(bucket.read("e/").await.unwrap_err().to_string().contains("no files"));
}
