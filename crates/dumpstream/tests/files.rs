//! Several files: parts of one dump, or dumps in their own right.

// A test's helpers are part of the test.
#![allow(clippy::unwrap_used)]

use dumpstream::aws::AwsOptions;
use dumpstream::destination::DestinationSpec;
use dumpstream::error::{Error, ErrorKind};
use dumpstream::inspect::{InspectOptions, inspect};
use dumpstream::observe::{Event, Observer};
use dumpstream::rules::RulesFile;
use dumpstream::scrub::{ScrubOptions, Scrubbed, scrub};
use dumpstream::source::{Files, SourceOptions, SourceSpec};
use dumpstream::stop::Stop;
use dumpstream::verify::{Verified, VerifyOptions, verify};
use dumpstream_tests::moto::Moto;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

struct Quiet;

impl Observer for Quiet {
    fn event(&self, _: &Event) {}
}

fn data(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data").join(name)).unwrap()
}

/// What `gzip` and `zstd` make of it, by the name's end.
fn packed(name: &str, text: &[u8]) -> Vec<u8> {
    let program = match name.rsplit('.').next() {
        Some("gz") => "gzip",
        Some("zst") => "zstd",
        _ => return text.to_vec(),
    };
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x");
    fs::write(&path, text).unwrap();
    let output = Command::new(program).arg("-c").stdin(fs::File::open(path).unwrap()).stderr(Stdio::null()).output();
    output.unwrap().stdout
}

/// A folder with these files, packed as their names say.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), packed(name, text)).unwrap();
    }
    dir
}

fn options(files: Files) -> SourceOptions {
    SourceOptions::default().files(files)
}

async fn verified(spec: SourceSpec, source: SourceOptions) -> Verified {
    verify(VerifyOptions::new(spec).source_options(source), Arc::new(Quiet), Stop::default()).await
}

async fn verified_folder(dir: &TempDir, files: Files) -> Verified {
    verified(SourceSpec::File(dir.path().to_owned()), options(files)).await
}

async fn scrubbed(dir: &TempDir, out: &Path) -> Scrubbed {
    let keep = "version: 1\ndefault: { text: keep, json: keep, binary: keep, new_table: keep, unknown_statement: keep, \
                header: keep, definitions: keep, programs: keep }\n";
    let rules = RulesFile::parse("rules.yaml", keep.as_bytes()).unwrap();
    let to = DestinationSpec::File(out.to_owned());
    let options = ScrubOptions::new(SourceSpec::File(dir.path().to_owned()), to, rules).digests(true);
    scrub(options, Arc::new(Quiet), Stop::default()).await
}

/// The file that the error is in, by its name, and the place in it.
fn place(e: &Error) -> (String, Option<u64>, Option<u64>) {
    let source = PathBuf::from(e.place().source.clone().unwrap_or_default());
    (source.file_name().unwrap().to_str().unwrap().to_owned(), e.place().line, e.place().offset)
}

const NAMES: [&str; 3] = ["1-small.sql.gz", "2-other.sql", "3-features.sql.zst"];

