"""The AWS account behind the maintenance tasks: subscriptions, budget and mail addresses."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from oura_lake.aws.budget import month_to_date
from oura_lake.aws.secrets import AppParameter
from oura_lake.aws.sns_subscriptions import mails, phones
from oura_lake.oura.subscription_client import subscription_api
from oura_lake.oura.subscriptions import Subscriptions
from oura_lake.settings import MaintainSettings


@dataclass(frozen=True, kw_only=True)
class DeployedAccount:
    """The account of a deployed lake; `aws` makes clients."""

    settings: MaintainSettings
    aws: Any

    def subscriptions(self) -> AbstractContextManager[Subscriptions] | None:
        """Oura's webhook subscriptions of the app; None while nobody connected a ring. Raises OuraLakeError."""
        app = AppParameter(self.settings.app_parameter, self.aws.client("ssm")).find()
        return subscription_api(app, self.settings.api_base_url) if app else None

    def month_cost(self) -> float | None:
        """Dollars of the whole account this month; None where no budget counts them."""
        return month_to_date(self.aws.client, self.settings.budget)

    def n_confirmed_mails(self, person: str) -> int:
        """Count the confirmed addresses of a person; raises StoreUnavailable."""
        return sum(s.is_confirmed for s in mails(self.aws.client("sns"), self.settings.topics[person]))

    def has_phone(self, person: str) -> bool:
        """Return whether a person gets SMS; raises StoreUnavailable."""
        return bool(phones(self.aws.client("sns"), self.settings.topics[person]))
