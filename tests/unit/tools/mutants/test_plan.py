"""Plan of a mutation run: files, their own tests, the other tests of their package."""

import pytest

from tools.mutants.plan import PACKAGES, VIEWS, file_of, mutated, other_tests, own_tests, package_of

ILLNESS = "lambdas/oura_lake/analyses/questions/illness.py"


@pytest.mark.parametrize(
    ("of", "some"),
    [
        ("analyses", ILLNESS),
        ("analyses/questions/illness", ILLNESS),
        (VIEWS, "athena/sleep/sleep_debt.sql"),
        ("views/sleep_debt", "athena/sleep/sleep_debt.sql"),
    ],
)
def test_a_package_a_module_and_a_view_can_be_named(of: str, some: str) -> None:
    assert some in mutated(of)
    assert (len(mutated(of)) == 1) is ("/" in of)
    assert package_of(some) == of.partition("/")[0]


def test_the_tests_that_mirror_a_module_come_before_those_of_its_package() -> None:
    own, other = own_tests(ILLNESS), other_tests(ILLNESS)
    assert own == ["tests/unit/analyses/questions/test_illness.py"]
    assert {"tests/unit/analyses/test_baseline.py", "tests/unit/analyses/questions/test_illness_mark.py"} <= {*other}
    assert not {*own} & {*other}


def test_a_view_has_the_tests_beside_it() -> None:
    own = own_tests("athena/sleep/sleep_debt.sql")
    assert {file_of(test) for test in own} == {"tests/views/test_given_expect.py"}
    assert all("[sleep_debt-" in test for test in own)
    assert [test.endswith("[sleep_debt]") for test in other_tests("athena/sleep/sleep_debt.sql")] == [True, False]


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_has_tests(package: str) -> None:
    assert all(own_tests(path) or other_tests(path) for path in mutated(package))
