"""What takes longer than the suite of the README's command may: `python -m pytest tests/stress`."""
