"""What the scripted model answers, in no dialect: which calls, in which order, and how the answer ends.

A scenario says what the model does and what must become of it. `wire.py` spells it; `judge.py` compares.
Everything of a call that must not reach the agent carries MARKER, in its id and in its arguments, so that one
search through the bytes finds a leak.
"""

import json
from dataclasses import dataclass, field

MARKER = "WITHHELD"
DIALECTS = ("chat", "responses", "messages")


@dataclass(frozen=True)
class Part:
    """One piece of an answer: `text`, `refusal`, `thinking`, `call` or `unknown`."""

    kind: str
    text: str = ""
    tool: str = ""
    id: str = ""
    passes: bool = True

    @property
    def bare_id(self):
        return self.id.removeprefix("call_")


@dataclass(frozen=True)
class Scenario:
    """One answer. `choices` has one list of parts per choice; only Chat Completions knows more than one."""

    choices: list
    ending: str = "done"  # done, length (the token limit), cut (the connection dies), error (told in mid-stream)
    dress: str = "plain"  # plain, crlf, keepalive, bytewise
    dialects: tuple = DIALECTS
    modes: tuple = ("plain", "stream", "helper")
    status: int = field(default=200)  # of the answer that is not streamed
    person: str = ""  # what somebody at the console does about a held call: approves, approves late, denies, or is told

    @property
    def parts(self):
        return [part for choice in self.choices for part in choice]

    @property
    def passed(self):
        """The calls the agent must get, as (tool, arguments)."""
        return [(part.tool, json.loads(part.text)) for part in self.parts if part.kind == "call" and part.passes]

    @property
    def withheld(self):
        """How many calls the agent must not get."""
        return sum(not part.passes for part in self.parts)

    @property
    def words(self):
        return [part.text for part in self.parts if part.kind == "text"]


def text(words):
    return Part("text", words)


def read(number=1):
    return Part("call", json.dumps({"id": f"m-{number}", "note": "gr\u00fc\u00dfe \"quoted\" \\ 123456789012345678901234567890"}), "read_email", f"call_read_{number}")


def delete(number=1):
    return Part("call", json.dumps({"id": f"m-{MARKER}-{number}"}), "delete_email", f"call_{MARKER}_{number}", passes=False)


def wanted():
    """A call that is held, and that a person may want: it has to arrive exactly."""
    return Part("call", json.dumps({"id": "m-7", "note": "gr\u00fc\u00dfe \"quoted\" \\ 0.10", "n": [1, None, 2.5]}), "delete_email", "call_wanted_7")


def half(part):
    """A call whose arguments break off inside a string; whatever the tool, nobody can read it."""
    arguments = json.dumps({"id": f"m-{MARKER}"})
    return Part("call", arguments[:-4], part.tool, f"call_{MARKER}_half", passes=False)


HELLO = text("Good morning. Here is what I found \u2713.")
AFTER = text("That was all.")
THOUGHT = Part("thinking", "The mailbox comes first.")
UNKNOWN = Part("unknown", json.dumps({"id": f"m-{MARKER}"}), "robot_email", f"call_{MARKER}_robot", passes=False)
STREAMED = ("stream", "helper")

SCENARIOS = {
    "text only": Scenario([[HELLO]]),
    "one call passed": Scenario([[HELLO, read()]]),
    "one call withheld": Scenario([[HELLO, delete()]]),
    "withheld, no text": Scenario([[delete()]]),
    "three, middle withheld": Scenario([[HELLO, read(1), delete(2), read(3)]]),
    "three, first withheld": Scenario([[delete(1), read(2), read(3)]]),
    "three, last withheld": Scenario([[read(1), read(2), delete(3)]]),
    "all withheld": Scenario([[HELLO, delete(1), delete(2), delete(3)]]),
    "passed, then text": Scenario([[read(), AFTER]]),
    "withheld, then text": Scenario([[delete(), AFTER]]),
    "refusal": Scenario([[Part("refusal", "I cannot help with that.")]]),
    "thinking, call passed": Scenario([[THOUGHT, read()]]),
    "thinking, call withheld": Scenario([[THOUGHT, delete()]]),
    "call at the token limit": Scenario([[HELLO, half(read())]], ending="length", dialects=("chat", "responses")),
    "call at limit, streamed": Scenario([[HELLO, half(read())]], ending="length", dialects=("messages",), modes=STREAMED),
    "cut in a call": Scenario([[HELLO, half(read())]], ending="cut", modes=STREAMED),
    "error": Scenario([[HELLO]], ending="error", status=500),
    "error in a call": Scenario([[HELLO, half(read())]], ending="error", modes=STREAMED),
    "unknown block": Scenario([[HELLO, UNKNOWN]]),
    "keep-alives, passed": Scenario([[HELLO, read()]], dress="keepalive"),
    "keep-alives, withheld": Scenario([[HELLO, delete(), read(2)]], dress="keepalive"),
    "CRLF, passed": Scenario([[HELLO, read()]], dress="crlf"),
    "CRLF, withheld": Scenario([[HELLO, delete(), read(2)]], dress="crlf"),
    "byte by byte, passed": Scenario([[HELLO, read()]], dress="bytewise"),
    "byte by byte, withheld": Scenario([[HELLO, delete(), read(2)]], dress="bytewise"),
    "two choices, passed": Scenario([[HELLO, read(1)], [AFTER, read(2)]], dialects=("chat",)),
    "two choices, withheld": Scenario([[HELLO, read(1)], [AFTER, delete(2)]], dialects=("chat",)),
}

# A call that a person decides about. While the agent waits, `person.py` does; `is told` is the conversation in which the agent
# is told to wait for a person, one approves, the next request fetches the call, and the request after that must not.
HELD = {
    "held, approved": Scenario([[HELLO, wanted()]], person="approves"),
    "held, approved late": Scenario([[HELLO, wanted()]], person="approves late", modes=STREAMED),
    "held, denied": Scenario([[HELLO, wanted()]], person="denies"),
    "held, approved after": Scenario([[HELLO, wanted()]], person="is told"),
}


def held_cells():
    """The cells in which a person decides."""
    return _cells(HELD)


def cells():
    """Every cell of the matrix, as a client gets it."""
    return _cells(SCENARIOS)


def _cells(scenarios):
    return [
        {"dialect": dialect, "mode": mode, "scenario": name}
        for dialect in DIALECTS
        for name, scenario in scenarios.items()
        for mode in scenario.modes
        if dialect in scenario.dialects
    ]
