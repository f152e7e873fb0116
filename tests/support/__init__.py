"""What tests share: made wheels, a local index, Git repositories, environments, isolation.

Nothing in here knows how `load` works; child processes import it from the checkout, that is all.
"""
