// Who gets in, and for how long. That a login link is over after five minutes, and a session after twelve hours, is
// tested where the clock can be told otherwise: in src/console/session.rs.

import assert from "node:assert/strict";

const LOGGED_OUT = /Not logged in/;

export const SCENES = {
  "a login link logs in once, and its second use is refused": async (stage) => {
    const linchpin = await stage.linchpin();
    const person = await stage.person(linchpin);
    await person.page.goto(linchpin.link);
    await person.page.reload();
    assert.match(await person.reads(), /logs you in once, as admin/, "opening the link changes nothing");
    await person.pushes("Log in");
    assert.match(await person.reads(), /Nothing waits/);
    const [cookie] = await person.context.cookies();
    assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);
    const second = await stage.person(linchpin);
    await second.page.goto(linchpin.link);
    const refused = await second.pushes("Log in");
    assert.equal(refused.status(), 401);
    assert.match(await second.reads(), /a login link works once, within five minutes/);
    assert.equal((await second.opens("/")).status(), 401);
    assert.match(await second.reads(), LOGGED_OUT);
    await second.follows("Log in");
    assert.equal(new URL(second.page.url()).pathname, "/login", "the refused page leads to the login");
  },

  "a wrong token is refused and the right one gets in": async (stage) => {
    const linchpin = await stage.linchpin();
    const person = await stage.person(linchpin);
    await person.opens("/login");
    await person.page.getByLabel("Your token").fill("wrong");
    assert.equal((await person.pushes("Log in")).status(), 401);
    assert.match(await person.page.getByRole("alert").innerText(), /That did not work/);
    await person.logsIn(linchpin.token());
    assert.match(await person.reads(), /admin/);
  },

  "after logging out the old pages and the old cookie are worth nothing": async (stage) => {
    const linchpin = await stage.linchpin();
    const { code } = await linchpin.holds("delete_emails", { ids: ["msg-1"] });
    const person = await stage.person(linchpin);
    await person.logsIn(linchpin.token());
    const cookies = await person.context.cookies();
    await person.opens(`/holds/${code}`);
    const left = await person.context.newPage();
    await left.goto(`${linchpin.url}/`);
    await left.getByRole("button", { name: "Log out" }).click();
    await left.waitForURL("**/login");
    await person.context.addCookies(cookies);
    assert.equal((await person.pushes("Approve")).status(), 401, "a form that still stands there");
    await person.page.goBack();
    assert.match(await person.reads(), LOGGED_OUT, "the browser kept no page");
    assert.equal((await linchpin.waiting()).length, 1, "nothing was decided");
  },

  "a restart ends every session": async (stage) => {
    const linchpin = await stage.linchpin();
    const person = await stage.person(linchpin);
    await person.logsIn(linchpin.token());
    const url = linchpin.url;
    await linchpin.stop();
    await linchpin.start();
    const cookies = await person.context.cookies(url);
    await person.context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: linchpin.url })));
    assert.equal((await person.opens("/")).status(), 401);
  },

  "a page of somebody else's cannot decide, nor show the console in a frame": async (stage) => {
    const linchpin = await stage.linchpin();
    const { code } = await linchpin.holds("delete_emails", { ids: ["msg-2"] });
    const person = await stage.person(linchpin);
    await person.logsIn(linchpin.token());
    person.watch = () => {};
    const foreign = await person.context.newPage();
    await foreign.route("http://localhost:1/**", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<iframe name="inside" src="${linchpin.url}/holds/${code}"></iframe>
          <form method="post" action="${linchpin.url}/holds/${code}/deny"><button>Win a prize</button></form>`,
      }),
    );
    person.context.removeAllListeners("page");
    await foreign.goto("http://localhost:1/");
    const inside = foreign.frame("inside");
    assert.doesNotMatch(await inside.locator("body").innerText(), /delete_emails/);
    // Newer browsers show a page of their own for a refusal without a text: the answer is what counts.
    const refused = foreign.waitForResponse((response) => response.url().endsWith("/deny"));
    const [answer] = await Promise.all([refused, foreign.getByRole("button").click()]);
    assert.ok([401, 403].includes(answer.status()), `${answer.status()}`);
    assert.equal((await linchpin.waiting()).length, 1, "nothing was decided");
    person.troubles.length = 0; // what the foreign page tried
  },
};
