"use strict";
// A network that tui-rnn exported, in JavaScript alone. In a browser or in Node:
//
//     const network = new Network(model)          // what model.json holds
//     network.logits(network.encode("Alice"))     // after each symbol; see below for other tasks
//
// Vectors are rows: what a layer reads goes through W, its own state through U. Parameters have the names of the textbook.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))); // -log(sigmoid(-z))

/** The cells: a = x W, the state that the cell carries, U and b → the state after, h first. */
const CELLS = {
  elman(a, [h], U, b, activation) {
    const g = activation === "relu" ? (z) => Math.max(z, 0) : Math.tanh;
    const z = times(h, U);
    return [h.map((_, j) => g(a[j] + z[j] + b[j]))];
  },
  lstm(a, [h, c], U, b) {
    const H = h.length, z = times(h, U);
    const block = (n, j) => a[n * H + j] + z[n * H + j] + b[n * H + j]; // i, f, g, o
    const after = c.map((_, j) => sigmoid(block(1, j)) * c[j] + sigmoid(block(0, j)) * Math.tanh(block(2, j)));
    return [after.map((value, j) => sigmoid(block(3, j)) * Math.tanh(value)), after];
  },
  gru(a, [h], U, b) {
    return gated(a, h, times(h, U), b);
  },
  mgru(a, [h], U, b) { // a GRU whose U reads q h; q is the first block of a and of b
    const H = h.length, z = times(h.map((before, j) => 2 * sigmoid(a[j] + b[j]) * before), U);
    return gated(a.subarray(H), h, z, b.subarray(H));
  },
  mingru(a, [h], U, b) { // blocks n, z; U is empty
    return [h.map((before, j) => mixed(sigmoid(a[h.length + j] + b[h.length + j]), a[j] + b[j], before))];
  },
  minlstm(a, [h], U, b) { // blocks f, i, n; U is empty; f = p / (p + q), by the logarithms of p = sigmoid(f) and q = sigmoid(i)
    const H = h.length, block = (n, j) => a[n * H + j] + b[n * H + j];
    return [h.map((before, j) => mixed(sigmoid(softplus(-block(1, j)) - softplus(-block(0, j))), block(2, j), before))];
  },
};

/** What a GRU does with a = x W, of the blocks n, r, z, and with what U read, z, of the blocks r, z, m; b has n, r, z, m. */
function gated(a, h, z, b) {
  const H = h.length;
  return [h.map((before, j) => {
    const r = sigmoid(a[H + j] + z[j] + b[H + j]);
    const update = sigmoid(a[2 * H + j] + z[H + j] + b[2 * H + j]);
    const n = Math.tanh(a[j] + b[j] + r * (z[2 * H + j] + b[3 * H + j]));
    return mixed(update, n, before);
  })];
}

const mixed = (kept, candidate, before) => (1 - kept) * candidate + kept * before;

/** x (rows,) times a matrix (rows, columns). */
function times(x, { shape: [rows, columns], data }) {
  const y = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    if (x[i] === 0) continue;
    for (let j = 0, at = i * columns; j < columns; j++) y[j] += x[i] * data[at + j];
  }
  return y;
}

/** A matrix (rows, columns) times x (columns,). */
function dots({ shape: [rows, columns], data }, x) {
  return Float64Array.from({ length: rows }, (_, i) => dot(data.subarray(i * columns, (i + 1) * columns), x));
}

const dot = (x, y) => x.reduce((sum, value, j) => sum + value * y[j], 0);
const row = ({ shape: [, columns], data }, i) => Float64Array.from(data.subarray(i * columns, (i + 1) * columns));
const plus = (x, y) => x.map((value, j) => value + y[j]);
const joined = (...parts) => Float64Array.from(parts.flatMap((part) => Array.from(part)));

function softmax(z, temperature = 1) {
  const most = Math.max(...z), e = Float64Array.from(z, (value) => Math.exp((value - most) / temperature));
  const sum = e.reduce((total, value) => total + value, 0);
  return e.map((value) => value / sum);
}

/** A tensor of model.json: numbers of four bytes in base64. */
function tensor({ shape, data }) {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return { shape, data: new Float32Array(bytes.buffer) };
}

const PART = "[\\p{L}\\p{N}_][\\p{L}\\p{N}_\\p{M}\\u200c\\u200d]*";
const WORD = `${PART}(?:['’\\-]${PART})*`, MARK = "[^\\p{L}\\p{N}_\\s][\\p{M}\\u200c\\u200d]*";
const TOKENS = new RegExp(` ?${WORD}| ?${MARK}|\\s`, "gu"), WORDS = new RegExp(`${WORD}|${MARK}`, "gu");

