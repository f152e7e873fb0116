"""What people see of `load` where they work step by step: the auto-print, and later the IPython extension."""
