"""Messages, with threads that its server keeps, signed thinking, and its two compactions: asked for, and an edit."""

import json

from refused import Refused, drawn, frame, pieces, text_of
from rows import SUMMARY

BREAKPOINTS_MAX = 4


def check(body, upstream):
    """What the documentation says is refused, on the history as the server has it."""
    history = list(body["messages"])
    thread = body.get("thread") or {}
    if thread.get("type") == "continue":
        kept = upstream.kept["threads"].get(thread["previous_message_id"])
        if kept is None:
            raise Refused("thread not found")
        history = kept["messages"] + history
    if json.dumps(body).count('"cache_control": {') > BREAKPOINTS_MAX:
        raise Refused(f"A maximum of {BREAKPOINTS_MAX} blocks with cache_control may be provided.")
    open_calls = set()
    for number, message in enumerate(history):
        blocks = message["content"] if isinstance(message["content"], list) else []
        if not message["content"] and number + 1 < len(history):
            raise Refused(f"messages.{number}: all messages must have non-empty content")
        _check_sealed(number, blocks, upstream)
        if message["role"] == "system":
            continue
        answered = {block["tool_use_id"] for block in blocks if block["type"] == "tool_result"}
        if answered - open_calls:
            raise Refused(f"messages.{number}: unexpected `tool_use_id` found in `tool_result` blocks: {answered - open_calls}")
        if open_calls - answered:
            raise Refused(f"messages.{number}: `tool_use` ids were found without `tool_result` blocks immediately after: {open_calls - answered}")
        open_calls = {block["id"] for block in blocks if block["type"] == "tool_use"}
    if open_calls:
        raise Refused(f"`tool_use` ids were found without `tool_result` blocks immediately after: {open_calls}")
    return history


def _check_sealed(number, blocks, upstream):
    kinds = [block["type"] for block in blocks]
    if "thinking" in kinds[1:] and kinds[0] not in ("thinking", "compaction"):
        raise Refused(f"messages.{number}.content.0.type: Expected `thinking`, but found `{kinds[0]}`")
    for place, block in enumerate(blocks):
        if block["type"] == "thinking":
            upstream.check_seal(block.get("signature"), block["thinking"], f"messages.{number}: `thinking` blocks cannot be modified, its signature")
        if block["type"] == "compaction":
            upstream.check_seal(block.get("signature"), block["content"], f"messages.{number}: compaction_signature_invalid, the block")
            if place or (number and block["signature"].startswith("asked")):
                raise Refused(f"messages.{number}: compaction_block_misplaced")


def wants_compaction(body):
    return bool(body.get("compaction"))


def allows_compaction(body):
    edits = (body.get("context_management") or {}).get("edits") or []
    return any(edit["type"].startswith("compact_") for edit in edits)


def last_words(body):
    spoken = [message for message in body["messages"] if message["role"] != "system"]
    return text_of(spoken[-1]["content"]) if spoken else ""


def offers(body, tool, kept):
    tools = body.get("tools") or kept["threads"].get((body.get("thread") or {}).get("previous_message_id"), {}).get("tools") or []
    return any(offered.get("name") == tool for offered in tools)


def instructions(body):
    own = [message for message in body["messages"] if message["role"] == "system"]
    return [text_of(body.get("system") or ""), *(text_of(message["content"]) for message in own)]


def error(message):
    return {"type": "error", "error": {"type": "invalid_request_error", "message": message}, "request_id": drawn("req")}


def answer(body, reply, history, upstream):
    content, ending = [], "end_turn"
    if reply.compacts:
        content.append(_compaction(upstream, "asked" if wants_compaction(body) else "edit"))
    if wants_compaction(body):
        ending = "compaction"
    elif reply.tool:
        ending = "tool_use"
        content += _thinking(body, upstream)
        content.append({"type": "tool_use", "id": drawn("toolu"), "name": reply.tool, "input": json.loads(reply.arguments)})
    else:
        content += _thinking(body, upstream)
        content.append({"type": "text", "text": reply.words})
    usage = {"input_tokens": reply.tokens, "output_tokens": 9, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    whole = {"id": drawn("msg"), "type": "message", "role": "assistant", "model": body["model"], "content": content}
    if body.get("thread"):
        before = upstream.kept["threads"].get(body["thread"].get("previous_message_id"), {})
        turn = [{"role": "assistant", "content": content}]
        kept = {"messages": turn if wants_compaction(body) else history + turn, "tools": body.get("tools") or before.get("tools")}
        upstream.kept["threads"][whole["id"]] = kept
    return whole | {"stop_reason": ending, "stop_sequence": None, "usage": usage}


def _compaction(upstream, how):
    return {"type": "compaction", "content": SUMMARY, "signature": upstream.seal(how, SUMMARY)}


def _thinking(body, upstream):
    if (body.get("thinking") or {}).get("type") not in ("enabled", "adaptive"):
        return []
    thought = "The mailbox comes first."
    return [{"type": "thinking", "thinking": thought, "signature": upstream.seal("thinking", thought)}]


def frames(whole, _body):
    for event in _events(whole):
        yield frame(event, event["type"])


def _events(whole):
    yield {"type": "message_start", "message": whole | {"content": [], "stop_reason": None, "usage": whole["usage"] | {"output_tokens": 1}}}
    for index, block in enumerate(whole["content"]):
        begun, deltas = _block_events(block)
        yield {"type": "content_block_start", "index": index, "content_block": begun}
        yield from ({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas)
        yield {"type": "content_block_stop", "index": index}
    yield {"type": "message_delta", "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None}, "usage": whole["usage"]}
    yield {"type": "message_stop"}


def _block_events(block):
    if block["type"] == "text":
        return block | {"text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces(block["text"])]
    if block["type"] == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": piece} for piece in pieces(block["thinking"])]
        return block | {"thinking": "", "signature": ""}, [*deltas, {"type": "signature_delta", "signature": block["signature"]}]
    if block["type"] == "tool_use":
        return block | {"input": {}}, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces(json.dumps(block["input"]))]
    return block, []
