"""Stack, composed of one construct per capability; it defines no resource itself."""

from pathlib import Path

import aws_cdk as cdk
from constructs import Construct
from oura_lake.contract import Output

from infra.alerting import Alerting
from infra.analysis import Analysis
from infra.budget import budget_name
from infra.config import Config
from infra.ingestion import Ingestion
from infra.lake import VIEWS, Lake
from infra.maintenance import Maintenance
from infra.operations import Operations
from infra.reception import Reception
from infra.scheduling import Scheduling
from infra.settings import Settings
from infra.target import Target


class OuraLake(cdk.Stack):
    """Lake of all configured persons."""

    def __init__(self, scope: Construct, name: str, *, config: Config, target: Target, views: Path = VIEWS) -> None:
        super().__init__(scope, name, description="Every record of your Oura ring in your own account.")
        self.lake = Lake(self, "Lake", config=config, views=views)
        self.alerting = Alerting(self, "Alerting", config=config)
        self.settings = Settings(self, "Settings", config=config, alerting=self.alerting)
        self.ingestion = Ingestion(self, "Ingestion", config=config, target=target, storage=self.lake.storage)
        self.analysis = Analysis(self, "Analysis", config=config, target=target, lake=self.lake, alerting=self.alerting)
        self.analysis.listen_to(self.ingestion.bus)
        self.maintenance = Maintenance(
            self, "Maintenance", config=config, target=target, lake=self.lake, alerting=self.alerting
        )
        self.maintenance.listen_to(self.ingestion.bus)
        for function in (self.ingestion.ingest, self.analysis.analyse, self.maintenance.maintain):
            self.settings.let_read(function)
        self.reception = self._open(config, target) if config.webhooks else None
        self.scheduling = Scheduling(self, "Scheduling", config=config, every=target.schedule, jobs=self.ingestion.jobs)
        self._operate(config, target)
        self._output(config)

    def _open(self, config: Config, target: Target) -> Reception:
        """Open the public address, renew Oura's subscriptions to it, and let analyse link to it."""
        reception = Reception(self, "Reception", config=config, target=target, jobs=self.ingestion.jobs)
        self.maintenance.renew_subscriptions(reception.url, config)
        if self.alerting.keys:
            self.analysis.take_answers_at(reception.url, config)
        return reception

    def _operate(self, config: Config, target: Target) -> None:
        operations = Operations(self, "Operations", config=config)
        operations.watch(
            dead={
                "Jobs failed again and again": self.ingestion.dead,
                "Landings could not be analysed": self.analysis.dead,
                "Schedules could not deliver": self.scheduling.dead,
                "Upkeep could not be done": self.maintenance.dead,
            },
            functions={
                "Ingest": self.ingestion.ingest.function,
                "Analyse": self.analysis.analyse.function,
                "Maintain": self.maintenance.maintain.function,
            },
        )
        if self.reception:
            operations.watch(dead={}, functions={"Receive": self.reception.receive.function})
        if target.has_budget and config.budget_email:
            self.maintenance.read_the_cost(budget_name(self, config))

    def _output(self, config: Config) -> None:
        """Output what the command and the owner need to know, and the next step."""
        whose = [person.name for person in config.persons]
        connect = "oura-lake connect --deployed --person " + (whose[0] if len(whose) == 1 else "NAME, for each person")
        dead = {
            "jobs": self.ingestion.dead,
            "analysis": self.analysis.dead,
            "schedules": self.scheduling.dead,
            "upkeep": self.maintenance.dead,
        }
        outputs = {
            Output.BUCKET: self.lake.storage.bucket.bucket_name,
            Output.DATABASE: config.database,
            Output.WORKGROUP: config.name,
            Output.JOBS_QUEUE_URL: self.ingestion.jobs.queue_url,
            Output.DEAD_LETTERS: self.to_json_string({name: queue.queue_url for name, queue in dead.items()}),
            Output.INGEST_FUNCTION: self.ingestion.ingest.function.function_name,
            Output.ANALYSE_FUNCTION: self.analysis.analyse.function.function_name,
            Output.MAINTAIN_FUNCTION: self.maintenance.maintain.function.function_name,
            Output.TOKEN_SECRET_PREFIX: config.token_secret_prefix,
            Output.APP_PARAMETER: config.app_parameter,
            Output.PROJECTED_YEARS: str(self.lake.years),
            Output.BUS_NAME: self.ingestion.bus.event_bus_name,
            Output.PERSONS_IN: ",".join(self.settings.persons),
            Output.SETTINGS_IN: ",".join(self.settings.file_parameters),
            Output.NEXT_STEP: (
                f"Confirm Amazon's mails by oura-lake confirm, then run: {connect}; then oura-lake verify"
            ),
        }
        if self.reception:
            outputs[Output.WEBHOOK_URL] = self.reception.url
        for name, value in outputs.items():
            cdk.CfnOutput(self, name, value=value)