class Network {
  /** model: what model.json holds. */
  constructor(model) {
    this.about = model.about;
    this.shape = model.about.network;
    this.P = Object.fromEntries(Object.entries(model.parameters).map(([name, value]) => [name, tensor(value)]));
    this.ids = new Map((this.about.symbols || []).map((symbol, i) => [symbol, i]));
    if (this.about.tokens.startsWith("word")) this.ids.delete("<unk>");
    this.letters = new Map((this.about.letters || []).map((letter, i) => [letter, i]));
  }

  // -------------------------------------------------------------- symbols

  /** The tokens of a text that is answered, by themselves. */
  tokens(text) {
    if (this.about.tokens === "byte") return this.encode(text).map((i) => `\\x${i.toString(16)}`);
    return "fold_case" in this.about ? this.words(text) : Array.from(text);
  }

  /** The ids of a text's characters, words or bytes; of words with their letters, both. */
  encode(text) {
    if ("fold_case" in this.about) {
      const known = (word) => this.ids.get(this.about.fold_case ? word.toLowerCase() : word) ?? this.about.unknown;
      if (!this.about.letters) return this.words(text).map(known);
      return this.words(text).map((word) => ({ id: known(word), letters: this.spelling(word) }));
    }
    if (this.about.tokens === "byte") return Array.from(new TextEncoder().encode(text));
    let tokens = Array.from(text);
    if (this.about.tokens === "word") {
      tokens = text.match(TOKENS) || [];
      if (tokens.length && !this.ids.has(tokens[0])) tokens[0] = ` ${tokens[0]}`;
    }
    return tokens.map((token) => this.ids.get(token) ?? this.about.unknown);
  }

  /** The ids of a word's letters: of a long one, those at its two ends. */
  spelling(word) {
    const letters = Array.from(word), half = this.about.longest_word / 2;
    const cut = letters.length > 2 * half ? [...letters.slice(0, half), ...letters.slice(-half)] : letters;
    return cut.map((letter) => this.letters.get(letter) ?? this.about.unknown_letter);
  }

  /** The words and punctuation marks of a text. */
  words(text) {
    return text.match(WORDS) || [];
  }

  decode(ids) {
    if (this.about.tokens === "byte") return new TextDecoder().decode(Uint8Array.from(ids));
    const unknown = this.about.tokens === "word" ? this.about.unknown : -1;
    return ids.map((i) => (i === unknown ? " <unk>" : this.about.symbols[i])).join("");
  }

  // -------------------------------------------------------------- the network

  /** x W of the lowest layer for a symbol: W's row, where nothing is embedded. */
  symbol(prefix, way, i) {
    const W = this.P[`${prefix}W0${way}`], E = this.P[`${prefix}E`];
    if (i.letters) return times(joined(row(E, i.id), i.spelled), W);
    return E ? times(row(E, i), W) : row(W, i);
  }

  /** What the letters of a word come to: the state of a layer that read them from the start, and of one from the end. */
  spell(letters) {
    return joined(...["", "_reverse"].map((way) => (way ? [...letters].reverse() : letters).reduce(
      (state, i) => this.cell(this.symbol("speller.", way, i), state, (letter) => `speller.${letter}0${way}`),
      this.zero(this.shape.embedding_size))[0]));
  }

  cell(a, state, name) {
    const U = this.P[name("U")], b = this.P[name("b")].data;
    return CELLS[this.shape.cell](a, state, U, b, this.shape.activation);
  }

  zero(size = this.shape.hidden_size) {
    const zeros = () => new Float64Array(size);
    return this.shape.cell === "lstm" ? [zeros(), zeros()] : [zeros()];
  }

  /** A stack's layers one step on: a = x W of the lowest layer. → the state of each. */
  up(prefix, a, states) {
    const after = [];
    for (let k = 0; k < this.shape.num_layers; k++) {
      const from = k ? times(after[k - 1][0], this.P[`${prefix}W${k}`]) : a;
      after.push(this.cell(from, states[k], (letter) => `${prefix}${letter}${k}`));
    }
    return after;
  }

  /** V y + b_out. */
  readOut(y) {
    const prefix = this.shape.attention === null ? "" : "decoder.";
    return plus(dots(this.P[this.shape.tied ? `${prefix}E` : "V"], y), this.P.b_out.data);
  }

  /** Of a language model: the state before the first symbol. */
  begin() {
    return Array.from({ length: this.shape.num_layers }, () => this.zero());
  }

