use super::*;
use crate::error::ErrorKind;
use std::fs;
use std::path::Path;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

async fn opened(path: &Path, overwrite: bool) -> Result<Destination> {
    let spec = DestinationSpec::File(path.to_owned());
    Destination::open(&spec, &DestinationOptions::default().overwrite(overwrite)).await
}

fn chunk(byte: u8) -> Bytes {
    vec![byte; 100_000].into()
}

#[tokio::test]
async fn a_file_appears_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.sql");
    let mut out = opened(&path, false).await.unwrap();
    let mut all = Vec::new();
    for byte in 0..30 {
        out.write(chunk(byte)).await.unwrap();
        all.extend(chunk(byte));
        assert!(!path.exists());
    }
    let written = out.finish().await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), all);
    assert_eq!(written, Written { bytes: all.len() as u64, sha256: Some(Sha256::digest(&all).into()) });
    assert_eq!(names(dir.path()), ["out.sql"]);
}

#[tokio::test]
async fn given_up_it_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.sql");
    let mut out = opened(&path, false).await.unwrap();
    out.write(chunk(1)).await.unwrap();
    assert_eq!(names(dir.path()).len(), 1);
    out.abort().await.unwrap();
    assert_eq!(names(dir.path()), [""; 0]);

    let mut out = opened(&path, false).await.unwrap();
    out.write(chunk(1)).await.unwrap();
    drop(out);
    for _ in 0..200 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        if names(dir.path()).is_empty() {
            return;
        }
    }
    panic!("{:?} is left", names(dir.path()));
}

#[tokio::test]
async fn what_exists_is_refused_or_replaced_at_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.sql");
    fs::write(&path, "old").unwrap();
    let e = opened(&path, false).await.unwrap_err();
    assert!(e.kind() == ErrorKind::Usage && e.to_string().contains("exists"), "{e:?}");
    assert_eq!(e.place().source.as_deref(), path.to_str());

    let link = dir.path().join("link.sql");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let mut out = opened(&link, true).await.unwrap();
    out.write(Bytes::from_static(b"new")).await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"old");
    out.finish().await.unwrap();
    assert_eq!((fs::read(&path).unwrap(), fs::read_link(&link).unwrap()), (b"new".to_vec(), path));
    assert_eq!(names(dir.path()), ["link.sql", "out.sql"]);
}

#[tokio::test]
async fn what_comes_there_meanwhile_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.sql");
    let mut out = opened(&path, false).await.unwrap();
    out.write(chunk(1)).await.unwrap();
    fs::write(&path, "theirs").unwrap();
    assert!(out.finish().await.unwrap_err().to_string().contains("exists"));
    assert_eq!(fs::read(&path).unwrap(), b"theirs");
    assert_eq!(names(dir.path()), ["out.sql"]);
}

#[tokio::test]
async fn a_full_device_is_named() {
    let mut out = opened(Path::new("/dev/full"), false).await.unwrap();
    let e = loop {
        if let Err(e) = out.write(chunk(1)).await {
            break e;
        }
    };
    assert!(e.kind() == ErrorKind::Target && e.to_string().contains("no room"), "{e:?}");
    assert!(out.write(chunk(1)).await.unwrap_err().to_string().contains("before"));
    assert!(out.finish().await.is_err());
}

#[tokio::test]
async fn what_cannot_be_written_is_said() {
    let dir = tempfile::tempdir().unwrap();
    assert!(opened(dir.path(), true).await.unwrap_err().to_string().contains("folder"));
    let e = opened(&dir.path().join("no/out.sql"), true).await.unwrap_err();
    assert!(e.to_string().contains("no such folder"), "{e}");
    for text in ["", "ftp://a/b", "s3://bucket"] {
        assert_eq!(DestinationSpec::parse(text).unwrap_err().kind(), ErrorKind::Usage, "{text}");
    }
    assert_eq!(DestinationSpec::parse("-").unwrap(), DestinationSpec::Stdout);
    let (file, object) = (DestinationSpec::File("x".into()), DestinationSpec::parse("s3://b/k").unwrap());
    let tagged = DestinationOptions::default().tag("k", "v");
    assert!(tagged.validate(&file).is_err() && tagged.validate(&object).is_ok());
    assert!((0..11).fold(tagged, |o, n| o.tag(n.to_string(), "")).validate(&object).is_err());
    assert!(DestinationOptions::default().tag("k", "a&b").validate(&object).is_err());
    assert!(DestinationOptions::default().metadata("n", "ü").validate(&object).is_err());
}

/// Tells what was written to it, and that it was flushed.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<(Vec<u8>, bool)>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap().1 = true;
        Ok(())
    }
}

#[tokio::test]
async fn a_writer_is_written_once_and_flushed() {
    let kept = Kept::default();
    let spec = DestinationSpec::writer("a writer", kept.clone());
    assert_eq!((spec.to_string().as_str(), format!("{spec:?}").as_str()), ("a writer", "Writer(a writer)"));
    let mut out = Destination::open(&spec, &DestinationOptions::default()).await.unwrap();
    out.write(chunk(1)).await.unwrap();
    assert_eq!(out.finish().await.unwrap().bytes, 100_000);
    let (bytes, flushed) = kept.0.lock().unwrap().clone();
    assert!(bytes == chunk(1) && flushed);
    let e = Destination::open(&spec, &DestinationOptions::default()).await.unwrap_err();
    assert!(e.to_string().contains("was written already"), "{e}");
}
