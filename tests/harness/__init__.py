"""What the tests stand on: environments, the index, Git, terminals, the session itself."""
