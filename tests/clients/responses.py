"""Responses, with what its server keeps (`previous_response_id`), its sealed items, and both of its compactions."""

from refused import Refused, drawn, frame, pieces, text_of


def items_of(body):
    given = body.get("input") or []
    return [{"type": "message", "role": "user", "content": given}] if isinstance(given, str) else given


def check(body, upstream):
    """Every call has its output and the other way round; what was sealed comes back as it was."""
    before = body.get("previous_response_id")
    if before and before not in upstream.kept["responses"]:
        raise Refused(f"Previous response with id '{before}' not found.")
    history = upstream.kept["responses"].get(before, []) + items_of(body)
    calls = [item["call_id"] for item in history if item.get("type", "").endswith("_call")]
    outputs = [item["call_id"] for item in history if item.get("type", "").endswith("_call_output")]
    if missing := set(calls) - set(outputs):
        raise Refused(f"No tool output found for function call {missing.pop()}.")
    if missing := set(outputs) - set(calls):
        raise Refused(f"No tool call found for function call output with call_id {missing.pop()}.")
    if len(calls) != len(set(calls)):
        raise Refused("Duplicate item found in input.")
    for number, item in enumerate(history):
        if item.get("type") == "compaction":
            upstream.check_seal(item.get("encrypted_content"), "compaction", "the encrypted content of a compaction item")
        if item.get("type") == "reasoning":
            upstream.check_seal(item.get("encrypted_content"), "reasoning", "the encrypted content of a reasoning item")
            if number + 1 == len(history) or history[number + 1].get("role") == "user":
                raise Refused(f"Item '{item.get('id')}' of type 'reasoning' was provided without its required following item.")
    return history


def wants_compaction(body):
    return items_of(body)[-1:] and items_of(body)[-1].get("type") == "compaction_trigger"


def allows_compaction(_body):
    return False


def last_words(body):
    return text_of(items_of(body)[-1].get("content"))


def offers(body, tool, _kept):
    return any(offered.get("name") == tool for offered in body.get("tools") or [])


def instructions(body):
    own = [item for item in items_of(body) if item.get("role") in ("system", "developer")]
    return [body.get("instructions") or "", *(text_of(item.get("content")) for item in own)]


def error(message):
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}


def compacted(body, upstream):
    """`POST /responses/compact`: the user's newest message, and a blob."""
    history = check(body, upstream)
    users = [item for item in history if item.get("role") == "user"] if not body.get("previous_response_id") else []
    blob = {"type": "compaction", "id": drawn("cmp"), "encrypted_content": upstream.seal("cmp", "compaction")}
    return {"id": drawn("resp"), "object": "response.compaction", "created_at": 1, "output": users[-1:] + [blob], "usage": _usage(100)}


def _usage(tokens):
    details = {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    return {"input_tokens": tokens, "output_tokens": 9, "total_tokens": tokens + 9, **details}


def answer(body, reply, history, upstream):
    output = []
    if "reasoning.encrypted_content" in (body.get("include") or []) and not reply.compacts:
        thought = [{"type": "summary_text", "text": "Let me see."}]
        output.append({"type": "reasoning", "id": drawn("rs"), "summary": thought, "encrypted_content": upstream.seal("rs", "reasoning")})
    if reply.compacts:
        output.append({"type": "compaction", "id": drawn("cmp"), "encrypted_content": upstream.seal("cmp", "compaction")})
    elif reply.tool:
        call = {"type": "function_call", "id": drawn("fc"), "call_id": drawn("call"), "status": "completed"}
        output.append(call | {"name": reply.tool, "arguments": reply.arguments})
    else:
        content = [{"type": "output_text", "text": reply.words, "annotations": [], "logprobs": []}]
        output.append({"type": "message", "id": drawn("msg"), "role": "assistant", "status": "completed", "content": content})
    settings = {"instructions": None, "metadata": {}, "parallel_tool_calls": True, "temperature": 1.0, "tool_choice": "auto", "tools": [], "top_p": 1.0}
    head = {"id": drawn("resp"), "object": "response", "created_at": 1, "status": "completed", "error": None, "incomplete_details": None}
    if body.get("store", True):
        upstream.kept["responses"][head["id"]] = history + output
    return head | settings | {"model": body["model"], "output": output, "usage": _usage(reply.tokens)}


def frames(whole, _body):
    for number, event in enumerate(_events(whole)):
        yield frame(event | {"sequence_number": number}, event["type"])


def _events(whole):
    begun = whole | {"status": "in_progress", "output": [], "usage": None}
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(whole["output"]):
        place = {"item_id": item["id"], "output_index": index}
        if item["type"] == "function_call":
            yield {"type": "response.output_item.added", "output_index": index, "item": item | {"arguments": "", "status": "in_progress"}}
            yield from ({"type": "response.function_call_arguments.delta", **place, "delta": piece} for piece in pieces(item["arguments"]))
            yield {"type": "response.function_call_arguments.done", **place, "name": item["name"], "arguments": item["arguments"]}
        elif item["type"] == "message":
            yield {"type": "response.output_item.added", "output_index": index, "item": item | {"content": [], "status": "in_progress"}}
            yield from _words(item, place | {"content_index": 0})
        else:
            yield {"type": "response.output_item.added", "output_index": index, "item": item}
        yield {"type": "response.output_item.done", "output_index": index, "item": item}
    yield {"type": "response.completed", "response": whole}


def _words(item, place):
    [part] = item["content"]
    yield {"type": "response.content_part.added", **place, "part": part | {"text": ""}}
    yield from ({"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []} for piece in pieces(part["text"]))
    yield {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []}
    yield {"type": "response.content_part.done", **place, "part": part}
