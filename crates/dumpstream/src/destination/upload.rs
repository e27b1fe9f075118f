//! An object in S3: uploaded in parts, several at a time, and completed at the end or not at all.
//!
//! The upload is created when the destination is opened, so that what isn't allowed shows before any work is done. Until it
//! is completed, nothing bears the object's name; S3 keeps the parts of one that was given up until they are told to go,
//! so [`Upload::abort`] tells it, and looks whether they went; where they may be left, its error says how to remove them.
//! Each part and the whole object have a CRC64NVME, which S3 compares with what it got.
//!
//! Where the completion fails, or isn't waited for, the upload is aborted, and the object is looked at: whether it is this one, and
//! came there since. Without it, an upload that could be aborted was not completed.

use super::DestinationOptions;
use crate::aws::{KeptS3, S3Url, explain, shell_quoted};
use crate::error::{Error, ErrorKind, Result};
use crate::stop::Stop;
use crate::target::connect::random;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::operation::head_object::HeadObjectOutput;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, ChecksumType, CompletedMultipartUpload, CompletedPart, ServerSideEncryption,
    StorageClass,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::{DateTime, base64};
use bytes::{Bytes, BytesMut};
use crc_fast::CrcAlgorithm;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::{Duration, Instant};
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

/// How often an upload is told to go, while parts of it are left.
const ABORTS_MAX: u32 = 5;

/// How often a part is sent. With the pauses between, a network that is away for a minute and an S3 that asks for patience are
/// lived through: an output may be the work of hours.
const ATTEMPTS_MAX: u32 = 12;

/// Sizes and time limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Size of the first parts.
    pub(super) part_bytes: usize,
    /// How long one part may take until it isn't sent again, and at each attempt: 64 MiB on a line that others use as well.
    part: (Duration, Duration),
    /// How long the completion may take: S3 itself says that it may be minutes for many parts.
    complete: (Duration, Duration),
    /// The first pause before a part is sent again, and the longest.
    retry: (Duration, Duration),
    /// How long giving up may take: somebody may have pressed Ctrl-C.
    abort: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            part_bytes: PART_BYTES,
            part: (seconds(900), seconds(180)),
            complete: (seconds(1_200), seconds(300)),
            retry: (Duration::from_millis(500), seconds(20)),
            abort: seconds(30),
        }
    }
}

/// An upload under way.
#[derive(Debug)]
pub(super) struct Upload {
    client: Client,
    url: S3Url,
    id: String,
    overwrite: bool,
    /// Of the object that is to be replaced: its version, and when it came there.
    before: Option<(Option<String>, Option<DateTime>)>,
    memory_bytes: usize,
    limits: Limits,
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
    /// Bytes that its parts may take.
    pub(super) fn memory_bytes(&self) -> usize {
        self.memory_bytes
    }

