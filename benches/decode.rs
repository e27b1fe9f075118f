//! Reading and decompressing a dump, in decoded bytes per second.
//!
//! `cargo bench -p dumpstream-benches --bench decode`

use async_compression::tokio::write::{GzipEncoder, ZstdEncoder};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dumpstream::source::{Source, SourceOptions, SourceSpec};
use dumpstream_benches::dumps;
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Runtime;

async fn read(path: &Path) -> Result<usize, Box<dyn Error>> {
    let mut source = Source::open(&SourceSpec::File(path.into()), &SourceOptions::default()).await?;
    let mut buffer = Vec::new();
    let mut total = 0;
    while source.read(&mut buffer).await? > 0 {
        total += buffer.len();
        buffer.clear();
    }
    Ok(total)
}

async fn write(folder: &Path, dump: &[u8]) -> Result<(), Box<dyn Error>> {
    tokio::fs::write(folder.join("none"), dump).await?;
    let mut gzip = GzipEncoder::new(Vec::new());
    gzip.write_all(dump).await?;
    gzip.shutdown().await?;
    tokio::fs::write(folder.join("gzip"), gzip.into_inner()).await?;
    let mut zstd = ZstdEncoder::new(Vec::new());
    zstd.write_all(dump).await?;
    zstd.shutdown().await?;
    tokio::fs::write(folder.join("zstd"), zstd.into_inner()).await?;
    Ok(())
}

fn decode(c: &mut Criterion) {
    let mut run = || -> Result<(), Box<dyn Error>> {
        let runtime = Runtime::new()?;
        for (name, dump) in dumps() {
            let folder = tempfile::tempdir()?;
            runtime.block_on(write(folder.path(), &dump))?;
            let mut group = c.benchmark_group("decode");
            group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
            group.throughput(Throughput::Bytes(dump.len() as u64));
            for codec in ["none", "gzip", "zstd"] {
                let path = folder.path().join(codec);
                let total = runtime.block_on(read(&path))?;
                assert_eq!(total, dump.len(), "{codec}");
                group.bench_function(BenchmarkId::new(codec, &name), |b| {
                    b.iter(|| runtime.block_on(read(&path)).unwrap_or_default());
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

criterion_group!(benches, decode);
criterion_main!(benches);
