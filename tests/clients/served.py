"""The linchpin under test: the real binary, its data in a folder of its own, and its operator's commands."""

import json
import os
import signal
import socket
import subprocess
import time

from packages import ROOT

BINARY = ROOT / "target/debug/linchpin"
START_SECONDS_MAX = 60
PIN = "Get my approval before publishing anything."
CONFIG = f"""
[server]
listen = "127.0.0.1:{{port}}"
console = "127.0.0.1:{{console}}"
data = "{{data}}"
[upstream.openai]
url = "{{upstream}}"
[upstream.anthropic]
url = "{{upstream}}"
[hold]
wait = "0s"
[[pin]]
id = "publish"
text = "{PIN}"
"""


class Served:
    """It answers once this is made. The one configured pin says nothing about deleting: that is for the chat to say."""

    def __init__(self, folder, upstream_port):
        self.folder = folder
        folder.mkdir()
        self.port, self.console = free_ports(2)
        self.config = folder / "linchpin.toml"
        upstream = f"http://127.0.0.1:{upstream_port}"
        self.config.write_text(CONFIG.format(port=self.port, console=self.console, data=folder / "data", upstream=upstream))
        self.config.chmod(0o600)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("LINCHPIN_")} | {"NO_COLOR": "1"}
        with (folder / "linchpin.log").open("wb") as log:
            command = [BINARY, "serve", "--config", self.config]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment)
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.console), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"linchpin does not listen:\n{(folder / 'linchpin.log').read_text()[-2000:]}")

    def ask(self, *arguments):
        command = [BINARY, *arguments, "--config", self.config]
        ran = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if ran.returncode != 0:
            raise RuntimeError(f"`linchpin {' '.join(arguments)}` ended with {ran.returncode}: {ran.stderr[-500:]}")
        return ran.stdout

    def objects(self, *arguments):
        return [json.loads(line) for line in self.ask(*arguments, "--json").splitlines()]

    def approve(self, target):
        """A person says yes to the newest held call that names this target."""
        codes = [hold["code"] for hold in self.objects("approvals", "list") if target in hold["arguments"]]
        if not codes:
            raise RuntimeError(f"no held call names `{target}`")
        self.ask("approvals", "approve", codes[-1])

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports
