"""The tests of `load`: `unit`, `functional`, `registry`; what they share stands in `support`."""
