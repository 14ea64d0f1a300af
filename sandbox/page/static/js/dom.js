// The only place that makes elements. Data always enters as text nodes or attributes, never as markup.

/**
 * `h("button", {class: "x", data: {value: 1}, on: {click}}, "words", node)`.
 * A prop that is null, undefined or false is left out; `true` becomes an empty attribute.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "data") setData(node, value);
    else if (name === "on") for (const [event, hear] of Object.entries(value)) node.addEventListener(event, hear);
    else if (name === "style") for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setData(node, data) {
  for (const [key, value] of Object.entries(data)) {
    if (value !== null && value !== undefined) node.dataset[key] = String(value);
  }
}

/** The parts of a pane by name, as index.html marks them with `data-part`. */
export function parts(root) {
  const found = {};
  for (const node of root.querySelectorAll("[data-part]")) found[node.dataset.part] = node;
  return found;
}

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const ICONS = {
  reply: ["M4 5.5h12v7.5H9.5L6 16v-3H4z"],
  trash: ["M4.5 6h11", "M8 6V4h4v2", "M6 6l.7 10h6.6L14 6"],
  close: ["M5 5l10 10", "M15 5L5 15"],
  send: ["M3.5 3.8L17 10 3.5 16.2l1.8-6.2z", "M5.3 10H11"],
  pin: ["M12 3l5 5-3 1-3 3-.5 3.5L5 10l3.5-.5 3-3z", "M7.5 12.5L3.5 16.5"],
  eye: ["M2.5 10s2.7-5 7.5-5 7.5 5 7.5 5-2.7 5-7.5 5-7.5-5-7.5-5z", "M10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z"],
  dots: ["M10 4.5v.01", "M10 10v.01", "M10 15.5v.01"],
};

/** A small line drawing, hidden from screen readers: what it stands for is on the button around it. */
export function icon(name) {
  const drawn = ICONS[name].map((d) => svg("path", { d }));
  return svg("svg", { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true" }, ...drawn);
}

/** The face of a person: initials on their colour; the app has its own mark. */
export function avatar(person, size = "") {
  const known = person ?? { initials: "?", color: "#767676" };
  if (known.is_bot) return h("img", { class: `avatar ${size}`, src: "/static/tandem.svg", alt: "" });
  const initials = known.initials || (known.name ?? "?").split(/\s+/).map((word) => word[0]).slice(0, 2).join("");
  return h("span", { class: `avatar ${size}`, "aria-hidden": "true", style: paint(known.color) }, initials);
}

/** Background and the ink that can be read on it. */
export function paint(color) {
  const hex = /^#([0-9a-f]{6})$/i.exec(color ?? "");
  if (!hex) return { background: "#5b6770", color: "#ffffff" };
  const [r, g, b] = [0, 2, 4].map((at) => linear(parseInt(hex[1].slice(at, at + 2), 16)));
  const light = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return { background: color, color: light > 0.3 ? "#1d1c1d" : "#ffffff" };
}

function linear(channel) {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
