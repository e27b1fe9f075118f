"""Steps of an SSM Automation (``aws:executeScript``): start an ECS task that restores a dump, and watch it to its end.

A step may take ten minutes, a restore takes longer. So ``start`` gives back the task's ARN, and ``watch`` looks at it for
nine minutes and says whether it is over; a step ``aws:branch`` loops on ``done``. The task runs ``ecs_restore.py``.

    - name: start
      action: aws:executeScript
      inputs: { Runtime: python3.11, Handler: start, Script: …,
                InputPayload: { cluster: …, taskDefinition: …, subnets: […], securityGroups: […], dump: "{{ dumpKey }}", sha256: "{{ sha256 }}" } }
      outputs: [{ Name: taskArn, Selector: $.Payload.taskArn, Type: String }]
    - name: watch
      action: aws:executeScript
      inputs: { Runtime: python3.11, Handler: watch, InputPayload: { cluster: …, taskArn: "{{ start.taskArn }}" } }
      outputs: [{ Name: done, Selector: $.Payload.done, Type: Boolean }]
"""

import time

import boto3

# A step of an automation may take 600 seconds.
WATCH_SECONDS = 540
POLL_SECONDS = 15

# What the container's exit code says: see docs/cli.md.
EXIT_CODES = {
    1: "a bug, or the report could not be published",
    2: "an option or a credential is wrong",
    3: "the dump is damaged, cut off, or of another checksum",
    4: "the target can't be reached, or refused something",
    5: "the target does not hold what the dump says",
    6: "the rules for personal data could not be kept",
    130: "it was stopped",
}


def start(events, context):
    """Starts the task: ``cluster``, ``taskDefinition``, ``subnets``, ``securityGroups``, ``dump`` (s3://…), and ``sha256`` where it is known."""
    environment = [{"name": "DUMP", "value": events["dump"]}]
    if events.get("sha256"):
        environment.append({"name": "SHA256", "value": events["sha256"]})
    answer = boto3.client("ecs").run_task(
        cluster=events["cluster"],
        taskDefinition=events["taskDefinition"],
        launchType="FARGATE",
        count=1,
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": events["subnets"],
                "securityGroups": events["securityGroups"],
                "assignPublicIp": "DISABLED",
            }
        },
        overrides={"containerOverrides": [{"name": "restore", "environment": environment}]},
    )
    # It answers with status 200 also where it started nothing: no capacity, no such image, a missing permission.
    if not answer["tasks"]:
        reasons = "; ".join(f"{f.get('reason')} ({f.get('arn')})" for f in answer["failures"])
        raise RuntimeError(f"ECS started no task: {reasons or 'it gives no reason'}")
    return {"taskArn": answer["tasks"][0]["taskArn"]}


def watch(events, context):
    """Looks at the task until it stops, or until the step has to end."""
    ecs = boto3.client("ecs")
    end = time.monotonic() + float(events.get("seconds", WATCH_SECONDS))
    while True:
        answer = ecs.describe_tasks(cluster=events["cluster"], tasks=[events["taskArn"]])
        if not answer["tasks"]:
            # ECS forgets a stopped task after about an hour. The report that the task publishes stays.
            raise RuntimeError("ECS doesn't know the task (any more): look at its report and its logs")
        task = answer["tasks"][0]
        if task["lastStatus"] == "STOPPED":
            return {"done": True, **outcome(task)}
        if time.monotonic() >= end:
            return {"done": False, "status": task["lastStatus"]}
        time.sleep(float(events.get("poll", POLL_SECONDS)))


def outcome(task):
    """What a stopped task came to. Raises for anything but exit code 0."""
    container = next((c for c in task["containers"] if c["name"] == "restore"), {})
    code = container.get("exitCode")
    if code == 0:
        return {"exitCode": 0}
    if code is None:
        # It never ran, or was killed: no image, no memory, a Spot interruption.
        why = container.get("reason") or task.get("stoppedReason") or "no reason is given"
        raise RuntimeError(f"the restore did not run to its end: {why}")
    raise RuntimeError(f"the restore ended with exit code {code}: {EXIT_CODES.get(code, 'see its logs')}")
