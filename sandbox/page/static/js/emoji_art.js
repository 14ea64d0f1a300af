// The signs a plan leans on, drawn here, so that a board reads the same on a machine that has no emoji font.
// Every other emoji is left to the system's font.
import { emoji } from "./emoji.js";

const SVG = "http://www.w3.org/2000/svg";
const BOX = { large_blue_square: "#2f7de1", large_green_square: "#3fa34d", large_yellow_square: "#f2c230" };
const BALL = {
  large_blue_circle: "#2f7de1",
  large_green_circle: "#3fa34d",
  large_yellow_circle: "#f2c230",
  large_orange_circle: "#ee8b2d",
  large_purple_circle: "#8d62c9",
  large_brown_circle: "#8a5a3c",
  red_circle: "#dc3545",
  black_circle: "#3b3f45",
};

const fill = (d, color) => ["path", { d, fill: color }];
const line = (d, color, width = 2) => ["path", {
  d, fill: "none", stroke: color, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round",
}];
const disc = (color, r = 7.6) => ["circle", { cx: 10, cy: 10, r, fill: color }];
const tile = (color) => ["rect", { x: 2, y: 2, width: 16, height: 16, rx: 3.5, fill: color }];

const DRAWN = {
  white_check_mark: [tile("#2f9e5b"), line("M5.8 10.4l3 3 5.6-6.6", "#fff", 2.2)],
  heavy_check_mark: [line("M3.6 10.8l4.2 4.2 8.6-10", "#2f9e5b", 2.6)],
  x: [line("M4.5 4.5l11 11M15.5 4.5l-11 11", "#dc3545", 2.8)],
  white_circle: [["circle", { cx: 10, cy: 10, r: 6.3, fill: "none", stroke: "#8b9299", "stroke-width": 1.7 }]],
  white_large_square: [["rect", { x: 3, y: 3, width: 14, height: 14, rx: 3, fill: "none", stroke: "#8b9299", "stroke-width": 1.7 }]],
  key: [
    ["circle", { cx: 13, cy: 7, r: 3.6, fill: "none", stroke: "#d99a1c", "stroke-width": 2.4 }],
    line("M10.3 9.7L3.6 16.4M4.6 15.4l2 2M7.2 12.8l2 2", "#d99a1c", 2.2),
  ],
  warning: [fill("M10 2.4L18.6 17.2H1.4z", "#f2b01e"), line("M10 7.4v4.6M10 14.7v.05", "#3a2c00", 2)],
  no_entry: [disc("#d93438", 8), ["rect", { x: 5, y: 8.7, width: 10, height: 2.6, rx: 0.6, fill: "#fff" }]],
  no_entry_sign: [["circle", { cx: 10, cy: 10, r: 6.9, fill: "none", stroke: "#d93438", "stroke-width": 2.2 }], line("M5.2 14.8l9.6-9.6", "#d93438", 2.2)],
  octagonal_sign: [fill("M6.7 2h6.6L18 6.7v6.6L13.3 18H6.7L2 13.3V6.7z", "#d93438")],
  calendar: [tile("#eef1f4"), fill("M2 7V5.5A3.5 3.5 0 0 1 5.5 2h9A3.5 3.5 0 0 1 18 5.5V7z", "#d93438"), line("M6 10.4h.05M10 10.4h.05M14 10.4h.05M6 14h.05M10 14h.05", "#59626b", 2.1)],
  hourglass_flowing_sand: [fill("M5 3h10c0 4-3.3 5-3.3 7s3.3 3 3.3 7H5c0-4 3.3-5 3.3-7S5 7 5 3z", "#d9b26a"), line("M4.2 2.6h11.6M4.2 17.4h11.6", "#7a5a2f", 1.9)],
  bell: [fill("M10 2.4c3.2 0 4.9 2.4 4.9 5.4 0 3.6 1.1 4.7 2 5.8H3.1c.9-1.1 2-2.2 2-5.8 0-3 1.7-5.4 4.9-5.4z", "#eab02c"), fill("M8 15h4a2 2 0 0 1-4 0z", "#b9851a")],
  lock: [["rect", { x: 4, y: 8.6, width: 12, height: 8.8, rx: 2, fill: "#eab02c" }], line("M6.7 8.6V6.3a3.3 3.3 0 0 1 6.6 0v2.3", "#8b9299", 1.9)],
  memo: [["rect", { x: 3.5, y: 2.5, width: 11.5, height: 15, rx: 1.5, fill: "#eef1f4", stroke: "#9aa3ab" }], line("M6 6.5h6.5M6 9.5h6.5M6 12.5h3", "#59626b", 1.3), line("M11 15.5l6-6", "#ee8b2d", 2.4)],
  pushpin: [line("M8.6 11.4L3.6 16.4", "#8b9299", 1.7), fill("M11.5 2.5l6 6-2.7.8-2.7 2.7-.5 3-6.6-6.6 3-.5 2.7-2.7z", "#d93438")],
  tada: [fill("M3 17L7.4 6.4l6.2 6.2z", "#f2c230"), line("M10.5 6.5c0-2 1-3 2.5-3.5M13.5 9.5c2 0 3-.5 3.5-2.5", "#8d62c9", 1.6), line("M15.5 4.5h.05M8.5 3.5h.05M16.5 12h.05", "#dc3545", 2)],
  wave: [fill("M5 8.5c-.9-2 .9-2.9 1.6-1.4L6 5.4c-.6-1.7 1.3-2.4 1.9-.9l.4.9c-.3-1.6 1.6-2.1 2.1-.5l.6 1.7c0-1.4 1.6-1.6 2-.2l1.3 4.2c.4-1.2 2-1.1 2 .3-.1 3.5-2 6.1-5 6.1-2.4 0-3.7-1.3-4.5-3.3z", "#f2c230"), line("M3 6.5c-.4-1.5.2-2.7 1.5-3.3M16.5 4.5c-.4-1-1.1-1.6-2-1.9", "#9aa3ab", 1.3)],
  heavy_plus_sign: [line("M10 4v12M4 10h12", "#7c858d", 2.8)],
  heavy_minus_sign: [line("M4 10h12", "#7c858d", 2.8)],
  checkered_flag: [line("M3.6 2.6v15", "#59626b", 1.6), fill("M4.4 3h13v8.4h-13z", "#eef1f4"), fill("M4.4 3h4.4v2.8H4.4zM13 3h4.4v2.8H13zM8.8 5.8H13v2.8H8.8zM4.4 8.6h4.4v2.8H4.4zM13 8.6h4.4v2.8H13z", "#3b3f45")],
  eyes: [6, 14].flatMap((cx) => [
    ["ellipse", { cx, cy: 10, rx: 3.5, ry: 5.3, fill: "#fff", stroke: "#59626b", "stroke-width": 1.2 }],
    ["circle", { cx: cx - 1, cy: 11, r: 2, fill: "#3b3f45" }],
  ]),
  point_right: [fill("M2 7.6h4.6L9.4 6h7.2a1.5 1.5 0 0 1 0 3h-4.2c1.3.2 1.5 1.6.5 2.1 1 .4.9 1.8 0 2.1.6.6.3 1.7-.7 1.8.1.9-.5 1.5-1.4 1.5H7.2L2 14.6z", "#f2c230")],
  bust_in_silhouette: [["circle", { cx: 10, cy: 6.3, r: 3.7, fill: "#6b7680" }], fill("M3 17.6c0-4.3 3-6.2 7-6.2s7 1.9 7 6.2z", "#6b7680")],
  card_index_dividers: [fill("M2 4.4h5.2l1.6 2H18v10.8H2z", "#d9b26a"), line("M4.4 9.6h11.2", "#7a5a2f", 1.4), line("M12 6.2V4h4v2.2", "#59626b", 1.4)],
  wastebasket: [fill("M4.4 6h11.2l-1.1 12H5.5z", "#9aa3ab"), line("M3.4 5h13.2M8 4.6V2.8h4v1.8", "#59626b", 1.5), line("M8 9v5.6M12 9v5.6", "#eef1f4", 1.3)],
  handshake: [fill("M1.4 5.4l4.4-1 1.8 8-4 1.4z", "#2f7de1"), fill("M18.6 5.4l-4.4-1-1.8 8 4 1.4z", "#3fa34d"), fill("M6 5.8l4-1 4 1-.8 5.6L10 15l-3.2-3.6z", "#f2c230"), line("M7.8 9.6l2 2M9.8 7.8l3 2.8", "#a87513", 1.2)],
  leftwards_arrow_with_hook: [tile("#5b8def"), line("M8 5.6L4.8 8.6 8 11.6M5.2 8.6H12a3 3 0 0 1 0 6H8.6", "#fff", 1.8)],
  arrow_right_hook: [tile("#5b8def"), line("M12 5.6l3.2 3L12 11.6M14.8 8.6H8a3 3 0 0 0 0 6h3.4", "#fff", 1.8)],
  arrows_counterclockwise: [tile("#5b8def"), line("M6 9a4.2 4.2 0 0 1 7.6-1.6M14 11a4.2 4.2 0 0 1-7.6 1.6", "#fff", 1.7), line("M14.4 4.8l-.5 2.9-2.9-.5M5.6 15.2l.5-2.9 2.9.5", "#fff", 1.5)],
  speech_balloon: [fill("M3 3.4h14a1.6 1.6 0 0 1 1.6 1.6v7a1.6 1.6 0 0 1-1.6 1.6H9.4L5.4 17v-3.4H3A1.6 1.6 0 0 1 1.4 12V5A1.6 1.6 0 0 1 3 3.4z", "#dfe5ea"), line("M6 8.6h.05M10 8.6h.05M14 8.6h.05", "#59626b", 2.1)],
  clipboard: [["rect", { x: 3.6, y: 3.4, width: 12.8, height: 14.6, rx: 1.8, fill: "#b9855a" }], ["rect", { x: 5.4, y: 5.4, width: 9.2, height: 11, fill: "#eef1f4" }], ["rect", { x: 7, y: 1.8, width: 6, height: 3.4, rx: 1, fill: "#7c858d" }], line("M7.2 9h5.6M7.2 12h5.6", "#59626b", 1.2)],
  link: [line("M8.6 11.4a3 3 0 0 1 0-4.3l2.6-2.6a3 3 0 0 1 4.3 4.3l-1.4 1.4", "#7c858d", 2), line("M11.4 8.6a3 3 0 0 1 0 4.3l-2.6 2.6a3 3 0 0 1-4.3-4.3l1.4-1.4", "#7c858d", 2)],
  writing_hand: [fill("M3 16.6c-.6-3.6 1.2-6.4 4.4-7.2l3.4-.6c1.4-.2 1.9 1.4.7 2l-1.7.8 4.4.4c1.3.2 1.3 1.8 0 2l-3.4.4c-1 2.2-4 3.4-7.8 2.2z", "#f2c230"), line("M11 10.6l6.4-7", "#3b3f45", 1.9)],
  sunny: [disc("#f2b01e", 4.2), line("M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4", "#f2b01e", 1.8)],
  snowflake: [line("M10 1.8v16.4M2.9 5.9l14.2 8.2M2.9 14.1l14.2-8.2M7.8 3.2L10 5.4l2.2-2.2M7.8 16.8l2.2-2.2 2.2 2.2", "#4aa3df", 1.6)],
  gear: [["circle", { cx: 10, cy: 10, r: 4.6, fill: "none", stroke: "#7c858d", "stroke-width": 3 }], line("M10 1.9v2.2M10 15.9v2.2M1.9 10h2.2M15.9 10h2.2M4.3 4.3l1.5 1.5M14.2 14.2l1.5 1.5M4.3 15.7l1.5-1.5M14.2 5.8l1.5-1.5", "#7c858d", 2.6)],
  pencil2: [line("M5 15l9.6-9.6", "#ee8b2d", 3.4), line("M13.6 6.4l2-2", "#dc6a6a", 3.4), fill("M2.6 17.4l1-3.8 2.8 2.8z", "#3b3f45")],
  clock9: [["circle", { cx: 10, cy: 10, r: 7.4, fill: "#eef1f4", stroke: "#59626b", "stroke-width": 1.6 }], line("M10 5.2V10H6.2", "#3b3f45", 1.7)],
  no_bell: [fill("M10 2.4c3.2 0 4.9 2.4 4.9 5.4 0 3.6 1.1 4.7 2 5.8H3.1c.9-1.1 2-2.2 2-5.8 0-3 1.7-5.4 4.9-5.4z", "#9aa3ab"), fill("M8 15h4a2 2 0 0 1-4 0z", "#7c858d"), line("M3.4 3.4l13.2 13.2", "#d93438", 2.2)],
  raised_hand: [fill("M5.2 10V5.2c0-1.5 2-1.5 2 0V3.4c0-1.5 2.1-1.5 2.1 0v-.6c0-1.5 2.1-1.5 2.1 0v1c0-1.4 2-1.4 2 0v6.4l1.4-1.5c1.1-1 2.4.2 1.6 1.4l-3.2 5.3c-.9 1.6-2 2.4-3.9 2.4-2.8 0-4.1-2.2-4.1-4.6z", "#f2c230")],
  "+1": [fill("M7.6 9.2l3-6.2c.5-1 2.4-.6 2.4 1.2 0 1.2-.3 2.3-.6 3.4h3.4c1.9 0 2 2 .9 2.6.8.7.5 2-.5 2.3.5.8.1 1.8-.9 2 .2.9-.4 1.7-1.6 1.7H9.4l-1.8-.9z", "#f2c230"), ["rect", { x: 3, y: 8.8, width: 3.6, height: 7.4, rx: 0.8, fill: "#2f7de1" }]],
  arrow_forward: [tile("#5b8def"), fill("M7.4 5.4l7.2 4.6-7.2 4.6z", "#fff")],
};

