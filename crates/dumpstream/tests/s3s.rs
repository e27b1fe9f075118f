//! A second opinion on what goes to S3 and comes from it: s3s-fs rejects wrong checksums and bad signatures.

// A test's helpers are part of the test.
#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use dumpstream::aws::AwsOptions;
use dumpstream::destination::{Destination, DestinationOptions, DestinationSpec};
use dumpstream::error::Error;
use dumpstream::source::{Source, SourceOptions, SourceSpec};
use dumpstream_tests::s3s::{ACCESS_KEY, S3s, SECRET_KEY};
use sha2::{Digest, Sha256};

/// Text that a dump may be, of which no two parts are alike.
fn text(bytes: usize) -> Vec<u8> {
    let lines = (0_u64..).flat_map(|n| format!("-- {:016x}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)).into_bytes());
    lines.take(bytes).collect()
}

async fn write(url: &str, aws: &AwsOptions, bytes: &[u8]) -> Result<Option<[u8; 32]>, Error> {
    let options = DestinationOptions::default().aws(aws.clone()).overwrite(true);
    let mut to = Destination::open(&DestinationSpec::parse(url)?, &options).await?;
    for chunk in bytes.chunks(700_000) {
        to.write(Bytes::copy_from_slice(chunk)).await?;
    }
    Ok(to.finish().await?.sha256)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_is_accepted_and_read_again() {
    let Some(s3s) = S3s::start("dumps").unwrap() else { return };
    let aws = AwsOptions::default().endpoint_url(Some(s3s.endpoint())).region(Some("us-east-1".into()));
    let good = aws.clone().credentials(ACCESS_KEY, SECRET_KEY, None);
    for size in [0, 1, 20_000_000] {
        let object = text(size);
        let digest: [u8; 32] = Sha256::digest(&object).into();
        assert_eq!(write("s3://dumps/a b+ü.sql", &good, &object).await.unwrap(), Some(digest));
        if size == 0 {
            continue;
        }
        let options = SourceOptions::default().aws(good.clone()).connections(Some(4)).part_bytes(300_000, 300_000);
        let mut source = Source::open(&SourceSpec::parse("s3://dumps/a b+ü.sql").unwrap(), &options).await.unwrap();
        let mut all = Vec::new();
        while source.read(&mut all).await.unwrap() > 0 {}
        assert!(all == object);
        assert_eq!(source.sha256(), Some(digest));
    }
    let bad = aws.credentials(ACCESS_KEY, "another", None);
    let e = write("s3://dumps/b.sql", &bad, b"-- x").await.unwrap_err();
    assert!(e.to_string().contains("credentials are refused") || e.to_string().contains("denied"), "{e:?}");
    let options = SourceOptions::default().aws(bad);
    let spec = SourceSpec::parse("s3://dumps/a b+ü.sql").unwrap();
    assert!(Source::open(&spec, &options).await.is_err());
}
