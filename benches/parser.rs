//! The parser's stages, in bytes of the dump per second.
//!
//! `cargo bench -p dumpstream-benches --bench parser`

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dumpstream_benches::dumps;
use sqldump::LexMode;
use sqldump::cut::{Cut, CutConfig, Cutter, ItemKind, RowsItem};
use sqldump::encode::{self, LoadClass, LoadColumn};
use sqldump::row::{Field, FieldKind, Rows};
use std::hint::black_box;
use std::ops::Range;
use std::time::Duration;

/// What is shown to the cutter at a time.
const PIECE_BYTES: usize = 256 << 10;

/// Cuts a dump, and hands the rows to `found`.
fn cut(dump: &[u8], mut found: impl FnMut(Range<usize>, RowsItem)) {
    let mut cutter = Cutter::new(CutConfig::default(), LexMode::default());
    let (mut start, mut shown) = (0, 0);
    loop {
        match cutter.next(dump.get(start..shown).unwrap_or_default(), shown == dump.len()) {
            Ok(Cut::More) => shown = dump.len().min(shown + PIECE_BYTES),
            Ok(Cut::Item(item)) => {
                let end = start + item.len;
                if let ItemKind::Rows(rows) = item.kind {
                    found(start..end, rows);
                }
                start = end;
            }
            Ok(Cut::End) => return,
            Err(e) => panic!("at {}: {e}", start + e.at),
        }
    }
}

fn rows(dump: &[u8], blocks: &[(Range<usize>, RowsItem)], mut row: impl FnMut(&[u8], &[Field])) {
    let mut fields = Vec::new();
    for (range, item) in blocks {
        let block = dump.get(range.clone()).unwrap_or_default();
        let mut rows = Rows::new(block, &item.head, item.continues, LexMode::default(), None);
        loop {
            match rows.next_row(&mut fields) {
                Ok(Some(_)) => row(block, &fields),
                Ok(None) => break,
                // Not plain rows: nothing that the real pipeline would read either.
                Err(_) => break,
            }
        }
    }
}

/// A column for each field of a row, as its table would have it.
fn columns(fields: &[Field]) -> Vec<LoadColumn> {
    let class = |kind| match kind {
        FieldKind::Number => LoadClass::Number,
        FieldKind::Hex | FieldKind::Binary | FieldKind::Bits => LoadClass::Bytes,
        _ => LoadClass::Text,
    };
    fields.iter().map(|f| LoadColumn { class: class(f.kind), auto_increment: false }).collect()
}

fn stages(c: &mut Criterion) {
    for (name, dump) in dumps() {
        let mut blocks = Vec::new();
        cut(&dump, |range, item| blocks.push((range, item)));
        let row_bytes: usize = blocks.iter().map(|(range, _)| range.len()).sum();
        let mut group = c.benchmark_group("parser");
        group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
        group.throughput(Throughput::Bytes(dump.len() as u64));
        group
            .bench_function(BenchmarkId::new("cut", &name), |b| b.iter(|| cut(&dump, |range, _| _ = black_box(range))));
        group.throughput(Throughput::Bytes(row_bytes as u64));
        group.bench_function(BenchmarkId::new("rows", &name), |b| {
            b.iter(|| {
                let mut count = 0;
                rows(&dump, &blocks, |_, fields| count += fields.len());
                black_box(count)
            });
        });
        group.bench_function(BenchmarkId::new("rows and encode", &name), |b| {
            let mut out = Vec::new();
            let mut plan = Vec::new();
            b.iter(|| {
                rows(&dump, &blocks, |block, fields| {
                    if plan.len() != fields.len() {
                        plan = columns(fields);
                    }
                    // As the pipeline does, which hands a block's text on.
                    if out.len() > 2 << 20 {
                        out.clear();
                    }
                    for (field, column) in fields.iter().zip(&plan) {
                        let _ = encode::field(block, field, *column, LexMode::default(), false, &mut out);
                        out.push(b'\t');
                    }
                    out.push(b'\n');
                });
                black_box(out.len())
            });
        });
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
