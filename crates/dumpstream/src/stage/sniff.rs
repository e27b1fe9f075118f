//! Says what a source is from its first bytes. Names are never looked at.
//!
//! Pure: bytes in, verdict out. [`codec`] finds the compression; [`refuse_foreign`] names what can't be restored, be
//! it the source itself or what its compression holds. Only formats with a clear signature are named; anything else
//! that isn't text is refused as unknown, and all text goes on to the parser.

use crate::error::{Error, Result};
use crate::source::Codec;

/// Bytes that a verdict needs. tar's signature is the farthest, at 257.
pub(crate) const HEAD_BYTES: usize = 4096;

pub(crate) const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
pub(crate) const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
pub(crate) const BZIP2_MAGIC: [u8; 3] = *b"BZh";
pub(crate) const XZ_MAGIC: [u8; 6] = [0xfd, b'7', b'z', b'X', b'Z', 0];
pub(crate) const LZ4_MAGIC: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];

/// Length of a skippable frame's header.
pub(crate) const SKIPPABLE_HEADER_BYTES: usize = 8;

/// The length of what follows the header of a skippable frame, which zstd and lz4 share, if `head` begins with one.
pub(crate) fn skippable(head: &[u8]) -> Option<u64> {
    match head {
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] => Some(u32::from_le_bytes([*a, *b, *c, *d]).into()),
        _ => None,
    }
}

/// How the bytes that begin with `head` are compressed.
pub(crate) fn codec(head: &[u8]) -> Codec {
    let mut rest = head;
    let mut skipped = false;
    // Skippable frames don't tell zstd from lz4: look behind them. When that is too far away, zstd is the likely one.
    while let Some(len) = skippable(rest) {
        skipped = true;
        let next = usize::try_from(len).ok().and_then(|len| rest.get(SKIPPABLE_HEADER_BYTES..)?.get(len..));
        rest = next.unwrap_or_default();
    }
    if rest.starts_with(&LZ4_MAGIC) {
        Codec::Lz4
    } else if skipped || rest.starts_with(&ZSTD_MAGIC) {
        Codec::Zstd
    } else if rest.starts_with(&GZIP_MAGIC) {
        Codec::Gzip
    } else if rest.starts_with(&BZIP2_MAGIC) && rest.get(3).is_some_and(|level| (b'1'..=b'9').contains(level)) {
        Codec::Bzip2
    } else if rest.starts_with(&XZ_MAGIC) {
        Codec::Xz
    } else {
        Codec::None
    }
}

/// What a foreign format is, and what to do about it.
type Foreign = (&'static str, &'static str);

const UNPACK: &str = "unpack it, and give the .sql file inside (or pipe it in with -)";
const RECOMPRESS: &str = "decompress it first, or pipe it in: … | dumpstream … -";
const DECRYPT: &str = "decrypt it first, or pipe it in: … | dumpstream … -";
const NOT_MYSQL: &str = "only SQL dumps of mysqldump and mariadb-dump can be restored";
const PHYSICAL: &str = "only SQL dumps can be restored; make one with mysqldump or mariadb-dump";
const TO_UTF8: &str =
    "convert it with: iconv -f UTF-16 -t UTF-8 (PowerShell's > wrote it? use mysqldump --result-file)";

