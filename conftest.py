"""Which pytest plugins do the tests need? Asked here because pytest takes the answer from the root folder only."""

pytest_plugins = ["pytester"]
