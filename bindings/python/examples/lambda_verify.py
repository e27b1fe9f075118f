"""A Lambda that verifies each dump that is uploaded, and tags it with what came of it.

Its trigger is S3's ``ObjectCreated``, for keys that end like dumps. The object is read as a stream: no disk is needed, and
512 MB of memory are enough for any size; what fits into Lambda's 15 minutes is some 100 GB of dump text. Needs s3:GetObject,
s3:GetObjectTagging and s3:PutObjectTagging.
"""

from urllib.parse import unquote_plus

import boto3

import dumpstream


def handler(event, context):
    """Verifies the objects of the event. Raises for the first that isn't whole, so that its alarm goes off."""
    return [verify(record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])) for record in event["Records"]]


def verify(bucket, key):
    """Verifies one object."""
    session = boto3.Session()
    try:
        report = dumpstream.verify(f"s3://{bucket}/{key}", memory="256MiB", session=session)
    except dumpstream.SourceError as error:
        # One that couldn't be read says nothing of the dump.
        if error.line or isinstance(error, (dumpstream.TruncatedDump, dumpstream.ChecksumMismatch)):
            tag(session, bucket, key, f"damaged at line {error.line}" if error.line else "damaged")
        raise
    tag(session, bucket, key, "whole")
    return {
        "key": key,
        "sha256": report.source.sha256,
        "rows": report.rows,
        "tables": len(report.tables),
        "producer": report.source.producer,
        "warnings": [warning.message for warning in report.warnings],
    }


def tag(session, bucket, key, said):
    """Sets the tag ``dumpstream``, and leaves the others as they are."""
    s3 = session.client("s3")
    others = [t for t in s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"] if t["Key"] != "dumpstream"]
    tags = [*others, {"Key": "dumpstream", "Value": said}]
    s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": tags})
