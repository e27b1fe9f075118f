//! AWS credentials from a session of boto3 or botocore, asked for again when they expire.

use crate::interpreter;
use dumpstream::aws::{AccessKey, AwsOptions};
use pyo3::prelude::*;
use std::time::{Duration, SystemTime};

/// How long a key may be used before the session is asked for the next. Sessions renew theirs ten to fifteen minutes before
/// the end, and don't tell when that is.
const ASK_AGAIN: Duration = Duration::from_secs(300);

/// Signs with what `ask` gives: a callable without arguments that returns an access key, a secret and a session token or
/// `None`.
pub(crate) fn signing(aws: AwsOptions, ask: Option<&Py<PyAny>>, py: Python<'_>) -> AwsOptions {
    let Some(ask) = ask.map(|ask| ask.clone_ref(py)) else { return aws };
    aws.credentials_from(move || {
        let (id, secret, session_token): (String, String, Option<String>) =
            interpreter::called(|py| ask.call0(py)?.extract(py))?;
        let expires = session_token.is_some().then(|| SystemTime::now() + ASK_AGAIN);
        Ok(AccessKey { id, secret, session_token, expires })
    })
}
