"""Reception of webhooks at the one public address, which exists only if the owner wants it.

Oura signs nothing with AWS's signature, so the address asks for none: the function itself tells Oura from a stranger.
"""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lam
from aws_cdk import aws_sqs as sqs
from constructs import Construct
from oura_lake.contract import Env

from infra.bundling import RECEIVE, build
from infra.config import Config
from infra.function import Function
from infra.parameters import parameter_arn
from infra.target import Target

TIMEOUT = cdk.Duration.seconds(8)  # Oura waits for 10
STAR_REASON = "Whose an account is, is a parameter named after Oura's user id; connect makes one for each person."


class Reception(Construct):
    """Function behind the address; it may read the app's secret and persons' names, and put jobs on the queue."""

    def __init__(self, scope: Construct, name: str, *, config: Config, target: Target, jobs: sqs.IQueue) -> None:
        super().__init__(scope, name)
        self.receive = Function(
            self,
            "Receive",
            code=build(RECEIVE, target.platform),
            memory_mb=512,
            timeout=TIMEOUT,
            environment={
                Env.JOBS_QUEUE_URL: jobs.queue_url,
                Env.APP_PARAMETER: config.app_parameter,
                Env.ACCOUNTS_PREFIX: config.accounts_prefix,
            },
        )
        self.receive.log_only_warnings()
        if config.webhooks_at_once:
            self.receive.reserve(config.webhooks_at_once)
        accounts = parameter_arn(self, f"{config.accounts_prefix}*")
        self.receive.allow(["ssm:GetParameter"], [parameter_arn(self, config.app_parameter), accounts])
        self.receive.allow(["sqs:SendMessage"], [jobs.queue_arn])
        self._acknowledge_accounts(config)
        url = self.receive.function.add_function_url(auth_type=lam.FunctionUrlAuthType.NONE).url
        self.url = _behind(target.url_gateway, url) if target.url_gateway else url

    def _acknowledge_accounts(self, config: Config) -> None:
        partition, region, account = "<AWS::Partition>", "<AWS::Region>", "<AWS::AccountId>"
        name = f"arn:{partition}:ssm:{region}:{account}:parameter{config.accounts_prefix}*"
        self.receive.acknowledge_star(name, STAR_REASON)


def _behind(gateway: str, url: str) -> str:
    """Address of a function's URL behind a gateway, by its id: the first label of its host name."""
    host = cdk.Fn.select(2, cdk.Fn.split("/", url))
    return f"{gateway}{cdk.Fn.select(0, cdk.Fn.split('.', host))}/"
