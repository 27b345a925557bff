"use strict";
// The page around a network: it writes, or answers, and shows what surprised it. All text is set as text, never as markup.

const network = new Network(JSON.parse(document.getElementById("model").textContent));
const { about } = network;
const $ = (id) => document.getElementById(id);
const LONGEST = 20000;

/** A text with all that can't be seen, or turns the line around, as a glyph. */
function visible(text) {
  return Array.from(text, (ch) => {
    const code = ch.codePointAt(0);
    if (ch === "\n") return "↵\n";
    if (ch === "\t") return "→";
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    return /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufe00-\ufe0f]/u.test(ch) ? "�" : ch;
  }).join("").replace(/^(?=\p{M})/u, "◌").replace(/(\p{M}{3})\p{M}+/gu, "$1");
}

function element(tag, text, parent, title) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (title !== undefined) made.title = title;
  parent?.append(made);
  return made;
}

const percent = (share) => `${(100 * share).toFixed(1)}%`;

/** Numbers from 0 to 1, the same for the same seed. */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// ---------------------------------------------------------------- language models

let writing = 0; // a new one ends the one before

function writeOn() {
  const own = ++writing, draw = chance(Number($("seed").value)), temperature = Number($("temperature").value);
  const items = about.edge !== undefined, size = network.P.b_out.shape[0];
  let ids = network.encode($("text").value.slice(0, LONGEST));
  if (!items && !ids.length) ids = [Math.floor(draw() * size)];
  if (items) ids = [about.edge, ...ids];
  const length = Math.max(0, Math.min(LONGEST, Number($("length").value))), given = ids.length, spans = [];
  let states = network.begin(), before, t = 0, bits = 0, count = 0, pending = [];
  $("answer").replaceChildren();

  /** Show an id; bytes wait until they are a character. */
  function show(id) {
    const p = before === undefined ? undefined : softmax(before)[id];
    if (p !== undefined) { bits -= Math.log2(p); count++; }
    if (id === about.edge) return;
    pending.push(id);
    const text = network.decode(pending);
    if (about.tokens === "byte" && text.endsWith("\ufffd") && pending.length < 4) return;
    pending = [];
    const told = p === undefined ? "the first one is given" : `${percent(p)}, ${(-Math.log2(p)).toFixed(2)} bits`;
    const span = element("span", visible(text), $("answer"), told);
    if (t >= given) span.className = "own";
    if (p !== undefined) span.style.backgroundColor = `rgba(220, 70, 50, ${Math.min(1, -Math.log(p) / 7).toFixed(2)})`;
  }

  function pick(logits) {
    if (temperature <= 0) return logits.indexOf(Math.max(...logits));
    const p = softmax(logits, temperature);
    let left = draw(), i = 0;
    while (i < p.length - 1 && (left -= p[i]) > 0) i++;
    return i;
  }

  function some() {
    if (own !== writing) return;
    const until = performance.now() + 30;
    while (t < given + length && performance.now() < until) {
      const id = t < given ? ids[t] : pick(before);
      show(id);
      t++;
      if (t > given && id === about.edge) { t = given + length; break; }
      const now = network.step(id, states);
      ({ states } = now);
      before = now.logits;
    }
    const unit = about.tokens === "char" ? "character" : about.tokens;
    $("told").textContent = count ? `${(bits / count).toFixed(3)} bits a ${unit}, over ${count}: the redder, the less expected` : "";
    if (t < given + length) setTimeout(some);
    else $("answer").dataset.done = "yes";
  }
  delete $("answer").dataset.done;
  some();
}

// ---------------------------------------------------------------- answers

function bars(logits) {
  const p = softmax(logits), order = Array.from(p.keys()).sort((a, b) => p[b] - p[a]);
  for (const i of order.slice(0, 20)) {
    const line = element("div", undefined, $("answer"));
    line.className = "bar";
    element("span", percent(p[i]), line).className = "share";
    const bar = element("span", undefined, line);
    bar.className = "filled";
    bar.style.width = `${(20 * p[i]).toFixed(2)}em`;
    element("span", visible(about.labels[i]), line);
  }
}

function classify(text) {
  const ids = network.encode(text);
  if (ids.length) bars(network.logits(ids));
}

function tag(text) {
  const words = network.words(text);
  if (!words.length) return;
  const values = network.logits(network.encode(words.join(" ")));
  let end = "fold_case" in about ? -1 : -2;
  for (const word of words) {
    end += "fold_case" in about ? 1 : Array.from(word).length + 1;
    const p = softmax(values[end]), best = p.indexOf(Math.max(...p));
    const shown = element("span", undefined, $("answer"), `${percent(p[best])}`);
    shown.className = "word";
    element("b", visible(word), shown);
    element("i", visible(about.labels[best]), shown);
  }
}

function translate(text) {
  if (!network.encode(text).length) return;
  const source = network.tokens(text), { ids, looked } = network.write(network.encode(text));
  element("p", visible(ids.map((i) => about.targets[i]).join(about.separator).trimStart()), $("answer")).className = "written";
  if (!looked.length || !looked[0].length) return;
  const table = element("table", undefined, $("answer")), head = element("tr", undefined, table);
  element("th", "", head);
  source.forEach((ch) => element("th", visible(ch), head));
  looked.forEach((weights, k) => {
    const line = element("tr", undefined, table);
    element("th", visible(about.targets[ids[k]]), line);
    weights.forEach((weight) => {
      element("td", "", line, percent(weight)).style.backgroundColor = `rgba(90, 160, 250, ${weight.toFixed(3)})`;
    });
  });
  element("p", "where it looked (across: the source) while it wrote (down)", $("answer"));
}

function answer() {
  $("answer").replaceChildren();
  const text = $("text").value.slice(0, 4096);
  if (text) (about.targets ? translate : network.shape.picked === "each" ? tag : classify)(text);
}

// ---------------------------------------------------------------- the page

const writes = about.labels === undefined && about.targets === undefined;
$("facts").textContent = visible(
  `${about.name}, step ${about.step}, trained on ${about.trained_on.name} (SHA-256 ${about.trained_on.sha256.slice(0, 12)}…), ${about.made_by}`
);
if (writes) {
  $("go").addEventListener("click", writeOn);
  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) writeOn();
  });
  writeOn();
} else {
  $("how").remove();
  $("text").addEventListener("input", answer);
  answer();
}
