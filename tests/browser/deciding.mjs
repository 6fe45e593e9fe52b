// Holds, from the list to the agent: what a person pushes, and what the agent's open connection gets.

import assert from "node:assert/strict";
import { tokenOf } from "./linchpin.mjs";

const CALL = { ids: ["msg-1881", "msg-1882"] };
const LONG = { ids: ["msg-1"], note: "word ".repeat(5000) };

async function atTheHold(stage, linchpin, code, token = linchpin.token(), options = {}) {
  const person = await stage.person(linchpin, options);
  await person.logsIn(token);
  await person.opens(`/holds/${code}`);
  return person;
}

async function gets(held) {
  const message = await held.answer;
  return message.tool_calls?.map((call) => call.function.arguments) ?? message.content;
}

export const SCENES = {
  "an approved call goes out on the agent's open connection, as it was": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", CALL);
    const person = await stage.person(linchpin);
    await person.logsIn(linchpin.token());
    const list = await person.reads();
    for (const told of ["1 call waits", "delete_emails", "confirm-deletes", held.code, "msg-1881", "tidy-bot"]) assert.ok(list.includes(told), told);
    await stage.picture(person.page, "list");
    await person.follows("delete_emails");
    const page = await person.reads();
    for (const told of ["Ask me before you delete anything.", held.code, held.text, "model-1"]) assert.ok(page.includes(told), told);
    await stage.picture(person.page, "hold");
    await person.page.getByLabel("Why").fill("as asked");
    await person.pushes("Approve");
    assert.deepEqual(await gets(held), [held.text]);
    await person.page.reload();
    assert.match(await person.reads(), /was approved and delivered/);
    assert.ok((await person.reads()).includes("as asked"));
    assert.ok(!(await person.has("Approve")) && !(await person.has("Deny")));
    await stage.picture(person.page, "approved");
    await person.follows("Record");
    assert.match(await person.reads(), /released/);
    await person.page.locator("summary").first().click();
    assert.match(await person.page.locator("details[open]").innerText(), /decided by[\s\S]*admin/);
    await stage.picture(person.page, "record");
    await person.follows("Waiting");
    assert.match(await person.reads(), /Nothing waits/);
    await stage.picture(person.page, "nothing");
  },

  "a denied call does not go out, and its reason is kept": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", CALL);
    const person = await atTheHold(stage, linchpin, held.code);
    await person.page.getByLabel("Why").fill("not on a <b>Friday</b>");
    await person.pushes("Deny");
    assert.match(await person.reads(), /was denied/);
    assert.ok((await person.reads()).includes("not on a <b>Friday</b>"));
    assert.match(await gets(held), /a person said no/);
    await stage.picture(person.page, "denied");
    await person.opens("/record");
    await person.page.locator("summary").first().click();
    assert.ok((await person.page.locator("details[open]").innerText()).includes("not on a <b>Friday</b>"));
  },

  "without any script of the browser's a call is approved the same": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", CALL);
    const person = await atTheHold(stage, linchpin, held.code, linchpin.token(), { javaScriptEnabled: false });
    await person.pushes("Approve");
    assert.deepEqual(await gets(held), [held.text]);
  },

  "a yes comes too late after somebody else's no": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", CALL);
    const person = await atTheHold(stage, linchpin, held.code);
    await linchpin.api(`/api/approvals/${held.code}/deny`, { reason: "no" });
    const late = await person.pushes("Approve");
    assert.equal(late.status(), 409);
    assert.match(await person.page.getByRole("alert").innerText(), /denied/);
    await stage.picture(person.page, "too-late");
    assert.match(await gets(held), /a person said no/);
    await person.follows("What waits");
  },

  "a form pushed twice decides once": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", CALL);
    const person = await atTheHold(stage, linchpin, held.code);
    const form = await person.page.locator("input[name=shown]").getAttribute("value");
    await person.pushes("Approve");
    assert.deepEqual(await gets(held), [held.text]);
    await person.page.goBack();
    if (await person.has("Approve")) assert.equal((await person.pushes("Approve")).status(), 409);
    assert.equal((await linchpin.waiting()).length, 0);
    assert.equal(form.length, 64);
  },

  "a page whose pin was changed since does not approve": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", CALL);
    const person = await atTheHold(stage, linchpin, held.code);
    const old = await person.page.locator("input[name=shown]").getAttribute("value");
    await linchpin.stop();
    linchpin.pins = linchpin.pins.replace("Ask me before", "Always ask me before");
    await linchpin.start();
    const again = await atTheHold(stage, linchpin, held.code);
    assert.match(await again.reads(), /Always ask me[\s\S]*This pin was changed after it held the call/);
    await stage.picture(again.page, "pin-changed");
    await again.page.locator("input[name=shown]").evaluate((field, value) => (field.value = value), old);
    assert.equal((await again.pushes("Approve")).status(), 409);
    assert.match(await again.page.getByRole("alert").innerText(), /not any more what the page showed/);
    await again.follows("Look at the call again");
    assert.ok(await again.has("Approve"), "the way back leads to the hold as it is now");
    await again.pushes("Approve");
    assert.match(await again.reads(), /is approved and goes to its agent once/);
  },

  "a call above 16 KiB is approved only after its whole text was opened": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", LONG);
    const person = await atTheHold(stage, linchpin, held.code);
    assert.ok(!(await person.has("Approve")) && (await person.has("Deny")));
    await stage.picture(person.page, "long");
    await person.follows("its whole text");
    assert.ok((await person.reads()).includes(held.text));
    await person.pushes("Approve");
    assert.deepEqual(await gets(held), [held.text]);
  },

  "two named operators approve, each once, and the bootstrap token cannot": async (stage) => {
    const linchpin = await stage.withTwoApprovers();
    const held = await linchpin.holds("delete_emails", CALL);
    const [alice, bob, admin] = await Promise.all(
      [tokenOf("alice"), tokenOf("bob"), linchpin.token()].map((token) => atTheHold(stage, linchpin, held.code, token)),
    );
    assert.ok(!(await admin.has("Approve")) && (await admin.has("Deny")));
    assert.match(await admin.reads(), /it may deny but not approve/);
    assert.equal(await alice.page.getByLabel("In whose name").count(), 0, "nobody speaks for somebody else");
    await alice.pushes("Approve");
    assert.match(await alice.reads(), /2 different people have to say yes; 1 did/);
    assert.match(await alice.reads(), /You said yes/);
    assert.ok(!(await alice.has("Approve")) && (await alice.has("Deny")));
    await stage.picture(alice.page, "one-of-two");
    await alice.opens("/");
    assert.match(await alice.reads(), /1 of 2 said yes/);
    assert.equal((await linchpin.waiting()).length, 1, "one yes releases nothing");
    await bob.pushes("Approve");
    assert.deepEqual(await gets(held), [held.text]);
    await bob.page.reload();
    assert.match(await bob.reads(), /alice[\s\S]*bob/);
  },

  "a second yes of the same person counts for nothing": async (stage) => {
    const linchpin = await stage.withTwoApprovers();
    const held = await linchpin.holds("delete_emails", CALL);
    const first = await atTheHold(stage, linchpin, held.code, tokenOf("alice"));
    const second = await atTheHold(stage, linchpin, held.code, tokenOf("alice"));
    await first.pushes("Approve");
    assert.equal((await second.pushes("Approve")).status(), 409);
    assert.match(await second.page.getByRole("alert").innerText(), /alice/);
    assert.equal((await linchpin.waiting()).length, 1);
    await second.opens(`/holds/${held.code}`);
    await second.pushes("Deny");
    assert.match(await gets(held), /a person said no/);
  },

  "a name that is claimed is marked unverified": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", CALL);
    const person = await atTheHold(stage, linchpin, held.code);
    await person.page.getByLabel("In whose name").fill("Zoë");
    await person.page.keyboard.press("Enter");
    assert.equal((await linchpin.waiting()).length, 1, "Enter in a field decides nothing");
    await person.pushes("Approve");
    assert.match(await person.reads(), /Zoë\s+unverified/);
    await gets(held);
  },

  "a code that is none, or nobody's, is answered with a page": async (stage) => {
    const linchpin = await stage.linchpin();
    const person = await stage.person(linchpin);
    await person.logsIn(linchpin.token());
    for (const [path, status] of [["/holds/AAAA-AAAA-A", 404], ["/holds/%3Cscript%3E", 400], ["/nothing", 404]]) {
      const answer = await person.opens(path);
      assert.equal(answer.status(), status, path);
      assert.match(await person.reads(), /There is nothing to see|There is no such page/);
    }
  },

  "the list shows new holds by itself when it is asked to": async (stage) => {
    const linchpin = await stage.linchpin();
    const person = await stage.person(linchpin);
    await person.logsIn(linchpin.token());
    await person.follows("every 10 seconds");
    await linchpin.holds("delete_emails", CALL);
    await person.page.getByText("1 call waits").first().waitFor({ timeout: 15_000 });
    await person.follows("Stop that");
  },
};
