"""Oura accounts of the lake: one small parameter per account with the person's name."""

from typing import Any

from oura_lake.aws import session
from oura_lake.aws.errors import translated
from oura_lake.errors import SettingsWrong, WriteConflict


class Accounts:
    """The accounts connected to a deployed lake; no token is among them."""

    def __init__(self, app_parameter: str, client: Any = None) -> None:
        self._prefix = f"{app_parameter.rpartition('/')[0]}/accounts/"
        self._ssm = client or session.client("ssm")

    def all(self) -> dict[str, str]:
        """Person of each account by Oura's user id."""
        pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=self._prefix)
        with translated(self._prefix):
            found = [parameter for page in pages for parameter in page["Parameters"]]
        return {parameter["Name"].removeprefix(self._prefix): parameter["Value"] for parameter in found}

    def keep(self, user_id: str, person: str) -> None:
        """Store an account's person, then delete the person's other accounts; raises SettingsWrong if it is taken."""
        name = f"{self._prefix}{user_id}"
        try:
            with translated(name):
                self._ssm.put_parameter(Name=name, Value=person, Type="String", Overwrite=False)
        except WriteConflict as conflict:
            if self.all().get(user_id) != person:
                raise SettingsWrong("This Oura account was connected under another name meanwhile") from conflict
        for other in [known for known, name in self.all().items() if name == person and known != user_id]:
            with translated(other):
                self._ssm.delete_parameter(Name=f"{self._prefix}{other}")
