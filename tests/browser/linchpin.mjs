// The real binary in front of a scripted model, and agents that wait for what it lets through.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHash } from "node:crypto";

const ROOT = join(import.meta.dirname, "../..");
const START_MS_MAX = 60_000;

export function build() {
  execFileSync("cargo", ["build", "--quiet"], { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
}

/// The model: answers a request with the call that its newest message names by number.
export class Model {
  calls = [];

  async start() {
    this.server = createServer((request, response) => this.answer(request, response));
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async answer(request, response) {
    let body = "";
    for await (const piece of request) body += piece;
    const words = JSON.parse(body).messages.findLast((message) => message.role === "user").content;
    const { tool, text } = this.calls[Number(/#(\d+)/.exec(words)[1])];
    const calls = [{ id: "call_1", type: "function", function: { name: tool, arguments: text } }];
    const message = { role: "assistant", content: null, tool_calls: calls };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "tool_calls" }] }));
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/// A person with a token of their own.
export const tokenOf = (name) => `token of ${name}`;

export function operator(name) {
  return `[operator.${name}]\ntoken_sha256 = "${createHash("sha256").update(tokenOf(name)).digest("hex")}"\n`;
}

/// One linchpin with a data dir, which outlives a restart.
export class Linchpin {
  constructor(model, pins) {
    this.model = model;
    this.pins = pins;
    this.folder = mkdtempSync(join(tmpdir(), "linchpin-browser-"));
    mkdirSync(join(this.folder, "data"));
  }

  async start() {
    const file = join(this.folder, "linchpin.toml");
    const head = `[server]\ndata = "${join(this.folder, "data")}"\n[upstream.openai]\nurl = "${this.model.url}"\n[hold]\nwait = "60s"\n`;
    writeFileSync(file, `${head}${this.pins}`, { mode: 0o600 });
    const [port, console] = [await freePort(), await freePort()];
    this.agents = `http://127.0.0.1:${port}`;
    this.url = `http://127.0.0.1:${console}`;
    const command = ["serve", "--config", file, "--listen", `127.0.0.1:${port}`, "--console", `127.0.0.1:${console}`];
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("LINCHPIN_"));
    if (existsSync(join(this.folder, "data/operator.token"))) {
      // Started again: whoever has the token may change the pins.
      command.push("--accept-config");
      kept.push(["LINCHPIN_TOKEN", this.token()]);
    }
    this.said = "";
    this.process = spawn(join(ROOT, "target/debug/linchpin"), command, { env: Object.fromEntries(kept), stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on("data", (text) => (this.said += text));
    await until(async () => (await fetch(`${this.url}/readyz`)).ok, START_MS_MAX, () => `linchpin does not start:\n${this.said}`);
    await until(async () => /\/login\?once=\w+/.test(this.said), 5000, () => `no login link:\n${this.said}`);
    [this.link] = /http:\S+\/login\?once=\w+/.exec(this.said);
    return this;
  }

  async stop() {
    if (this.process.exitCode !== null) return;
    this.process.kill("SIGTERM");
    await once(this.process, "exit");
  }

  token() {
    return readFileSync(join(this.folder, "data/operator.token"), "utf8").trim();
  }

  /// An agent asks, the model answers with this call, and a pin holds it: its code, and what the agent gets in the end.
  async holds(tool, text, model = "model-1") {
    const number = this.model.calls.push({ tool, text: typeof text === "string" ? text : JSON.stringify(text) }) - 1;
    const before = new Set((await this.waiting()).map((hold) => hold.code));
    const body = {
      model,
      messages: [{ role: "user", content: `Do what is under number #${number}, please.` }],
      tools: [{ type: "function", function: { name: tool } }],
    };
    const headers = { "content-type": "application/json", authorization: "Bearer none" };
    const asked = fetch(`${this.agents}/@tidy-bot/openai/v1/chat/completions`, { method: "POST", headers, body: JSON.stringify(body) });
    const answer = asked.then(async (got) => (await got.json()).choices[0].message, (error) => ({ error }));
    let code;
    const isThere = async () => (code = (await this.waiting()).find((hold) => !before.has(hold.code))?.code);
    await until(isThere, 20_000, () => `nothing is held:\n${this.said.slice(-2000)}`);
    return { code, text: this.model.calls[number].text, answer };
  }

  async waiting() {
    return (await this.api("/api/approvals")).holds;
  }

  /// What another person does meanwhile, or a program asks.
  async api(path, body) {
    const method = body ? "POST" : "GET";
    const got = await fetch(this.url + path, { method, headers: { authorization: `Bearer ${this.token()}` }, body: body && JSON.stringify(body) });
    return got.json();
  }
}

async function freePort() {
  const socket = createSocket().listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

async function until(is, milliseconds, why) {
  const end = Date.now() + milliseconds;
  while (Date.now() < end) {
    if (await is().catch(() => false)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(why());
}
