"""What PyInstaller cannot see of `load`: modules that it names as text, its tables, and its metadata."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules, copy_metadata

# The command line, the fakes for tests and this hook are there for who develops a program; imported, they come along.
_NOT_NAMED = ("load.__main__", "load._cli", "load._pyinstaller", "load.testing")


def _is_named(module: str) -> bool:
    return not any(module == each or module.startswith(f"{each}.") for each in _NOT_NAMED)


hiddenimports = collect_submodules("load", filter=_is_named)
datas = collect_data_files("load") + copy_metadata("load-module")
# A frozen program installs nothing, and IPython is in those that import it themselves.
excludedimports = ["IPython", "pip", "pytest", "uv"]
