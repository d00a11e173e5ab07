"""The public endpoint's access to the app's secret, the accounts and the queue."""

from typing import Any

from oura_lake.aws.job_queue import JobQueue
from oura_lake.aws.parameters import client_secret, parameter
from oura_lake.public_endpoint.endpoint import Accounts, PublicEndpoint, Secret
from oura_lake.settings import ReceiveSettings


def deployed_endpoint(settings: ReceiveSettings, aws: Any) -> PublicEndpoint:
    """Endpoint of the receive function; one instance serves all invocations of one environment."""
    ssm = aws.client("ssm")
    return PublicEndpoint(
        secret=Secret(lambda: client_secret(ssm, settings.app_parameter)),
        accounts=Accounts(lambda user_id: parameter(ssm, settings.accounts_prefix + user_id)),
        send=JobQueue(settings.jobs_queue_url, aws.client("sqs")).send,
    )
