"""The examples, with moto in AWS's place and a real server."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import ModuleType
from typing import Any, Dict, List

import pytest
from conftest import Client, dump_of

import dumpstream

boto3 = pytest.importorskip("boto3")
EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.syspath_prepend(str(EXAMPLES))


def example(name: str) -> ModuleType:
    sys.modules.pop(name, None)
    return importlib.import_module(name)


def bucket(name: str, **objects: bytes) -> Any:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=name)
    for key, body in objects.items():
        s3.put_object(Bucket=name, Key=key, Body=body)
    return s3


class Ecs:
    """ECS's answers, as they come."""

    def __init__(self, *answers: Dict[str, Any]) -> None:
        self.answers = list(answers)
        self.asked: List[Dict[str, Any]] = []

    def __call__(self, service: str) -> "Ecs":
        assert service == "ecs"
        return self

    def _next(self, **asked: Any) -> Dict[str, Any]:
        self.asked.append(asked)
        return self.answers.pop(0)

    run_task = describe_tasks = _next


def stopped(code: "int | None", **more: Any) -> Dict[str, Any]:
    container = {"name": "restore", **({} if code is None else {"exitCode": code})}
    return {"tasks": [{"lastStatus": "STOPPED", "containers": [container], **more}], "failures": []}


ASKED = {
    "cluster": "c",
    "taskDefinition": "restore:3",
    "subnets": ["subnet-1"],
    "securityGroups": ["sg-1"],
    "dump": "s3://dumps/d.sql",
    "sha256": "ab",
}


def test_an_automation_starts_a_task_and_watches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ssm = example("ssm_start_restore")
    running = {"tasks": [{"lastStatus": "RUNNING", "containers": []}], "failures": []}
    ecs = Ecs({"tasks": [{"taskArn": "arn:t"}], "failures": []}, running, stopped(0))
    monkeypatch.setattr(ssm.boto3, "client", ecs)
    started = ssm.start(ASKED, None)
    assert started == {"taskArn": "arn:t"}
    assert ecs.asked[0]["overrides"]["containerOverrides"][0]["environment"] == [
        {"name": "DUMP", "value": "s3://dumps/d.sql"},
        {"name": "SHA256", "value": "ab"},
    ]
    watched = {"cluster": "c", "poll": 0, **started}
    assert ssm.watch({**watched, "seconds": 0}, None) == {"done": False, "status": "RUNNING"}
    assert ssm.watch(watched, None) == {"done": True, "exitCode": 0}


