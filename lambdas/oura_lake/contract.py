"""Names that the stack and the functions share: environment, outputs, events, reasons. Standard library alone."""

from enum import StrEnum


class Env(StrEnum):
    """Environment variables that the stack sets for a function."""

    ACCOUNTS_PREFIX = "OURA_LAKE_ACCOUNTS_PREFIX"
    APP_PARAMETER = "OURA_LAKE_APP_PARAMETER"
    BUCKET = "OURA_LAKE_BUCKET"
    BUDGET = "OURA_LAKE_BUDGET"
    BUS_NAME = "OURA_LAKE_BUS_NAME"
    DATABASE = "OURA_LAKE_DATABASE"
    ENGINE = "OURA_LAKE_ENGINE"
    JOBS_QUEUE_URL = "OURA_LAKE_JOBS_QUEUE_URL"
    PERSONS = "OURA_LAKE_PERSONS"
    PERSONS_DIGEST = "OURA_LAKE_PERSONS_DIGEST"
    PERSONS_IN = "OURA_LAKE_PERSONS_IN"
    TOKEN_SECRET_PREFIX = "OURA_LAKE_TOKEN_SECRET_PREFIX"
    TOPICS = "OURA_LAKE_TOPICS"
    WEBHOOK_URL = "OURA_LAKE_WEBHOOK_URL"
    WORKGROUP = "OURA_LAKE_WORKGROUP"
    API_BASE_URL = "OURA_API_BASE_URL"
    TOKEN_URL = "OURA_TOKEN_URL"


BUDGET_STACK = "OuraLakeBudget"  # beside the lake's stack, in the same account and region


class Output(StrEnum):
    """Outputs of the stack that the command reads."""

    ANALYSE_FUNCTION = "AnalyseFunction"
    APP_PARAMETER = "AppParameter"
    BUCKET = "Bucket"
    BUS_NAME = "BusName"
    DATABASE = "Database"
    DEAD_LETTERS = "DeadLetters"
    INGEST_FUNCTION = "IngestFunction"
    JOBS_QUEUE_URL = "JobsQueueUrl"
    MAINTAIN_FUNCTION = "MaintainFunction"
    NEXT_STEP = "NextStep"
    PERSONS = "Persons"
    PERSONS_IN = "PersonsIn"
    PROJECTED_YEARS = "ProjectedYears"
    SETTINGS_IN = "SettingsIn"
    TOKEN_SECRET_PREFIX = "TokenSecretPrefix"
    TOPICS = "Topics"
    WEBHOOK_URL = "WebhookUrl"
    WORKGROUP = "WorkGroup"


EVENT_SOURCE = "oura.lake"


class DetailType(StrEnum):
    """Events on the lake's own bus."""

    LANDED = "documents landed"
    TROUBLE = "trouble"
    ALERT = "alert"


class Reason(StrEnum):
    """Reasons of an ingestion job."""

    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    CONNECT = "connect"
    BACKFILL = "backfill"
    IMPORT = "import"
    REBUILD = "rebuild"


# What landed for these reasons sends no alert: it is history.
SILENT_REASONS = frozenset({Reason.CONNECT, Reason.BACKFILL, Reason.IMPORT, Reason.REBUILD})
