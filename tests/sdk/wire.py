"""How each dialect spells a scenario: the bytes of the scripted upstream, made by hand.

`answer` gives the pieces in the order they are sent. A streamed answer is a list of frames, one piece each.
"""

import json

from scenarios import HELD, SCENARIOS

ERROR = {"message": "the model is overloaded", "type": "server_error", "param": None, "code": "overloaded"}
STREAM_TYPE = "text/event-stream; charset=utf-8"


def answer(dialect, name, streamed):
    """(status, content type, pieces, whether the connection is cut behind them)."""
    scenario = (SCENARIOS | HELD)[name]
    if not streamed:
        return _whole(dialect, scenario)
    frames = {"chat": _chat_frames, "responses": _responses_frames, "messages": _messages_frames}[dialect](scenario)
    return 200, STREAM_TYPE, _dressed(frames, scenario.dress), scenario.ending == "cut"


def _whole(dialect, scenario):
    if scenario.status != 200:
        error = {"type": "error", "error": {"type": "api_error", "message": "overloaded"}} if dialect == "messages" else {"error": ERROR}
        return scenario.status, "application/json", [json.dumps(error).encode()], False
    body = {"chat": _chat_body, "responses": _responses_body, "messages": _messages_body}[dialect](scenario)
    written = json.dumps(body, indent=1 if scenario.dress == "crlf" else None).encode()
    if scenario.dress == "crlf":
        written = written.replace(b"\n", b"\r\n") + b"\r\n"
    if scenario.dress == "keepalive":
        return 200, "application/json", [b"\n", b" \n", written, b"\n"], False
    pieces = [written[i : i + 1] for i in range(len(written))] if scenario.dress == "bytewise" else [written]
    return 200, "application/json", pieces, False


def _dressed(frames, dress):
    if dress == "crlf":
        return [frame.replace(b"\n", b"\r\n") for frame in frames]
    if dress == "keepalive":
        return [b": keep-alive\n\n"] + [piece for frame in frames for piece in (frame, b": keep-alive\n\n")]
    if dress == "bytewise":
        return [bytes([byte]) for frame in frames for byte in frame]
    return frames


def _frame(data, event=None):
    head = f"event: {event}\n" if event else ""
    return f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def _split(text, size=9):
    return [text[i : i + size] for i in range(0, len(text), size)]


# -- Chat Completions


def _chat_tool_call(part):
    return {"id": part.id, "type": "function", "function": {"name": part.tool, "arguments": part.text}}


def _chat_finish(parts, ending):
    if ending == "length":
        return "length"
    return "tool_calls" if any(part.kind == "call" for part in parts) else "stop"


def _chat_body(scenario):
    choices = []
    for index, parts in enumerate(scenario.choices):
        message = {"role": "assistant", "content": None, "refusal": None}
        for part in parts:
            if part.kind == "text":
                message["content"] = (message["content"] or "") + part.text
            elif part.kind == "refusal":
                message["refusal"] = part.text
            elif part.kind == "thinking":
                message["reasoning_content"] = part.text
            elif part.kind == "call":
                message.setdefault("tool_calls", []).append(_chat_tool_call(part))
            else:
                message["robot_calls"] = [_chat_tool_call(part)]
        choices.append({"index": index, "message": message, "logprobs": None, "finish_reason": _chat_finish(parts, scenario.ending)})
    usage = {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "scripted", "choices": choices, "usage": usage}


def _chat_deltas(parts):
    yield {"role": "assistant", "content": None, "refusal": None}
    number = 0
    for part in parts:
        if part.kind == "text":
            yield from ({"content": piece} for piece in _split(part.text))
        elif part.kind == "refusal":
            yield from ({"refusal": piece} for piece in _split(part.text))
        elif part.kind == "thinking":
            yield from ({"reasoning_content": piece} for piece in _split(part.text))
        elif part.kind == "call":
            start = {"id": part.id, "type": "function", "function": {"name": part.tool, "arguments": ""}}
            yield {"tool_calls": [{"index": number, **start}]}
            yield from ({"tool_calls": [{"index": number, "function": {"arguments": piece}}]} for piece in _split(part.text))
            number += 1
        else:
            yield {"robot_calls": [_chat_tool_call(part)]}


