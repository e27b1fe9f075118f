//! Where things are.

use crate::Result;
use std::env;
use std::path::{Path, PathBuf};

/// Environment variable that names a folder of dumps with a `CORPUS.tsv`. Default: `shared/corpus` beside the work tree.
pub const CORPUS_VAR: &str = "DUMPSTREAM_CORPUS";
/// Environment variable that names the `dumpstream` program to test.
pub const BIN_VAR: &str = "DUMPSTREAM_BIN";

/// The root of the work tree.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where scripts/get-server.sh unpacks servers.
pub fn unpacked_servers() -> PathBuf {
    workspace().join(".cache/servers")
}

/// The folder of real dumps, where there is one.
pub fn corpus() -> Option<PathBuf> {
    let dir = match env::var_os(CORPUS_VAR) {
        Some(dir) => PathBuf::from(dir),
        None => workspace().parent()?.join("shared/corpus"),
    };
    dir.join("CORPUS.tsv").is_file().then_some(dir)
}

/// The build's output directory, such as `target/debug`, that this program is in.
fn profile_dir() -> Result<PathBuf> {
    let exe = env::current_exe()?;
    let dir = exe.parent().ok_or("a program without a directory")?;
    let dir = if dir.ends_with("deps") { dir.parent().unwrap_or(dir) } else { dir };
    Ok(dir.to_owned())
}

/// The `dumpstream` program: the one that was built beside this one. Cargo gives its path to tests of its own package
/// only; `cargo nextest run --workspace` and `cargo test --workspace` build it all the same.
pub fn dumpstream() -> Result<PathBuf> {
    let path = match env::var_os(BIN_VAR) {
        Some(path) => PathBuf::from(path),
        None => profile_dir()?.join(format!("dumpstream{}", env::consts::EXE_SUFFIX)),
    };
    if path.is_file() {
        return Ok(path);
    }
    Err(format!("{} is not there: cargo build -p dumpstream-cli, or set {BIN_VAR}", path.display()).into())
}

/// A place for what is worth keeping between runs; `cargo clean` empties it.
pub fn cache() -> Result<PathBuf> {
    let profile = profile_dir()?;
    Ok(profile.parent().unwrap_or(&profile).join("dumpstream-tests"))
}
