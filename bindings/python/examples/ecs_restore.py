"""The entry point of an ECS task that refreshes a test database: restores a dump with the login that Secrets Manager keeps,
swaps it in, and publishes the report.

Environment: ``DUMP`` (s3://…), ``SECRET`` (a name or an ARN, as RDS keeps it), ``SCHEMA``; and where they are wanted,
``SHA256``, ``RULES`` (a file), ``REPORTS`` (s3://bucket/prefix), ``TOPIC`` (an SNS topic), ``SSL_CA``. The exit code is the command line's.
ECS stops a task by SIGTERM: the restore then ends cleanly, and the live schema is as it was.
"""

import json
import logging
import os
import signal
import sys
from datetime import datetime, timezone

import boto3

import dumpstream

log = logging.getLogger("refresh")


def main(environment=os.environ):
    """Restores, publishes, and gives the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    report, code, said = None, 0, "refreshed"
    try:
        report = dumpstream.restore(
            environment["DUMP"],
            to=f"mysql:///{environment['SCHEMA']}",
            secret=environment["SECRET"],
            ssl_ca=environment.get("SSL_CA"),
            ssl_mode=environment.get("SSL_MODE"),
            sha256=environment.get("SHA256", "auto"),
            rules=environment.get("RULES"),
            replace=True,
            keep_old=True,
            session=boto3.Session(),
            on_event=progress,
            event_interval=10,
        )
    except KeyboardInterrupt as stopped:
        ended = stopped.__cause__
        report, code, said = getattr(ended, "report", None), 130, str(ended or "stopped")
    except dumpstream.DumpstreamError as error:
        report, code, said = error.report, error.exit_code, str(error)
    log.log(logging.ERROR if code else logging.INFO, "%s", said)
    publish(environment, report, code, said)
    return code


def progress(event):
    """A line in CloudWatch Logs every ten seconds."""
    if isinstance(event, dumpstream.events.Read):
        log.info("%.0f s: %.1f MB read", event.at, event.encoded / 1e6)
    elif isinstance(event, (dumpstream.events.Phase, dumpstream.events.Warning)):
        log.info("%s", event)


def publish(environment, report, code, said):
    """The report into the bucket, and a message to the topic."""
    where = None
    if report is not None and environment.get("REPORTS"):
        bucket, _, prefix = environment["REPORTS"].removeprefix("s3://").partition("/")
        key = f"{prefix.rstrip('/')}/{datetime.now(timezone.utc):%Y%m%dT%H%M%SZ}.json".lstrip("/")
        boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=report.to_json().encode(), ContentType="application/json")
        where = f"s3://{bucket}/{key}"
    if environment.get("TOPIC"):
        message = {"schema": environment["SCHEMA"], "exit_code": code, "said": said, "report": where}
        boto3.client("sns").publish(TopicArn=environment["TOPIC"], Message=json.dumps(message))


if __name__ == "__main__":
    sys.exit(main())
