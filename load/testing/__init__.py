"""For tests of code that uses `load`: isolation from the process, and installs without an index.

::

    def test_sizes():
        with load.testing.installable({"humanize": "def naturalsize(n): return f'{n} B'"}) as asked:
            assert my_plugin.size(3) == "3 B"
        assert asked == ["humanize"]
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from load import _config, _names
from load._events import Change
from load._install import backends, target
from load._reserved import PREFIX, is_submodule
from load.testing.given_back import given_back

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from load._install.job import Job

__all__ = ["assert_lazy", "installable", "isolated"]


def __dir__() -> list[str]:
    return __all__


@contextmanager
def isolated(**settings: object) -> Iterator[None]:
    """Restore the process after the block: modules, finders, `sys.path`, and what `load` has bound and was told.

    The latter is what was set with `configure` or `alias`, the subscribers, auto-print, what `load.info()` lists, and
    the registries of the whole program: `NAMESPACE` and that of the exports. Modules of `load` itself stay: their
    classes would be others the next time.

    Args:
        settings: settings of `load` inside the block, as for `load.override`.

    Raises:
        ConfigError: the value of a setting is not valid.
    """
    facade = sys.modules[__name__.partition(".")[0]]
    bound, modules = dict(vars(facade)), dict(sys.modules)
    finders, path = list(sys.meta_path), list(sys.path)
    try:
        with given_back(), _config.Override(settings):
            yield
    finally:
        sys.meta_path[:], sys.path[:] = finders, path
        for name in [name for name in sys.modules if name not in modules and not _is_own(name)]:
            del sys.modules[name]
        for name in [name for name in vars(facade) if name not in bound and not _is_own(PREFIX + name)]:
            delattr(facade, name)


def _is_own(module: str) -> bool:
    """Whether a name is that of a module of `load`, and not the second name of another, as `load.yaml`."""
    own = module.removeprefix(PREFIX).partition(".")[0]
    return module.startswith(PREFIX) and (own.startswith("_") or is_submodule(own))


@contextmanager
def installable(sources: Mapping[str, str], *, install: str = "always") -> Iterator[list[str]]:
    """Let installs succeed without an index, from these sources; everything is undone afterwards.

    Args:
        sources: distribution → the source text of its module, which has the same name.
        install: the policy inside the block.

    Yields:
        A list of the requirements that are asked for, which grows as they come.

    Raises:
        ConfigError: `install` is not a policy.
    """
    import importlib
    import tempfile

    with tempfile.TemporaryDirectory() as folder, isolated(install=install, cache_dir=os.path.join(folder, "cache")):
        site_packages = os.path.join(folder, "site-packages")
        os.mkdir(site_packages)
        sys.path.append(site_packages)
        fake = _Fake(sources, site_packages)
        before = backends.substitute, target.substitute
        backends.substitute, target.substitute = fake, target.Target(site_packages, "a folder of this test")
        try:
            yield fake.asked
        finally:
            backends.substitute, target.substitute = before
            importlib.invalidate_caches()


class _Fake:
    """A backend that writes the modules it knows, and no others."""

    name = "fake"

    def __init__(self, sources: Mapping[str, str], folder: str) -> None:
        self._sources: dict[str, str] = {_names.normalize(name): text for name, text in sources.items()}
        self._folder = folder
        self.asked: list[str] = []

    def run(self, job: Job) -> list[Change]:
        if not (job.folder or job.dry_run):
            self.asked += job.requirements
        lines = [*job.requirements, *(line.partition(" --hash=")[0] for line in job.hashed)]
        return [self._install(line, job) for line in lines]

    def lock(self, job: Job) -> str:
        from hashlib import sha256

        lines = ['lock-version = "1.0"', 'created-by = "fake"', "packages = ["]
        for name in map(self._name_of, job.requirements):
            digest = sha256(self._sources[name].encode()).hexdigest()
            file = f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
            wheel = f'{{ name = "{file}", path = "{file}", hashes = {{ sha256 = "{digest}" }} }}'
            lines.append(f'    {{ name = "{name}", version = "1.0", wheels = [{wheel}] }},')
        return "\n".join([*lines, "]", ""])

    def _install(self, requirement: str, job: Job) -> Change:
        name = self._name_of(requirement)
        if not job.dry_run:
            self._write(name, job.folder or self._folder)
        return Change(name, None, "1.0")

    def _name_of(self, requirement: str) -> str:
        from packaging.requirements import Requirement

        name: str = _names.normalize(Requirement(requirement).name)
        if name not in self._sources:
            from load.errors import InstallError

            raise InstallError(
                f"{requirement!r} is not among what this test can install.", hint=f"add {name!r} to installable()"
            )
        return name

    def _write(self, name: str, folder: str) -> None:
        module = name.replace("-", "_")
        metadata = os.path.join(folder, f"{module}-1.0.dist-info")
        os.makedirs(metadata, exist_ok=True)
        _write(os.path.join(folder, f"{module}.py"), self._sources[name])
        _write(os.path.join(metadata, "METADATA"), f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        _write(os.path.join(metadata, "RECORD"), f"{module}.py,,\n{module}-1.0.dist-info/METADATA,,\n")

    def remove(self, names: Sequence[str]) -> None:
        from shutil import rmtree

        for name in names:
            module = name.replace("-", "_")
            os.remove(os.path.join(self._folder, f"{module}.py"))
            rmtree(os.path.join(self._folder, f"{module}-1.0.dist-info"))


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def assert_lazy(
    package: str, *, not_loaded: Iterable[str] = (), max_modules: int | None = None, max_ms: float | None = None
) -> None:
    """Make sure, in a fresh process, that importing a package stays cheap.

    Args:
        package: its import name.
        not_loaded: modules that must not be imported along with it; one string is one name.
        max_modules: how many modules may be imported at most, the package itself included.
        max_ms: how many milliseconds it may take at most; the best of three processes counts.

    Raises:
        AssertionError: it does not; with the chain of imports (file:line) that brought what must not be there.
        ResolveError: it cannot be imported.
        SourceError: `package`, or something in `not_loaded`, is not an import name.
    """
    __tracebackhide__ = True  # pytest shows no source of what only says that the test failed
    from load._lazy.laziness import look

    facts = look(package, rounds=1 if max_ms is None else 3).check(not_loaded, max_modules, max_ms)
    if facts:
        raise AssertionError("\n".join(facts))
