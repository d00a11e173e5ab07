"""Maintenance: maintain runs daily on each person's own clock, and after an event "trouble"."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct
from oura_lake.contract import EVENT_SOURCE, DetailType, Env

from infra.alerting import Alerting
from infra.analysis import READ_PREFIXES, environment
from infra.bundling import ANALYSE, build
from infra.config import Config
from infra.daily import Daily
from infra.function import Function
from infra.lake import Lake
from infra.parameters import parameter_arn
from infra.queues import dead_letters
from infra.target import Target
from infra.views import STORED_PREFIXES

TIMEOUT = cdk.Duration.minutes(5)
# The weekly mail is part of Monday's round. Where that round falls in the night of a person who travels, one of these
# later hours sends it. All persons of a zone share one schedule, since each is a resource of the stack.
LATER_ON_MONDAY = "cron(40 13,16,19,22 ? * MON *)"
DAILY = "cron(40 10 * * ? *)"  # it may send a message: not at night, and after most have opened the app once
OWN_PREFIXES = ("raw/lake/", "lake/gaps/", "ledger/", *STORED_PREFIXES)
TROUBLE = events.EventPattern(source=[EVENT_SOURCE], detail_type=[DetailType.TROUBLE])


class Maintenance(Construct):
    """Function for the upkeep, its daily schedules, and a queue for the rounds that it could not finish."""

    def __init__(
        self, scope: Construct, name: str, *, config: Config, target: Target, lake: Lake, alerting: Alerting
    ) -> None:
        super().__init__(scope, name)
        self.dead = dead_letters(self, "Undone", "It is itself the dead-letter queue of the upkeep.")
        self.maintain = Function(
            self,
            "Maintain",
            code=build(ANALYSE, target.platform),
            memory_mb=1024,
            timeout=TIMEOUT,
            environment=_environment(config, lake) | dict(target.provider_environment),
        )
        topics = [topic.topic_arn for topic in alerting.topics.values()]
        self.maintain.allow(["sns:ListSubscriptionsByTopic", "sns:Publish"], topics)
        self._allow_objects(lake)
        self.maintain.try_again(self.dead)  # the whole round again: a message that was sent is not sent twice
        self._schedule(config)

    def listen_to(self, bus: events.IEventBus) -> None:
        """Wake the function for each trouble."""
        trouble = targets.LambdaFunction(self.maintain.function, dead_letter_queue=self.dead)
        events.Rule(self, "Trouble", event_bus=bus, event_pattern=TROUBLE, targets=[trouble])

    def renew_subscriptions(self, url: str, config: Config) -> None:
        """Have the function renew the subscriptions to an address, as the app of the parameter."""
        self.maintain.function.add_environment(Env.WEBHOOK_URL, url)
        self.maintain.allow(["ssm:GetParameter"], [parameter_arn(self, config.app_parameter)])

    def read_the_cost(self, budget: str) -> None:
        """Let the function read the spending that a budget of the account has counted, for the weekly mail."""
        self.maintain.function.add_environment(Env.BUDGET, budget)
        which = f"arn:aws:budgets::{cdk.Stack.of(self).account}:budget/{budget}"
        may = iam.PolicyStatement(actions=["budgets:ViewBudget"], resources=[which])
        iam.Policy(self, "Cost", statements=[may], roles=[self.maintain.role])  # its own: the emulator has no budget

    def _allow_objects(self, lake: Lake) -> None:
        storage = lake.storage
        storage.allow_objects(self.maintain, ["s3:GetObject"], *READ_PREFIXES)
        storage.allow_objects(self.maintain, ["s3:PutObject"], *OWN_PREFIXES)
        storage.allow_listing(self.maintain)

    def _schedule(self, config: Config) -> None:
        rounds = Daily(self, self.maintain.function, self.dead)
        for person in config.persons:
            why = f"Looks after the lake of {person.name}."
            rounds.call(person.name, DAILY, person.timezone, why, {"person": person.name, "kind": "daily"})
        for zone in sorted({person.timezone for person in config.persons if person.weekly_mail}):
            names = [p.name for p in config.persons if p.weekly_mail and p.timezone == zone]
            why = "Sends the weekly mails that could not go out in the morning."
            only = {"persons": names, "kind": "weekly", "chores": ["weekly"]}
            rounds.call(f"Monday-{names[0]}", LATER_ON_MONDAY, zone, why, only)


def _environment(config: Config, lake: Lake) -> dict[str, str]:
    tokens = {
        Env.TOKEN_SECRET_PREFIX: config.token_secret_prefix,
        Env.APP_PARAMETER: config.app_parameter,
    }
    return environment(lake) | tokens
