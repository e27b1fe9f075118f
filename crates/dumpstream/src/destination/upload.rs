//! An object in S3: uploaded in parts, several at a time, and completed at the end or not at all.
//!
//! The upload is created when the destination is opened, so that what isn't allowed shows before any work is done. Until it
//! is completed, nothing bears the object's name; S3 keeps the parts of one that was given up until they are told to go,
//! so [`Upload::abort`] tells it, and looks whether they went. Each part and the whole object have a CRC64NVME, which S3
//! compares with what it got.

use super::DestinationOptions;
use crate::aws::{S3Url, explain};
use crate::error::{Error, ErrorKind, Result};
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, ChecksumType, CompletedMultipartUpload, CompletedPart, ServerSideEncryption,
    StorageClass,
};
use aws_smithy_types::base64;
use bytes::{Bytes, BytesMut};
use crc_fast::CrcAlgorithm;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use tokio::task::JoinSet;

/// Size of the first parts. S3 takes no smaller ones than 5 MiB, but for the last.
pub(super) const PART_BYTES: usize = 8 << 20;

/// Largest part. With S3's limit of [`PARTS_MAX`], an object of about 500 GiB can be written.
const PART_BYTES_MAX: usize = 64 << 20;

/// After so many parts each, their size doubles.
const PARTS_PER_SIZE: usize = 1_000;

/// Most parts that S3 allows.
const PARTS_MAX: usize = 10_000;

/// Parts on their way at once, if the memory allows.
const PARALLEL_MAX: usize = 16;

/// How long one part may take, in all and at each attempt.
const PART_TIMEOUT: Duration = Duration::from_secs(900);
const PART_ATTEMPT_TIMEOUT: Duration = Duration::from_secs(180);

/// How often an upload is told to go, while parts of it are left.
const ABORTS_MAX: u32 = 5;

/// An upload under way.
#[derive(Debug)]
pub(super) struct Upload {
    client: Client,
    url: S3Url,
    id: String,
    overwrite: bool,
    memory_bytes: usize,
    buffer: BytesMut,
    part_bytes: usize,
    begun: usize,
    running: JoinSet<Result<CompletedPart>>,
    parts: Vec<CompletedPart>,
    whole: Box<crc_fast::Digest>,
    bytes: u64,
    /// It was completed or aborted.
    over: bool,
}

