"use strict";

/** An element with attributes, handlers (onclick…) and children. Strings only ever become text. */
function el(tag, attributes, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return furnish(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function furnish(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

/** For a screen reader: what just happened. */
function say(text) {
  byId("said").textContent = text;
}

/** A row of buttons of which one is pressed. */
function choice(label, options, current, choose) {
  return el("span", { class: "choice", role: "group", "aria-label": label },
    el("span", { class: "choice-label", "aria-hidden": "true" }, label),
    options.map(([value, text, title]) => el("button", {
      type: "button", "aria-pressed": String(value === current), title, onclick: () => choose(value),
    }, text)));
}

function button(text, action, attributes) {
  return el("button", { type: "button", onclick: action, ...attributes }, text);
}

function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

function cssColor(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** At most once a frame. */
function eachFrame(action) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => { waiting = false; action(); });
    }
  };
}
