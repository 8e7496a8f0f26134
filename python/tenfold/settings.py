"""A running service's settings: the current release, and the polling that replaces it."""

from __future__ import annotations

import math
import os
import threading
import time
import weakref
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Literal, NoReturn, cast, overload

from tenfold.current_release import CurrentRelease, Started, advance, keep
from tenfold.errors import TenfoldError, as_damage, frameless, unknown, without_frames
from tenfold.evaluation import Evaluation
from tenfold.events import (
    EVENT_NAMES,
    Changed,
    Event,
    EventName,
    Events,
    InnerName,
    State,
    Status,
)
from tenfold.format.times import milliseconds
from tenfold.moments import Moment, moment_at
from tenfold.options import Decided
from tenfold.polling import Watcher, delay_after
from tenfold.questions import Questions
from tenfold.rollout.split import SplitReader
from tenfold.snapshot import Reader, account_text
from tenfold.trust.heads import is_expired

_CLOSING_SECONDS = 5.0
_getpid = os.getpid
_monotonic = time.monotonic


class Settings(Questions):
    """Answers from memory, for any number of threads and after a fork.

    The store is polled in the background from a process's first look-up on, and not before: a
    server that loads an application and then forks has no thread yet. A forked process polls again
    from its own first look-up.
    """

    __slots__ = (
        "__weakref__",
        "_attend_at",
        "_checked",
        "_decided",
        "_delay_ms",
        "_events",
        "_failing",
        "_failures",
        "_forked_in",
        "_has_read",
        "_is_closed",
        "_lock",
        "_looked_at",
        "_looking_since",
        "_looks",
        "_next",
        "_outcome",
        "_overdue_at",
        "_pid",
        "_polling",
        "_present",
        "_refusal",
        "_said",
        "_told",
        "_watcher",
    )

    def __init__(self, decided: Decided, started: Started) -> None:
        self._decided = decided
        self._present = started.present
        # The release that is about to answer, while it reads the accounts that are in memory.
        self._next: CurrentRelease | None = None
        self._refusal: TenfoldError | None = None
        self._has_read = started.failure is None
        self._failing = started.failure is not None
        self._failures = 0 if started.failure is None else 1
        self._delay_ms = decided.every_ms
        # Of a kept release we know only that the store was read after it was issued.
        issued = started.present.verified.release.issued
        is_known = self._has_read or issued is None
        checked_at = decided.manner.now() if is_known else milliseconds(issued or "")
        self._checked = moment_at(checked_at)
        self._looking_since: Moment | None = None
        self._looks = 0
        self._outcome = False
        self._is_closed = False
        self._events = Events()
        self._said: State = "ready"
        self._told: tuple[Reader, int | None] = (started.present.reader, self._stage)
        self._pid = 0
        self._forked_in = _getpid()
        self._looked_at = _monotonic()
        self._attend_at = -math.inf
        self._overdue_at = math.inf
        self._watcher: Watcher | None = None
        self._polling = threading.Lock()
        self._lock = threading.Lock()
        for problem in (started.failure, *started.warnings, *decided.take_problems()):
            if problem is not None:
                self._events.hold("error", without_frames(problem))
        status = self.status
        if status.state != "ready":
            self._said = status.state
            self._events.hold("stale", status)
        _OPEN.add(self)

    def account(self, account: str) -> bool:
        """Make sure that an account can be asked about, and return whether it is in the release.

        In full mode there is nothing to wait for. In lazy mode the account is read if it is not in
        memory, and stays there as long as it is used now and then, across releases. Raises
        `store_…` where it has to be read and cannot be; another call tries again.
        """
        name = account_text(account)
        self._reader()
        while True:
            present, following = self._present, self._next
            try:
                is_known = _widest(present).account(name)
                if following is not None:
                    # The promise has to hold after the next release has taken over, too.
                    self._need_in(following, name)
                if present is self._present and following is self._next:
                    if present.rollout is None:
                        return is_known
                    return self._reader().account(name)
            except TenfoldError:
                # An old release's objects may have been deleted meanwhile.
                if present is self._present:
                    raise

    async def account_async(self, account: str) -> bool:
        """Do what `account` does, in a thread where there may be something to wait for."""
        if self._decided.manner.lazy_bytes is None:
            return self.account(account)
        import asyncio

        await asyncio.to_thread(self.account, account)
        # Others may push it out of memory before this task has its turn; the caller comes next.
        return self.account(account)

    # State.

    @property
    def status(self) -> Status:
        """How current the answers are."""
        now = self._decided.manner.now()
        release = self._present.verified.release
        age = self._checked.age(now)
        limit = self._decided.stale_after_ms
        looking_since = self._looking_since
        # A server that answers byte by byte does not fail, but brings nothing new either.
        is_stuck = looking_since is not None and looking_since.age(now) > limit
        is_failing = self._failing and (not self._has_read or age > limit)
        state: State = "ready"
        if is_expired(release, now):
            state = "expired"
        elif is_stuck or is_failing or self._is_overdue():
            state = "stale"
        return Status(state, release.seq, release.commit, age)

    @overload
    def on(
        self, event: Literal["changed"], callback: Callable[[Changed], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(
        self, event: Literal["stale"], callback: Callable[[Status], object]
    ) -> Callable[[], None]: ...
    @overload
    def on(
        self, event: Literal["error"], callback: Callable[[TenfoldError], object]
    ) -> Callable[[], None]: ...
    def on(self, event: EventName, callback: Callable[..., object]) -> Callable[[], None]:
        """Add a callback for an event, and return a function that removes it.

        `changed`: another release answers from now on. `stale`: the state is no longer `ready`,
        told once for each time. `error`: a poll failed, or something of lesser weight; the current
        release goes on answering. Callbacks run in the thread that noticed, mostly the polling one.
        What happened while the settings were opened is told to the first callback.
        """
        if event not in EVENT_NAMES:
            raise unknown("invalid_option", "event", event, EVENT_NAMES)
        return self._events.add(event, cast("Callable[[Event], object]", callback))

    def refresh(self) -> bool:
        """Poll the store now, and return whether another release answers from now on.

        False, too, where the poll failed, which `error` tells. Two polls never overlap: a call
        during one waits for it and polls again, since the store may have changed meanwhile.
        """
        if self._is_closed:
            return False
        wanted = self._looks + 1
        news: list[tuple[InnerName, Event]] = []
        with self._polling:
            if self._is_closed:
                return False
            # Of several that waited, the first has polled for all.
            if self._looks < wanted:
                self._looks += 1
                self._outcome = self._look(news)
            outcome = self._outcome
        for name, event in news:
            self._events.emit(name, event)
        return outcome

    def close(self) -> None:
        """Stop polling. What is in memory can still be read.

        Requests that are under way are aborted, and a poll is waited for until it has noticed, at
        most five seconds.
        """
        self._is_closed = True
        self._attend_at = math.inf
        self._overdue_at = math.inf
        store = self._decided.manner.store
        store.interrupt()
        if self._watcher is not None and self._pid == _getpid():
            self._watcher.stop(_CLOSING_SECONDS, store.interrupt)
            # A poll that has just ended gave its connections back.
            store.interrupt()
        store.rest()

    def __enter__(self) -> Settings:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        status = self.status
        return f"<Settings of release {status.seq}, {status.state}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("settings cannot be pickled: open them in each process, or fork")

    # What the watcher and the provider of feature flags use.

    def poll_in_background(self) -> float:
        """Poll, and return the milliseconds until the next poll."""
        self.refresh()
        return self._delay_ms

    def look_at_clock(self) -> None:
        """Tell what the time alone has changed."""
        if not self._is_closed:
            news: list[tuple[InnerName, Event]] = []
            # A caller's clock that fails changes nothing, and must not end the polling.
            with suppress(TenfoldError):
                self._note_state(news)
                self._note_change(news)
            for name, event in news:
                self._events.emit(name, event)

    def evaluation(self) -> Evaluation:
        """Return the release that answers now, for a provider of feature flags."""
        environment = self._present.verified.release.environment
        return Evaluation(self._reader().evaluate, environment)

    def on_ready(self, callback: Callable[[Status], object]) -> Callable[[], None]:
        """Add a callback for the moment at which stale settings are ready again."""
        return self._events.add("ready", cast("Callable[[Event], object]", callback))

    # The present release.

    def _reader(self) -> Reader | SplitReader:
        """Return what answers now. During a rollout, the time counts at every look-up."""
        if _getpid() != self._pid or _monotonic() >= self._attend_at:
            self._attend()
        present = self._present
        rollout = present.rollout
        if rollout is None or rollout.stage_at(self._decided.manner.now()) is None:
            return present.reader
        return rollout.reader

    @property
    def _stage(self) -> int | None:
        rollout = self._present.rollout
        return None if rollout is None else rollout.stage_at(self._decided.manner.now())

    def _need_in(self, following: CurrentRelease, account: str) -> None:
        """Read an account in the next release, which must not take over without it."""
        try:
            _widest(following).account(account)
        except TenfoldError as error:
            with self._lock:
                if self._next is following:
                    self._refusal = error

    # Polling.

    def _attend(self) -> None:
        """Begin to poll in this process, or note that nobody has polled for long.

        In a server that gives no time to threads, a look-up is the only one who can tell.
        """
        pid = _getpid()
        if self._pid == pid:
            self._attend_at = math.inf if self._is_closed else _monotonic() + 1
            self.look_at_clock()
            return
        if self._forked_in != pid:
            # Forked by something else than Python.
            self.after_fork()
        with self._lock:
            if self._pid == pid:
                return
            self._pid = pid
            every = self._decided.every_ms / 1000
            if self._is_closed or every == 0:
                self._attend_at = math.inf
                return
            delay = delay_after(self._failures, self._decided.every_ms) / 1000
            first = max(_monotonic(), self._looked_at + delay)
            self._expect(first)
            try:
                self._watcher = Watcher(self, first, self._decided.stale_after_ms)
            except RuntimeError:
                # The system has no thread to spare: look-ups will tell that nobody polls.
                self._watcher = None
        if self._is_closed:
            # Meanwhile: whoever closed may not have seen the watcher.
            self.close()

    def _expect(self, moment: float) -> None:
        """Note when the next poll is due; one interval later, its absence counts."""
        if not self._is_closed:
            self._overdue_at = moment + max(self._decided.every_ms / 1000, 1)
            self._attend_at = self._overdue_at
            if self._is_closed:
                # Meanwhile, so that closing may have come before these lines.
                self._overdue_at = math.inf
                self._attend_at = math.inf

    def _is_overdue(self) -> bool:
        is_ours = self._pid == _getpid()
        return is_ours and self._looking_since is None and _monotonic() >= self._overdue_at

    def after_fork(self) -> None:
        """Make what the parent process's threads may hold anew, in a process that was forked."""
        self._forked_in = _getpid()
        self._pid = 0
        self._attend_at = -math.inf
        self._overdue_at = math.inf
        self._watcher = None
        self._looking_since = None
        self._next = None
        self._polling = threading.Lock()
        self._lock = threading.Lock()
        self._events.after_fork()
        self._decided.manner.store.after_fork()
        for content in self._present.contents:
            content.accounts.after_fork()

    def _look(self, news: list[tuple[InnerName, Event]]) -> bool:
        """Poll once. What happens is told when nothing is locked any more."""
        before, manner = self._present, self._decided.manner
        try:
            found = self._take_over(self._following(before, news))
        finally:
            self._next = None
        if self._is_closed:
            return False
        self._failing = isinstance(found, TenfoldError)
        self._failures = self._failures + 1 if self._failing else 0
        if self._decided.every_ms > 0:
            self._delay_ms = delay_after(self._failures, self._decided.every_ms)
            self._expect(self._looked_at + self._delay_ms / 1000)
        if isinstance(found, TenfoldError):
            _warn(news, found)
            # A caller's clock may be what has failed.
            with suppress(TenfoldError):
                self._note_state(news)
            return False
        for problem in self._decided.take_problems():
            _warn(news, problem)
        following, _ = found
        self._has_read = True
        cache = manner.cache
        if cache is not None and (following is not before or cache.owes(self._checked.clock)):
            failure = keep(following, manner)
            if failure is not None:
                _warn(news, failure)
        self._note_state(news)
        return self._note_change(news)

    @frameless
    def _following(
        self, before: CurrentRelease, news: list[tuple[InnerName, Event]]
    ) -> tuple[CurrentRelease, Moment] | TenfoldError:
        """Return the release that answers from now on, and when it was read; or why not."""
        manner = self._decided.manner

        def warn(problem: TenfoldError) -> None:
            # What closing has interrupted must not be made up for by other requests.
            if self._is_closed:
                raise problem
            _warn(news, problem)

        try:
            self._looking_since = moment_at(manner.now())
            following = advance(before, manner, warn)
            self._refusal = None
            self._next = following
            _follow(following, before)
            return following, moment_at(manner.now())
        except Exception as error:  # whatever it is, the present release goes on answering
            return as_damage(error, f"the store {manner.store.url}")
        finally:
            self._looking_since = None
            self._looked_at = _monotonic()
            manner.store.rest()
            if self._is_closed:
                # What this poll has opened since then is closed, too.
                manner.store.interrupt()

    def _take_over(
        self, found: tuple[CurrentRelease, Moment] | TenfoldError
    ) -> tuple[CurrentRelease, Moment] | TenfoldError:
        """Have the next release answer, unless an account that was promised cannot be read in it.

        Until this moment `account` reads in both releases, and from it on in the next one.
        """
        with self._lock:
            if not isinstance(found, TenfoldError) and not self._is_closed:
                if self._refusal is not None:
                    found = self._refusal
                else:
                    self._present, self._checked = found
            self._next = None
        return found

    def _note_state(self, news: list[tuple[InnerName, Event]]) -> None:
        """Tell once for each time that the settings are no longer ready."""
        status = self.status
        with self._lock:
            is_news = status.state != self._said
            self._said = status.state
        if is_news:
            news.append(("ready" if status.state == "ready" else "stale", status))

    def _note_change(self, news: list[tuple[InnerName, Event]]) -> bool:
        """Tell once for each change of what answers, which may be by the clock alone."""
        with self._lock:
            present, stage = self._present, self._stage
            if self._told[0] is present.reader and self._told[1] == stage:
                return False
            self._told = (present.reader, stage)
        release = present.verified.release
        news.append(("changed", Changed(release.seq, release.commit, stage)))
        return True


_OPEN: weakref.WeakSet[Settings] = weakref.WeakSet()


def _after_fork_in_child() -> None:
    for settings in list(_OPEN):
        settings.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)


def _widest(release: CurrentRelease) -> Reader | SplitReader:
    """Return what reads an account wherever it may be asked for, as long as a stage may come."""
    return release.reader if release.rollout is None else release.rollout.reader


def _follow(following: CurrentRelease, before: CurrentRelease) -> None:
    """Make sure that the next release answers for the accounts in memory."""
    accounts = following.content.accounts
    accounts.follow(before.content.accounts)
    rollout = following.rollout
    if rollout is not None:
        rollout.content.accounts.follow(accounts, rollout.reader.may_reach)


def _warn(news: list[tuple[InnerName, Event]], problem: TenfoldError) -> None:
    news.append(("error", without_frames(problem)))
