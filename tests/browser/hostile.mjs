// What an agent or a model writes to deceive whoever reads it: shown, letter by letter, and never run.

import assert from "node:assert/strict";

const MARKUP = `"><img src=x onerror="window.hostile=1"><script>window.hostile=1</script></pre></main><form action="https://evil.example/">`;
const STYLE = `</style><style>button.no{display:none}</style><meta http-equiv="refresh" content="0;url=https://evil.example/">`;
const DIRECTION = "invoice\u202egnp.exe \u2066hidden\u2069 \u200bzero\u200dwidth\ufeff \u{e0041}tag";
const CONTROL = "\u0000\u0007\u001b[2J\u001b]0;title\u0007\u0008\u007f\u009b\u2028\u2029\r";
const UNBROKEN = "x".repeat(20_000);
const LINES = Array.from({ length: 10_000 }, (_, line) => `line ${line}`).join("\n");
const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u;

/// Neither the text nor the tree of the page holds what the agent wished for.
async function isHarmless(page) {
  const found = await page.evaluate(() => ({
    ran: window.hostile,
    elements: document.querySelectorAll("script, img, iframe, object, meta[http-equiv], style:not(head > style), link:not([rel=icon])").length,
    handlers: [...document.querySelectorAll("*")].flatMap((each) => [...each.attributes]).filter(({ name }) => /^on|^style$/.test(name)).length,
    forms: [...document.querySelectorAll("form, button[formaction]")].map((form) => form.getAttribute("formaction") ?? form.getAttribute("action")),
    text: document.documentElement.textContent,
    title: document.title,
  }));
  assert.equal(found.ran, undefined, "nothing ran");
  assert.equal(found.elements + found.handlers, 0, "no element of a stranger");
  assert.ok(found.forms.every((action) => action.startsWith("/")), found.forms.join(" "));
  const hidden = INVISIBLE.exec(found.text.replaceAll("\t", " "));
  assert.equal(hidden, null, `a character that cannot be seen: ${hidden && JSON.stringify(hidden[0])}`);
  assert.match(found.title, /· linchpin$/);
}

async function shown(stage, linchpin, held, name) {
  const person = await stage.person(linchpin);
  await person.logsIn(linchpin.token());
  await isHarmless(person.page);
  await person.opens(`/holds/${held.code}?whole`);
  await isHarmless(person.page);
  await stage.picture(person.page, name);
  assert.ok(await person.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "no wider than the window");
  for (const button of ["Approve", "Deny"]) assert.ok(await person.page.getByRole("button", { name: button, exact: true }).isVisible(), button);
  return person;
}

export const SCENES = {
  "markup in a call is shown and does nothing": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", { ids: [MARKUP, STYLE], [MARKUP]: STYLE }, MARKUP);
    const person = await shown(stage, linchpin, held, "hostile-markup");
    assert.ok((await person.reads()).includes(`<script>window.hostile=1</script>`), "it is there to be read");
    await person.pushes("Deny");
    await person.opens("/record");
    await isHarmless(person.page);
    await held.answer;
  },

  "characters that turn or hide text are told by their numbers": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", { ids: [DIRECTION, CONTROL], note: DIRECTION + CONTROL }, `model ${DIRECTION}`);
    const person = await shown(stage, linchpin, held, "hostile-characters");
    assert.match(await person.reads(), /202e/i);
    await person.pushes("Deny");
    await person.opens("/record");
    await isHarmless(person.page);
    await held.answer;
  },

  "the same characters, raw in the exact text, are told too": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", `{"ids":["${DIRECTION}"],"note":"\u200b${"\u202e".repeat(3)}<b>"}`);
    await shown(stage, linchpin, held, "hostile-raw");
  },

  "a tool named like markup is shown as its name": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_<img src=x onerror=window.hostile=1>", { ids: ["msg-1"] });
    await shown(stage, linchpin, held, "hostile-tool");
  },

  "twenty thousand letters without a space, and ten thousand lines, stay inside the page": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", { ids: [UNBROKEN], [UNBROKEN.slice(0, 3000)]: 1, body: LINES });
    for (const options of [{}, { viewport: { width: 390, height: 844 } }]) {
      const person = await stage.person(linchpin, options);
      await person.logsIn(linchpin.token());
      await isHarmless(person.page);
      await person.opens(`/holds/${held.code}?whole`);
      assert.ok(await person.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), "no wider than the window");
      assert.ok((await person.page.locator("body").textContent()).includes("line 9999\n") || (await person.page.locator("body").textContent()).includes("line 9999"), "to the last line");
      const height = await person.page.evaluate(() => document.documentElement.scrollHeight);
      assert.ok(height < 12_000, `the buttons are not far away: ${height} px`);
    }
  },

  "were there a hole in the escaping, the policy would still let nothing run or load": async (stage) => {
    const linchpin = await stage.linchpin();
    const person = await stage.person(linchpin);
    await person.logsIn(linchpin.token());
    const asked = [];
    stage.model.server.on("request", (request) => request.method === "GET" && asked.push(request.url));
    await person.page.evaluate((outside) => {
      const script = document.createElement("script");
      script.textContent = "window.hostile = 1";
      document.head.append(script);
      document.body.insertAdjacentHTML(
        "beforeend",
        `<img src="${outside}/image" onerror="window.hostile=2"><style>h1{display:none}</style><p id="p" style="display:none">p</p>
         <iframe src="${outside}/frame"></iframe><link rel="stylesheet" href="${outside}/style"><form id="f" action="${outside}/form"></form>`,
      );
      document.getElementById("f").submit();
    }, stage.model.url);
    await person.page.waitForTimeout(500);
    assert.equal(await person.page.evaluate(() => window.hostile), undefined);
    assert.ok((await person.page.getByRole("heading", { level: 1 }).isVisible()) && (await person.page.locator("#p").isVisible()));
    assert.deepEqual(asked, [], "nothing outside was asked");
    assert.ok(person.troubles.some((trouble) => trouble.includes("Content Security Policy")), "the browser says why");
    person.troubles.length = 0;
  },
};