impl Upload {
    /// Begins an upload, unless the object exists and must not be replaced.
    pub(super) async fn open(url: &S3Url, options: &DestinationOptions) -> Result<Self> {
        if url.version.is_some() {
            return Err(Error::usage("a version of an object can't be written").hint("leave out ?versionId="));
        }
        let client = options.aws.s3().await?;
        if !options.overwrite {
            // S3 itself refuses it at the end; this spares the work until then. What can't be looked at may be absent.
            let head = client.head_object().bucket(&url.bucket).key(&url.key).send().await;
            if head.is_ok() {
                return Err(exists());
            }
        }
        let mut create = client
            .create_multipart_upload()
            .bucket(&url.bucket)
            .key(&url.key)
            .checksum_algorithm(ChecksumAlgorithm::Crc64Nvme)
            .checksum_type(ChecksumType::FullObject);
        if let Some(key) = &options.sse_kms_key {
            create = create.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key);
        }
        if let Some(class) = &options.storage_class {
            create = create.storage_class(StorageClass::from(class.as_str()));
        }
        if !options.tags.is_empty() {
            let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
            let tags: Vec<_> = options.tags.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
            create = create.tagging(tags.join("&"));
        }
        for (name, value) in &options.metadata {
            create = create.metadata(name, value);
        }
        let created = create.send().await.map_err(|e| explain(ErrorKind::Target, "beginning the upload", e))?;
        let id = created.upload_id().map(str::to_owned).ok_or_else(|| {
            Error::target("S3 began no upload").hint("check --endpoint-url: it has to be an S3 service")
        })?;
        Ok(Self {
            client,
            url: url.clone(),
            id,
            overwrite: options.overwrite,
            memory_bytes: options.memory_bytes,
            buffer: BytesMut::new(),
            part_bytes: PART_BYTES,
            begun: 0,
            running: JoinSet::new(),
            parts: Vec::new(),
            whole: Box::new(crc_fast::Digest::new(CrcAlgorithm::Crc64Nvme)),
            bytes: 0,
            over: false,
        })
    }

    /// Takes the next bytes; waits while as many parts are on their way as the memory allows.
    pub(super) async fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.whole.update(bytes);
        self.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            if self.buffer.capacity() == 0 {
                self.buffer.reserve(self.part_bytes);
            }
            let room = self.part_bytes - self.buffer.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffer.extend_from_slice(now);
            bytes = later;
            if self.buffer.len() == self.part_bytes {
                self.send_part().await?;
            }
        }
        Ok(())
    }

    async fn send_part(&mut self) -> Result<()> {
        if self.begun == PARTS_MAX {
            return Err(Error::target(format!("S3 takes {PARTS_MAX} parts at most, and the output has more"))
                .hint("write it compressed, or to a file"));
        }
        // One more is being filled.
        let parallel = (self.memory_bytes / self.part_bytes).saturating_sub(1).clamp(1, PARALLEL_MAX);
        while self.running.len() >= parallel {
            self.take_one().await?;
        }
        self.begun += 1;
        let number = i32::try_from(self.begun).unwrap_or(i32::MAX);
        let body = std::mem::take(&mut self.buffer).freeze();
        if self.begun.is_multiple_of(PARTS_PER_SIZE) {
            self.part_bytes = (2 * self.part_bytes).min(PART_BYTES_MAX);
        }
        self.running.spawn(upload_part(self.client.clone(), self.url.clone(), self.id.clone(), number, body));
        Ok(())
    }

    async fn take_one(&mut self) -> Result<()> {
        match self.running.join_next().await {
            Some(Ok(part)) => self.parts.push(part?),
            Some(Err(e)) => return Err(Error::target("uploading a part ended abruptly").caused_by(e)),
            None => {}
        }
        Ok(())
    }

    /// Sends what is left and makes the object appear. Gives its bytes.
    pub(super) async fn finish(&mut self) -> Result<u64> {
        // S3 wants a part even of nothing.
        if !self.buffer.is_empty() || self.begun == 0 {
            self.send_part().await?;
        }
        while !self.running.is_empty() {
            self.take_one().await?;
        }
        let mut parts = std::mem::take(&mut self.parts);
        parts.sort_by_key(CompletedPart::part_number);
        let crc = base64::encode(self.whole.finalize().to_be_bytes());
        let mut complete = self
            .client
            .complete_multipart_upload()
            .bucket(&self.url.bucket)
            .key(&self.url.key)
            .upload_id(&self.id)
            .checksum_crc64_nvme(&crc)
            .checksum_type(ChecksumType::FullObject)
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build());
        if !self.overwrite {
            complete = complete.if_none_match("*");
        }
        match complete.send().await {
            Ok(_) => {}
            Err(e) => {
                let status = e.raw_response().map(|r| r.status().as_u16());
                // An answer that was lost makes a second request meet what the first one made.
                if !self.is_there(&crc).await {
                    return Err(match status {
                        Some(409 | 412) if !self.overwrite => exists(),
                        _ => explain(ErrorKind::Target, "completing the upload", e),
                    });
                }
            }
        }
        self.over = true;
        Ok(self.bytes)
    }

    /// Whether the object is there, and is this one.
    async fn is_there(&self, crc: &str) -> bool {
        let head = self.client.head_object().bucket(&self.url.bucket).key(&self.url.key);
        match head.checksum_mode(ChecksumMode::Enabled).send().await {
            Ok(head) => {
                head.checksum_crc64_nvme() == Some(crc)
                    && head.content_length().and_then(|n| u64::try_from(n).ok()) == Some(self.bytes)
            }
            Err(_) => false,
        }
    }

    /// Gives the upload up, and sees to it that no parts are left.
    pub(super) async fn abort(&mut self) {
        if self.over {
            return;
        }
        self.over = true;
        self.running.shutdown().await;
        abort(&self.client, &self.url, &self.id).await;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let (client, url, id) = (self.client.clone(), self.url.clone(), self.id.clone());
        let mut running = std::mem::take(&mut self.running);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                running.shutdown().await;
                abort(&client, &url, &id).await;
            });
        }
    }
}

async fn upload_part(client: Client, url: S3Url, id: String, number: i32, body: Bytes) -> Result<CompletedPart> {
    let crc = crc_fast::checksum(CrcAlgorithm::Crc64Nvme, &body).to_be_bytes();
    let crc = base64::encode(crc);
    let timeouts = TimeoutConfig::builder()
        .operation_timeout(PART_TIMEOUT)
        .operation_attempt_timeout(PART_ATTEMPT_TIMEOUT)
        .build();
    let sent = client
        .upload_part()
        .bucket(&url.bucket)
        .key(&url.key)
        .upload_id(id)
        .part_number(number)
        .checksum_crc64_nvme(&crc)
        .body(ByteStream::from(body))
        .customize()
        .config_override(aws_sdk_s3::config::Builder::new().timeout_config(timeouts))
        .send()
        .await
        .map_err(|e| explain(ErrorKind::Target, &format!("uploading part {number}"), e))?;
    Ok(CompletedPart::builder()
        .part_number(number)
        .set_e_tag(sent.e_tag().map(str::to_owned))
        .checksum_crc64_nvme(crc)
        .build())
}

/// A part that was on its way may arrive after the first time; then there is something to tell to go again.
async fn abort(client: &Client, url: &S3Url, id: &str) {
    for n in 0..ABORTS_MAX {
        let aborted = client.abort_multipart_upload().bucket(&url.bucket).key(&url.key).upload_id(id).send().await;
        let left = client.list_parts().bucket(&url.bucket).key(&url.key).upload_id(id).send().await;
        match left {
            Err(e) if e.raw_response().is_some_and(|r| r.status().as_u16() == 404) => return,
            // Without s3:ListMultipartUploadParts, the word of the abort has to do.
            Err(_) if aborted.is_ok() => return,
            _ => tokio::time::sleep(Duration::from_millis(200) * (n + 1)).await,
        }
    }
    tracing::warn!("an upload could not be aborted; aws s3api list-multipart-uploads shows it");
}

fn exists() -> Error {
    Error::usage("the object exists already").hint("name another one, or say --overwrite")
}