for (const [name, color] of Object.entries(BALL)) DRAWN[name] = [disc(color)];
for (const [name, color] of Object.entries(BOX)) DRAWN[name] = [tile(color)];

const ALIAS = {
  blue_circle: "large_blue_circle", date: "calendar", spiral_calendar_pad: "calendar", hourglass: "hourglass_flowing_sand",
  closed_lock_with_key: "lock", pencil: "memo", round_pushpin: "pushpin", heavy_multiplication_x: "x", o: "white_circle",
};

const bare = (character) => character.replace("\ufe0f", "");
const byCharacter = new Map([...Object.keys(ALIAS), ...Object.keys(DRAWN)].map((name) => [bare(emoji(name)), name]));
// These are signs of text, as on a button, unless they say that they are emoji.
const SIGNS = new Set(["▶", "↩"]);
const CHARACTERS = new RegExp([...byCharacter.keys()].map((one) => `${one}\ufe0f${SIGNS.has(one) ? "" : "?"}`).join("|"), "gu");

function draw(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 20 20");
  picture.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of DRAWN[name]) {
    const shape = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    picture.append(shape);
  }
  return picture;
}

/** One emoji: the character, which is read and copied, under the drawing, which is seen. */
export function emojiNode(name, character) {
  const drawn = ALIAS[name] ?? name;
  const node = document.createElement("span");
  node.className = "emoji";
  node.title = `:${name}:`;
  if (!(drawn in DRAWN)) {
    node.textContent = character;
    return node;
  }
  const letter = document.createElement("span");
  letter.className = "emoji-letter";
  letter.textContent = character;
  node.append(letter, draw(drawn));
  return node;
}

/** Text in pieces: strings, and nodes for each `:shortcode:` and each character that is drawn here. */
export function withEmojiNodes(text) {
  const pieces = [];
  const clean = text.replace(/:skin-tone-[2-6]:/g, "");
  let at = 0;
  for (const found of clean.matchAll(/:([a-z0-9_+'-]+):/g)) {
    const character = emoji(found[1]);
    if (!character) continue;
    pieces.push(...characters(clean.slice(at, found.index)), emojiNode(found[1], character));
    at = found.index + found[0].length;
  }
  pieces.push(...characters(clean.slice(at)));
  return pieces;
}

function characters(text) {
  const pieces = [];
  let at = 0;
  for (const found of text.matchAll(CHARACTERS)) {
    if (found.index > at) pieces.push(text.slice(at, found.index));
    pieces.push(emojiNode(byCharacter.get(bare(found[0])), found[0]));
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}
