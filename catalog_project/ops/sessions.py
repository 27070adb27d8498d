"""Sessions of the admin: in the database, with a short-lived copy in Redis (invariant 8)."""

from typing import Any

from django.contrib.sessions.backends import cached_db, db

# A copy that Redis could not be told to forget (a log-out while Redis was away) dies within this.
COPY_SECONDS = 60


class SessionStore(cached_db.SessionStore):
    """The row is the truth; a lost, frozen or emptied Redis only costs a query.

    Django's `cached_db` keeps the copy as long as the session, so that a session ended while
    Redis was away would come back to life with it. It also lets the errors of Redis through;
    `BreakerCache` turns those into misses.
    """

    cache_key_prefix = "session."
    _cache: Any
    _session: dict[str, Any]

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] | None = self._cache.get(self.cache_key)
        if data is None:
            # Asks the database, and forgets the key when there is no such session.
            data = db.SessionStore.load(self)
            if self.session_key:
                self._keep_copy(data)
        return data

    def save(self, must_create: bool = False) -> None:
        db.SessionStore.save(self, must_create)
        self._keep_copy(self._session)

    def _keep_copy(self, data: dict[str, Any]) -> None:
        self._cache.set(self.cache_key, data, COPY_SECONDS)
