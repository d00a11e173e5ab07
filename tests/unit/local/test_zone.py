"""The time zone comes from the option, else from TZ, else from the machine."""

from pathlib import Path

import pytest
from oura_lake.cli import _days
from oura_lake.errors import SettingsWrong

BERLIN = "/usr/share/zoneinfo/Europe/Berlin"


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Set the machine to the zone of Costa Rica."""
    zones = tmp_path / "zoneinfo" / "America"
    zones.mkdir(parents=True)
    (zones / "Costa_Rica").touch()
    (tmp_path / "localtime").symlink_to(zones / "Costa_Rica")
    monkeypatch.setattr(_days, "LOCALTIME", tmp_path / "localtime")
    monkeypatch.delenv("TZ", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        (BERLIN, "Europe/Berlin"),
        (f":{BERLIN}", "Europe/Berlin"),
        ("EST5EDT", "EST5EDT"),
        ("US/Pacific", "US/Pacific"),
        ("UTC", "UTC"),
        ("", "America/Costa_Rica"),
        (" ", "America/Costa_Rica"),
    ],
)
def test_tz_is_read_in_each_form_that_names_a_zone(monkeypatch: pytest.MonkeyPatch, setting: str, key: str) -> None:
    monkeypatch.setenv("TZ", setting)
    assert _days.zone(None).key == key


def test_tz_may_be_a_file_that_leads_to_a_zone(monkeypatch: pytest.MonkeyPatch, machine: Path) -> None:
    for setting in (f":{machine / 'localtime'}", str(machine / "localtime")):
        monkeypatch.setenv("TZ", setting)
        assert _days.zone(None).key == "America/Costa_Rica"


@pytest.mark.parametrize("setting", ["CET-1CEST,M3.5.0,M10.5.0/3", "UTC+2", "<+03>-3", "Mars/Base", "../etc", ":../x"])
def test_who_named_no_zone_reads_which_setting_is_meant_and_what_to_add(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("TZ", setting)
    with pytest.raises(SettingsWrong) as wrong:
        _days.zone(None)
    assert str(wrong.value).startswith(f"TZ={setting} names no IANA time zone; add --timezone")


@pytest.mark.parametrize("name", ["Mars/Base", "UTC+2", "../etc", "/etc/localtime"])
def test_a_zone_that_was_named_and_is_none_is_said_so(name: str) -> None:
    with pytest.raises(SettingsWrong, match="is not a time zone; use an IANA name"):
        _days.zone(name)
