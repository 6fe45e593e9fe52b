"""Chat Completions, as far as the clients of these rows use it. Keeps nothing."""

from refused import Refused, drawn, frame, pieces, text_of


def check(body, _upstream):
    """Every call is answered at once, and nothing else is."""
    open_calls = []
    for message in body["messages"]:
        if message["role"] == "tool":
            if message["tool_call_id"] not in open_calls:
                raise Refused("messages with role 'tool' must be a response to a preceding message with 'tool_calls'")
            open_calls.remove(message["tool_call_id"])
        elif open_calls:
            raise Refused(f"an assistant message with 'tool_calls' must be followed by tool messages: {open_calls}")
        open_calls += [call["id"] for call in message.get("tool_calls") or []]
    if open_calls:
        raise Refused(f"an assistant message with 'tool_calls' must be followed by tool messages: {open_calls}")


def wants_compaction(_body):
    return False


def allows_compaction(_body):
    return False


def last_words(body):
    return text_of(body["messages"][-1].get("content"))


def offers(body, tool, _kept):
    return any(offered.get("function", {}).get("name") == tool for offered in body.get("tools") or [])


def instructions(body):
    """Everything that is nobody's turn: what only whoever operates the client can have written."""
    return [text_of(message.get("content")) for message in body["messages"] if message["role"] in ("system", "developer")]


def error(message):
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}


def answer(body, reply, _history, _upstream):
    message, ending = {"role": "assistant", "content": reply.words, "refusal": None}, "stop"
    if reply.tool:
        call = {"id": drawn("call"), "type": "function", "function": {"name": reply.tool, "arguments": reply.arguments}}
        message, ending = {"role": "assistant", "content": None, "refusal": None, "tool_calls": [call]}, "tool_calls"
    usage = {"prompt_tokens": reply.tokens, "completion_tokens": 9, "total_tokens": reply.tokens + 9}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": ending}
    return {"id": drawn("chatcmpl"), "object": "chat.completion", "created": 1, "model": body["model"], "choices": [choice], "usage": usage}


def frames(whole, _body):
    [choice] = whole["choices"]
    message = choice["message"]
    deltas = [{"role": "assistant", "content": message["content"] and ""}]
    deltas += [{"content": piece} for piece in pieces(message["content"] or "")]
    for call in message.get("tool_calls", []):
        deltas.append({"tool_calls": [{"index": 0, **call, "function": {**call["function"], "arguments": ""}}]})
        deltas += [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces(call["function"]["arguments"])]
    head = {**whole, "object": "chat.completion.chunk", "usage": None}
    for delta in deltas:
        yield frame({**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield frame({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": choice["finish_reason"]}], "usage": whole["usage"]})
    yield frame("[DONE]")
