"""Storage: one bucket that outlives the stack, with the lake, raw, and expiring query results."""

from collections.abc import Sequence
from typing import cast

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct
from oura_lake.lake.keys import RESULTS_PREFIX

from infra.function import Function

LAKE_TAG = "oura-lake:lake"  # a later deploy finds the bucket by it (oura_lake/admin/bucket_adoption.py)
RESULTS_DAYS = 7
OLD_VERSIONS_DAYS = 30
STAR_REASON = "The keys below this prefix are made of persons, days and times of fetching; no list names them."


class Storage(Construct):
    """Bucket of the lake: a new one, or the one of that name which an earlier stack left behind."""

    def __init__(self, scope: Construct, name: str, *, lake: str, bucket_name: str | None = None) -> None:
        super().__init__(scope, name)
        self.bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=bucket_name,
            versioned=True,
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,  # a first deploy that fails leaves none
            lifecycle_rules=[_old_versions(), _query_results()],
        )
        cdk.Tags.of(self.bucket).add(LAKE_TAG, lake)
        cdk.Validations.of(self.bucket).acknowledge(
            cdk.Acknowledgment(
                id="AwsSolutions-S1",
                reason="Access logs would need a second bucket and cost more than the lake; CloudTrail can record "
                "data events where an owner wants them.",
            )
        )

    def allow_objects(self, function: Function, actions: Sequence[str], *prefixes: str) -> None:
        """Allow a function some actions on every object under some prefixes."""
        function.allow(actions, [self.bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes])
        bucket = cdk.Stack.of(self).get_logical_id(cast(s3.CfnBucket, self.bucket.node.default_child))
        for prefix in prefixes:
            function.acknowledge_star(f"<{bucket}.Arn>/{prefix}*", STAR_REASON)

    def allow_listing(self, function: Function) -> None:
        """Let a function list the keys; a condition on the prefix would turn the 404 of a missing object into 403."""
        function.allow(["s3:ListBucket"], [self.bucket.bucket_arn])


def _old_versions() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="forget-old-versions",
        noncurrent_version_expiration=cdk.Duration.days(OLD_VERSIONS_DAYS),
        abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
    )


def _query_results() -> s3.LifecycleRule:
    return s3.LifecycleRule(
        id="forget-query-results",
        prefix=RESULTS_PREFIX,
        expiration=cdk.Duration.days(RESULTS_DAYS),
        noncurrent_version_expiration=cdk.Duration.days(1),
    )
