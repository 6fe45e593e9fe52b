// What a page must be for everybody: readable, to be hit with a thumb, to be reached by keys, to be heard.
//
// `mistakes` runs inside the page and therefore holds everything it needs.

export const mistakes = ({ isPhone }) => {
  const found = [];
  const isSeen = (each) => each.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && each.getBoundingClientRect().width > 0;
  const told = (each) => `<${each.tagName.toLowerCase()}> ${JSON.stringify((each.innerText || each.getAttribute("name") || "").slice(0, 40))}`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);

  // Contrast, as WCAG 2 counts it, of every text against the colour behind it.
  const numbers = (colour) => {
    const [red, green, blue, alpha = 1] = colour.match(/[\d.]+/g).map(Number);
    return { red, green, blue, alpha };
  };
  const light = ({ red, green, blue }) => {
    const part = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
  };
  const contrast = (one, other) => {
    const [more, less] = [light(one), light(other)].sort((a, b) => b - a);
    return (more + 0.05) / (less + 0.05);
  };
  const behind = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.alpha === 1) return colour;
    }
    return { red: 255, green: 255, blue: 255 };
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const each = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !isSeen(each) || each.tagName === "STYLE") continue;
    const ratio = contrast(numbers(getComputedStyle(each).color), behind(each));
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)} of ${told(each)}`);
  }
  for (const field of all("input, textarea")) {
    const ratio = contrast(numbers(getComputedStyle(field).borderTopColor), behind(field.parentElement));
    if (ratio < 3) found.push(`the border of ${told(field)} has contrast ${ratio.toFixed(2)}`);
  }

  // Width: nothing to be scrolled sideways, nothing that stands out.
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`${root.scrollWidth} px wide in a window of ${root.clientWidth}`);
  for (const each of all("main *")) {
    const box = each.getBoundingClientRect();
    if (box.right > root.clientWidth + 1 || each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== "visible") found.push(`${told(each)} stands out`);
  }

  // What is touched is 44 px high and wide; a link inside a sentence is as high as its line.
  const isInSentence = (link) => link.tagName === "A" && ["P", "LI"].includes(link.parentElement.tagName) && link.parentElement.innerText.trim() !== link.innerText.trim();
  for (const each of isPhone ? all("a, button, input, textarea, summary") : []) {
    const { width, height, top } = each.getBoundingClientRect();
    if (!isInSentence(each) && (width < 43.9 || height < 43.9) && top > -1000 && !each.matches(".skip")) found.push(`${told(each)} is ${width.toFixed(0)} x ${height.toFixed(0)} px`);
  }

  // What is heard: names of fields, one first heading and none left out, a language, a main part, a title.
  for (const field of all("input, textarea")) {
    if (!field.labels?.length || !field.labels[0].innerText.trim()) found.push(`${told(field)} has no label`);
  }
  for (const each of all("a, button, summary")) if (!each.innerText.trim()) found.push(`${told(each)} has no words`);
  const levels = all("h1, h2, h3, h4").map((heading) => Number(heading.tagName[1]));
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) found.push(`headings: ${levels}`);
  levels.forEach((level, at) => at > 0 && level > levels[at - 1] + 1 && found.push(`a heading ${level} after ${levels[at - 1]}`));
  if (!root.lang || !document.title || document.querySelectorAll("main").length !== 1) found.push("no language, title or main part");
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  if (new Set(ids).size !== ids.length) found.push("an id twice");
  for (const each of document.querySelectorAll("[aria-label]")) {
    if (!each.matches("[role], ul, nav, section, a, button, input, textarea")) found.push(`${told(each)} has a name but no role`);
  }

  // What scrolls by itself can be reached by keys, and has a name.
  for (const each of all("main *")) {
    const scrolls = each.scrollHeight > each.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(each).overflowY) && each.tagName !== "TEXTAREA";
    if (scrolls && (each.tabIndex < 0 || !each.getAttribute("aria-label"))) found.push(`${told(each)} scrolls, out of reach of keys`);
  }
  return [...new Set(found)];
};
