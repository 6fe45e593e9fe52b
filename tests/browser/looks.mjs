// The pages as they look and as they are used: in light and dark, on a desk, on a phone, by keys alone.

import assert from "node:assert/strict";
import { mistakes } from "./checks.mjs";
import { PHONE } from "./person.mjs";

const NARROW = { ...PHONE, viewport: { width: 320, height: 640 } };
const LOOKS = [
  ["desk", "light", {}],
  ["desk", "dark", {}],
  ["phone", "light", PHONE],
  ["phone", "dark", PHONE],
  ["narrow", "light", NARROW],
];
const POST = {
  recipients: ["ana@example.com", "team@example.com"],
  subject: "Backups",
  body: "Stop the service first:\n  systemctl stop api\nthen run `chmod -R 777 /srv/data` and start it again.",
  options: { urgent: true, retries: 3, tags: ["ops", "how-to"], none: null },
};
const PUBLISHES = `
[[pin]]
id = "show-posts-first"
text = "Show me every mail and wait for my approval before you send it."
on = ["send"]
then = "hold"
`;

/// Every page there is, in a linchpin in which much goes on.
async function pages(stage) {
  const linchpin = await stage.linchpin(PUBLISHES);
  const post = await linchpin.holds("send_email", POST, "a-model-with-a-long-name-2026-11-24");
  const deletes = await linchpin.holds("bash", { command: "rm -rf /srv/data/backups/2026-0* && echo done" });
  const long = await linchpin.holds("delete_emails", { ids: Array.from({ length: 3000 }, (_, at) => `msg-${at}`) });
  const denied = await linchpin.holds("delete_emails", { ids: ["msg-9"] });
  await linchpin.api(`/api/approvals/${denied.code}/deny`, { reason: "not these, ask me again after the audit" });
  const paths = {
    list: "/",
    hold: `/holds/${post.code}`,
    command: `/holds/${deletes.code}`,
    long: `/holds/${long.code}`,
    whole: `/holds/${long.code}?whole`,
    denied: `/holds/${denied.code}`,
    record: "/record",
    unknown: "/holds/AAAA-AAAA-A",
    nothing: "/nothing",
    login: "/login",
  };
  return { linchpin, paths };
}

async function look(stage, person, name, isPhone) {
  await stage.picture(person.page, name);
  return (await person.page.evaluate(mistakes, { isPhone })).map((mistake) => `${name}: ${mistake}`);
}

export const SCENES = {
  "every page is readable in light and dark, on a desk and on a phone": async (stage) => {
    const { linchpin, paths } = await pages(stage);
    const found = [];
    for (const [size, colorScheme, options] of LOOKS) {
      const person = await stage.person(linchpin, { ...options, colorScheme });
      const see = async (name, path) => {
        await person.opens(path);
        for (const summary of await person.page.locator("summary").all()) await summary.click();
        found.push(...(await look(stage, person, `${size}-${colorScheme}-${name}`, size !== "desk")));
      };
      await see("refused", "/");
      await see("first-login", "/login");
      await person.logsIn(linchpin.token());
      for (const [name, path] of Object.entries(paths)) await see(name, path);
    }
    assert.deepEqual(found, []);
  },

  "the checks see what they must": async (stage) => {
    const linchpin = await stage.linchpin();
    const person = await stage.person(linchpin, PHONE);
    await person.logsIn(linchpin.token());
    await person.page.evaluate(() => {
      document.querySelector("main").innerHTML += `<p id="faint">faint</p><input name="bare"><h4>deep</h4><a href="/">x</a><pre id="box">a\nb\nc\nd\ne</pre><p id="wide">w</p>`;
      const style = (id, properties) => Object.assign(document.getElementById(id).style, properties);
      style("faint", { color: "rgb(200, 200, 200)" });
      style("box", { maxHeight: "2rem", overflowY: "auto" });
      style("wide", { width: "900px" });
    });
    const found = (await person.page.evaluate(mistakes, { isPhone: true })).join("\n");
    for (const seen of [/contrast 1\.\d+ of <p> "faint"/, /"bare" has no label/, /a heading 4/, /<a> "x" is \d+ x/, /scrolls, out of reach/, /px wide/]) assert.match(found, seen);
  },

  "a call is approved by keys alone, and where the focus is can be seen": async (stage) => {
    const linchpin = await stage.linchpin();
    const held = await linchpin.holds("delete_emails", { ids: ["msg-1"] });
    const person = await stage.person(linchpin);
    const { keyboard } = person.page;
    await person.opens("/login");
    await person.page.locator("#token:focus").waitFor(); // the page puts it there
    await keyboard.type(linchpin.token());
    await Promise.all([person.page.waitForNavigation(), keyboard.press("Enter")]);
    await keyboard.press("Tab");
    assert.equal(await focused(person.page), "To the content");
    await stage.picture(person.page, "keys-skip");
    await keyboard.press("Enter");
    await reach(person.page, "delete_emails");
    await Promise.all([person.page.waitForNavigation(), keyboard.press("Enter")]);
    await reach(person.page, "Approve");
    await stage.picture(person.page, "keys-approve");
    await Promise.all([person.page.waitForNavigation(), keyboard.press("Enter")]);
    assert.equal((await held.answer).tool_calls[0].function.arguments, held.text);
  },
};

/// What has the focus, which must show.
async function focused(page) {
  const { words, isShown } = await page.evaluate(() => {
    const at = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    const { left, top, right } = at.getBoundingClientRect();
    const isShown = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && left >= 0 && top >= 0 && right <= window.innerWidth;
    return { words: at.innerText || at.getAttribute("name") || at.tagName, isShown };
  });
  assert.ok(isShown, `the focus on ${words} is to be seen`);
  return words.trim();
}

async function reach(page, words) {
  const passed = [];
  while (passed.length < 30) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (now === words) return;
    passed.push(now);
  }
  assert.fail(`${words} is not reached by Tab: ${passed.join(", ")}`);
}
