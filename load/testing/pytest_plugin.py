"""Fixtures for pytest, where `pytest_plugins = ["load.testing.pytest_plugin"]` stands in a `conftest.py`.

It is not an entry point that pytest finds by itself: pytest would rewrite all of `load` for its assertions, in the
tests of whoever has it installed.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from load import testing

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping


@pytest.fixture(name="assert_lazy")
def assert_lazy_fixture() -> Callable[..., None]:
    """Give `load.testing.assert_lazy`, for `assert_lazy("mypkg", not_loaded=["torch"])`."""
    return testing.assert_lazy


@pytest.fixture
def import_budget(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Make sure that the imports of a package stay within a budget: `import_budget("mypkg", forbidden=["torch"])`.

    The limits are those of `load profile --budget`: `modules`, `seconds`, `bytes`, `startup_ratio`, `forbidden` and
    `allowed_roots`. They may stand in a TOML file, `import_budget("mypkg", "budget.toml")`, whose path is relative to
    the root folder of the tests; limits that are given as well take the place of its own. The package is imported in
    fresh processes; the test fails with the chains of imports (file:line) that are to blame.
    """

    def stays_within(package: str, file: str | os.PathLike[str] | None = None, **limits: object) -> None:
        __tracebackhide__ = True
        from load._imports.budgets.budget import Budget
        from load.errors import LoadError
        from load.testing.budgets import assert_within

        try:
            known = {} if file is None else Budget.read(request.config.rootpath / file).limits
            assert_within(package, Budget(**{**known, **limits}))
        except LoadError as error:
            raise error.with_traceback(None) from None  # it says all; where it was raised says nothing to a test

    return stays_within


@pytest.fixture
def isolated_load() -> Iterator[None]:
    """Have `load.testing.isolated` around the test: the process is given back as it was."""
    with testing.isolated():
        yield


@pytest.fixture
def installable() -> Iterator[Callable[[Mapping[str, str]], list[str]]]:
    """Give `load.testing.installable`, which holds until the end of the test and tells what was asked for."""
    with ExitStack() as until_the_end:

        def install_from(sources: Mapping[str, str], *, install: str = "always") -> list[str]:
            return until_the_end.enter_context(testing.installable(sources, install=install))

        yield install_from
