"""A task for Airflow: restores last night's dump, and hands its figures on.

    from airflow.sdk import dag, task
    from airflow_restore import restore_dump

    @dag(schedule="@daily")
    def refresh():
        task(retries=3)(restore_dump)(dump="s3://dumps/{{ ds_nodash }}/shop.sql.zst", to="{{ conn.test_db.get_uri() }}", replace=True)

Each night's dump takes the place of the one before, in one moment. Each try of a task is the same call with ``resume=True``: it goes on where the one before was cut off, and begins where nothing
was begun. What can't work at another time (a damaged dump, rules that don't fit, a row that the server refuses) isn't tried again.
"""

import dumpstream

try:
    from airflow.exceptions import AirflowFailException
except ImportError:  # for trying it out without Airflow

    class AirflowFailException(Exception):
        """Fails the task without another try."""


def restore_dump(dump, to, **options):
    """Restores, and returns what XCom can keep."""
    try:
        report = dumpstream.restore(dump, to=to, resume=True, **options)
    except dumpstream.DumpstreamError as error:
        if error.transient:
            raise
        raise AirflowFailException(str(error)) from error
    return {
        "rows": report.rows,
        "seconds": report.seconds,
        "sha256": report.source.sha256,
        "resumed_rows": report.resumed.rows if report.resumed else 0,
        "tables": {table.table: table.rows for table in report.tables},
    }
