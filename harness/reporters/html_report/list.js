// Which requests are shown in the list: by outcome, folder, method and words?

const PAGE = 200;
const WRONG = new Set(["failed", "error"]);
const KINDS = [
  ["all", "All", () => true],
  ["failed", "Failed", (row) => row.wrong],
  ["drift", "Drift", (row) => row.drift > 0],
  ["unchecked", "Unchecked", (row) => row.status === "unchecked"],
  ["passed", "Passed", (row) => row.status === "passed"],
  ["not-run", "Not run", (row) => ["skipped", "withheld", "not_reached"].includes(row.status)],
];

function readRow(fields, number, items) {
  const [item, iteration, repeat, status, code, ms, checks, failed, drift, url, why] = fields;
  const [collection, folders, name, method] = items[item];
  return { number, item, iteration, repeat, status, code, ms, checks, failed, drift, url, why, collection, folders, name, method,
    wrong: WRONG.has(status), turn: "", words: null };
}

const searchable = (row) => [row.collection, ...row.folders, row.name, row.method, row.url, words(row.status), row.code ?? "", row.why, row.turn]
  .join("\n").toLowerCase();

class List {
  constructor(rows, settings) {
    this.rows = rows;
    this.kind = settings.onlyFails ? "failed" : "all";
    this.found = rows;
    this.drawn = 0;
    this.open = null;
    this.deep = null; // the words of every panel, once they are asked for
    this.box = document.getElementById("rows");
    this.button = document.getElementById("more");
    this.search = document.getElementById("search");
    this.wire(settings);
  }

  wire(settings) {
    const collections = new Set(this.rows.map((row) => row.collection));
    this.way = (row) => [...(collections.size > 1 ? [row.collection] : []), ...row.folders].join(" › ");
    for (const row of this.rows) {
      row.turn = [settings.iterations > 1 && `iteration ${row.iteration + 1}`, row.repeat > 0 && `again, ${row.repeat}`].filter(Boolean).join(", ");
    }
    const options = (id, values) => document.getElementById(id).append(...[...new Set(values)].filter(Boolean).map((value) => el("option", { value }, value)));
    options("folder", this.rows.flatMap((row) => row.folders.map((_, index) => this.way({ ...row, folders: row.folders.slice(0, index + 1) }))));
    options("method", this.rows.map((row) => row.method).sort());
    document.getElementById("folder").hidden = !this.rows.some((row) => row.folders.length);
    this.chips = KINDS.map(([kind, label, test]) => {
      const number = this.rows.filter(test).length;
      if (!number && !["all", "failed"].includes(kind)) return null;
      return el("button", { type: "button", class: "chip", "data-kind": kind, onclick: () => this.show(kind) }, label, el("b", {}, count(number)));
    }).filter(Boolean);
    document.getElementById("chips").append(...this.chips);
    for (const id of ["folder", "method"]) document.getElementById(id).addEventListener("change", () => this.filter());
    document.getElementById("deep").addEventListener("change", () => this.filter());
    let waiting;
    this.search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(() => this.filter(), 60); });
    this.button.addEventListener("click", () => this.draw());
    new IntersectionObserver((seen) => { if (seen.some((one) => one.isIntersecting)) this.draw(); }, { rootMargin: "400px" }).observe(this.button);
  }

  show(kind) {
    this.kind = kind;
    this.filter();
  }

  async filter() {
    const asked = (this.asked = {});
    const parts = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const deep = document.getElementById("deep").checked && parts.length > 0;
    if (deep && this.deep === null) {
      document.getElementById("found").textContent = "reading all bodies …";
      const texts = (await whole("panel")).map((panel) => JSON.stringify([panel.sent, panel.answer, panel.hops]).toLowerCase());
      this.deep = texts;
    }
    if (asked !== this.asked) return; // something else was asked meanwhile
    const [folder, method] = ["folder", "method"].map((id) => document.getElementById(id).value);
    const test = KINDS.find(([kind]) => kind === this.kind)[2];
    this.found = this.rows.filter((row) => {
      if (!test(row) || (method && row.method !== method)) return false;
      if (folder && this.way(row) !== folder && !this.way(row).startsWith(`${folder} › `)) return false;
      row.words ??= searchable(row);
      return parts.every((part) => row.words.includes(part) || (deep && this.deep[row.number].includes(part)));
    });
    for (const chip of this.chips) chip.setAttribute("aria-pressed", String(chip.dataset.kind === this.kind));
    document.getElementById("found").textContent = this.found.length === this.rows.length
      ? counted(this.rows.length, "request")
      : `${count(this.found.length)} of ${counted(this.rows.length, "request")}`;
    this.box.replaceChildren();
    this.drawn = 0;
    this.draw();
  }

  draw() {
    const some = this.found.slice(this.drawn, this.drawn + PAGE);
    this.box.append(...some.map((row) => this.entry(row)));
    this.drawn += some.length;
    this.button.hidden = this.drawn >= this.found.length;
  }

  entry(row) {
    const below = row.wrong && row.why ? row.why : [this.way(row), row.turn, row.why].filter(Boolean).join(" · ");
    const end = row.code === null ? words(row.status) : `${row.code} · ${duration(row.ms)}`;
    const link = el("a", { href: `#r${row.number}`, "data-number": row.number },
      el("span", { class: `mark ${row.status}`, "aria-hidden": "true" }),
      el("span", { class: "title" }, el("span", { class: "method" }, row.method), row.name),
      el("span", { class: "end" }, end),
      el("span", { class: "hidden" }, `, ${words(row.status)}`),
      below ? el("span", { class: row.wrong ? "below bad" : "below" }, below) : null);
    if (row.number === this.open) link.setAttribute("aria-current", "true");
    return el("li", {}, link);
  }

  // Marks the request that is open, and brings it into view.
  mark(number) {
    this.open = number;
    this.box.querySelector("[aria-current]")?.removeAttribute("aria-current");
    const index = this.found.findIndex((row) => row.number === number);
    while (index >= this.drawn && this.drawn < this.found.length) this.draw();
    const link = this.box.querySelector(`[data-number="${number}"]`);
    link?.setAttribute("aria-current", "true");
    link?.scrollIntoView({ block: "nearest" });
    return link;
  }

  // The request that stands so many places from the open one in the list.
  beside(step, test = () => true) {
    const among = this.found.some(test) ? this.found : this.rows;
    let index = among.findIndex((row) => row.number === this.open);
    do index += step; while (among[index] && !test(among[index]));
    return among[index] ?? null;
  }
}
