"""Analysis: the event bus wakes analyse, which writes findings and sends alerts."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from constructs import Construct
from oura_lake.contract import EVENT_SOURCE, DetailType, Env

from infra.alerting import Alerting
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
ENGINE = "duckdb"  # one LIST a table; Athena would make one for each projected year of each scan
READ_PREFIXES = ("lake/", "raw/lake/", "ledger/")
OWN_PREFIXES = ("raw/lake/", "lake/findings/", "lake/alerts/", "ledger/", *STORED_PREFIXES)
LANDED = events.EventPattern(source=[EVENT_SOURCE], detail_type=[DetailType.LANDED])


class Analysis(Construct):
    """Function that judges days, and a queue for the events that it failed on."""

    def __init__(
        self, scope: Construct, name: str, *, config: Config, target: Target, lake: Lake, alerting: Alerting
    ) -> None:
        super().__init__(scope, name)
        self.dead = dead_letters(self, "Failed", "It is itself the dead-letter queue of the analysis.")
        self.analyse = Function(
            self,
            "Analyse",
            code=build(ANALYSE, target.platform),
            memory_mb=1024,
            timeout=TIMEOUT,
            environment=environment(lake),
        )
        self.analyse.allow(["sns:Publish"], [topic.topic_arn for topic in alerting.topics.values()])
        if alerting.keys:
            self.analyse.allow(["secretsmanager:GetSecretValue"], [key.secret_arn for key in alerting.keys.values()])
        self._allow_objects(lake)
        self._judge_each_morning(config)

    def listen_to(self, bus: events.IEventBus) -> None:
        """Wake the function for each landing, and let it publish the steps of an episode on the same bus.

        Its own events wake nobody here. An event that fails twice more goes to the dead letters.
        """
        self.analyse.function.add_environment(Env.BUS_NAME, bus.event_bus_name)
        self.analyse.allow(["events:PutEvents"], [bus.event_bus_arn])
        landed = targets.LambdaFunction(self.analyse.function, dead_letter_queue=self.dead)
        events.Rule(self, "Landed", event_bus=bus, event_pattern=LANDED, targets=[landed])
        self.analyse.try_again(self.dead)

    def take_answers_at(self, url: str, config: Config) -> None:
        """Let it put links to the public door, signed with a key from the app's secret, into webhook messages."""
        self.analyse.function.add_environment(Env.WEBHOOK_URL, url)
        self.analyse.function.add_environment(Env.APP_PARAMETER, config.app_parameter)
        self.analyse.allow(["ssm:GetParameter"], [parameter_arn(self, config.app_parameter)])

    def _judge_each_morning(self, config: Config) -> None:
        """Judge when quiet hours end, to send what waited in the night; persons of the same hour share a schedule."""
        mornings = Daily(self, self.analyse.function, self.dead)
        wake: dict[tuple[str, int, int], list[str]] = {}
        for person in config.persons:
            if person.wakes_at:
                wake.setdefault((person.timezone, *person.wakes_at), []).append(person.name)
        for (zone, hour, minute), names in wake.items():
            event = {"persons": names, "reason": "morning"}
            why = "Sends the messages that waited in the night."
            mornings.call(f"Morning{names[0]}", f"cron({minute} {hour} * * ? *)", zone, why, event)

    def _allow_objects(self, lake: Lake) -> None:
        storage = lake.storage
        storage.allow_objects(self.analyse, ["s3:GetObject"], *READ_PREFIXES)
        storage.allow_objects(self.analyse, ["s3:PutObject"], *OWN_PREFIXES)
        storage.allow_listing(self.analyse)


def environment(lake: Lake) -> dict[str, str]:
    """Environment of a function that reads the views and writes to persons."""
    return {
        Env.BUCKET: lake.storage.bucket.bucket_name,
        Env.ENGINE: ENGINE,
    }
