// Plays the scenes one after another, each with people of its own, and tells how each ended.

import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Linchpin, Model, build, operator } from "./linchpin.mjs";
import { browser, driver } from "./packages.mjs";
import { Person } from "./person.mjs";
import * as deciding from "./deciding.mjs";
import * as hostile from "./hostile.mjs";
import * as looks from "./looks.mjs";
import * as sessions from "./sessions.mjs";

const PICTURES = join(import.meta.dirname, "../../target/browser");
const DELETES = `
[[pin]]
id = "confirm-deletes"
text = "Ask me before you delete anything."
on = ["delete"]
then = "hold"
`;
const BY_TWO = `${DELETES}approvers = 2\n${operator("alice")}${operator("bob")}`;

const started = Date.now();
const words = process.argv.slice(2);
const scenes = [sessions, deciding, hostile, looks].flatMap((module) => Object.entries(module.SCENES));
const chosen = scenes.filter(([name]) => words.length === 0 || words.some((word) => name.includes(word)));
build();
rmSync(PICTURES, { recursive: true, force: true });
mkdirSync(PICTURES, { recursive: true });
const { path, environment } = browser();
const launch = { executablePath: path, env: { ...process.env, ...environment }, args: ["--no-sandbox", "--disable-gpu"] };
const chromium = await (await driver()).launch(launch);
console.log(`built, and Chromium ${chromium.version()} there (${path}), after ${seconds()} s`);
const model = await new Model().start();
let failed = 0;
for (const [name, scene] of chosen) {
  const stage = new Stage();
  try {
    await scene(stage);
    await stage.ends();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${String(error.stack).replace(/^/gm, "        ")}`);
  } finally {
    await stage.clears();
  }
}
await chromium.close();
model.stop();
console.log(`\nconsole in a browser: ${chosen.length - failed} passed, ${failed} failed (${seconds()} s)`);
process.exit(failed > 0 || chosen.length === 0 ? 1 : 0);

/// What a scene has at hand.
function Stage() {
  const [people, served] = [[], []];
  const serve = async (pins) => {
    const linchpin = new Linchpin(model, pins);
    served.push(linchpin);
    return linchpin.start();
  };
  this.linchpin = (more = "") => serve(DELETES + more);
  this.withTwoApprovers = () => serve(BY_TWO);
  this.model = model;
  this.person = async (linchpin, options) => {
    const person = await Person.with(chromium, linchpin, options);
    people.push(person);
    return person;
  };
  this.picture = (page, name) => page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  this.ends = async () => {
    for (const person of people) await person.leaves();
  };
  this.clears = async () => {
    for (const person of people) await person.context.close();
    for (const linchpin of served) await linchpin.stop();
  };
}

function seconds() {
  return Math.round((Date.now() - started) / 1000);
}
