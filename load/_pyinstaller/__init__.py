"""The hook for PyInstaller, which finds it by the entry point `pyinstaller40`.

Source: https://pyinstaller.org/en/stable/hooks.html#provide-hooks-with-package
"""


def hook_dirs() -> list[str]:
    """The folder that `hook-load.py` lies in."""
    return [*__path__]