/// Signatures at the very beginning.
const AT_START: &[(&[u8], Foreign)] = &[
    (b"PK\x03\x04", ("a zip archive", UNPACK)),
    (b"PK\x05\x06", ("an empty zip archive", UNPACK)),
    (b"PK\x07\x08", ("a zip archive in parts", UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", ("a 7z archive", UNPACK)),
    (b"Rar!\x1a\x07", ("a rar archive", UNPACK)),
    (b"\x1f\x9d", ("compress (.Z) data", RECOMPRESS)),
    (b"\x1f\xa0", ("compress (.z) data", RECOMPRESS)),
    (b"\x5d\x00\x00", ("lzma data, the format before xz", RECOMPRESS)),
    (b"LZIP", ("lzip data", RECOMPRESS)),
    (b"\x89LZO\x00\r\n\x1a\n", ("lzop data", RECOMPRESS)),
    (b"\x02\x21\x4c\x18", ("lz4 data in its legacy format", RECOMPRESS)),
    (b"\xff\x06\x00\x00sNaPpY", ("snappy data", RECOMPRESS)),
    (b"qpress10", ("a qpress archive", RECOMPRESS)),
    (b"\x78\x9c", ("zlib data", RECOMPRESS)),
    (b"\x78\xda", ("zlib data", RECOMPRESS)),
    (b"Salted__", ("encrypted by openssl", DECRYPT)),
    (b"age-encryption.org/v1", ("encrypted by age", DECRYPT)),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", ("encrypted by age", DECRYPT)),
    (b"-----BEGIN PGP MESSAGE-----", ("encrypted by gpg", DECRYPT)),
    (b"SQLite format 3\0", ("an SQLite database", NOT_MYSQL)),
    (b"PGDMP", ("a PostgreSQL dump in custom format", NOT_MYSQL)),
    (b"--\n-- PostgreSQL database", ("a PostgreSQL dump", NOT_MYSQL)),
    (b"PRAGMA foreign_keys=OFF;", ("an SQLite dump", NOT_MYSQL)),
    (b"\x6d\xe2\x99\x81", ("a MongoDB archive", NOT_MYSQL)),
    (b"REDIS0", ("a Redis snapshot", NOT_MYSQL)),
    (b"TAPE\0\0", ("an SQL Server backup", NOT_MYSQL)),
    (b"PAR1", ("a Parquet file, as RDS snapshot exports hold", PHYSICAL)),
    (b"Obj\x01", ("an Avro file", PHYSICAL)),
    (b"XBSTCK01", ("a physical backup of XtraBackup or mariabackup", "prepare and copy it back with that tool")),
    (b"\xfebin", ("a binary log", "turn it into SQL with mysqlbinlog or mariadb-binlog")),
];

/// Refuses what isn't the text of a dump. `head` is what `within` holds, or the source itself.
pub(crate) fn refuse_foreign(head: &[u8], within: Option<Codec>) -> Result<()> {
    let Some((what, hint)) = foreign(head) else {
        return match unknown(head) {
            Some(begin) => Err(Error::source_bad(match within {
                None => format!("the source is neither SQL text nor of a known compression; it begins with {begin}"),
                Some(codec) => format!("the {codec} data doesn't hold SQL text; it begins with {begin}"),
            })
            .hint(NOT_MYSQL)
            .at(|place| place.offset = Some(0))),
            None => Ok(()),
        };
    };
    Err(Error::source_bad(match within {
        None => format!("the source is {what}"),
        Some(codec) => format!("the {codec} data holds {what}"),
    })
    .hint(hint)
    .at(|place| place.offset = Some(0)))
}

/// What the bytes are, if they are something that is known and foreign.
pub(crate) fn foreign(head: &[u8]) -> Option<Foreign> {
    if let Some((_, foreign)) = AT_START.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(*foreign);
    }
    if head.get(257..262) == Some(b"ustar") || is_old_tar(head) {
        return Some(("a tar archive", "extract the .sql file, or pipe it in: tar -xOf … | dumpstream … -"));
    }
    if let Some(foreign) = nested(head) {
        return Some(foreign);
    }
    if is_gpg(head) {
        return Some(("encrypted by gpg", DECRYPT));
    }
    match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            return Some(("UTF-32 text", "convert it with: iconv -f UTF-32 -t UTF-8"));
        }
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Some(("UTF-16 text", TO_UTF8)),
        _ if is_utf16_without_bom(head) => return Some(("UTF-16 text", TO_UTF8)),
        _ => {}
    }
    markup(head)
}

