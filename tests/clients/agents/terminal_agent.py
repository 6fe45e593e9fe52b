"""Claude Code and Codex, each turn a run of the program in the same home and the same folder."""

import os
import subprocess
from pathlib import Path

from protocol import BASE, COMPACT, MODE, serve

PROGRAMS = Path(os.environ["AGENT_INSTALL"]) / "node_modules/.bin"
TURN_SECONDS_MAX = 150
home = Path(os.environ["HOME"])
turns = 0


def claude(words):
    more = {
        "CLAUDE_CONFIG_DIR": str(home / ".claude"),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_ERROR_REPORTING": "1",
        "DISABLE_AUTOUPDATER": "1",
        "ANTHROPIC_BASE_URL": BASE + "/anthropic",
        "ANTHROPIC_API_KEY": "sk-ant-none",
    }
    return [PROGRAMS / "claude", "-p", words, "--allowedTools", "Bash", *(["--continue"] if turns else [])], more


def codex(words):
    (home / ".codex").mkdir(exist_ok=True)
    name = "OpenAI" if MODE == "codex-remote" else "scripted"  # the name decides who compacts
    provider = f'{{name="{name}",base_url="{BASE}/openai/v1",env_key="SCRIPTED_KEY",wire_api="responses"}}'
    settings = ["model_provider=scripted", "model=gpt-5.1-codex", "model_auto_compact_token_limit=5000", f"model_providers.scripted={provider}"]
    flags = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]
    flags += [part for setting in settings for part in ("-c", setting)]
    again = ["resume", "--last"] if turns else []
    return [PROGRAMS / "codex", "exec", *again, *flags, words], {"CODEX_HOME": str(home / ".codex"), "SCRIPTED_KEY": "none"}


def say(words):
    global turns
    command, more = (claude if MODE == "claude" else codex)(words)
    environment = os.environ | {"DO_NOT_TRACK": "1", "NO_COLOR": "1", "CI": "1"} | more
    ran = subprocess.run(
        [str(part) for part in command], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=TURN_SECONDS_MAX
    )
    turns += 1
    if ran.returncode != 0:
        raise RuntimeError(f"ended with {ran.returncode}: {(ran.stdout + ran.stderr)[-500:]}")
    return ran.stdout.strip()


serve(say, lambda: say(COMPACT))