def test_moto_takes_what_the_automation_asks(endpoint: str) -> None:
    ssm = example("ssm_start_restore")
    ec2 = boto3.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="c")
    ecs.register_task_definition(
        family="restore",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "restore", "image": "restore", "cpu": 256, "memory": 512}],
    )
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    asked = {**ASKED, "taskDefinition": "restore", "subnets": [subnet], "securityGroups": [group]}
    started = ssm.start(asked, None)
    assert ":task/" in started["taskArn"]
    assert ssm.watch({"cluster": "c", "seconds": 0, **started}, None)["done"] is False


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (stopped(3), "exit code 3: the dump is damaged"),
        (stopped(None, stoppedReason="CannotPullContainerError"), "CannotPullContainerError"),
        ({"tasks": [], "failures": [{"reason": "MISSING"}]}, "doesn't know the task"),
    ],
)
def test_a_task_that_did_not_end_well(answer: Any, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ssm = example("ssm_start_restore")
    monkeypatch.setattr(ssm.boto3, "client", Ecs(answer))
    with pytest.raises(RuntimeError, match=words):
        ssm.watch({"cluster": "c", "taskArn": "arn:t"}, None)


def test_a_task_that_was_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    ssm = example("ssm_start_restore")
    monkeypatch.setattr(ssm.boto3, "client", Ecs({"tasks": [], "failures": [{"arn": "a", "reason": "RESOURCE:MEMORY"}]}))
    with pytest.raises(RuntimeError, match="RESOURCE:MEMORY"):
        ssm.start(ASKED, None)


def test_a_lambda_verifies_what_is_uploaded(small: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = Path(small).read_bytes()
    s3 = bucket("uploads", **{"a dump.sql": data, "half.sql": data[: len(data) // 2]})
    s3.put_object_tagging(Bucket="uploads", Key="a dump.sql", Tagging={"TagSet": [{"Key": "Environment", "Value": "test"}]})
    verify = example("lambda_verify")

    def event(key: str) -> Dict[str, Any]:
        return {"Records": [{"s3": {"bucket": {"name": "uploads"}, "object": {"key": key}}}]}

    (said,) = verify.handler(event("a+dump.sql"), None)
    assert said["rows"] == 7 and said["tables"] == 2 and json.dumps(said)
    tags = s3.get_object_tagging(Bucket="uploads", Key="a dump.sql")["TagSet"]
    assert {t["Key"]: t["Value"] for t in tags} == {"Environment": "test", "dumpstream": "whole"}
    with pytest.raises(dumpstream.TruncatedDump):
        verify.handler(event("half.sql"), None)
    (tag,) = s3.get_object_tagging(Bucket="uploads", Key="half.sql")["TagSet"]
    assert tag["Value"].startswith("damaged at line")
    # What can't be read isn't damaged.
    tagged: List[str] = []
    monkeypatch.setattr(verify, "tag", lambda session, bucket, key, said: tagged.append(said))
    with pytest.raises(dumpstream.SourceError):
        verify.handler(event("no-such.sql"), None)
    assert tagged == []


def test_an_ecs_task_restores_and_publishes(server: dumpstream.Sandbox, small: str) -> None:
    data = Path(small).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    s3 = bucket("nightly", **{"d.sql": data, "d.sql.sha256": f"{digest}  d.sql\n".encode()})
    Client(server.port).ask("CREATE USER IF NOT EXISTS ecs@'%' IDENTIFIED BY 'pw'; GRANT ALL ON *.* TO ecs@'%'")
    login = {"username": "ecs", "password": "pw", "host": "127.0.0.1", "port": server.port}
    boto3.client("secretsmanager").create_secret(Name="test/db", SecretString=json.dumps(login))
    topic = boto3.client("sns").create_topic(Name="refreshes")["TopicArn"]
    environment = {
        "DUMP": "s3://nightly/d.sql",
        "SECRET": "test/db",
        "SCHEMA": "refreshed",
        "REPORTS": "s3://nightly/reports",
        "TOPIC": topic,
        "SSL_MODE": "disabled",
    }
    task = example("ecs_restore")
    assert task.main(environment) == 0
    assert task.main({**environment, "SHA256": "0" * 64}) == 3
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket="nightly", Prefix="reports/")["Contents"]]
    report = json.loads(s3.get_object(Bucket="nightly", Key=keys[0])["Body"].read())
    assert report["outcome"] in ("ok", "failed") and "pw" not in report["target"]["name"]
    assert Client(server.port).ask("SELECT COUNT(*) FROM refreshed.city") == [["4"]]


def test_a_task_for_airflow(server: dumpstream.Sandbox, small: str, tmp_path: Path) -> None:
    airflow = example("airflow_restore")
    # As in its DAG, night after night.
    to = f"{server.url}/by_airflow?charset=utf8mb4"
    _, handed_on = (airflow.restore_dump(small, to=to, replace=True) for _ in range(2))
    assert handed_on["rows"] == 7 and handed_on["tables"]["by_airflow.city"] == 4 and json.dumps(handed_on)
    half = tmp_path / "half.sql"
    half.write_bytes(Path(small).read_bytes()[:3000])
    with pytest.raises(airflow.AirflowFailException, match="help:"):
        airflow.restore_dump(str(half), to=f"{server.url}/by_airflow_half")
    with pytest.raises(airflow.AirflowFailException, match="denies access"):
        airflow.restore_dump(small, to=f"mysql://nobody:x@127.0.0.1:{server.port}/by_airflow")
    with pytest.raises(dumpstream.TargetError):
        airflow.restore_dump(small, to="mysql://u@127.0.0.1:1/d")


def test_an_ecs_task_that_is_stopped_publishes_what_it_did(server: dumpstream.Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = bucket("stopped", **{"d.sql": dump_of(40_000)})
    Client(server.port).ask("CREATE USER IF NOT EXISTS ecs@'%' IDENTIFIED BY 'pw'; GRANT ALL ON *.* TO ecs@'%'")
    login = {"username": "ecs", "password": "pw", "host": "127.0.0.1", "port": server.port}
    boto3.client("secretsmanager").create_secret(Name="stopped/db", SecretString=json.dumps(login))
    environment = {
        "DUMP": "s3://stopped/d.sql",
        "SECRET": "stopped/db",
        "SCHEMA": "stopped",
        "SHA256": hashlib.sha256(dump_of(40_000)).hexdigest(),
        "REPORTS": "s3://stopped/reports",
        "SSL_MODE": "disabled",
    }
    task = example("ecs_restore")
    restore = dumpstream.restore
    monkeypatch.setattr(task.dumpstream, "restore", lambda *a, **k: restore(*a, rate="64KiB", block="64KiB", **k))
    before = signal.getsignal(signal.SIGTERM)
    threading.Timer(2, lambda: os.kill(os.getpid(), signal.SIGTERM)).start()
    try:
        assert task.main(environment) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
    (key,) = [o["Key"] for o in s3.list_objects_v2(Bucket="stopped", Prefix="reports/")["Contents"]]
    report = json.loads(s3.get_object(Bucket="stopped", Key=key)["Body"].read())
    assert report["outcome"] == "interrupted" and report["error"]["kind"] == "interrupted"


def test_the_notebook_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    pytest.importorskip("pandas")
    monkeypatch.setenv("LANES", "1,2")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
    notebook = nbformat.read(EXAMPLES / "throughput_by_lanes.ipynb", as_version=4)
    client = nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": EXAMPLES}})
    client.execute()
    shown = json.dumps(notebook)
    assert "<polyline" in shown or "RestoreReport" in shown
    assert "rows/s" in shown
