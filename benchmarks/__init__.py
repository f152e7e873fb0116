"""What `load` costs, beside its peers, as ratios measured in one run: `python -m benchmarks [ROOM …] [--write]`."""
