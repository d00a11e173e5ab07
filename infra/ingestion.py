"""Ingestion: jobs wait on a FIFO queue, one in flight per person, and ingest does them."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from oura_lake.contract import Env

from infra.bundling import INGEST, build
from infra.config import Config
from infra.function import Function
from infra.parameters import parameter_arn
from infra.queues import dead_letters, queue
from infra.secrets import TokenSecrets
from infra.storage import Storage
from infra.target import Target

TIMEOUT = cdk.Duration.minutes(5)
MOST_RECEIVED = 6  # ingest retries a failed job after 1, 2, 5, 15 and 30 minutes
# Jobs done at once: half of the ten functions that a new account may run, so that the other functions have a place.
# AWS takes 2 or more here. 48 persons' jobs of 6 seconds take a minute.
MOST_AT_ONCE = 5
READ_PREFIXES = ("raw/", "lake/", "ledger/")
OWN_PREFIXES = (*READ_PREFIXES, "rejected/")
# What Lambda does to a queue with the function's role, by AWS's own policy (docs/reference/least-privilege.md).
POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


class Ingestion(Construct):
    """Queue of jobs, the function that does them, and the bus on which it announces landings."""

    def __init__(self, scope: Construct, name: str, *, config: Config, target: Target, storage: Storage) -> None:
        super().__init__(scope, name)
        self.bus = events.EventBus(self, "Bus")
        self.dead = dead_letters(self, "DeadJobs", "It is itself the dead-letter queue of the jobs.", fifo=True)
        self.jobs = _jobs(self, self.dead)
        self.ingest = Function(
            self,
            "Ingest",
            code=build(INGEST, target.platform),
            memory_mb=1024,
            timeout=TIMEOUT,
            environment=self._environment(config, storage) | dict(target.provider_environment),
        )
        self._work_off()
        self._allow_objects(storage)
        self._allow_tokens(config)
        self.ingest.allow(["events:PutEvents"], [self.bus.event_bus_arn])
        # Each chunk of a backfill queues the next, and the function decides when a failed job is retried.
        self.ingest.allow(["sqs:SendMessage", "sqs:ChangeMessageVisibility"], [self.jobs.queue_arn])
        self.ingest.allow_own_jobs()

    def _environment(self, config: Config, storage: Storage) -> dict[str, str]:
        return {
            Env.BUCKET: storage.bucket.bucket_name,
            Env.BUS_NAME: self.bus.event_bus_name,
            Env.JOBS_QUEUE_URL: self.jobs.queue_url,
            Env.TOKEN_SECRET_PREFIX: config.token_secret_prefix,
            Env.APP_PARAMETER: config.app_parameter,
        }

    def _work_off(self) -> None:
        """Give the function one job at a time; the library's event source, whose name this bears, allows more."""
        self.ingest.function.add_event_source_mapping(
            f"SqsEventSource:{cdk.Names.node_unique_id(self.jobs.node)}",
            event_source_arn=self.jobs.queue_arn,
            batch_size=1,
            max_concurrency=MOST_AT_ONCE,
            report_batch_item_failures=True,
        )
        self.ingest.allow(POLLING, [self.jobs.queue_arn])

    def _allow_objects(self, storage: Storage) -> None:
        storage.allow_objects(self.ingest, ["s3:GetObject"], *READ_PREFIXES)
        storage.allow_objects(self.ingest, ["s3:PutObject"], *OWN_PREFIXES)
        storage.allow_listing(self.ingest)

    def _allow_tokens(self, config: Config) -> None:
        secrets = TokenSecrets(self, "Tokens", config=config)
        self.ingest.allow(
            [
                "secretsmanager:GetSecretValue",
                "secretsmanager:PutSecretValue",
                "secretsmanager:UpdateSecretVersionStage",
            ],
            secrets.arns,
        )
        self.ingest.allow(["ssm:GetParameter"], [parameter_arn(self, config.app_parameter)])


def _jobs(scope: Construct, dead: sqs.Queue) -> sqs.Queue:
    return queue(
        scope,
        "Jobs",
        fifo=True,
        content_based_deduplication=True,  # the Scheduler sends no id of its own; the body contains the slot
        visibility_timeout=cdk.Duration.seconds(6 * TIMEOUT.to_seconds()),  # AWS's rule for a mapped queue
        dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=MOST_RECEIVED),
    )
