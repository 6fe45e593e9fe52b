"""Asks for each cell of the matrix with an official Python library, and prints what the library made of the answer.

One JSON document on standard input (`{"base", "cells"}`), one JSON line per cell on standard output. It judges
nothing: `judge.py` does. Runs in the environment of one pinned version; a cell of another library's dialect is
never sent here. With a `console` in the document it also is the person who reads a notice and approves what waits.
"""

import json
import re
import sys
import urllib.request

TOOLS = ("read_email", "delete_email")
SCHEMA = {"type": "object", "properties": {"id": {"type": "string"}}}


def ask(base, cell, history):
    return {"chat": chat, "responses": responses, "messages": messages}[cell["dialect"]](base, cell["mode"], cell["scenario"], history)


def openai_client(base):
    import openai

    return openai.OpenAI(base_url=base + "/v1", api_key="none", max_retries=0, timeout=30)


def chat(base, mode, scenario, history):
    client = openai_client(base)
    tools = [{"type": "function", "function": {"name": name, "parameters": SCHEMA}} for name in TOOLS]
    request = {"model": scenario, "messages": history, "tools": tools}
    if scenario.startswith("two choices"):
        request["n"] = 2
    if mode == "plain":
        return chat_outcome(client.chat.completions.create(**request))
    if mode == "helper":
        with client.chat.completions.stream(**request) as stream:
            for _ in stream:
                pass
            return chat_outcome(stream.get_final_completion())
    return chat_pieces(client.chat.completions.create(**request, stream=True))


def chat_outcome(completion):
    outcome = {"calls": [], "text": "", "ends": []}
    for choice in completion.choices:
        outcome["ends"].append(choice.finish_reason)
        outcome["text"] += (choice.message.content or "") + (choice.message.refusal or "")
        outcome["calls"] += [[call.function.name, json.loads(call.function.arguments)] for call in choice.message.tool_calls or []]
    return outcome


def chat_pieces(stream):
    """Joins the pieces as a careful agent would."""
    choices = {}
    for chunk in stream:
        for choice in chunk.choices:
            seen = choices.setdefault(choice.index, {"text": "", "calls": {}, "end": None})
            seen["text"] += (choice.delta.content or "") + (choice.delta.refusal or "")
            seen["end"] = choice.finish_reason or seen["end"]
            for piece in choice.delta.tool_calls or []:
                call = seen["calls"].setdefault(piece.index, ["", ""])
                call[0] += piece.function.name or ""
                call[1] += piece.function.arguments or ""
    seen = [choices[index] for index in sorted(choices)]
    calls = [[name, json.loads(arguments)] for choice in seen for _, (name, arguments) in sorted(choice["calls"].items())]
    assert all(sorted(choice["calls"]) == list(range(len(choice["calls"]))) for choice in seen), "the indices of calls have a gap"
    return {"calls": calls, "text": "".join(choice["text"] for choice in seen), "ends": [choice["end"] for choice in seen]}


def responses(base, mode, scenario, history):
    client = openai_client(base)
    tools = [{"type": "function", "name": name, "parameters": SCHEMA, "strict": False} for name in TOOLS]
    request = {"model": scenario, "input": history[0]["content"] if len(history) == 1 else history, "tools": tools}
    if mode == "plain":
        return responses_outcome(client.responses.create(**request))
    if mode == "helper":
        with client.responses.stream(**request) as stream:
            for _ in stream:
                pass
            return responses_outcome(stream.get_final_response())
    return responses_pieces(client.responses.create(**request, stream=True))


def responses_outcome(response):
    return {"calls": item_calls(response.output), "text": item_text(response.output), "ends": [response.status]}


def responses_pieces(stream):
    """Both readings that agents have: the items as they are done, and the response at the end. They must agree."""
    items, deltas, last = {}, "", None
    for event in stream:
        if event.type == "response.output_item.done":
            items[event.output_index] = event.item
        if event.type in ("response.output_text.delta", "response.refusal.delta"):
            deltas += event.delta
        if event.type in ("response.completed", "response.incomplete"):
            last = event.response
    done = [items[index] for index in sorted(items)]
    if last is not None:
        assert item_calls(done) == item_calls(last.output), "the items and the response differ in their calls"
        assert item_text(done) == item_text(last.output) == deltas, "the items, the pieces and the response differ in their words"
    return {"calls": item_calls(done), "text": deltas, "ends": [last and last.status]}


def item_calls(items):
    return [[item.name, json.loads(item.arguments)] for item in items if item.type == "function_call"]


def item_text(items):
    parts = [part for item in items if item.type == "message" for part in item.content]
    return "".join(getattr(part, "text", None) or getattr(part, "refusal", None) or "" for part in parts)


def messages(base, mode, scenario, history):
    import anthropic

    client = anthropic.Anthropic(base_url=base, api_key="none", max_retries=0, timeout=30)
    tools = [{"name": name, "input_schema": SCHEMA} for name in TOOLS]
    request = {"model": scenario, "max_tokens": 100, "messages": history, "tools": tools}
    if mode == "plain":
        return message_outcome(client.messages.create(**request))
    if mode == "helper":
        with client.messages.stream(**request) as stream:
            for _ in stream:
                pass
            return message_outcome(stream.get_final_message())
    return message_pieces(client.messages.create(**request, stream=True))


def message_outcome(message):
    calls = [[block.name, block.input] for block in message.content if block.type == "tool_use"]
    text = "".join(block.text for block in message.content if block.type == "text")
    return {"calls": calls, "text": text, "ends": [message.stop_reason]}


def message_pieces(stream):
    blocks, end = [], None
    for event in stream:
        if event.type == "content_block_start":
            assert event.index == len(blocks), "a block's index is out of order"
            blocks.append([event.content_block.type, getattr(event.content_block, "name", ""), "", ""])
        elif event.type == "content_block_delta":
            blocks[event.index][2] += getattr(event.delta, "partial_json", None) or ""
            blocks[event.index][3] += getattr(event.delta, "text", None) or ""
        elif event.type == "message_delta":
            end = event.delta.stop_reason or end
    calls = [[name, json.loads(arguments)] for kind, name, arguments, _ in blocks if kind == "tool_use"]
    return {"calls": calls, "text": "".join(block[3] for block in blocks), "ends": [end]}


def outcome(task, cell, history):
    try:
        return {"raised": None} | ask(task["base"], cell, history)
    except Exception as error:  # what a library raises is what is asked for
        return {"raised": type(error).__name__, "why": str(error)[:300]}


def fetched_later(task, cell, history):
    """A notice, then a person's yes, then twice the same next request."""
    told = outcome(task, cell, history)
    code = re.search(r"\(code ([^)]+)\)", told.get("text", ""))
    if not code:
        return [told]
    head = {"authorization": f"Bearer {task['token']}"}
    urllib.request.urlopen(urllib.request.Request(f"{task['console']}/api/approvals/{code[1]}/approve", b"{}", head), timeout=10).close()
    later = [*history, {"role": "assistant", "content": told["text"]}, {"role": "user", "content": "I have approved it."}]
    return [told, outcome(task, cell, later), outcome(task, cell, later)]


def main():
    task = json.load(sys.stdin)
    for cell in task["cells"]:
        words = f"Tidy my mailbox. ({', '.join([*cell.values(), task['name']])})"
        history = [{"role": "user", "content": words}]
        made = {"turns": fetched_later(task, cell, history)} if task.get("console") else outcome(task, cell, history)
        print(json.dumps(cell | made), flush=True)


main()
