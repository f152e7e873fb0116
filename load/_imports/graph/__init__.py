"""Who imports whom, in which rings, and why an import fails in one."""
