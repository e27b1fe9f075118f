//! How far a connection is encrypted and the server's identity checked, and why a handshake failed.

use crate::error::{Error, Result};
use mysql_async::SslOpts;
use rustls::pki_types::CertificateDer;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::OnceLock;

/// How a connection is protected. The names are the mysql client's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SslMode {
    /// No TLS. Passwords and rows are readable on the network.
    Disabled,
    /// TLS when the server offers it, without checking who answers; else none.
    Preferred,
    /// TLS, without checking who answers.
    Required,
    /// TLS with a certificate from the authority in `ssl_ca`, whatever name it bears.
    VerifyCa,
    /// TLS with a trusted certificate for the very host that was asked for.
    VerifyIdentity,
}

impl SslMode {
    /// Every mode, weakest first.
    pub const ALL: [Self; 5] = [Self::Disabled, Self::Preferred, Self::Required, Self::VerifyCa, Self::VerifyIdentity];

    /// As it is written on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disabled => "disabled",
            Self::Preferred => "preferred",
            Self::Required => "required",
            Self::VerifyCa => "verify-ca",
            Self::VerifyIdentity => "verify-identity",
        }
    }

    /// Whether the server must show a trusted certificate.
    pub const fn verifies(self) -> bool {
        matches!(self, Self::VerifyCa | Self::VerifyIdentity)
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SslMode {
    type Err = Error;

    /// Takes `verify-ca`, `VERIFY_CA` and any case between, as option files have both.
    fn from_str(text: &str) -> Result<Self> {
        let name = text.to_ascii_lowercase().replace('_', "-");
        Self::ALL.into_iter().find(|mode| mode.name() == name).ok_or_else(|| {
            Error::usage("the SSL mode is of no known name")
                .hint("disabled, preferred, required, verify-ca and verify-identity are known")
        })
    }
}

/// Makes `ring` the process's crypto provider. With several providers compiled in, rustls would panic for want of a
/// choice at the first handshake. One that is installed already stays.
pub(super) fn install_provider() {
    // An error only says that there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The driver's settings for a mode other than [`SslMode::Disabled`]. `name` overrides the name to check.
pub(super) fn options(mode: SslMode, ca: Option<&Path>, name: Option<String>) -> SslOpts {
    let options = SslOpts::default().with_danger_tls_hostname_override(name);
    match ca {
        _ if !mode.verifies() => options.with_danger_accept_invalid_certs(true),
        Some(file) => options.with_disable_built_in_roots(true).with_root_certs(vec![file.to_owned().into()]),
        None => options.with_root_certs(system_roots().iter().map(|der| der.to_vec().into()).collect()),
    }
}

/// The machine's own roots, beside the driver's built-in ones, so that a company's authority installed there counts.
/// Blocks for the first caller; what can't be read or parsed is left out, as one bad file must not spoil the rest.
fn system_roots() -> &'static [CertificateDer<'static>] {
    static ROOTS: OnceLock<Vec<CertificateDer<'static>>> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let mut usable = rustls::RootCertStore::empty();
        let mut found = rustls_native_certs::load_native_certs().certs;
        found.retain(|der| usable.add(der.clone()).is_ok());
        found
    })
}

/// Checks that a file of authorities holds at least one certificate, so that a wrong path isn't met as a failed handshake.
pub(super) fn check_ca(file: &Path) -> Result<()> {
    use rustls::pki_types::pem::PemObject;
    let bad = |what: &str| Error::usage(format!("the file of certificate authorities {} {what}", file.display()));
    let bytes = std::fs::read(file).map_err(|e| bad("can't be read").caused_by(e))?;
    let mut store = rustls::RootCertStore::empty();
    for der in CertificateDer::pem_slice_iter(&bytes) {
        let der = der.map_err(|e| bad("is damaged").caused_by(e))?;
        store.add(der).map_err(|e| bad("holds a certificate that can't be used").caused_by(e))?;
    }
    if store.is_empty() && store.add(CertificateDer::from(bytes)).is_err() {
        return Err(bad("holds no certificate").hint("give a PEM file with one certificate or several"));
    }
    Ok(())
}

/// The TLS failure somewhere inside a driver's error, if it is one.
pub(super) fn failure(error: &mysql_async::Error) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return Some(tls);
        }
        if let Some(mysql_async::TlsError::Tls(tls)) = error.downcast_ref::<mysql_async::TlsError>() {
            return Some(tls);
        }
        // io::Error::source() skips the error it wraps, so look inside.
        next = match error.downcast_ref::<std::io::Error>() {
            Some(io) => io.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static)),
            None => error.source(),
        };
    }
    None
}

/// A name that the server's otherwise trusted certificate is valid for, when the name is all that was wrong with it.
///
/// The driver's own switch to skip the name check looks for a word in rustls's message which isn't there any more, so
/// `verify-ca` asks for a name that the certificate bears instead.
pub(super) fn presented_name(error: &mysql_async::Error) -> Option<String> {
    match failure(error)? {
        rustls::Error::InvalidCertificate(rustls::CertificateError::NotValidForNameContext { presented, .. }) => {
            presented.iter().find_map(|name| name_from_debug(name))
        }
        _ => None,
    }
}

/// rustls reports names as `DnsName("*.example.com")` and `IpAddress(127.0.0.1)`.
fn name_from_debug(text: &str) -> Option<String> {
    let inner = text.split_once('(')?.1.strip_suffix(')')?.trim_matches('"');
    // A wildcard stands for exactly one label, and any label will do.
    let name = match inner.strip_prefix("*.") {
        Some(rest) => format!("any.{rest}"),
        None => inner.to_owned(),
    };
    rustls::pki_types::ServerName::try_from(name.as_str()).is_ok().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_parse_as_clients_write_them() {
        for mode in SslMode::ALL {
            assert_eq!(mode.name().parse::<SslMode>().unwrap(), mode);
            assert_eq!(mode.name().to_uppercase().replace('-', "_").parse::<SslMode>().unwrap(), mode);
        }
        assert!("on".parse::<SslMode>().is_err());
    }

    #[test]
    fn presented_names_are_read_from_what_rustls_says() {
        assert_eq!(name_from_debug("DnsName(\"db.example\")").as_deref(), Some("db.example"));
        assert_eq!(name_from_debug("DnsName(\"*.rds.example\")").as_deref(), Some("any.rds.example"));
        assert_eq!(name_from_debug("IpAddress(127.0.0.1)").as_deref(), Some("127.0.0.1"));
        assert_eq!(name_from_debug("DirectoryName"), None);
    }

    #[test]
    fn a_file_without_a_certificate_is_refused_before_connecting() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "nothing here").unwrap();
        assert!(check_ca(file.path()).unwrap_err().to_string().ends_with("holds no certificate"));
        assert!(check_ca(Path::new("/no/such/file")).unwrap_err().to_string().ends_with("can't be read"));
    }
}
