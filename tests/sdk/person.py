"""The person at the console: decides about held calls over the console's API, as the scenario that a call belongs to says.

A hold's `model` is the scenario's name, for that is what the clients ask for.
"""

import json
import threading
import time
import urllib.error
import urllib.request

from scenarios import HELD

LOOKS_EVERY_SECONDS = 0.1
# Longer than the ten seconds after which a stream that waits shows a sign of life.
LATE_SECONDS = 12


class Person:
    """Looks at the console of one linchpin until told to go home."""

    def __init__(self, port, token):
        self.base, self.token = f"http://127.0.0.1:{port}/api/approvals", token
        self.first_seen, self.decided, self.troubles = {}, set(), []
        self.is_home = threading.Event()
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def go_home(self):
        self.is_home.set()
        self.thread.join(10)

    def _work(self):
        while not self.is_home.wait(LOOKS_EVERY_SECONDS):
            try:
                for hold in self._ask("")["holds"]:
                    self._look(hold)
            except (OSError, ValueError) as error:
                self.troubles.append(f"the console: {error}")
                return

    def _look(self, hold):
        code, age = hold["code"], time.monotonic() - self.first_seen.setdefault(hold["code"], time.monotonic())
        does = HELD[hold["model"]].person if hold["model"] in HELD else ""
        if code in self.decided or not does or (does == "approves late" and age < LATE_SECONDS):
            return
        self.decided.add(code)
        self._ask(f"/{code}/{'deny' if does == 'denies' else 'approve'}", b"{}")

    def _ask(self, path, body=None):
        request = urllib.request.Request(self.base + path, body, {"authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
