"""LangChain's `create_agent` with its summarization middleware. It compacts by itself, once its history has eleven messages."""

from langchain.agents import create_agent
from langchain.agents.middleware import SummarizationMiddleware
from langchain_core.tools import tool
from protocol import BASE, MODE, SYSTEM, TOOLS, serve

MESSAGES_MAX, MESSAGES_KEPT = 11, 3


def model():
    if MODE == "messages":
        from langchain_anthropic import ChatAnthropic

        return ChatAnthropic(model="claude-sonnet-4-5", base_url=BASE + "/anthropic", api_key="none", max_tokens=500)
    from langchain_openai import ChatOpenAI

    return ChatOpenAI(model="gpt-4.1", base_url=BASE + "/openai/v1", api_key="none")


summarization = SummarizationMiddleware(model=model(), trigger=("messages", MESSAGES_MAX), keep=("messages", MESSAGES_KEPT))
agent = create_agent(model(), [tool(function) for function in TOOLS], system_prompt=SYSTEM, middleware=[summarization])
messages = []


def say(words):
    global messages
    request = {"messages": [*messages, {"role": "user", "content": words}]}
    if MODE == "messages":
        for kind, event in agent.stream(request, stream_mode=["messages", "values"]):
            messages = event["messages"] if kind == "values" else messages
    else:
        messages = agent.invoke(request)["messages"]
    return messages[-1].text


serve(say)
