"""When a job tries again."""

import random
from datetime import timedelta

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job


class Patience(BaseRetryStrategy):
    """Pauses that double, each shortened by chance: jobs that failed together return apart."""

    def __init__(
        self, *, tries: int, first: timedelta, worth_it: tuple[type[Exception], ...]
    ) -> None:
        self.tries = tries
        self.first = first.total_seconds()
        self.worth_it = worth_it

    def is_last(self, attempts: int) -> bool:
        """`attempts` counts those before the one that runs."""
        return attempts + 1 >= self.tries

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if self.is_last(job.attempts) or not isinstance(exception, self.worth_it):
            return None
        pause = self.first * 2**job.attempts
        return RetryDecision(retry_in={"seconds": round(pause * random.uniform(0.5, 1))})  # noqa: S311 - no secret
