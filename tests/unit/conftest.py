"""The cases that hypothesis makes up are the same in every run: `tests/stress` is where others are looked for."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("unit", derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unit")
