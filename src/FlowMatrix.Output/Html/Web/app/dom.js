// @ts-check
"use strict";

/**
 * An element with attributes, event handlers (onclick…) and children. Strings become text, never markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {(Child | Child[])[]} children
 */
function el(tag, attributes, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/**
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes} attributes
 * @param {(Child | Child[])[]} children
 */
function svg(tag, attributes, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/**
 * @template {Element} T
 * @param {T} element
 * @param {Attributes} attributes
 * @param {(Child | Child[])[]} children
 */
function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice("on".length), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, String(value));
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) {
      element.append(child);
    }
  }
  return element;
}

/**
 * An element that the page always has.
 * @param {string} id
 */
function byId(id) {
  const element = document.getElementById(id);
  if (element === null) {
    throw new Error(`The page has no element "${id}".`);
  }
  return element;
}

/**
 * Announces a text to screen readers.
 * @param {string} text
 */
function announce(text) {
  byId("announcement").textContent = text;
}

/**
 * A row of buttons of which one is pressed.
 * @param {string} label
 * @param {string[][]} options Each a value, its text and, if it needs one, a tooltip.
 * @param {string} current
 * @param {(value: string) => void} choose
 */
function choice(label, options, current, choose) {
  return el("span", { class: "choice", role: "group", "aria-label": label },
    el("span", { class: "choice-label", "aria-hidden": "true" }, label),
    options.map(([value, text, title]) => el("button", {
      type: "button", "aria-pressed": String(value === current), title, onclick: () => choose(value),
    }, text)));
}

/**
 * @param {string} text
 * @param {() => void} action
 * @param {Attributes} attributes
 */
function button(text, action, attributes = {}) {
  return el("button", { type: "button", onclick: action, ...attributes }, text);
}

/**
 * @param {number} count
 * @param {string} one
 */
function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** @param {string} name */
function cssColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * Runs the action at most once per frame.
 * @param {() => void} action
 */
function eachFrame(action) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => { waiting = false; action(); });
    }
  };
}

/**
 * The largest of the values, or the minimum that is given. Math.max takes about 100,000 arguments and then fails.
 * @template T
 * @param {Iterable<T>} items
 * @param {(item: T) => number} value
 * @param {number} min
 */
function largest(items, value, min) {
  let max = min;
  for (const item of items) {
    max = Math.max(max, value(item));
  }
  return max;
}

/**
 * Arrow keys.
 * @type {Map<string, [dx: number, dy: number]>}
 */
const DIRECTIONS = new Map([
  ["ArrowRight", [1, 0]], ["ArrowLeft", [-1, 0]], ["ArrowDown", [0, 1]], ["ArrowUp", [0, -1]],
]);

/**
 * A text, cut to a number of characters.
 * @param {string} text
 */
function shortened(text, max = 26) {
  const letters = [...text];
  return letters.length <= max ? text : `${letters.slice(0, max - 1).join("")}…`;
}
