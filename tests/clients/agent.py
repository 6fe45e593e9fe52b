"""One running agent: its process, its folder with a mailbox, and what its tools really did to that."""

import json
import os
import queue
import signal
import subprocess
import threading

import packages
from rows import ASKED

TURN_SECONDS_MAX = 180
MAILS = ["m-101", "m-102", "m-103", "m-104", "m-105"]
KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TERM", "SSL_CERT_FILE")
QUIET = {"LANGSMITH_TRACING": "false", "OPENAI_AGENTS_DISABLE_TRACING": "1", "PYTHONDONTWRITEBYTECODE": "1", "NO_PROXY": "127.0.0.1"}


class AgentFailed(Exception):
    """The client raised, ended, or took too long."""


class Agent:
    def __init__(self, row, folder, base):
        self.row, self.home, self.workspace = row, folder / "home", folder / "workspace"
        for path in (folder, self.home, self.workspace, self.workspace / "mailbox"):
            path.mkdir()
        for mail in MAILS:
            (self.workspace / "mailbox" / mail).write_text(f"{mail}: nothing that cannot wait.\n")
        python, more = packages.python(row.client)
        own = {"AGENT_MODE": row.mode, "AGENT_BASE": base, "AGENT_MAIL_BYTES": str(row.mail_bytes), "AGENT_INSTALL": str(packages.folder(row.client))}
        environment = {key: os.environ[key] for key in KEPT_ENVIRONMENT if key in os.environ} | QUIET | own | more | {"HOME": str(self.home)}
        self.errors = (folder / "agent.stderr").open("w+")
        self.process = subprocess.Popen(
            [python, str(packages.HERE / "agents" / row.client.program)],
            cwd=self.workspace,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            start_new_session=True,
        )
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            if line.startswith("@@"):
                self.lines.put(line[2:])
        self.lines.put('{"failed": "the agent ended"}')

    def say(self, words):
        """One turn of the user's; what the client showed for it."""
        try:
            self.process.stdin.write(words + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.lines.get(timeout=TURN_SECONDS_MAX))
        except (OSError, queue.Empty) as error:
            raise AgentFailed(f"`{words}`: no answer ({error!r})") from error
        if "failed" in answer:
            self.errors.seek(0)
            raise AgentFailed(f"`{words}`: {answer['failed']} {self.errors.read()[-600:]}")
        return answer["said"]

    def compact(self):
        if self.row.cause == ASKED:
            self.say("/compact")

    def deletions(self, mail):
        """How often its tool ran for this mail. A mail that is gone without that is counted, too."""
        log = self.workspace / "deleted.log"
        ran = log.read_text().split().count(mail) if log.exists() else 0
        return max(ran, 0 if (self.workspace / "mailbox" / mail).exists() else 1)

    def stop(self):
        """Its whole process group: some clients leave children behind."""
        self.process.stdin.close()
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(5)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self.errors.close()
