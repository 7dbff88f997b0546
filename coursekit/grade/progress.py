"""What is seen of a run: a table in a terminal, plain lines elsewhere."""

import time

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

__all__ = ["Progress"]

MOST_ROWS = 12


class Progress:
    """The progress of a run of `total` submissions; a context. `finished` and `tick` tell it what happens."""

    def __init__(self, total, console=None):
        self.console = console or Console()
        self.total, self.marked, self.failed, self.running = total, 0, 0, {}
        self.began = time.monotonic()
        self._live = Live(self.table(), console=self.console, refresh_per_second=4, transient=True)

    def __enter__(self):
        if self.console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_):
        self._live.stop()

    def tick(self, keys):
        """Note which submissions are under way."""
        now = time.monotonic()
        self.running = {key: self.running.get(key, now) for key in keys}
        if self.console.is_terminal:
            self._live.update(self.table())

    def finished(self, key, words, well=True):
        """Note that a submission is done, with a few words on it, or has failed."""
        self.marked, self.failed = self.marked + well, self.failed + (not well)
        sign, number = ("✓" if well else "✗"), self.marked + self.failed
        line = f"{sign} {number:>{len(str(self.total))}}/{self.total}  {key[1]}  {key[0]}: {words}"
        self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def table(self):
        """Return how far the run is, and a table of what is under way."""
        table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
        for (assignment, student), since in list(self.running.items())[:MOST_ROWS]:
            table.add_row("…", student, assignment, f"{time.monotonic() - since:.0f} s")
        return Group(Text(self.summary()), table)

    def seconds(self):
        """Return how long the run has taken so far."""
        return time.monotonic() - self.began

    def summary(self):
        """Return how far the run is, how fast, and how long it may go on."""
        done, seconds = self.marked + self.failed, self.seconds()
        words = f"{done} of {self.total} done, {len(self.running)} under way, {self.failed} failed"
        if not done:
            return words
        left = (self.total - done) * seconds / done
        return f"{words}; {60 * done / seconds:.1f} a minute, about {in_words(left)} left"


def in_words(seconds):
    """Return a time in the unit that suits it: 45 s, 12 min, 2 h 5 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
