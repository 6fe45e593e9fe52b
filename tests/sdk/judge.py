"""Whether a cell of the matrix is as it must be: one sentence per mistake, nothing if there is none.

A library asks twice, once through linchpin and once the scripted upstream itself. Where nothing is withheld both
must come out the same, exceptions included. Where something is withheld the library must raise nothing that the
upstream's own failure does not explain, return the calls that passed, whole, and none other, and show a notice.
"""

import json

from scenarios import HELD, MARKER, SCENARIOS

NOTICE = "[linchpin]"
WAITS = "It waits for a person."
DENIED = "a person said no"
# How each dialect looks while an answer waits. Comments are for agents that know no event which says nothing.
SIGNS_OF_LIFE = {"chat": b"\n: ", "responses": b"event: response.in_progress\n", "messages": b"event: ping\n"}


def of_library(cell, through, direct):
    """Judges what a library made of an answer through linchpin, beside what it makes of the upstream's own."""
    scenario = SCENARIOS[cell["scenario"]]
    mistakes = []
    if MARKER in json.dumps(through):
        mistakes.append(f"something withheld was returned: {json.dumps(through)[:200]}")
    if scenario.withheld == 0:
        different = {key for key in through.keys() | direct.keys() if through.get(key) != direct.get(key)}
        return mistakes + [f"`{key}` is {through.get(key)!r}, the upstream's own is {direct.get(key)!r}" for key in sorted(different)]
    if through["raised"]:
        is_upstreams = scenario.ending in ("cut", "error") or (direct["raised"] and scenario.ending == "length")
        if scenario.ending == "error" and through["raised"] != direct["raised"]:
            mistakes.append(f"raised {through['raised']}, for the upstream's own {direct['raised']}")
        if not is_upstreams or not is_api_error(through["raised"]):
            mistakes.append(f"raised {through['raised']}: {through['why']}")
        return mistakes
    if scenario.ending == "error":
        mistakes.append("the upstream's error was swallowed")
    return mistakes + _of_outcome(scenario, through)


def of_held(cell, turns):
    """Judges what a library made of each answer of a conversation in which a person decides."""
    scenario = HELD[cell["scenario"]]
    if raised := [turn for turn in turns if turn["raised"]]:
        return [f"raised {turn['raised']}: {turn['why']}" for turn in raised]
    if scenario.person == "denies":
        return _of_told(turns[0], DENIED)
    if scenario.person.startswith("approves"):
        words = [f"{part!r} is missing in {turns[0]['text']!r}" for part in scenario.words if part not in turns[0]["text"]]
        return _of_released(scenario, turns[0]) + words
    if len(turns) != 3:
        return [f"{len(turns)} answers instead of 3"]
    mistakes = [_of_told(turns[0], WAITS), _of_released(scenario, turns[1]), _of_told(turns[2], WAITS)]
    return [f"answer {number}: {mistake}" for number, found in enumerate(mistakes, 1) for mistake in found]


def _of_released(scenario, turn):
    """The call, exactly, and not a word about it."""
    wanted = [[tool, arguments] for tool, arguments in scenario.passed]
    mistakes = [] if turn["calls"] == wanted else [f"the calls are {turn['calls']}, approved {wanted}"]
    if NOTICE in turn["text"]:
        mistakes.append(f"it says `{turn['text']}` about a call that it delivers")
    return mistakes + [f"it ends with {end!r}" for end in turn["ends"] if end not in ("tool_calls", "tool_use", "completed")]


def _of_told(turn, what):
    """Words, and no call."""
    mistakes = [f"a call was delivered: {turn['calls']}"] if turn["calls"] else []
    if NOTICE not in turn["text"] or what not in turn["text"]:
        mistakes.append(f"`{what}` is not said: {turn['text']!r}")
    return mistakes + [f"it ends with {end!r} and has no call" for end in turn["ends"] if end in ("tool_calls", "tool_use")]


def of_late_bytes(cell, status, content_type, body, expected):
    """Judges the bytes of an answer that waited long: its own, in order, and signs of life before the call."""
    sign = SIGNS_OF_LIFE[cell["dialect"]]
    before, call, _ = body.partition(b"wanted_7")
    own = b"".join(expected[2])
    mistakes = [] if (status, content_type) == expected[:2] else [f"the answer is {status} {content_type}"]
    if not call:
        mistakes.append("there is no call")
    if before.count(sign) <= own.partition(b"wanted_7")[0].count(sign):
        mistakes.append(f"no sign of life like {sign!r} while it waited")
    return mistakes


def is_api_error(name):
    """Whether an exception says that the API failed, not that the library tripped over the answer."""
    return name in ("APIError", "APIStatusError", "APIConnectionError", "InternalServerError", "OverloadedError") or name in PARTIAL


# What the helpers raise for an answer that says of itself that it is not whole.
PARTIAL = ("LengthFinishReasonError", "RuntimeError", "OpenAIError", "AnthropicError")


def _of_outcome(scenario, through):
    mistakes = []
    passed = [[tool, arguments] for tool, arguments in scenario.passed]
    if through["calls"] != passed:
        mistakes.append(f"the calls are {through['calls']}, those that passed {passed}")
    place = 0
    for words in scenario.words:
        found = through["text"].find(words, place)
        if found < 0:
            mistakes.append(f"{words!r} is missing in {through['text']!r}")
        place = max(place, found)
    notices = through["text"].count(NOTICE)
    if notices != scenario.withheld:
        mistakes.append(f"{notices} notices for {scenario.withheld} withheld")
    if not scenario.passed and scenario.ending == "done":
        mistakes += [f"it ends with {end!r} and has no call" for end in through["ends"] if end in ("tool_calls", "tool_use")]
    return mistakes


def of_bytes(cell, status, content_type, body, expected):
    """Judges the bytes themselves. `expected` is (status, content type, pieces, cut)."""
    scenario = SCENARIOS[cell["scenario"]]
    own = b"".join(expected[2])
    mistakes = []
    if (status, content_type) != expected[:2]:
        mistakes.append(f"the answer is {status} {content_type}, the upstream's {expected[0]} {expected[1]}")
    if MARKER.encode() in body or MARKER.lower().encode() in body:
        mistakes.append("bytes of a withheld call left")
    if scenario.withheld == 0 and body != own and not (cell["mode"] == "stream" and is_overtaken(cell["dialect"], body, own)):
        mistakes.append(f"bytes were changed: {len(body)} instead of {len(own)}")
    if scenario.withheld and NOTICE.encode() not in body:
        mistakes.append("there is no notice")
    for part in scenario.parts:
        if part.kind == "call" and part.passes and part.bare_id.encode() not in body:
            mistakes.append(f"the id of the call `{part.id}` is gone")
    return mistakes


def is_overtaken(dialect, body, own):
    """Whether the same frames came, and only what may has overtaken a call that waited for its verdict.

    That is a comment in every dialect and, in Chat Completions, whose clients keep calls and words apart, a frame
    without a piece of a call.
    """

    def waits(frame):
        return b"tool_calls" in frame if dialect == "chat" else not frame.startswith(b":")

    def apart(stream):
        frames = stream.split(b"\n\n")
        return [frame for frame in frames if waits(frame)], [frame for frame in frames if not waits(frame)]

    return apart(body) == apart(own)
