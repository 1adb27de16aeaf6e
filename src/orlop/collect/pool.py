"""One bounded pool of threads for all reading.

Laws: at most `threads` calls run at once; at most `waiting` more are held; when that is full, who submits does the work
himself, so nothing can wait for itself and memory stays bounded.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")

Job = tuple["Future[Any]", Callable[[], Any]]


class Pool:
    """Threads that work off a queue. Use as a context: leaving it drops what has not begun."""

    def __init__(self, *, threads: int = 32, waiting: int = 2048) -> None:
        """Start with no thread; each submission starts one more until there are `threads`."""
        self._jobs: queue.Queue[Job | None] = queue.Queue(waiting)
        self._threads: list[threading.Thread] = []
        self._most = threads
        self._lock = threading.Lock()

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Return the future of `work`, which another thread runs (or this one, if all are busy)."""
        future: Future[T] = Future()
        try:
            self._jobs.put_nowait((future, work))
        except queue.Full:
            _run((future, work))
            return future
        self._grow()
        return future

    def __enter__(self) -> "Pool":
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drop what has not begun, and let the threads end; they are not waited for after an error."""
        self._drop()
        for _ in self._threads:
            self._jobs.put(None)
        if kind is None:
            for thread in self._threads:
                thread.join()

    def _grow(self) -> None:
        with self._lock:
            if len(self._threads) >= self._most:
                return
            thread = threading.Thread(target=self._work, name="orlop-reader", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            _run(job)

    def _drop(self) -> None:
        while True:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return
            if job is not None:
                job[0].cancel()


def _run(job: Job) -> None:
    future, work = job
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(work())
    except BaseException as error:  # noqa: BLE001 -- handed on to whoever asks for the result
        future.set_exception(error)
