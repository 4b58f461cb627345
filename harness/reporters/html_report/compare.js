// What is expected beside what came: the same places side by side, and marked only what was judged to differ.

const AROUND = 3; // lines shown around a mark
const SHORT = 60; // a comparison of so many lines is shown whole
const MOST_ROWS = 4000;

const same = (one, other) => one && other && one.text === other.text && one.raw === other.raw;

// Puts two trees of JSON beside each other; `marks` are the differences by JSON Pointer.
class Comparison {
  constructor(marks) {
    this.marks = marks;
    this.rows = [];
    this.inside = null; // the difference that covers all below it
  }

  add(left, right, marks) {
    const worst = marks?.find((mark) => mark.severity === "breaking") ?? marks?.[0] ?? null;
    this.rows.push({ left, right, marks: marks ?? [], worst, inside: this.inside });
  }

  walk(left, right, at, depth) {
    const marks = this.marks.get(at);
    if (left && right && left.node.kind === right.node.kind && OPEN[left.node.kind] && children(left.node).length && children(right.node).length) {
      this.both(left, right, at, depth, marks);
    } else {
      const one = left ? [...lines(left.node, depth, left.raw, left.comma)] : [];
      const other = right ? [...lines(right.node, depth, right.raw, right.comma)] : [];
      const outer = this.inside;
      for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
        this.add(one[index] ?? null, other[index] ?? null, index ? [] : marks);
        if (marks && !index) this.inside = this.rows.at(-1).worst;
      }
      this.inside = outer;
    }
  }

  both(left, right, at, depth, marks) {
    const [open, close] = [OPEN[left.node.kind], CLOSE[left.node.kind]];
    this.add(line(depth, left.raw, open, "sign", false), line(depth, right.raw, open, "sign", false), marks);
    const [one, other] = [sides(left.node), sides(right.node)];
    for (const key of new Set([...one.keys(), ...other.keys()])) {
      const [mine, theirs] = [one.get(key) ?? [], other.get(key) ?? []];
      for (let index = 0; index < Math.max(mine.length, theirs.length); index += 1) {
        this.walk(mine[index], theirs[index], pointer(at, key), depth + 1);
      }
    }
    this.add(line(depth, null, close, "sign", left.comma), line(depth, null, close, "sign", right.comma));
  }
}

// The children of a node by key, each with whether a comma follows; a list, as a key can stand twice.
function sides(node) {
  const found = new Map();
  const inner = children(node);
  for (const [index, child] of inner.entries()) {
    const side = { node: child.node, raw: child.raw, comma: index < inner.length - 1 };
    found.set(child.part, [...(found.get(child.part) ?? []), side]);
  }
  return found;
}

// Two texts that are not JSON, line beside line: what is common stays level, by a longest common subsequence.
function textRows(left, right) {
  const [one, other] = [left.split("\n"), right.split("\n")];
  const rows = [];
  const push = (mine, theirs) => rows.push({
    left: mine === null ? null : line(0, null, mine, "raw", false),
    right: theirs === null ? null : line(0, null, theirs, "raw", false),
    marks: [], worst: null, inside: null, changed: mine !== theirs,
  });
  if (one.length * other.length > 1e6) {
    for (let index = 0; index < Math.max(one.length, other.length); index += 1) push(one[index] ?? null, other[index] ?? null);
    return rows;
  }
  const table = Array.from({ length: one.length + 1 }, () => new Uint32Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      table[i][j] = one[i] === other[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  for (let i = 0, j = 0; i < one.length || j < other.length;) {
    if (i < one.length && j < other.length && one[i] === other[j]) push(one[i++], other[j++]);
    else if (i < one.length && j < other.length && table[i + 1][j + 1] === table[i][j]) push(one[i++], other[j++]);
    else if (j >= other.length || (i < one.length && table[i + 1][j] >= table[i][j + 1])) push(one[i++], null);
    else push(null, other[j++]);
  }
  return rows;
}

function marksOf(differences) {
  const marks = new Map();
  for (const [kind, severity, path, at, expected, actual] of differences) {
    if (at === null) continue;
    const key = at.startsWith("#") ? at.slice(1) : at;
    marks.set(key, [...(marks.get(key) ?? []), { kind, severity, path, expected, actual }]);
  }
  return marks;
}

// The table of a comparison. Lines far from every mark are folded, and unfold when asked.
function compareView(expected, actual, differences, names) {
  const [left, right] = [parsed(expected), parsed(actual)];
  let rows;
  if (left && right) {
    const comparison = new Comparison(marksOf(differences));
    comparison.walk({ node: left, raw: null, comma: false }, { node: right, raw: null, comma: false }, "", 0);
    rows = comparison.rows;
  } else {
    rows = textRows(expected, actual);
  }
  const cut = rows.length > MOST_ROWS;
  rows = rows.slice(0, MOST_ROWS);
  const body = el("tbody");
  for (const part of folded(rows)) {
    if (Array.isArray(part)) body.append(gap(part));
    else body.append(...rowNodes(part));
  }
  const head = el("thead", {}, el("tr", {}, names.map((name) => el("th", { scope: "col" }, name))));
  const table = el("table", { class: "compare" }, head, body);
  const told = left && right
    ? "− expected and + came: breaks the contract. · differs and is allowed. Grey: another value, allowed."
    : "The texts are set side by side as they are; the lines that differ are marked.";
  return [table, el("p", { class: "legend" }, told, cut ? ` Only the first ${count(MOST_ROWS)} lines are compared here.` : null)];
}

// Rows to be shown, and arrays of rows to be folded away.
function folded(rows) {
  if (rows.length <= SHORT) return rows;
  const kept = new Uint8Array(rows.length);
  rows.forEach((row, index) => {
    if (row.worst || row.changed) kept.fill(1, Math.max(index - AROUND, 0), index + AROUND + 1);
  });
  if (!kept.includes(1)) return [...rows.slice(0, SHORT), rows.slice(SHORT)];
  const parts = [];
  rows.forEach((row, index) => {
    if (kept[index]) parts.push(row);
    else if (Array.isArray(parts.at(-1))) parts.at(-1).push(row);
    else parts.push([row]);
  });
  return parts.flatMap((part) => (Array.isArray(part) && part.length < 3 ? part : [part]));
}

function gap(rows) {
  const row = el("tr", { class: "gap" });
  const open = () => row.replaceWith(...rows.flatMap(rowNodes));
  row.append(el("td", { colspan: 2 }, el("button", { type: "button", onclick: open }, `⋯ ${counted(rows.length, "line")}`)));
  return row;
}

function rowNodes(row) {
  const classes = [];
  if (row.worst) classes.push("marked", row.worst.severity);
  else if (row.inside) classes.push("part", row.inside.severity);
  else if (row.changed) classes.push("marked");
  else if (row.left && row.right && !same(row.left, row.right)) classes.push("other");
  const cell = (side, name) => el("td", { class: side ? name : `${name} void` }, side ? lineNodes(side) : null);
  const said = row.marks.map((mark) => el("tr", { class: `say ${mark.severity}` }, el("td", { colspan: 2 }, shown(sentence(mark)))));
  return [el("tr", { class: classes.join(" ") }, cell(row.left, "left"), cell(row.right, "right")), ...said];
}

function sentence({ kind, severity, expected, actual }) {
  const compared = [expected && `expected ${expected}`, actual && `actual ${actual}`].filter(Boolean).join(", ");
  return `${kind}${compared ? `: ${compared}` : ""}${severity === "breaking" ? "" : " (allowed)"}`;
}
