"""The Anthropic SDK in two ways: its tool runner, which is told to compact, and a loop by hand whose provider compacts."""

from anthropic import Anthropic, beta_tool
from protocol import BASE, MODE, SYSTEM, TOOLS, serve

client = Anthropic(base_url=BASE + "/anthropic", api_key="none", max_retries=0)
tools = [beta_tool(function) for function in TOOLS]
request = {"model": "claude-sonnet-4-5", "max_tokens": 500, "system": SYSTEM}
messages = []
is_to_compact = False


def compact():
    global is_to_compact
    is_to_compact = True
    return "before the next turn"


def say_runner(words):
    global messages, is_to_compact
    messages.append({"role": "user", "content": words})
    runner = client.beta.messages.tool_runner(**request, tools=tools, messages=list(messages))
    if is_to_compact:
        runner.compact_before_next_turn()
        is_to_compact = False
    said = ""
    for message in runner:
        said = text_of(message) or said
    runner.set_messages_params(remember)
    return said


def remember(params):
    """The history as the runner would send it next: compacted, where it was."""
    global messages
    messages = list(params["messages"])
    return params


def say_by_hand(words):
    global messages
    messages.append({"role": "user", "content": words})
    edits = [{"type": "compact_20260112", "trigger": {"type": "input_tokens", "value": 50_000}}]
    while True:
        message = client.beta.messages.create(
            **request,
            messages=messages,
            tools=[tool.to_dict() for tool in tools],
            betas=["compact-2026-01-12"],
            context_management={"edits": edits},
        )
        turn = {"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in message.content]}
        if any(block["type"] == "compaction" for block in turn["content"]):
            messages = []  # the provider reads nothing before such a block
        messages.append(turn)
        calls = [block for block in message.content if block.type == "tool_use"]
        if not calls:
            return text_of(message)
        by_name = {tool.name: tool for tool in tools}
        results = [{"type": "tool_result", "tool_use_id": call.id, "content": by_name[call.name].call(call.input)} for call in calls]
        messages.append({"role": "user", "content": results})


def text_of(message):
    return "".join(block.text for block in message.content if block.type == "text")


serve(say_runner if MODE == "runner" else say_by_hand, compact)
