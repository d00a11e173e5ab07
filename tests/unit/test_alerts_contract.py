"""Does every file of the folders offer what the run asks of it?"""

import pytest
from oura_lake import channels
from oura_lake.alerts import kinds
from oura_lake.analyses import questions
from oura_lake.registry import entries

OFFERED = [
    (analyses, ("QUESTION", "KIND", "METHOD_VERSION", "NEEDS_NIGHTS", "STARTS_AGAIN", "analyse")),
    (alerts, ("KIND", "evaluate", "message")), (channels, ("send",)),
]
CASES = [(f"{package.__name__}.{name}", module, names) for package, names in OFFERED
         for name, module in entries(package).items()]


@pytest.mark.parametrize(("module", "names"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_module_offers_what_is_asked_of_its_folder(module, names):
    assert [n for n in names if not hasattr(module, n)] == []


def test_every_alert_has_an_analysis_of_its_name():
    assert set(entries(kinds)) <= set(entries(questions))
