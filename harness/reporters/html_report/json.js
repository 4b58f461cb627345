// What does a text of JSON say, exactly as it is written? Numbers keep their digits, and a key that stands twice does too.

const TOKEN = /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\x00-\x1f]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const DEEPEST = 200;

// Returns a tree of nodes, or null for what is not JSON or too deep to be shown as a tree.
function parsed(text) {
  TOKEN.lastIndex = 0;
  const next = () => {
    const match = TOKEN.exec(text);
    if (match === null) throw new SyntaxError();
    return match;
  };
  const value = (match, depth) => {
    if (depth > DEEPEST) throw new SyntaxError();
    if (match[1] === "{") return { kind: "object", members: members(depth) };
    if (match[1] === "[") return { kind: "array", items: items(depth) };
    if (match[1] !== undefined) throw new SyntaxError();
    return { kind: match[2] ? "string" : match[3] ? "num" : "word", raw: match[2] ?? match[3] ?? match[4] };
  };
  const members = (depth) => {
    const found = [];
    let match = next();
    if (match[1] === "}") return found;
    for (;;) {
      if (!match[2]) throw new SyntaxError();
      const raw = match[2];
      if (next()[1] !== ":") throw new SyntaxError();
      found.push({ raw, key: JSON.parse(raw), node: value(next(), depth + 1) });
      match = next();
      if (match[1] === "}") return found;
      if (match[1] !== ",") throw new SyntaxError();
      match = next();
    }
  };
  const items = (depth) => {
    const found = [];
    let match = next();
    if (match[1] === "]") return found;
    for (;;) {
      found.push(value(match, depth + 1));
      match = next();
      if (match[1] === "]") return found;
      if (match[1] !== ",") throw new SyntaxError();
      match = next();
    }
  };
  try {
    const root = value(next(), 0);
    return /^[ \t\r\n]*$/.test(text.slice(TOKEN.lastIndex)) ? root : null;
  } catch {
    return null;
  }
}

const OPEN = { object: "{", array: "[" };
const CLOSE = { object: "}", array: "]" };
const children = (node) => (node.kind === "object"
  ? node.members.map((member) => ({ raw: member.raw, part: member.key, node: member.node }))
  : (node.items ?? []).map((item, index) => ({ raw: null, part: String(index), node: item })));
const pointer = (parent, part) => `${parent}/${part.replaceAll("~", "~0").replaceAll("/", "~1")}`;

// One line of a JSON text that is set out: its depth, its key, its value or bracket, and whether a comma follows.
function line(depth, raw, text, kind, comma) {
  return { depth, raw, text, kind, comma };
}

function* lines(node, depth, raw, comma) {
  if (!OPEN[node.kind]) {
    yield line(depth, raw, node.raw, node.kind, comma);
    return;
  }
  const inner = children(node);
  if (!inner.length) {
    yield line(depth, raw, OPEN[node.kind] + CLOSE[node.kind], "sign", comma);
    return;
  }
  yield line(depth, raw, OPEN[node.kind], "sign", false);
  for (const [index, child] of inner.entries()) yield* lines(child.node, depth + 1, child.raw, index < inner.length - 1);
  yield line(depth, null, CLOSE[node.kind], "sign", comma);
}

function lineNodes({ depth, raw, text, kind, comma }) {
  return [
    "  ".repeat(depth),
    raw === null ? null : [el("span", { class: "key" }, shown(raw)), ": "],
    kind === "sign" ? text : el("span", { class: kind }, shown(text)),
    comma ? "," : null,
  ];
}