def _chat_chunk(index, delta, finish=None):
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}


def _chat_frames(scenario):
    queues = [[_chat_chunk(index, delta) for delta in _chat_deltas(parts)] for index, parts in enumerate(scenario.choices)]
    chunks = []
    while any(queues):  # choices take turns, as they do on the wire
        chunks += [queue.pop(0) for queue in queues if queue]
    frames = [_frame(chunk) for chunk in chunks]
    if scenario.ending == "cut":
        return frames
    if scenario.ending == "error":
        return frames + [_frame({"error": ERROR})]
    frames += [_frame(_chat_chunk(index, {}, _chat_finish(parts, scenario.ending))) for index, parts in enumerate(scenario.choices)]
    return frames + [_frame("[DONE]")]


# -- Responses


def _responses_item(part, number, status="completed"):
    if part.kind in ("text", "refusal"):
        return {"id": f"msg_{number}", "type": "message", "role": "assistant", "status": status, "content": [_responses_content(part)]}
    if part.kind == "thinking":
        return {"id": f"rs_{number}", "type": "reasoning", "summary": [{"type": "summary_text", "text": part.text}], "encrypted_content": "b3BhcXVl"}
    if part.kind == "call":
        item = {"id": f"fc_{part.bare_id}", "type": "function_call", "status": status, "call_id": part.id}
        return item | {"name": part.tool, "arguments": part.text}
    return {"id": f"rb_{part.bare_id}", "type": "robot_call", "status": status, "call_id": part.id, "name": part.tool, "arguments": part.text}


def _responses_content(part, empty=False):
    words = "" if empty else part.text
    return {"type": "refusal", "refusal": words} if part.kind == "refusal" else {"type": "output_text", "text": words, "annotations": [], "logprobs": []}


def _responses_object(status, output, usage=None, **more):
    head = {"id": "resp_1", "object": "response", "created_at": 1, "status": status, "error": None, "incomplete_details": None}
    settings = {"instructions": None, "metadata": {}, "model": "scripted", "parallel_tool_calls": True, "temperature": 1.0, "tool_choice": "auto"}
    return head | settings | {"tools": [], "top_p": 1.0, "output": output, "usage": usage} | more


def _responses_body(scenario):
    items = [_responses_item(part, number) for number, part in enumerate(scenario.parts)]
    return _responses_end(scenario, items)["response"]


def _responses_end(scenario, items):
    usage = {"input_tokens": 9, "output_tokens": 12, "total_tokens": 21}
    usage |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    if scenario.ending == "length":
        items = items[:-1] + [items[-1] | {"status": "incomplete"}]
        more = {"incomplete_details": {"reason": "max_output_tokens"}}
        return {"type": "response.incomplete", "response": _responses_object("incomplete", items, usage, **more)}
    return {"type": "response.completed", "response": _responses_object("completed", items, usage)}


def _responses_events(scenario):
    yield {"type": "response.created", "response": _responses_object("in_progress", [])}
    yield {"type": "response.in_progress", "response": _responses_object("in_progress", [])}
    items = []
    for number, part in enumerate(scenario.parts):
        item = _responses_item(part, number)
        is_last = number == len(scenario.parts) - 1
        yield from _responses_item_events(part, item, number, scenario.ending if is_last else "done")
        items.append(item)
    if scenario.ending == "error":
        yield {"type": "error", "error": ERROR}
    elif scenario.ending != "cut":
        yield _responses_end(scenario, items)


def _responses_item_events(part, item, index, ending):
    place = {"item_id": item["id"], "output_index": index}
    begun = item | {"status": "in_progress"}
    emptied = {"content": []} if part.kind in ("text", "refusal") else {"summary": []} if part.kind == "thinking" else {"arguments": ""}
    yield {"type": "response.output_item.added", "output_index": index, "item": begun | emptied}
    if part.kind in ("text", "refusal"):
        yield from _responses_words(part, place | {"content_index": 0})
    elif part.kind == "thinking":
        yield from _responses_summary(part, place | {"summary_index": 0})
    elif part.kind == "call":
        yield from ({"type": "response.function_call_arguments.delta", **place, "delta": piece} for piece in _split(part.text))
        if ending in ("cut", "error"):
            return
        yield {"type": "response.function_call_arguments.done", **place, "name": part.tool, "arguments": part.text}
    done = item | {"status": "incomplete"} if ending == "length" else item
    yield {"type": "response.output_item.done", "output_index": index, "item": done}


