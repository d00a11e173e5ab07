"""Plugins of each folder: one typed instance in a file, and its name."""

import sys
from types import ModuleType

import pytest
from oura_lake.alerts.kind import ALERT_KINDS, AlertKind
from oura_lake.analyses.model import QUESTIONS, Analysis
from oura_lake.bootstrap.channels import CHANNELS
from oura_lake.maintenance.model import MaintenanceTask
from oura_lake.maintenance.run import TASKS
from oura_lake.monitoring.delivery import Channel
from oura_lake.registry import module_names, plugins


@pytest.mark.parametrize(
    ("package", "kind"),
    [(ALERT_KINDS, AlertKind), (QUESTIONS, Analysis), (TASKS, MaintenanceTask), (CHANNELS, Channel)],
)
def test_each_file_of_a_folder_exports_one_instance(package: str, kind: type[object]) -> None:
    found = plugins(package, kind)
    assert list(found) == module_names(package)
    assert found
    assert all(isinstance(plugin, kind) for plugin in found.values())


def test_alerts_and_analyses_are_named_as_their_files() -> None:
    named = {**plugins(ALERT_KINDS, AlertKind)}, {**plugins(QUESTIONS, Analysis)}
    assert [{name: plugin.name for name, plugin in folder.items()} for folder in named] == [
        {name: name for name in folder} for folder in named
    ]


def test_every_alert_has_an_analysis_of_its_name() -> None:
    assert set(plugins(ALERT_KINDS, AlertKind)) <= set(plugins(QUESTIONS, Analysis))


def test_every_question_ends_with_a_question_mark() -> None:
    with_a_question: list[Analysis | MaintenanceTask] = [
        *plugins(QUESTIONS, Analysis).values(),
        *plugins(TASKS, MaintenanceTask).values(),
    ]
    assert [plugin.question for plugin in with_a_question if not plugin.question.endswith("?")] == []


@pytest.mark.parametrize("values", [[], [1, 2]])
def test_a_file_without_its_one_instance_is_an_error_that_names_it(
    values: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    package, module = ModuleType("plugged"), ModuleType("plugged.odd")
    package.__path__ = []
    vars(module).update({f"VALUE_{n}": value for n, value in enumerate(values)})
    monkeypatch.setitem(sys.modules, "plugged", package)
    monkeypatch.setitem(sys.modules, "plugged.odd", module)
    monkeypatch.setattr("oura_lake.registry.module_names", lambda _: ["odd"])
    with pytest.raises(TypeError, match=f"plugged.odd exports {len(values)} instances of int"):
        plugins("plugged", int)
