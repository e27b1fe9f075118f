//! What one value costs in the transformers that whole dumps go through. `cargo bench -p dumpstream-scrub --bench transform`

#![allow(clippy::expect_used, clippy::type_complexity)]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dumpstream_scrub::key::MasterKey;
use dumpstream_scrub::table::{Column, Table};
use dumpstream_scrub::transform::{BuildContext, Input, Locale, TransformSpec, build};
use std::hint::black_box;

const VALUES: usize = 1024;

fn transforms(c: &mut Criterion) {
    let key =
        MasterKey::from_bytes(b"9f1c7b02e4d85a6633b0fd918427ac5e70c96df2185e4ba3d60c3792ef81b45a").expect("a key");
    let column = Column::text("c");
    let table = Table {
        database: None,
        name: "t".to_owned(),
        columns: vec![column.clone()],
        unique_keys: Vec::new(),
        defined: true,
    };
    let keys = |name: &str| Some(key.domain(name));
    let context = BuildContext {
        column: &column,
        table: &table,
        keys: &keys,
        normal: &|_| dumpstream_scrub::normal::Normaliser::default(),
        domain: "d",
        locale: Locale::EnCa,
        customs: None,
    };
    let mut group = c.benchmark_group("transform");
    group.throughput(Throughput::Elements(VALUES as u64));
    let number = |n: usize| n * 7919 % 1_000_000;
    let cases: [(&str, &str, &dyn Fn(usize) -> String); 14] = [
        ("sin", r#"{"do":"sin"}"#, &|n| format!("{:09}", number(n) * 997)),
        ("sin any", r#"{"do":"sin","range":"any"}"#, &|n| format!("{:09}", number(n) * 997)),
        ("first_name", r#"{"do":"first_name"}"#, &|n| format!("Name{}", number(n))),
        ("last_name", r#"{"do":"last_name"}"#, &|n| format!("Name{}", number(n))),
        ("email", r#"{"do":"email"}"#, &|n| format!("first.last{}@example.ca", number(n))),
        ("phone", r#"{"do":"phone"}"#, &|n| format!("+1-613-{:03}-{:04}", n % 1000, number(n) % 10_000)),
        ("address", r#"{"do":"address"}"#, &|n| format!("{} Some St.", number(n))),
        ("street", r#"{"do":"street"}"#, &|n| format!("{} Some St.", number(n))),
        ("ip", r#"{"do":"ip"}"#, &|n| format!("10.{}.{}.{}", n % 256, number(n) % 256, n / 7 % 256)),
        ("date_shift", r#"{"do":"date_shift"}"#, &|n| format!("19{:02}-{:02}-{:02}", n % 100, 1 + n % 12, 1 + n % 28)),
        ("token", r#"{"do":"token"}"#, &|n| format!("value {n}")),
        ("hmac_hex", r#"{"do":"hmac_hex"}"#, &|n| format!("value {n}")),
        ("int_permute", r#"{"do":"int_permute"}"#, &|n| (number(n) + 1).to_string()),
        ("json", r#"{"do":"json","unlisted":"keep","paths":{"$.phone":"phone","$.contact.email":"email"}}"#, &|n| {
            format!(
                r#"{{"phone": "613{:07}", "contact": {{"email": "x{n}@example.org", "name": "A B"}}, "answers": [1, 2, 3]}}"#,
                number(n)
            )
        }),
    ];
    for (name, spec, value) in cases {
        let spec: TransformSpec = serde_json::from_str(spec).expect("a transformer");
        let transform = build(&spec, &context).expect("a transformer for a text");
        let values: Vec<String> = (0..VALUES).map(value).collect();
        let mut out = Vec::new();
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| {
                for value in &values {
                    out.clear();
                    let value = value.as_bytes();
                    let input = Input { value, normal: value, subject: None, row: &() };
                    transform.apply(&input, &mut out).expect("a valid value");
                    black_box(&out);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, transforms);
criterion_main!(benches);
