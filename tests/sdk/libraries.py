"""The official client libraries, each pinned and in a folder of its own below `.work`.

Two majors of each: what agents run today, and what they have not moved away from yet.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"
OPENAI = ("chat", "responses")
ANTHROPIC = ("messages",)


@dataclass(frozen=True)
class Library:
    """One pinned library. `language` is `py` or `js`."""

    language: str
    package: str
    version: str
    dialects: tuple

    @property
    def name(self):
        return f"{self.package.split('/')[0].removeprefix('@').removesuffix('-ai')}-{self.language} {self.version}"

    @property
    def folder(self):
        return WORK / self.name.replace(" ", "-")

    def install(self):
        """Fetches it from its registry, unless this version is there."""
        stamp = self.folder / "installed"
        if stamp.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        _install_python(self) if self.language == "py" else _install_node(self)
        stamp.touch()

    def command(self):
        """How its client is started, in which folder, with which environment."""
        if self.language == "js":
            return ["node", str(HERE / "client.mjs")], self.folder, _environment()
        python = self.folder / "venv/bin/python"
        if python.exists():
            return [str(python), str(HERE / "client.py")], self.folder, _environment()
        return [sys.executable, str(HERE / "client.py")], self.folder, _environment(PYTHONPATH=str(self.folder / "target"))


LIBRARIES = [
    Library("py", "openai", "3.54.0", OPENAI),
    Library("py", "openai", "1.109.1", OPENAI),
    Library("js", "openai", "7.57.0", OPENAI),
    Library("js", "openai", "6.49.0", OPENAI),
    Library("py", "anthropic", "2.12.0", ANTHROPIC),
    Library("py", "anthropic", "0.64.0", ANTHROPIC),
    Library("js", "@anthropic-ai/sdk", "1.12.0", ANTHROPIC),
    Library("js", "@anthropic-ai/sdk", "0.137.0", ANTHROPIC),
]


def _environment(**more):
    """Without a proxy or a key of the machine's own: the clients speak to loopback only."""
    kept = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
    return {key: value for key, value in kept.items() if not key.startswith(("OPENAI_", "ANTHROPIC_", "PYTHONPATH"))} | more


def _install_python(library):
    """In a virtual environment; where the machine's Python has no `ensurepip`, in a plain folder."""
    wanted = f"{library.package}=={library.version}"
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    venv = library.folder / "venv"
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, check=False)
    if made.returncode == 0:
        return _run([str(venv / "bin/python"), "-m", "pip", "install", *quiet, wanted])
    subprocess.run(["rm", "-rf", str(venv)], check=True)
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0:
        _run(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "python3-pip"])
    os.environ["PIP_BREAK_SYSTEM_PACKAGES"] = "1"  # a folder of ours breaks nothing of the system's
    _run([sys.executable, "-m", "pip", "install", *quiet, "--target", str(library.folder / "target"), wanted])


def _install_node(library):
    (library.folder / "package.json").write_text('{"private": true}\n')
    _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", f"{library.package}@{library.version}"], library.folder)


def _run(command, folder=HERE):
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)
