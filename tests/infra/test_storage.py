"""The bucket of the lake is versioned, encrypted, private, and outlives the stack."""

from typing import Any

import aws_cdk as cdk
from oura_lake.admin.bucket_adoption import LOGICAL_ID
from oura_lake.lake.keys import RESULTS_PREFIX
from support.templates import listed, of_type

from infra.storage import Storage

Template = dict[str, Any]


def test_the_bucket_alone_outlives_the_stack_but_for_a_first_deploy_that_fails(aws_template: Template) -> None:
    resources = aws_template["Resources"].values()
    retained = [r for r in resources if r.get("DeletionPolicy", "Delete") != "Delete"]
    assert [(r["Type"], r["DeletionPolicy"], r["UpdateReplacePolicy"]) for r in retained] == [
        ("AWS::S3::Bucket", "RetainExceptOnCreate", "Retain")
    ]


def test_the_bucket_is_versioned_encrypted_and_not_public(aws_template: Template) -> None:
    [bucket] = of_type(aws_template, "AWS::S3::Bucket").values()
    [encryption] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert encryption == {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_plain_http_and_old_tls_are_refused(aws_template: Template) -> None:
    [policy] = of_type(aws_template, "AWS::S3::BucketPolicy").values()
    denied = [s["Condition"] for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
    assert {"Bool": {"aws:SecureTransport": "false"}} in denied
    assert {"NumericLessThan": {"s3:TlsVersion": 1.2}} in denied


def test_old_versions_unfinished_uploads_and_query_results_expire(aws_template: Template) -> None:
    [bucket] = of_type(aws_template, "AWS::S3::Bucket").values()
    everything, results = bucket["LifecycleConfiguration"]["Rules"]
    assert everything["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert everything["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    assert "ExpirationInDays" not in everything
    assert (results["Prefix"], results["ExpirationInDays"]) == (RESULTS_PREFIX, 7)


def test_every_queue_and_topic_refuses_plain_http(aws_template: Template) -> None:
    for kind in ("SQS::Queue", "SNS::Topic"):
        policies = of_type(aws_template, f"AWS::{kind}Policy").values()
        effects = [[s["Effect"] for s in listed(p["PolicyDocument"]["Statement"])] for p in policies]
        assert len(effects) == len(of_type(aws_template, f"AWS::{kind}"))
        assert all("Deny" in found for found in effects)


def test_logs_end(aws_template: Template) -> None:
    groups = of_type(aws_template, "AWS::Logs::LogGroup").values()
    assert len(groups) == len(of_type(aws_template, "AWS::Lambda::Function"))
    assert {group["RetentionInDays"] for group in groups} == {30}


def test_a_kept_bucket_is_named_so_that_the_stack_imports_it_and_a_new_one_is_not(aws_template: Template) -> None:
    app = cdk.App(context={"bucket": "kept"})
    stack = cdk.Stack(app, "S")
    Storage(stack, "Storage", lake="oura-lake", bucket_name=app.node.try_get_context("bucket"))
    [bucket] = of_type(app.synth().get_stack_by_name("S").template, "AWS::S3::Bucket").values()
    assert bucket["BucketName"] == "kept"
    [(logical_id, new)] = of_type(aws_template, "AWS::S3::Bucket").items()
    assert logical_id == LOGICAL_ID  # the name under which an existing bucket is imported
    assert "BucketName" not in new