    /// Begins an upload, unless the object exists and must not be replaced.
    pub(super) async fn open(url: &S3Url, options: &DestinationOptions) -> Result<Self> {
        if url.version.is_some() {
            return Err(Error::usage("a version of an object can't be written").hint("leave out ?versionId="));
        }
        let look = |client: Client| {
            let head = client.head_object().bucket(&url.bucket).key(&url.key);
            async move { head.send().await }
        };
        let (client, found) = options.aws.ask_s3(&KeptS3::default(), look).await?;
        // S3 itself refuses it at the end; this spares the work until then. What can't be looked at may be absent.
        if found.is_ok() && !options.overwrite {
            return Err(exists());
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
            before: found.ok().map(|head| when(&head)),
            memory_bytes: options.memory_bytes,
            limits: options.upload,
            buffer: BytesMut::new(),
            part_bytes: options.upload.part_bytes,
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
        let part = upload_part(self.client.clone(), self.url.clone(), self.id.clone(), number, body, self.limits);
        self.running.spawn(part);
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

    /// Sends what is left and makes the object appear, unless the run is to end before. Gives its bytes.
    pub(super) async fn finish(&mut self, stop: &Stop) -> Result<u64> {
        tokio::select! {
            biased;
            () = stop.tripped() => return Err(stop.cause()),
            sent = self.send_rest() => sent?,
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
        let done = tokio::select! {
            biased;
            () = stop.tripped() => None,
            done = complete.customize().config_override(within(self.limits.complete)).send() => Some(done),
        };
        let error = match done {
            Some(Ok(done)) => {
                self.over = true;
                return match done.checksum_crc64_nvme() {
                    Some(theirs) if theirs != crc => Err(Error::target("S3 made another object than was sent")
                        .hint("remove it, and write the output again")
                        .leaving("what is under the output's name now is not the output")),
                    _ => Ok(self.bytes),
                };
            }
            Some(Err(e)) => {
                let status = e.raw_response().map(|r| r.status().as_u16());
                let taken = !self.overwrite && matches!(status, Some(409 | 412));
                if taken { exists() } else { explain(ErrorKind::Target, "completing the upload", e) }
            }
            None => stop.cause(),
        };
        // S3 may have done it all the same, or may do it yet; an answer that was lost makes a second request meet what the first
        // one made, or come too late.
        self.over = true;
        match abort(&self.client, &self.url, &self.id, self.limits.abort).await {
            _ if self.is_there(&crc).await => Ok(self.bytes),
            Ok(Was::There) => Err(error),
            Ok(Was::Gone) if error.kind() == ErrorKind::Usage => Err(error),
            Ok(Was::Gone) => Err(error.leaving(
                "the upload is over, but S3 doesn't say whether the object is there: look at it before it is used",
            )),
            Err(left) => Err(error.leaving(format!(
                "S3 doesn't say whether the object is there: look at it before it is used; {left}, and this removes them: {}",
                left.hint_text().unwrap_or_default()
            ))),
        }
    }

    async fn send_rest(&mut self) -> Result<()> {
        // S3 wants a part even of nothing.
        if !self.buffer.is_empty() || self.begun == 0 {
            self.send_part().await?;
        }
        while !self.running.is_empty() {
            self.take_one().await?;
        }
        Ok(())
    }

    /// Whether the object is there, and is this one: an older one may well have the same bytes.
    async fn is_there(&self, crc: &str) -> bool {
        let head = self.client.head_object().bucket(&self.url.bucket).key(&self.url.key);
        match head.checksum_mode(ChecksumMode::Enabled).send().await {
            Ok(head) => {
                head.checksum_crc64_nvme() == Some(crc)
                    && head.content_length().and_then(|n| u64::try_from(n).ok()) == Some(self.bytes)
                    && self.before.as_ref() != Some(&when(&head))
            }
            Err(_) => false,
        }
    }

    /// Gives the upload up, and sees to it that no parts are left. The error is that they may be.
    pub(super) async fn abort(&mut self) -> Result<()> {
        if self.over {
            return Ok(());
        }
        self.over = true;
        self.running.shutdown().await;
        abort(&self.client, &self.url, &self.id, self.limits.abort).await.map(|_| ())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let (client, url, id, limit) = (self.client.clone(), self.url.clone(), self.id.clone(), self.limits.abort);
        let mut running = std::mem::take(&mut self.running);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                running.shutdown().await;
                // Nobody is there to be told otherwise.
                if let Err(left) = abort(&client, &url, &id, limit).await {
                    tracing::warn!("{left}: {}", left.hint_text().unwrap_or_default());
                }
            });
        }
    }
}

/// What tells an object from the one that was under its name before.
fn when(head: &HeadObjectOutput) -> (Option<String>, Option<DateTime>) {
    (head.version_id().map(str::to_owned), head.last_modified().copied())
}

/// The configuration of a request that may take so long, in all and at each attempt.
fn within((all, attempt): (Duration, Duration)) -> aws_sdk_s3::config::Builder {
    let timeouts = TimeoutConfig::builder().operation_timeout(all).operation_attempt_timeout(attempt).build();
    aws_sdk_s3::config::Builder::new().timeout_config(timeouts)
}

