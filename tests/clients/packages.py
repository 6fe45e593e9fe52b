"""Installs a client's pinned packages from their registry, each client into a folder of its own below `target/`."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from rows import NPM, PIP

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / "target/clients"
INSTALL_SECONDS_MAX = 900


def folder(client):
    return WORK / client.name.replace(" ", "-").lower()


def install(client):
    """Fetches it, unless exactly these versions are there."""
    stamp, wanted = folder(client) / "installed", "\n".join(client.packages)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    subprocess.run(["rm", "-rf", str(folder(client))], check=True)
    folder(client).mkdir(parents=True)
    _from_pypi(client) if client.registry == PIP else _from_npm(client)
    if others := {name: found for name, found in licences(client).items() if found != client.licence}:
        sys.exit(f"{client.name}: licences are {others}, expected {client.licence}")
    stamp.write_text(wanted)


def licences(client):
    """What each of its packages says of itself: these run here, under the terms that whoever runs them accepts."""
    if client.registry == NPM:
        names = [package.rpartition("@")[0] for package in client.packages]
        return {name: json.loads((folder(client) / "node_modules" / name / "package.json").read_text())["license"] for name in names}
    found = {}
    for package in client.packages:
        name = package.partition("==")[0].replace("-", "_")
        [metadata] = folder(client).glob(f"**/{name}-*.dist-info/METADATA")
        found[name] = re.search(r"^License(?:-Expression)?: (.*)$", metadata.read_text(), re.MULTILINE)[1]
    return found


def python(client):
    """The interpreter a client's program runs in, and what it needs in the environment."""
    venv = folder(client) / "venv/bin/python"
    if client.registry == PIP and not venv.exists():
        return sys.executable, {"PYTHONPATH": str(folder(client) / "target")}
    return (str(venv) if client.registry == PIP else sys.executable), {}


def _from_pypi(client):
    """In a virtual environment; where the machine's Python has no `ensurepip`, in a plain folder."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    venv = folder(client) / "venv"
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, check=False)
    if made.returncode == 0:
        return _run([str(venv / "bin/python"), "-m", "pip", "install", *quiet, *client.packages])
    subprocess.run(["rm", "-rf", str(venv)], check=True)
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0:
        _run(["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "python3-pip"])
    os.environ["PIP_BREAK_SYSTEM_PACKAGES"] = "1"  # a folder of ours breaks nothing of the system's
    _run([sys.executable, "-m", "pip", "install", *quiet, "--target", str(folder(client) / "target"), *client.packages])


def _from_npm(client):
    (folder(client) / "package.json").write_text('{"private": true}\n')
    _run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--save-exact", *client.packages], folder(client))


def _run(command, where=HERE):
    subprocess.run(command, cwd=where, check=True, stdin=subprocess.DEVNULL, timeout=INSTALL_SECONDS_MAX)
