"""Account of prepared answers, each checked against the API's own model."""

import json
from typing import Any

import boto3
from botocore.stub import Stubber
from oura_lake.admin.checks.model import Account

TOPIC = "arn:aws:sns:eu-central-1:123456789012:me"
OUTPUTS = {
    "Bucket": "lake",
    "Database": "oura_lake",
    "WorkGroup": "oura-lake",
    "JobsQueueUrl": "https://sqs/jobs.fifo",
    "DeadLetters": json.dumps({kind: f"https://sqs/{kind}" for kind in ("jobs", "analysis", "schedules", "upkeep")}),
    "IngestFunction": "ingest",
    "AnalyseFunction": "analyse",
    "MaintainFunction": "maintain",
    "TokenSecretPrefix": "oura-lake/",
    "AppParameter": "/oura-lake/app",
    "Topics": json.dumps({"me": TOPIC}),
    "Persons": '{"me": {}}',
}


class Services:
    """Clients whose answers are prepared, in the order of the calls."""

    def __init__(self) -> None:
        self._stubs: dict[str, Stubber] = {}

    def client(self, service: str, **_: Any) -> Any:
        """Return the one client of a service."""
        return self._stub(service).client

    def answers(self, service: str, operation: str, **answer: Any) -> None:
        """Prepare the service's next answer."""
        self._stub(service).add_response(operation, answer)

    def refuses(self, service: str, operation: str, code: str, message: str = "") -> None:
        """Prepare the service's next refusal."""
        self._stub(service).add_client_error(operation, code, message)

    def instead(self, service: str, operation: str, **answer: Any) -> None:
        """Replace all prepared answers of the service by this one."""
        self._stubs.pop(service, None)
        self.answers(service, operation, **answer)

    def account(self, **settings: Any) -> Account:
        """Account of these services."""
        usual: dict[str, Any] = {"client": self.client, "outputs": OUTPUTS, "persons": ("me",)}
        return Account(**(usual | settings))

    def _stub(self, service: str) -> Stubber:
        if service not in self._stubs:
            client = boto3.client(
                service, region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
            )
            self._stubs[service] = Stubber(client)
            self._stubs[service].activate()
        return self._stubs[service]