async fn upload_part(
    client: Client,
    url: S3Url,
    id: String,
    number: i32,
    body: Bytes,
    limits: Limits,
) -> Result<CompletedPart> {
    let crc = crc_fast::checksum(CrcAlgorithm::Crc64Nvme, &body).to_be_bytes();
    let crc = base64::encode(crc);
    let (begun, (all, attempt)) = (Instant::now(), limits.part);
    let (mut pause, longest) = limits.retry;
    let mut attempts = 0;
    let sent = loop {
        attempts += 1;
        let send = client
            .upload_part()
            .bucket(&url.bucket)
            .key(&url.key)
            .upload_id(&id)
            .part_number(number)
            .checksum_crc64_nvme(&crc)
            .body(ByteStream::from(body.clone()))
            .customize()
            // The SDK has all requests of the process share so many retries, and parts on their way at once use them up.
            .config_override(within((attempt, attempt)).retry_config(RetryConfig::disabled()))
            .send();
        let e = match send.await {
            Ok(sent) => break sent,
            Err(e) => explain(ErrorKind::Target, &format!("uploading part {number}"), e),
        };
        if !e.is_transient() || attempts == ATTEMPTS_MAX || begun.elapsed() >= all {
            return Err(e);
        }
        tracing::debug!("{e}; trying again");
        // Not all of them at the same moment.
        let jitter = (random() >> 11) as f64 / (1_u64 << 53) as f64;
        tokio::time::sleep(pause.mul_f64(0.5 + jitter / 2.0)).await;
        pause = longest.min(2 * pause);
    };
    if sent.checksum_crc64_nvme().is_some_and(|theirs| theirs != crc) {
        return Err(Error::target(format!("uploading part {number}: S3 has another checksum of it than was sent"))
            .hint("try again; something on the way damages what is sent")
            .transient());
    }
    Ok(CompletedPart::builder()
        .part_number(number)
        .set_e_tag(sent.e_tag().map(str::to_owned))
        .checksum_crc64_nvme(crc)
        .build())
}

/// What an upload was when it was told to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Was {
    /// Not completed, and now it can't be any more.
    There,
    /// S3 knew nothing of it: it was completed, or aborted by somebody else.
    Gone,
}

/// Tells an upload to go. A part that was on its way may arrive after the first time; then there is something to tell to
/// go again.
async fn abort(client: &Client, url: &S3Url, id: &str, limit: Duration) -> Result<Was> {
    let absent = |response: Option<&HttpResponse>| response.is_some_and(|r| r.status().as_u16() == 404);
    let aborting = async {
        let mut was = None;
        let mut n = 0;
        loop {
            n += 1;
            let aborted = client.abort_multipart_upload().bucket(&url.bucket).key(&url.key).upload_id(id).send().await;
            let done = match &aborted {
                Ok(_) => Some(Was::There),
                Err(e) if absent(e.raw_response()) => Some(Was::Gone),
                Err(_) => None,
            };
            was = was.or(done);
            let left = client.list_parts().bucket(&url.bucket).key(&url.key).upload_id(id).send().await;
            match (left, was, aborted) {
                (Err(e), _, _) if absent(e.raw_response()) => return Ok(was.unwrap_or(Was::There)),
                // Without s3:ListMultipartUploadParts, the word of the abort has to do.
                (Err(_), Some(was), _) => return Ok(was),
                (_, _, Err(e)) if n == ABORTS_MAX => return Err(explain(ErrorKind::Target, "aborting the upload", e)),
                _ if n == ABORTS_MAX => return Err(Error::target("aborting the upload: its parts do not go")),
                _ => tokio::time::sleep(Duration::from_millis(200) * n).await,
            }
        }
    };
    let aborted = tokio::time::timeout(limit, aborting).await;
    let aborted = aborted.unwrap_or_else(|_| Err(Error::target("aborting the upload: S3 did not answer in time")));
    aborted.map_err(|e| {
        let command = format!(
            "aws s3api abort-multipart-upload --bucket {} --key {} --upload-id {}",
            url.bucket,
            shell_quoted(&url.key),
            shell_quoted(id)
        );
        Error::target("parts of an unfinished upload may be left in the bucket").hint(command).caused_by(e)
    })
}

/// Adds to why an output was given up that something is left of it.
pub(super) fn and_left(e: Error, left: &Error) -> Error {
    let command = left.hint_text().unwrap_or_default();
    e.leaving(format!("nothing was put under the output's name; {left}, and this removes them: {command}"))
}

fn exists() -> Error {
    Error::usage("the object exists already").hint("name another one, or say --overwrite")
}

#[cfg(test)]
mod tests;