/// A tar header from before `ustar`, by its checksum: the sum of its bytes, with blanks for the checksum's own.
fn is_old_tar(head: &[u8]) -> bool {
    let Some((header, _)) = head.split_first_chunk::<512>() else { return false };
    let field = &header[148..156];
    let octal = field.iter().skip_while(|byte| **byte == b' ').take_while(|byte| (b'0'..=b'7').contains(byte));
    let digits = octal.clone().count();
    let stated = octal.fold(0_u64, |sum, digit| sum * 8 + u64::from(digit - b'0'));
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    let field: u64 = field.iter().map(|byte| u64::from(*byte)).sum();
    header[0] != 0 && digits > 0 && stated == sum - field + 8 * u64::from(b' ')
}

/// Compressed data, which is foreign only inside of compressed data: a source's own is decoded.
fn nested(head: &[u8]) -> Option<Foreign> {
    let what = match codec(head) {
        Codec::None => return None,
        Codec::Gzip => "gzip data once more",
        Codec::Zstd => "zstd data once more",
        Codec::Bzip2 => "bzip2 data once more",
        Codec::Xz => "xz data once more",
        Codec::Lz4 => "lz4 data once more",
    };
    Some((what, "it was compressed twice: undo the outer compression first, and check the job that made it"))
}

/// The first packet of an encrypted OpenPGP message: a session key, for a public key or a passphrase.
fn is_gpg(head: &[u8]) -> bool {
    match head {
        // Old packet format: tag 1 version 3 with one or two length bytes, tag 3 version 4 to 6.
        [0x84, _, 3, ..] | [0x85, _, _, 3, ..] | [0x8c, _, 4..=6, ..] => true,
        // New packet format, tags 1 and 3.
        [0xc1, 0..=191, 3 | 6, ..] | [0xc1, 192..=223, _, 3 | 6, ..] | [0xc3, 0..=191, 4..=6, ..] => true,
        _ => false,
    }
}

/// ASCII letters with a NUL beside each.
fn is_utf16_without_bom(head: &[u8]) -> bool {
    let (pairs, _) = head.as_chunks::<2>();
    let pairs = pairs.get(..pairs.len().min(32)).unwrap_or_default();
    let is = |wide: fn(&[u8; 2]) -> bool| {
        pairs.len() >= 4 && pairs.iter().filter(|pair| wide(pair)).count() * 8 >= pairs.len() * 7
    };
    is(|[low, high]| *low != 0 && *high == 0) || is(|[high, low]| *low != 0 && *high == 0)
}

/// Text that no SQL dump begins with.
fn markup(head: &[u8]) -> Option<Foreign> {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |what: &str| text.get(..what.len()).is_some_and(|text| text.eq_ignore_ascii_case(what.as_bytes()));
    if begins("<!doctype html") || begins("<html") {
        Some(("a web page, not a dump", "the address may need a login, or lead to a page about the file"))
    } else if begins("-- metadata.header ") || begins("-- metadata.partial") {
        Some(("a stream of mydumper's files", "load it with myloader --stream, or make the dump with mysqldump"))
    } else if begins("<?xml") {
        Some(("an XML document", "make the dump without --xml"))
    } else if begins("{") || begins("[") {
        let shell = memchr::memmem::find(text, b"\"dumper\": \"mysqlsh").is_some();
        Some(if shell {
            (
                "a description of a MySQL Shell dump",
                "folders of MySQL Shell can't be read; load them with util.loadDump()",
            )
        } else {
            ("JSON text", NOT_MYSQL)
        })
    } else {
        None
    }
}

/// The first bytes in hexadecimal, if they can't be text.
fn unknown(head: &[u8]) -> Option<String> {
    let text = |byte: &u8| !matches!(byte, 0..=8 | 14..=25 | 27..=31 | 127);
    let begin = head.get(..head.len().min(16)).unwrap_or_default();
    let starts_high = begin.first().is_some_and(|byte| *byte >= 0x80) && !begin.starts_with(b"\xef\xbb\xbf");
    (starts_high || !begin.iter().all(text)).then(|| {
        let bytes: Vec<_> = begin.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        bytes.join(" ")
    })
}