fn dumps() -> [Vec<u8>; 3] {
    [data("small-mysql97.sql"), data("small-mariadb1011.sql"), data("features-mysql97.sql")]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dumps_in_one_folder_are_read_as_a_dump_each() {
    let dumps = dumps();
    let dir = folder(&[(NAMES[0], &dumps[0]), (NAMES[1], &dumps[1]), (NAMES[2], &dumps[2])]);
    let Verified { report, error } = verified_folder(&dir, Files::Auto).await;
    assert!(error.is_none(), "{error:?}");
    let mut rows = 0;
    for (n, dump) in dumps.iter().enumerate() {
        let alone = folder(&[("x.sql", dump)]);
        let alone = verified(SourceSpec::File(alone.path().join("x.sql")), SourceOptions::default()).await.report;
        // The second has the tables of the first, and drops them.
        rows += if n == 0 { 0 } else { alone.rows };
        let file = &report.source.files[n];
        let stored = packed(NAMES[n], dump);
        assert!(file.name.ends_with(NAMES[n]));
        assert_eq!((file.codec, file.end), (["gzip", "none", "zstd"][n], Some("footer")));
        assert_eq!((file.bytes, file.decoded_bytes), (Some(stored.len() as u64), dump.len() as u64));
        let digest: String = Sha256::digest(&stored).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(file.sha256.as_deref(), Some(digest.as_str()));
        if n > 0 {
            for table in alone.tables {
                let found = report.tables.iter().find(|t| t.table == table.table && t.place.file == Some(n));
                // A table of an earlier file has its name and place.
                if let Some(found) = found {
                    assert_eq!((found.place.line, found.place.offset), (table.place.line, table.place.offset));
                }
            }
        }
    }
    assert_eq!((report.rows, report.end, report.source.sha256), (rows, Some("footer"), None));

    let found = inspect(InspectOptions::new(SourceSpec::File(dir.path().to_owned())), Arc::new(Quiet), Stop::default());
    let found = found.await;
    assert!(found.error.is_none(), "{:?}", found.error);
    assert_eq!(found.report.dump.lines, dumps.iter().flatten().filter(|b| **b == b'\n').count() as u64);
    let first = |code: &str| found.report.hazards.iter().find(|h| h.code == code).unwrap().first.unwrap();
    assert_eq!((first("definer").file, first("definer").line), (Some(0), 78));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_is_cut_off_is_refused_with_its_name_and_the_place_in_it() {
    let dumps = dumps();
    let end = dumps[1].windows(17).position(|w| w == b"-- Dump completed").unwrap();
    let insert = dumps[1].windows(11).position(|w| w == b"INSERT INTO").unwrap();
    let within = insert + b"INSERT INTO `city` VALUES".len();
    let lines = |to: usize| dumps[1][..to].iter().filter(|b| **b == b'\n').count() as u64 + 1;
    for (cut, what) in [(end, "-- Dump completed"), (within, "in the middle of a statement")] {
        for middle in [NAMES[1], "2-other.sql.gz"] {
            let dir = folder(&[(NAMES[0], &dumps[0]), (middle, &dumps[1][..cut]), (NAMES[2], &dumps[2])]);
            let e = verified_folder(&dir, Files::Auto).await.error.unwrap();
            assert!(e.kind() == ErrorKind::Source && e.to_string().contains(what), "{e:?}");
            let at = if cut == end { cut } else { insert };
            assert_eq!(place(&e), (middle.to_owned(), Some(lines(at)), Some(at as u64)), "{e:?}");

            let out = dir.path().join(".out.sql");
            let e = scrubbed(&dir, &out).await.error.unwrap();
            assert!(e.to_string().contains(what) && !out.exists(), "{e:?}");
            assert_eq!(place(&e).0, middle);
        }
    }
    // Compressed data that ends too early, and a file that is gone.
    let gz = packed("x.gz", &dumps[1]);
    let dir = folder(&[(NAMES[0], &dumps[0]), (NAMES[1], &gz[..gz.len() / 2]), (NAMES[2], &dumps[2])]);
    let e = verified_folder(&dir, Files::Independent).await.error.unwrap();
    assert!(e.to_string().contains("cut off") || e.to_string().contains("truncated"), "{e}");
    assert_eq!(place(&e).0, NAMES[1]);
    let list = dir.path().join(".list");
    let at = |name: &str| dir.path().join(name).display().to_string();
    fs::write(&list, format!("{}\n{}\n", at(NAMES[0]), at("none.sql"))).unwrap();
    let e = verified(SourceSpec::List(list), options(Files::Independent)).await.error.unwrap();
    assert_eq!((e.to_string().as_str(), place(&e).0.as_str()), ("there is no such file", "none.sql"));
}

/// A file that leaves its session changed, between two that rely on the default.
fn with_leak(leak: &str) -> TempDir {
    let head = "-- MySQL dump 10.13  Distrib 9.7.4, for Linux (x86_64)\n";
    let end = "\n-- Dump completed on 2026-11-22  3:32:05";
    let a = format!("{head}CREATE TABLE a (c TEXT);\nINSERT INTO a VALUES (\"x;y\");\n{leak}{end}");
    let b = format!("{head}CREATE TABLE b (c TEXT);\nINSERT INTO b VALUES (\"x;y'\"),('\\';');\n{end}\n");
    folder(&[("a.sql", a.as_bytes()), ("b.sql", b.as_bytes())])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_begins_as_on_a_connection_of_its_own() {
    let out = tempfile::tempdir().unwrap();
    for (n, (leak, why)) in [
        ("SET sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES';", Some("sql_mode is not what it was")),
        ("SET NAMES sjis;", Some("character_set_client is not what it was")),
        ("SET time_zone='+05:00';", Some("time_zone is not what it was")),
        ("DELIMITER ;;", Some("its delimiter is not ; again")),
        ("CREATE TEMPORARY TABLE t (a INT);", Some("it leaves a temporary table behind")),
        ("USE shop;", Some("the file names no database, and behind the one before it that would be shop")),
        ("SET @a=1; SET sql_mode='ANSI_QUOTES'; SET sql_mode='';", None),
    ]
    .into_iter()
    .enumerate()
    {
        let dir = with_leak(leak);
        let Verified { report, error } = verified_folder(&dir, Files::Auto).await;
        assert!(error.is_none(), "{leak}: {error:?}");
        assert_eq!(report.rows, 3, "{leak}");
        // As one text, the second would mean something else.
        let path = out.path().join(format!("{n}.sql"));
        let Scrubbed { error, .. } = scrubbed(&dir, &path).await;
        match why {
            Some(why) => {
                let e = error.unwrap();
                assert!(e.to_string().contains(why), "{leak}: {e:?}");
                assert!(["a.sql", "b.sql"].contains(&place(&e).0.as_str()) && !path.exists(), "{e:?}");
            }
            None => assert!(error.is_none(), "{leak}: {error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scrubbed_they_are_one_dump_of_the_same() {
    let dumps = dumps();
    let bom = [b"\xEF\xBB\xBF".as_slice(), &dumps[1]].concat();
    // Without a database before those with one: behind them it would have theirs.
    let dir = folder(&[(NAMES[0], dumps[0].trim_ascii_end()), (NAMES[1], &bom), (NAMES[2], &dumps[2])]);
    let out = dir.path().join(".out.sql");
    let Scrubbed { report, error } = scrubbed(&dir, &out).await;
    assert!(error.is_none(), "{error:?}");
    assert_eq!(report.source.files.len(), 3);
    let text = fs::read(&out).unwrap();
    let expected = [dumps[0].trim_ascii_end(), b"\n", &dumps[1], b"\n", &dumps[2]].concat();
    assert!(text == expected);
    let one = verified(SourceSpec::File(out), SourceOptions::default()).await;
    let each = verified_folder(&dir, Files::Independent).await;
    assert!(one.error.is_none() && one.report.rows == each.report.rows, "{:?}", one.error);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_files_are_is_told_by_their_beginnings_and_names_or_asked_for() {
    let dumps = dumps();
    let whole = &dumps[2];
    let (a, b) = whole.split_at(whole.len() / 2);
    let gz = packed("x.gz", whole);
    let (ga, gb) = gz.split_at(gz.len() / 2);
    for (files, expected) in [
        (&[("x.sql.001", a), ("x.sql.002", b)][..], Ok(1)),
        (&[("x.sql.gz.part-aa", ga), ("x.sql.gz.part-ab", gb)], Ok(1)),
        // A year is no number of a part.
        (&[("shop-2024.sql", &*dumps[0]), ("shop-2026.sql", &dumps[1])], Ok(2)),
        (&[("only.sql", whole)], Ok(1)),
        (&[("head.sql", a), ("tail.sql", b)], Err("head.sql begins with its producer's header, tail.sql does not")),
        (
            &[("1.sql", b"SELECT 1;\n"), ("2.sql", &dumps[0])],
            Err("2.sql begins with its producer's header, 1.sql does"),
        ),
        (&[("x.sql", b"SELECT 1;\n"), ("y.sql", b"SELECT 1;\n")], Err("no numbers in their names")),
        (
            &[("a.sql", &dumps[0]), ("b.sql", &dumps[1]), ("c.sql", b"SELECT 1;\n")],
            Err("a.sql begins with its producer's header, c.sql does not"),
        ),
    ] {
        let dir = folder(&[]);
        for (name, bytes) in files {
            fs::write(dir.path().join(name), bytes).unwrap();
        }
        let Verified { report, error } = verified_folder(&dir, Files::Auto).await;
        match (expected, error) {
            (Ok(dumps), None) => assert_eq!(report.source.files.len().max(1), dumps, "{:?}", files[0].0),
            (Err(words), Some(e)) => {
                assert!(e.kind() == ErrorKind::Usage && e.to_string().contains(words), "{e:?}");
                assert!(e.hint_text().unwrap().contains("--files independent"), "{e:?}");
                assert_ne!(
                    verified_folder(&dir, Files::Sequence).await.error.map(|e| e.kind()),
                    Some(ErrorKind::Usage)
                );
            }
            (expected, error) => panic!("{:?}: {expected:?}, {error:?}", files[0].0),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_compared_with_the_sha256_beside_it() {
    let dumps = dumps();
    let dir = folder(&[("a.sql", &dumps[0]), ("b.sql", &dumps[1])]);
    let auto = || options(Files::Auto).sha256_auto(true);
    let spec = || SourceSpec::File(dir.path().to_owned());
    for (name, dump) in [("a.sql", &dumps[0]), ("b.sql", &dumps[1])] {
        let digest: String = Sha256::digest(dump).iter().map(|b| format!("{b:02x}")).collect();
        fs::write(dir.path().join(format!("{name}.sha256")), digest).unwrap();
    }
    assert!(verified(spec(), auto()).await.error.is_none());
    fs::write(dir.path().join("b.sql.sha256"), "0".repeat(64)).unwrap();
    let e = verified(spec(), auto()).await.error.unwrap();
    assert!(e.to_string().contains("SHA-256") && place(&e).0 == "b.sql", "{e:?}");
    let one = VerifyOptions::new(spec()).sha256(Some([0; 32]));
    let e = verify(one, Arc::new(Quiet), Stop::default()).await.error.unwrap();
    assert!(e.kind() == ErrorKind::Usage && e.hint_text().unwrap().contains("auto"), "{e:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dumps_under_a_prefix_are_read_as_a_dump_each() {
    let Some(moto) = Moto::start().unwrap() else { return };
    let dumps = dumps();
    let dir = folder(&[(NAMES[0], &dumps[0]), (NAMES[1], &dumps[1]), (NAMES[2], &dumps[2])]);
    let cut = folder(&[("x.sql", &dumps[1][..dumps[1].len() - 100])]);
    let folder = dir.path().display();
    moto.python(&format!(
        "import os\ns3.create_bucket(Bucket='dumps')\n\
         for p in ('whole', 'cut'):\n  for n in os.listdir('{folder}'):\n    s3.upload_file('{folder}/' + n, 'dumps', p + '/' + n)\n\
         s3.upload_file('{}/x.sql', 'dumps', 'cut/{}')\n\
         s3.put_object_tagging(Bucket='dumps', Key='whole/{}', Tagging=dict(TagSet=[dict(Key='Team', Value='a')]))\n",
        cut.path().display(),
        NAMES[1],
        NAMES[0],
    ))
    .unwrap();
    let aws = AwsOptions::default().endpoint_url(Some(moto.endpoint())).credentials("id", "secret", None);
    let source = || SourceOptions::default().aws(aws.clone());
    let Verified { report, error } = verified("s3://dumps/whole/".parse().unwrap(), source()).await;
    assert!(error.is_none(), "{error:?}");
    let local = verified_folder(&dir, Files::Auto).await.report;
    assert_eq!((report.rows, report.source.files.len()), (local.rows, 3));
    for (remote, local) in report.source.files.iter().zip(&local.source.files) {
        assert_eq!((&remote.sha256, remote.bytes), (&local.sha256, local.bytes));
        assert!(remote.etag.is_some());
    }
    let tags = report.source.files[0].object.as_ref().unwrap().tags.as_ref().unwrap();
    assert_eq!(tags.get("Team").map(String::as_str), Some("a"));
    let e = verified("s3://dumps/cut/".parse().unwrap(), source()).await.error.unwrap();
    assert_eq!(e.place().source.as_deref(), Some(format!("s3://dumps/cut/{}", NAMES[1]).as_str()), "{e:?}");
}
