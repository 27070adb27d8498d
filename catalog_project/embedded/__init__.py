"""PostgreSQL and Redis for a machine that has neither, and the supervisor behind `make run`.

Nothing in here imports Django: these modules run before the settings exist.
"""
