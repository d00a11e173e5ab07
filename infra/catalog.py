"""Glue catalogue: the database, a table for each endpoint, the workgroup with its limits."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_s3 as s3
from constructs import Construct
from oura_lake.lake.keys import RESULTS_PREFIX
from oura_lake.sources import lake, oura
from oura_lake.sources.ddl import Column

from infra.config import Config
from infra.raw import raw_table_input
from infra.tables import stored_table_input, table_input
from infra.years import Years

SCAN_LIMIT_BYTES = 10_000_000_000  # five cents a query; a person's lake needs far less
ENDPOINTS = (*oura.ENDPOINTS, *lake.ENDPOINTS)


class Catalog(Construct):
    """Glue database with its tables, and the Athena workgroup."""

    def __init__(self, scope: Construct, name: str, *, config: Config, bucket: s3.IBucket, years: Years) -> None:
        super().__init__(scope, name)
        self.account = cdk.Stack.of(self).account
        self.name = config.database
        self.database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=self.account,
            database_input={"name": config.database, "description": "Every record of your Oura ring."},
        )
        self._bucket, self._persons = bucket.bucket_name, [person.name for person in config.persons]
        inputs = [table_input(endpoint, self._bucket, self._persons, years) for endpoint in ENDPOINTS]
        inputs.append(raw_table_input(self._bucket, (oura.SOURCE, lake.SOURCE), self._persons))
        self.tables = {described["name"]: self._table(described) for described in inputs}
        self.workgroup = _workgroup(self, config.name, bucket)

    def add_stored(self, view: str, columns: Sequence[Column]) -> None:
        """Add the table with the stored rows of a view."""
        described = stored_table_input(view, columns, self._bucket, self._persons)
        self.tables[described["name"]] = self._table(described)

    def _table(self, described: dict[str, Any]) -> glue.CfnTable:
        return glue.CfnTable(
            self,
            described["name"],
            catalog_id=self.account,
            database_name=self.database.ref,
            table_input=described,
        )


def _workgroup(scope: Construct, name: str, bucket: s3.IBucket) -> athena.CfnWorkGroup:
    return athena.CfnWorkGroup(
        scope,
        "WorkGroup",
        name=name,
        recursive_delete_option=True,
        work_group_configuration={
            "enforceWorkGroupConfiguration": True,
            "publishCloudWatchMetricsEnabled": False,
            "bytesScannedCutoffPerQuery": SCAN_LIMIT_BYTES,
            "engineVersion": {"selectedEngineVersion": "Athena engine version 3"},
            "resultConfiguration": {
                "outputLocation": f"s3://{bucket.bucket_name}/{RESULTS_PREFIX}",
                "encryptionConfiguration": {"encryptionOption": "SSE_S3"},
            },
        },
    )
