"""What every agent here shares: its task on standard input, its two tools, and the end of a turn on standard output.

A line of standard input is a user's message, or `/compact`, and each is answered by one line of JSON, `{"said"}` or
`{"failed"}`. The tools have effects that can be looked at: a mail is a file in `mailbox/`, and every deletion that ran is a
line of `deleted.log`.
"""

import json
import os
import sys
from pathlib import Path

MODE, BASE = os.environ["AGENT_MODE"], os.environ["AGENT_BASE"]
COMPACT = "/compact"
SYSTEM = "You are a mail agent."
MAIL_BYTES = int(os.environ.get("AGENT_MAIL_BYTES", "0"))
MAILBOX, DELETED = Path("mailbox"), Path("deleted.log")


def read_email(message_id: str) -> str:
    """Reads one mail.

    Args:
        message_id: which one
    """
    return (MAILBOX / message_id).read_text() + " and so on" * (MAIL_BYTES // 10)


def delete_email(message_id: str) -> str:
    """Deletes one mail for good.

    Args:
        message_id: which one
    """
    with DELETED.open("a") as log:
        log.write(message_id + "\n")
    (MAILBOX / message_id).unlink(missing_ok=True)
    return f"{message_id} is gone"


TOOLS = [read_email, delete_email]


def serve(say, compact=lambda: ""):
    """One turn for each line of standard input."""
    for line in sys.stdin:
        words = line.rstrip("\n")
        try:
            answer = {"said": str(compact() if words == COMPACT else say(words))}
        except Exception as error:  # a client that trips is what is looked for
            answer = {"failed": f"{type(error).__name__}: {error}"[:600]}
        print("@@" + json.dumps(answer), flush=True)