def _responses_words(part, place):
    kind, key = ("refusal", "refusal") if part.kind == "refusal" else ("output_text", "text")
    logprobs = {} if part.kind == "refusal" else {"logprobs": []}
    yield {"type": "response.content_part.added", **place, "part": _responses_content(part, empty=True)}
    yield from ({"type": f"response.{kind}.delta", **place, "delta": piece} | logprobs for piece in _split(part.text))
    yield {"type": f"response.{kind}.done", **place, key: part.text} | logprobs
    yield {"type": "response.content_part.done", **place, "part": _responses_content(part)}


def _responses_summary(part, place):
    whole = {"type": "summary_text", "text": part.text}
    yield {"type": "response.reasoning_summary_part.added", **place, "part": whole | {"text": ""}}
    yield from ({"type": "response.reasoning_summary_text.delta", **place, "delta": piece} for piece in _split(part.text))
    yield {"type": "response.reasoning_summary_text.done", **place, "text": part.text}
    yield {"type": "response.reasoning_summary_part.done", **place, "part": whole}


def _responses_frames(scenario):
    return [_frame(event | {"sequence_number": number}, event["type"]) for number, event in enumerate(_responses_events(scenario))]


# -- Messages


def _messages_block(part):
    if part.kind in ("text", "refusal"):
        return {"type": "text", "text": part.text}
    if part.kind == "thinking":
        return {"type": "thinking", "thinking": part.text, "signature": "c2lnbmVk"}
    kind, prefix = ("tool_use", "toolu") if part.kind == "call" else ("robot_use", "robo")
    return {"type": kind, "id": f"{prefix}_{part.bare_id}", "name": part.tool, "input": json.loads(part.text)}


def _messages_stop(scenario):
    kinds = [part.kind for part in scenario.parts]
    if scenario.ending == "length":
        return "max_tokens"
    return "tool_use" if "call" in kinds else "refusal" if "refusal" in kinds else "end_turn"


def _messages_object(content, stop):
    usage = {"input_tokens": 9, "output_tokens": 12}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "scripted", "content": content}
    return head | {"stop_reason": stop, "stop_sequence": None, "usage": usage}


def _messages_body(scenario):
    return _messages_object([_messages_block(part) for part in scenario.parts], _messages_stop(scenario))


def _messages_events(scenario):
    yield {"type": "message_start", "message": _messages_object([], None)}
    yield {"type": "ping"}
    for index, part in enumerate(scenario.parts):
        yield from _messages_block_events(part, index)
        if index == len(scenario.parts) - 1 and part.kind == "call" and scenario.ending in ("cut", "error"):
            break
        yield {"type": "content_block_stop", "index": index}
    if scenario.ending == "error":
        yield {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    elif scenario.ending != "cut":
        yield {"type": "message_delta", "delta": {"stop_reason": _messages_stop(scenario), "stop_sequence": None}, "usage": {"output_tokens": 12}}
        yield {"type": "message_stop"}


def _messages_block_events(part, index):
    if part.kind in ("text", "refusal"):
        block, deltas = {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in _split(part.text)]
    elif part.kind == "thinking":
        block, deltas = {"type": "thinking", "thinking": "", "signature": ""}, [{"type": "thinking_delta", "thinking": piece} for piece in _split(part.text)]
        deltas.append({"type": "signature_delta", "signature": "c2lnbmVk"})
    else:
        kind, prefix = ("tool_use", "toolu") if part.kind == "call" else ("robot_use", "robo")
        block = {"type": kind, "id": f"{prefix}_{part.bare_id}", "name": part.tool, "input": {}}
        deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *_split(part.text)]]
    yield {"type": "content_block_start", "index": index, "content_block": block}
    yield from ({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas)


def _messages_frames(scenario):
    return [_frame(event, event["type"]) for event in _messages_events(scenario)]
