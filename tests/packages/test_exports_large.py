"""The tables of the specialised exports for packages of gigabytes, and the checks of these."""

from __future__ import annotations

import json

import pytest

from tests.support.environments import Environment
from tests.support.library import CHECKOUT
from tests.support.processes import ChildTimeoutError

LOOK = """
import json, sys
from load.exports import {kind}, get_export_metadata

made = {kind}(validation_level="comprehensive")
assert made.package not in sys.modules
missing = made.missing()
known = get_export_metadata(made.package)
assert known.is_loaded and known.load_count == 1 and known.error_count == 0 and known.memory_usage > 0, known
required = [name for name in missing if not made._entries[name].is_optional]
same = {same}
print(json.dumps([known.version, required, sorted(missing), same]))
"""
TORCH = "made.F is sys.modules['torch'].nn.functional and made.Module is sys.modules['torch'].nn.Module"
TRANSFORMERS = "issubclass(made.PreTrainedModel, sys.modules['torch'].nn.Module)"
TENSORFLOW = "made.TF is sys.modules['tensorflow'] and made.constant([1, 2]).shape == (2,)"


@pytest.mark.parametrize(
    ("packages", "kinds"),
    [
        # Some platforms have a build of this version without CUDA.
        (("torch==2.13.0", "transformers"), {"TorchExports": TORCH, "TransformersExports": TRANSFORMERS}),
        (("tensorflow-cpu",), {"TensorflowExports": TENSORFLOW}),
    ],
    ids=["torch", "tensorflow"],
)
def test_every_name_is_there(venv: Environment, packages: tuple[str, ...], kinds: dict[str, str]) -> None:
    """Each that is not optional, and the trials work."""
    try:
        installed = venv.pip("install", "--no-compile", *packages, timeout=400)
    except ChildTimeoutError:
        pytest.skip(f"{' and '.join(packages)} cannot be had here in 400 seconds")
    if installed.returncode:
        pytest.skip(f"{' and '.join(packages)} cannot be had here: {installed.stderr.strip().splitlines()[-1]}")
    for kind, same in kinds.items():
        result = venv.run(LOOK.format(kind=kind, same=same), env={"PYTHONPATH": str(CHECKOUT)}, timeout=240).check()
        version, required, missing, is_same = json.loads(result.stdout.splitlines()[-1])
        assert version, kind
        assert (required, is_same) == ([], True), missing