  /** Of a language model: read a symbol → logits of what comes next, and the states after it. */
  step(i, states) {
    const after = this.up("", this.symbol("", "", i), states);
    return { logits: this.readOut(after.at(-1)[0]), states: after };
  }

  /** What the topmost layer says at each position, in one direction or in both. */
  read(ids, prefix) {
    let x = this.about.letters ? ids.map((word) => ({ ...word, spelled: this.spell(word.letters) })) : ids;
    for (let k = 0; k < this.shape.num_layers; k++) {
      const said = this.shape.ways.map((way) => {
        const order = way ? [...x].reverse() : x;
        let state = this.zero();
        const h = Array.from(order, (one) => {
          const a = k ? times(one, this.P[`${prefix}W${k}${way}`]) : this.symbol(prefix, way, one);
          state = this.cell(a, state, (letter) => `${prefix}${letter}${k}${way}`);
          return state[0];
        });
        return way ? h.reverse() : h;
      });
      x = said[0].map((_, t) => joined(...said.map((way) => way[t])));
    }
    return x;
  }

  /** What each direction holds at its end. */
  final(x) {
    const H = this.shape.hidden_size;
    return this.shape.ways.length > 1 ? joined(x.at(-1).subarray(0, H), x[0].subarray(H)) : x.at(-1);
  }

  /** The logits: of a language model after each id, of a tagger at each, of a classifier for the whole text; of an
   *  encoder-decoder at each step of a target that is given. */
  logits(ids, target) {
    if (this.shape.attention !== null) return this.given(ids, target);
    if (this.about.labels === undefined) {
      let states = this.begin();
      return ids.map((i) => {
        const now = this.step(i, states);
        states = now.states;
        return now.logits;
      });
    }
    const x = this.read(ids, "");
    if (this.shape.picked === "each") return x.map((h) => this.readOut(h));
    if (this.shape.picked === "final") return this.readOut(this.final(x));
    return this.readOut(x.reduce(plus).map((sum) => sum / x.length));
  }

  // -------------------------------------------------------------- encoder-decoder

  /** What the decoder knows of a source: the states that it looks at, their keys, and the last state. */
  remember(source) {
    const project = (h) => (this.P.P ? times(h, this.P.P) : h);
    const x = this.read(source, "encoder."), states = x.map(project);
    return { states, keys: states.map((h) => (this.P.S ? times(h, this.P.S) : h)), last: project(this.final(x)) };
  }

  /** c for a state of the decoder, and where it looks. */
  look(h, memory) {
    if (this.shape.attention === "none") return { c: memory.last, attention: [] };
    const attention = softmax(memory.keys.map((key) => dot(key, h)));
    return { c: memory.states.map((state, j) => state.map((value) => value * attention[j])).reduce(plus), attention };
  }

  /** The decoder's state before the first symbol. */
  beginTarget(memory) {
    return Array.from({ length: this.shape.num_layers }, () => [memory.last, ...this.zero().slice(1)]);
  }

  /** Read the symbol that was written before → logits of the next one, the states after, where it looked. */
  stepTarget(i, states, memory) {
    let { c, attention } = this.look(states.at(-1)[0], memory);
    const after = this.up("decoder.", plus(this.symbol("decoder.", "", i), times(c, this.P["decoder.C"])), states);
    let y = after.at(-1)[0];
    if (this.shape.readout === "context") {
      ({ c, attention } = this.look(y, memory));
      y = plus(times(joined(y, c), this.P["decoder.R"]), this.P["decoder.b_R"].data).map(Math.tanh);
    }
    return { logits: this.readOut(y), states: after, attention };
  }

  given(source, target) {
    const memory = this.remember(source);
    let states = this.beginTarget(memory);
    return [this.about.edge, ...target].map((i) => {
      const now = this.stepTarget(i, states, memory);
      states = now.states;
      return now.logits;
    });
  }

  /** The likeliest symbol at each step until </s>: their ids, and where it looked for each. */
  write(source) {
    const memory = this.remember(source), ids = [], looked = [];
    let states = this.beginTarget(memory), i = this.about.edge;
    while (ids.length < 2 * source.length + 20) {
      const now = this.stepTarget(i, states, memory);
      states = now.states;
      i = now.logits.indexOf(Math.max(...now.logits));
      if (i === this.about.edge) break;
      ids.push(i);
      looked.push(now.attention);
    }
    return { ids, looked };
  }
}

if (typeof module === "object") module.exports = { Network, softmax };
