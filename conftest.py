"""Loaded before every other test file: the servers' addresses must be known before the settings."""

pytest_plugins = ["tests.services", "tests.accounts.fixtures", "tests.acceptance.server"]
