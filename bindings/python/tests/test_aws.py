"""Credentials and objects, with moto in AWS's place."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import pytest
from test_reports import unknown

import dumpstream

boto3 = pytest.importorskip("boto3")
pytest.importorskip("moto")


@pytest.fixture
def session() -> Any:
    return boto3.Session("test-id", "test-secret", region_name="us-east-1")


@pytest.fixture
def bucket(endpoint: str, session: Any, small: str) -> str:
    s3 = session.client("s3", endpoint_url=endpoint)
    s3.create_bucket(Bucket="dumps")
    s3.upload_file(small, "dumps", "small.sql")
    return "s3://dumps"


def test_a_session_reads_and_writes_objects(bucket: str, session: Any, endpoint: str, tmp_path: Path) -> None:
    aws = {"session": session, "endpoint_url": endpoint}
    assert dumpstream.verify(f"{bucket}/small.sql", **aws).rows == 7
    rules = Path(__file__).parent / "rules.yaml"
    report = dumpstream.scrub(
        f"{bucket}/small.sql", output=f"{bucket}/out.sql.gz", rules=rules, tag={"DataClass": "scrubbed"}, **aws
    )
    body = session.client("s3", endpoint_url=endpoint).get_object(Bucket="dumps", Key="out.sql.gz")["Body"].read()
    assert report.destination.sha256 == hashlib.sha256(body).hexdigest()
    # And a body of boto3's is a file object.
    body = session.client("s3", endpoint_url=endpoint).get_object(Bucket="dumps", Key="small.sql")["Body"]
    assert dumpstream.verify(body).rows == 7


def test_reports_go_to_objects(bucket: str, session: Any, endpoint: str) -> None:
    aws: "dict[str, Any]" = {"session": session, "endpoint_url": endpoint}
    s3 = session.client("s3", endpoint_url=endpoint)
    s3.put_object_tagging(Bucket="dumps", Key="small.sql", Tagging={"TagSet": [{"Key": "Team", "Value": "data"}]})
    report = dumpstream.verify(
        f"{bucket}/small.sql",
        report=f"{bucket}/verified.json",
        tag={"Kind": "report"},
        metadata=["job=17"],
        storage_class="STANDARD_IA",
        **aws,
    )
    written = s3.get_object(Bucket="dumps", Key="verified.json")
    assert json.loads(written["Body"].read()) == report.to_dict()
    assert written["Metadata"] == {"job": "17"} and written["StorageClass"] == "STANDARD_IA"
    tags = s3.get_object_tagging(Bucket="dumps", Key="verified.json")["TagSet"]
    assert tags == [{"Key": "Kind", "Value": "report"}]
    # What S3 says of the source is in it.
    source = report.source.object
    assert source is not None and source.tags == {"Team": "data"} and source.storage_class == "STANDARD"
    assert unknown(type(report), report.to_dict(), "VerifyReport") == []
    # A restore's too, and a scrub's as Markdown.
    dumpstream.restore(f"{bucket}/small.sql", to="null", report=f"{bucket}/restored.json", **aws)
    assert s3.get_object(Bucket="dumps", Key="restored.json")["ContentLength"] > 0
    rules = Path(__file__).parent / "rules.yaml"
    told = dumpstream.scrub(
        f"{bucket}/small.sql", output=f"{bucket}/out.sql", overwrite=True, rules=rules, report=f"{bucket}/out.md", **aws
    )
    assert s3.get_object(Bucket="dumps", Key="out.md")["Body"].read().decode() == told.markdown


def test_a_session_of_botocore_is_asked_again(bucket: str, endpoint: str) -> None:
    from botocore.credentials import RefreshableCredentials
    from botocore.session import Session

    asked = []

    def refresh() -> "dict[str, str]":
        asked.append(1)
        expiry = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        return {"access_key": "id", "secret_key": "secret", "token": "token", "expiry_time": expiry}

    session: Any = Session()
    session._credentials = RefreshableCredentials.create_from_metadata(refresh(), refresh, "test")
    session.set_config_variable("region", "us-east-1")
    assert dumpstream.verify(f"{bucket}/small.sql", session=session, endpoint_url=endpoint).rows == 7
    assert asked


def test_sessions_that_have_nothing(bucket: str, endpoint: str, session: Any) -> None:
    class Empty:
        region_name = "us-east-1"

        def get_credentials(self) -> None:
            return None

    with pytest.raises(dumpstream.DumpstreamError, match="the session has no AWS credentials"):
        dumpstream.verify(f"{bucket}/small.sql", session=Empty(), endpoint_url=endpoint)
    with pytest.raises(TypeError):
        dumpstream.verify(f"{bucket}/small.sql", session=object(), endpoint_url=endpoint)
    with pytest.raises(dumpstream.UsageError):
        dumpstream.verify(f"{bucket}/small.sql", session=session, profile="p")


def test_a_secret_is_the_login(server: dumpstream.Sandbox, session: Any, endpoint: str, small: str) -> None:
    from conftest import Client

    Client(server.port).ask("CREATE USER loader@'%' IDENTIFIED BY 'from-the-secret'; GRANT ALL ON *.* TO loader@'%'")
    secret = {"username": "loader", "password": "from-the-secret", "host": "127.0.0.1", "port": server.port}
    secrets = session.client("secretsmanager", endpoint_url=endpoint)
    secrets.create_secret(Name="db/admin", SecretString=json.dumps(secret))
    report = dumpstream.restore(
        small,
        to="mysql:///by_secret",
        secret="db/admin",
        ssl_mode="disabled",
        session=session,
        endpoint_url=endpoint,
    )
    assert report.rows == 7 and "from-the-secret" not in repr(report) + report.to_json()


@pytest.mark.parametrize("form", ["url", "airflow", "sqlalchemy", "object", "plain object", "mapping", "of a secret", "password"])
def test_every_form_of_a_target(form: str, server: dumpstream.Sandbox, small: str) -> None:
    from conftest import Client

    password = "p@ss/w?rd:%"
    Client(server.port).ask(
        "CREATE USER IF NOT EXISTS app@'127.0.0.1' IDENTIFIED BY 'p@ss/w?rd:%'; GRANT ALL ON *.* TO app@'127.0.0.1'"
    )
    quoted, port = "p%40ss%2Fw%3Frd%3A%25", server.port
    parts = {"host": "127.0.0.1", "port": port, "user": "app", "password": password, "database": "forms"}
    options: "dict[str, Any]" = {}
    to: Any
    if form == "url":
        to = f"mysql://app:{quoted}@127.0.0.1:{port}/forms"
    elif form == "sqlalchemy":
        to = f"mysql+pymysql://app:{quoted}@127.0.0.1:{port}/forms?charset=utf8mb4"
    elif form == "airflow":
        to = f"mysql://app:{quoted}@127.0.0.1:{port}/forms?charset=utf8mb4"
    elif form.endswith("object"):
        url = pytest.importorskip("sqlalchemy").engine.URL
        driver = "mysql" if form == "plain object" else "mysql+pymysql"
        to = url.create(driver, query={"charset": "utf8mb4"}, **_of_sqlalchemy(parts))
    elif form == "mapping":
        to = parts
    elif form == "of a secret":
        to = json.loads(json.dumps({**parts, "engine": "mysql", "dbInstanceIdentifier": "i"}))
    else:
        to, options = f"mysql://app@127.0.0.1:{port}/forms", {"password": password}
    report = dumpstream.restore(small, to=to, replace=True, **options)
    assert report.target.databases == ("forms",) and report.target.name == f"mysql://app@127.0.0.1:{port}/forms"
    assert not [w for w in report.warnings if "password" in w.code]


def _of_sqlalchemy(parts: "dict[str, Any]") -> "dict[str, Any]":
    return {"username" if key == "user" else key: value for key, value in parts.items()}


def test_a_socket_by_either_spelling(server: dumpstream.Sandbox, small: str) -> None:
    for to in (
        {"user": "root", "unix_socket": server.socket, "database": "by_socket"},
        f"mysql+mysqldb://root@/by_socket?unix_socket={server.socket}",
    ):
        assert dumpstream.restore(small, to=to, replace=True).rows == 7


def test_targets_that_are_none(small: str) -> None:
    refused: "list[tuple[Any, str]]" = [
        ({"hots": "x"}, "'hots'"),
        ({"host": "x", "hostname": "y"}, "twice"),
        ("mysql+pymysql://u@h/d?charset=latin1", "charset"),
        ("mysql+pymysql://u@h/d?autocommit=true", "'autocommit'"),
        ("postgresql://u@h/d", "no known form"),
        ({"hots": "x"}, "unix_socket, ssl_mode, ssl_ca"),
        ("mysql+pymysql://u:***@h/d", "pass the URL object"),
        ("mysql://u:***@h/d", "pass the URL object"),
        ("mysql://u@h/d?charset=utf8&nonsense=1", "`nonsense`"),
    ]
    for to, words in refused:
        with pytest.raises(dumpstream.UsageError) as failed:
            dumpstream.restore(small, to=to)
        assert words in str(failed.value)
    for nothing in (3, Path("x"), {"host": "x", "password": 3}):
        with pytest.raises(TypeError):
            dumpstream.restore(small, to=nothing)  # type: ignore[arg-type]
