"""Deploy target; all differences of the emulator are named here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from oura_lake.contract import Env

from infra.bundling import HOST, LAMBDA, Platform


@dataclass(frozen=True, kw_only=True)
class Target:
    """Properties of the place where the stack runs; an empty `schedule` leaves the configured one.

    `url_gateway` is the address under which each function's URL is reached by its id; empty where URLs have names of
    their own. With `has_loopback`, functions reach what listens on this machine, also over plain HTTP.
    """

    platform: Platform = LAMBDA
    has_budget: bool = True
    schedule: str = ""
    url_gateway: str = ""
    has_loopback: bool = False
    provider_environment: Mapping[str, str] = field(default_factory=dict)


AWS = Target()


def emulator(schedule: str = "", api_base_url: str = "", token_url: str = "", url_gateway: str = "") -> Target:
    """Laptop: this machine's wheels, no budget, a quick schedule, a simulated provider."""
    provider = {Env.API_BASE_URL: api_base_url, Env.TOKEN_URL: token_url}
    return Target(
        platform=HOST,
        has_budget=False,
        schedule=schedule or "rate(1 minute)",
        url_gateway=url_gateway,
        has_loopback=True,
        provider_environment={name: value for name, value in provider.items() if value},
    )
