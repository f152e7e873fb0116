"""The files behind modules: which are whose, whether they changed, and what is kept of them in the cache."""
