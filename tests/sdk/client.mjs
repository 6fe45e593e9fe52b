// Asks for each cell of the matrix with an official Node library, and prints what the library made of the answer.
//
// One JSON document on standard input ({"base", "cells"}), one JSON line per cell on standard output, as client.py does.
// It is started in the folder of one pinned version and loads the libraries from there. With a `console` in the document
// it also is the person who reads a notice and approves what waits.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(process.cwd() + "/"));
const library = (name) => {
  const loaded = require(name);
  return loaded.default ?? loaded;
};
const TOOLS = ["read_email", "delete_email"];
const SCHEMA = { type: "object", properties: { id: { type: "string" } } };

function ensure(holds, why) {
  if (!holds) throw new Error(why);
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const openai = (base) => new (library("openai"))({ baseURL: base + "/v1", apiKey: "none", maxRetries: 0, timeout: 30000 });

async function chat(base, mode, scenario, history) {
  const client = openai(base);
  const tools = TOOLS.map((name) => ({ type: "function", function: { name, parameters: SCHEMA } }));
  const request = { model: scenario, messages: history, tools };
  if (scenario.startsWith("two choices")) request.n = 2;
  if (mode === "plain") return chatOutcome(await client.chat.completions.create(request));
  if (mode === "helper") {
    const stream = client.chat.completions.stream(request);
    for await (const _ of stream);
    return chatOutcome(await stream.finalChatCompletion());
  }
  return chatPieces(await client.chat.completions.create({ ...request, stream: true }));
}

function chatOutcome(completion) {
  const outcome = { calls: [], text: "", ends: [] };
  for (const { message, finish_reason } of completion.choices) {
    outcome.ends.push(finish_reason);
    outcome.text += (message.content ?? "") + (message.refusal ?? "");
    for (const call of message.tool_calls ?? []) outcome.calls.push([call.function.name, JSON.parse(call.function.arguments)]);
  }
  return outcome;
}

async function chatPieces(stream) {
  const choices = [];
  for await (const chunk of stream) {
    for (const { index, delta, finish_reason } of chunk.choices) {
      const seen = (choices[index] ??= { text: "", calls: [], end: null });
      seen.text += (delta.content ?? "") + (delta.refusal ?? "");
      seen.end = finish_reason ?? seen.end;
      for (const piece of delta.tool_calls ?? []) {
        ensure(piece.index <= seen.calls.length, "the indices of calls have a gap");
        const call = (seen.calls[piece.index] ??= { name: "", arguments: "" });
        call.name += piece.function?.name ?? "";
        call.arguments += piece.function?.arguments ?? "";
      }
    }
  }
  const calls = choices.flatMap((choice) => choice.calls.map((call) => [call.name, JSON.parse(call.arguments)]));
  return { calls, text: choices.map((choice) => choice.text).join(""), ends: choices.map((choice) => choice.end) };
}

async function responses(base, mode, scenario, history) {
  const client = openai(base);
  const tools = TOOLS.map((name) => ({ type: "function", name, parameters: SCHEMA, strict: false }));
  const request = { model: scenario, input: history.length === 1 ? history[0].content : history, tools };
  if (mode === "plain") return responsesOutcome(await client.responses.create(request));
  if (mode === "helper") {
    const stream = client.responses.stream(request);
    for await (const _ of stream);
    return responsesOutcome(await stream.finalResponse());
  }
  return responsesPieces(await client.responses.create({ ...request, stream: true }));
}

function responsesOutcome(response) {
  return { calls: itemCalls(response.output), text: itemText(response.output), ends: [response.status] };
}

// Both readings that agents have: the items as they are done, and the response at the end. They must agree.
async function responsesPieces(stream) {
  const items = [];
  let deltas = "";
  let last = null;
  for await (const event of stream) {
    if (event.type === "response.output_item.done") items[event.output_index] = event.item;
    if (event.type === "response.output_text.delta" || event.type === "response.refusal.delta") deltas += event.delta;
    if (event.type === "response.completed" || event.type === "response.incomplete") last = event.response;
  }
  if (last) {
    ensure(same(itemCalls(items), itemCalls(last.output)), "the items and the response differ in their calls");
    ensure(itemText(items) === deltas && itemText(last.output) === deltas, "the items, the pieces and the response differ in their words");
  }
  return { calls: itemCalls(items), text: deltas, ends: [last?.status ?? null] };
}

const itemCalls = (items) => items.filter((item) => item.type === "function_call").map((item) => [item.name, JSON.parse(item.arguments)]);
const itemText = (items) =>
  items.filter((item) => item.type === "message").flatMap((item) => item.content.map((part) => part.text ?? part.refusal ?? "")).join("");

async function messages(base, mode, scenario, history) {
  const client = new (library("@anthropic-ai/sdk"))({ baseURL: base, apiKey: "none", maxRetries: 0, timeout: 30000 });
  const tools = TOOLS.map((name) => ({ name, input_schema: SCHEMA }));
  const request = { model: scenario, max_tokens: 100, messages: history, tools };
  if (mode === "plain") return messageOutcome(await client.messages.create(request));
  if (mode === "helper") {
    const stream = client.messages.stream(request);
    for await (const _ of stream);
    return messageOutcome(await stream.finalMessage());
  }
  return messagePieces(await client.messages.create({ ...request, stream: true }));
}

function messageOutcome(message) {
  const calls = message.content.filter((block) => block.type === "tool_use").map((block) => [block.name, block.input]);
  const text = message.content.filter((block) => block.type === "text").map((block) => block.text).join("");
  return { calls, text, ends: [message.stop_reason] };
}

async function messagePieces(stream) {
  const blocks = [];
  let end = null;
  for await (const event of stream) {
    if (event.type === "content_block_start") {
      ensure(event.index === blocks.length, "a block's index is out of order");
      blocks.push({ kind: event.content_block.type, name: event.content_block.name, json: "", text: "" });
    } else if (event.type === "content_block_delta") {
      blocks[event.index].json += event.delta.partial_json ?? "";
      blocks[event.index].text += event.delta.text ?? "";
    } else if (event.type === "message_delta") {
      end = event.delta.stop_reason ?? end;
    }
  }
  const calls = blocks.filter((block) => block.kind === "tool_use").map((block) => [block.name, JSON.parse(block.json)]);
  return { calls, text: blocks.map((block) => block.text).join(""), ends: [end] };
}

const ASK = { chat, responses, messages };
const task = JSON.parse(readFileSync(0, "utf8"));

async function outcome(cell, history) {
  try {
    return { raised: null, ...(await ASK[cell.dialect](task.base, cell.mode, cell.scenario, history)) };
  } catch (error) {
    return { raised: error?.constructor?.name ?? "Error", why: String(error?.message ?? error).slice(0, 300) };
  }
}

// A notice, then a person's yes, then twice the same next request.
async function fetchedLater(cell, history) {
  const told = await outcome(cell, history);
  const code = /\(code ([^)]+)\)/.exec(told.text ?? "");
  if (!code) return [told];
  const headers = { authorization: `Bearer ${task.token}` };
  const answer = await fetch(`${task.console}/api/approvals/${code[1]}/approve`, { method: "POST", headers, body: "{}" });
  ensure(answer.ok, `the console answers ${answer.status}`);
  const later = [...history, { role: "assistant", content: told.text }, { role: "user", content: "I have approved it." }];
  return [told, await outcome(cell, later), await outcome(cell, later)];
}

for (const cell of task.cells) {
  const words = `Tidy my mailbox. (${[...Object.values(cell), task.name].join(", ")})`;
  const history = [{ role: "user", content: words }];
  const made = task.console ? { turns: await fetchedLater(cell, history) } : await outcome(cell, history);
  console.log(JSON.stringify({ ...cell, ...made }));
}
process.exit(0);
