"""Kernels of Jupyter, each driven by a client."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.library import CHECKOUT

TIMEOUT = 150.0  # seconds that a kernel may take to start


@contextmanager
def running_kernel() -> Iterator[Any]:
    """A client of a kernel that runs on this Python and finds this checkout; the test is skipped where none can."""
    reason = "needs a Jupyter kernel: pip install ipykernel"
    jupyter_client = pytest.importorskip("jupyter_client", reason=reason)
    pytest.importorskip("ipykernel", reason=reason)
    with tempfile.TemporaryDirectory() as folder:
        manager = jupyter_client.KernelManager(connection_file=os.path.join(folder, "kernel.json"))
        if sys.platform != "win32":
            manager.transport = "ipc"  # a port that was free may be taken by the time at which the kernel comes to it
        manager.kernel_cmd = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        manager.start_kernel(env={**os.environ, "PYTHONPATH": str(CHECKOUT)})
        try:
            client = manager.client()
            client.start_channels()
            try:
                client.wait_for_ready(timeout=TIMEOUT)
                yield client
            finally:
                client.stop_channels()
        finally:
            manager.shutdown_kernel(now=True)
