//! A rules file and its key, read: what [`crate::scrub`], [`crate::restore`] and [`crate::verify`] replace values by.

use crate::aws::{self, AwsOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::lock::LockFile;
use crate::scrubbing::{Scrubber, problems_of_file};
use dumpstream_scrub::key::MasterKey;
use dumpstream_scrub::policy::Policy;
use dumpstream_scrub::rules::{KeyFrom, Rules};
pub use dumpstream_scrub::transform::{CustomTransformer, Customs};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Largest rules file, bytes: a thousand times that of a large schema.
pub const RULES_BYTES_MAX: u64 = 16 << 20;

/// Largest file of a key, bytes. A key has 32 and more.
const KEY_BYTES_MAX: u64 = 64 << 10;

/// A rules file as it was read, checked as far as that goes without a dump.
#[derive(Clone)]
pub struct RulesFile {
    name: String,
    rules: Arc<Rules>,
    customs: Customs,
    lock: Option<LockFile>,
}

impl fmt::Debug for RulesFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RulesFile({}, sha256 {})", self.name, self.rules.hash())
    }
}

impl RulesFile {
    /// Reads and checks a rules file.
    ///
    /// # Errors
    /// When it can't be read, and for everything that is wrong with it, with line and column.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let unreadable = |e: std::io::Error| {
            Error::usage(format!("the rules file {name} can't be read")).caused_by(e).hint("is the path right?")
        };
        if std::fs::metadata(path).map_err(unreadable)?.len() > RULES_BYTES_MAX {
            return Err(Error::usage(format!("the rules file {name} is larger than {} MiB", RULES_BYTES_MAX >> 20))
                .hint("is it a rules file?"));
        }
        let text = std::fs::read(path).map_err(unreadable)?;
        Self::parse(&name, &text)
    }

    /// Checks the text of a rules file. `name` is what messages call it.
    ///
    /// # Errors
    /// Everything that is wrong with it, with line and column.
    pub fn parse(name: &str, text: &[u8]) -> Result<Self> {
        let rules = Rules::parse(text).map_err(|p| problems_of_file(name, &p))?;
        Ok(Self { name: name.to_owned(), rules: Arc::new(rules), customs: Customs::default(), lock: None })
    }

    /// Brings the program's own transformers, which rules name with `do: custom`. Slow, as each value goes through them.
    #[must_use]
    pub fn with_customs(mut self, customs: Customs) -> Self {
        self.customs = customs;
        self
    }

    /// The custom transformers that the rules use, with their versions: `name@version`.
    pub fn customs(&self) -> Vec<String> {
        let version = |name: &str| format!("{name}@{}", self.customs.version(name).unwrap_or_default());
        self.rules.custom_names().into_iter().map(version).collect()
    }

    /// What two runs must have in common: the file's bytes, and the versions of custom transformers.
    pub(crate) fn identity(&self) -> String {
        [self.sha256().to_owned()].into_iter().chain(self.customs()).collect::<Vec<_>>().join(" ")
    }

    /// The lockfile that dumps are held against besides: a dump with a column that isn't in it, is of another type there, that
    /// nobody has decided about, or that is personal while the rules keep it, is refused before its first row. Default: none.
    #[must_use]
    pub fn with_lock(mut self, lock: Option<LockFile>) -> Self {
        self.lock = lock;
        self
    }

    /// The lockfile, if there is one.
    pub fn lock(&self) -> Option<&LockFile> {
        self.lock.as_ref()
    }

    /// What messages and reports call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SHA-256 of the file's bytes, in hexadecimal digits.
    pub fn sha256(&self) -> &str {
        self.rules.hash()
    }

    /// The name of the key, as the file has it.
    pub fn key_id(&self) -> Option<&str> {
        self.rules.key().map(|k| k.id.as_str())
    }

    /// The file that the key is in, if it is in one.
    pub fn key_file(&self) -> Option<&Path> {
        match &self.rules.key()?.from {
            KeyFrom::File(path) => Some(Path::new(path)),
            KeyFrom::Env(_) | KeyFrom::SecretsManager(_) => None,
        }
    }

    /// Fetches the key, and puts the rules to work within so much memory. With `counts_rows`, rows of
    /// tables that are kept are counted as well.
    pub(crate) async fn open(&self, aws: &AwsOptions, memory_bytes: u64, counts_rows: bool) -> Result<Arc<Scrubber>> {
        let key = self.key(aws).await?;
        let check = key.as_ref().map(MasterKey::check_value);
        let policy = Policy::new((*self.rules).clone(), key).map_err(|p| problems_of_file(&self.name, &p))?;
        let policy = policy.with_customs(self.customs.clone());
        // A quarter is what blocks don't need.
        let memory = usize::try_from(memory_bytes / 4).unwrap_or(usize::MAX);
        Ok(Arc::new(Scrubber::new(self.clone(), policy, check, memory, counts_rows)))
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    async fn key(&self, aws: &AwsOptions) -> Result<Option<MasterKey>> {
        let Some(source) = self.rules.key() else { return Ok(None) };
        let (bytes, whence) = match &source.from {
            KeyFrom::Env(name) => {
                let whence = format!("the environment variable {name}");
                let value = std::env::var_os(name).ok_or_else(|| {
                    Error::usage(format!("the rules take their key from {whence}, which isn't set"))
                        .hint(format!("{name}=$(openssl rand -hex 32) makes a new one; keep it where secrets are kept"))
                })?;
                (Zeroizing::new(value.into_encoded_bytes()), whence)
            }
            KeyFrom::File(path) => {
                let whence = format!("the file {path}");
                let unreadable = |e: std::io::Error| {
                    Error::usage(format!("the rules take their key from {whence}, which can't be read")).caused_by(e)
                };
                if std::fs::metadata(path).map_err(unreadable)?.len() > KEY_BYTES_MAX {
                    return Err(Error::usage(format!("{whence} is too large for a key")).hint("is the path right?"));
                }
                (Zeroizing::new(std::fs::read(path).map_err(unreadable)?), whence)
            }
            KeyFrom::SecretsManager(id) => (aws::secret(&aws.load().await?, id).await?, format!("the secret {id}")),
        };
        let key = MasterKey::from_bytes(&bytes).map_err(|e| Error::new(ErrorKind::Usage, format!("{whence}: {e}")))?;
        Ok(Some(key))
    }
}
