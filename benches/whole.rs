//! The whole way without a server: `restore` to the target `null`, in bytes of the dump per second.
//!
//! `cargo bench -p dumpstream-benches --bench whole`

use async_compression::tokio::write::ZstdEncoder;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dumpstream::observe::Silent;
use dumpstream::options::RestoreOptions;
use dumpstream::restore::restore;
use dumpstream::source::SourceSpec;
use dumpstream::stop::Stop;
use dumpstream::target::connect::TargetSpec;
use dumpstream_benches::dumps;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Runtime;

/// Rows and bytes of SQL that came through.
async fn whole(path: &Path) -> Result<(u64, u64), Box<dyn Error>> {
    let options = RestoreOptions::new(SourceSpec::File(path.into()), TargetSpec::Null);
    let outcome = restore(options, Arc::new(Silent), Stop::default()).await;
    match outcome.error {
        Some(e) => Err(e.into()),
        None => Ok((outcome.report.tables.iter().map(|t| t.rows).sum(), outcome.report.source.decoded_bytes)),
    }
}

async fn write(folder: &Path, dump: &[u8]) -> Result<(), Box<dyn Error>> {
    tokio::fs::write(folder.join("none"), dump).await?;
    let mut zstd = ZstdEncoder::new(Vec::new());
    zstd.write_all(dump).await?;
    zstd.shutdown().await?;
    tokio::fs::write(folder.join("zstd"), zstd.into_inner()).await?;
    Ok(())
}

fn bench(c: &mut Criterion) {
    let mut run = || -> Result<(), Box<dyn Error>> {
        let runtime = Runtime::new()?;
        for (name, dump) in dumps() {
            let folder = tempfile::tempdir()?;
            runtime.block_on(write(folder.path(), &dump))?;
            let mut group = c.benchmark_group("whole to null");
            group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
            group.throughput(Throughput::Bytes(dump.len() as u64));
            let mut rows = None;
            for codec in ["none", "zstd"] {
                let path = folder.path().join(codec);
                let (found, bytes) = runtime.block_on(whole(&path))?;
                assert_eq!(bytes, dump.len() as u64, "{codec}");
                assert!(found > 0 && *rows.get_or_insert(found) == found, "{codec}: {found} rows");
                group.bench_function(BenchmarkId::new(codec, &name), |b| {
                    b.iter(|| assert!(runtime.block_on(whole(&path)).is_ok_and(|w| w == (found, bytes))));
                });
            }
            group.finish();
        }
        Ok(())
    };
    if let Err(e) = run() {
        panic!("{e}");
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
