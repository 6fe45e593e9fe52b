"""The OpenAI Agents SDK with a session whose history the provider compacts (`POST /responses/compact`)."""

import asyncio

from agents import Agent, OpenAIResponsesModel, Runner, SQLiteSession, function_tool, set_tracing_disabled
from agents.memory import OpenAIResponsesCompactionSession
from openai import AsyncOpenAI
from protocol import BASE, SYSTEM, TOOLS, serve

set_tracing_disabled(True)
client = AsyncOpenAI(base_url=BASE + "/openai/v1", api_key="none")
agent = Agent(
    name="mail",
    instructions=SYSTEM,
    tools=[function_tool(function) for function in TOOLS],
    model=OpenAIResponsesModel(model="gpt-4.1", openai_client=client),
)
session = OpenAIResponsesCompactionSession(
    session_id="one", underlying_session=SQLiteSession("one"), client=client, model="gpt-4.1", should_trigger_compaction=lambda _: False
)
loop = asyncio.new_event_loop()


def say(words):
    return loop.run_until_complete(Runner.run(agent, words, session=session)).final_output


def compact():
    loop.run_until_complete(session.run_compaction({"force": True}))
    return "compacted"


serve(say, compact)
