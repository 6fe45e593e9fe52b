// A person with a browser of their own: no cookies of others, and everything noted that a page does behind its back.

import assert from "node:assert/strict";

/// A refused page is a line on the browser's console; that is the browser's word, not the page's.
const REFUSED = /^Failed to load resource: the server responded with a status of (400|401|404|409) /;

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };

export class Person {
  static async with(chromium, linchpin, options = {}) {
    const context = await chromium.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    const person = new Person();
    Object.assign(person, { linchpin, context, troubles: [] });
    context.on("page", (page) => person.watch(page));
    context.setDefaultTimeout(10_000);
    person.page = await context.newPage();
    return person;
  }

  watch(page) {
    const note = (what) => this.troubles.push(what);
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.linchpin.url}/`) && !url.startsWith("data:,")) note(`asked for ${url}`);
    });
    const isTrouble = (message) => ["error", "warning"].includes(message.type()) && !REFUSED.test(message.text());
    page.on("console", (message) => isTrouble(message) && note(`console: ${message.text()}`));
    page.on("pageerror", (error) => note(`error: ${error}`));
    page.on("dialog", (dialog) => (note(`dialog: ${dialog.message()}`), dialog.dismiss()));
    page.on("popup", (popup) => note(`popup: ${popup.url()}`));
    page.on("download", () => note("download"));
  }

  /// Goes to a path; the answer.
  async opens(path) {
    return this.page.goto(this.linchpin.url + path);
  }

  async logsIn(token) {
    await this.opens("/login");
    await this.page.getByLabel("Your token").fill(token);
    await this.pushes("Log in");
    assert.equal(new URL(this.page.url()).pathname, "/", "logging in leads to what waits");
  }

  /// Pushes the button; the answer of where that leads.
  async pushes(name) {
    const [answer] = await Promise.all([this.page.waitForNavigation(), this.page.getByRole("button", { name, exact: true }).click()]);
    return answer;
  }

  async follows(name) {
    const [answer] = await Promise.all([this.page.waitForNavigation(), this.page.getByRole("link", { name }).first().click()]);
    return answer;
  }

  /// All that the page says.
  async reads() {
    return this.page.locator("body").innerText();
  }

  async has(name) {
    return (await this.page.getByRole("button", { name, exact: true }).count()) > 0;
  }

  /// Whether a page did anything that no page of the console may.
  async leaves() {
    await this.context.close();
    assert.deepEqual(this.troubles, [], "a page does nothing but stand there");
  }
}
