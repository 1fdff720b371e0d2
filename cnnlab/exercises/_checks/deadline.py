"""A time limit for code that may never end."""

import ctypes
import random
import signal
import threading
from time import monotonic, process_time  # as they are now: an answer may replace them

FIRST_PAUSE = 0.05
SHORTEST_PAUSE = 0.00002
SAFETY_PAUSE = 0.01
PATIENCE = 3  # by the clock, a test may take so many times its limit: the machine may be busy


class TimeLimit(BaseException):
    """Raised inside the block that a `deadline` guards, when its time is up.

    As a `BaseException` it is not caught by ``except Exception`` in the block.
    """


def deadline(seconds):
    """Guard a ``with`` block: after so many seconds of computing, raise `TimeLimit` inside it.

    A bare ``except:`` inside a loop can swallow one exception, so `TimeLimit` is raised again,
    after ever shorter pauses, until the block is left. The pauses are irregular and end up as short
    as a few instructions take: one of them ends just where the loop turns, outside its ``try``.

    In the main thread of a Unix process an interval timer does this; whatever timer and handler
    were there before come back afterwards. Elsewhere (Windows, other threads) a second thread does.

    A loop inside compiled code, such as the sum of a huge array, can't be stopped from Python: the
    exception comes when that call has ended. If it never ends, only a restart of the kernel helps.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    return (_BySignal if in_main_thread and hasattr(signal, "setitimer") else _ByThread)(seconds)


class _Deadline:
    def __init__(self, seconds):
        self.seconds, self.started, self.computed = seconds, monotonic(), process_time()
        self.due = self.started + seconds

    def left(self):
        """Count the seconds that are left, of computing or by the clock; 0 or less: none."""
        by_the_clock = self.started + PATIENCE * self.seconds - monotonic()
        left = min(self.computed + self.seconds - process_time(), by_the_clock)
        if left > 0:
            self.due = monotonic() + left
        return left


class _BySignal(_Deadline):
    def __enter__(self):
        self.pause, self.random = FIRST_PAUSE, random.Random()
        self.previous_handler = signal.signal(signal.SIGALRM, self._ring)
        self.previous_timer = signal.setitimer(signal.ITIMER_REAL, self.seconds, SAFETY_PAUSE)

    def _ring(self, _signal_number, frame):
        if frame is not None and frame.f_globals is globals():
            return  # the alarm rang while this module was setting or clearing it
        left = self.left()
        if left <= 0:
            self.pause = max(self.pause / 2, SHORTEST_PAUSE)
        pause = left if left > 0 else self.random.uniform(0, self.pause)
        signal.setitimer(signal.ITIMER_REAL, 1e-6 + pause, SAFETY_PAUSE)
        if left <= 0:
            raise TimeLimit

    def __exit__(self, *_exception):
        self.late = monotonic() - self.due > self.seconds / 2  # one step took all that time
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.previous_handler or signal.SIG_DFL)
        remaining, interval = self.previous_timer
        if remaining:
            elapsed = monotonic() - self.started
            signal.setitimer(signal.ITIMER_REAL, max(remaining - elapsed, 1e-6), interval)


class _ByThread(_Deadline):
    def __enter__(self):
        self.thread = ctypes.c_ulong(threading.get_ident())
        self.lock, self.over = threading.Lock(), threading.Event()
        self.watch = threading.Thread(target=self._wait, name="deadline", daemon=True)
        self.watch.start()

    def _wait(self):
        pause, next_pause = self.seconds, FIRST_PAUSE
        while not self.over.wait(pause):
            pause = self.left()
            if pause > 0:
                continue
            with self.lock:
                if not self.over.is_set():
                    self._raise_in_thread(ctypes.py_object(TimeLimit))
            pause, next_pause = next_pause, max(next_pause / 2, SHORTEST_PAUSE)

    def _raise_in_thread(self, exception):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self.thread, exception)

    def __exit__(self, *_exception):
        self.late = monotonic() - self.due > self.seconds / 2  # one step took all that time
        while self.watch is not None:
            try:
                self.over.set()
                with self.lock:
                    self._raise_in_thread(None)  # forget one that is still on its way
                self.watch = None
            except TimeLimit:
                continue
