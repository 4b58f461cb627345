// How is the page moved through: by links, by keys, and back?

const MOST_LISTED = 20;
const $ = (id) => document.getElementById(id);
const settings = JSON.parse($("settings").textContent);

function theme() {
  const dark = () => document.documentElement.dataset.theme === "dark"
    || (!document.documentElement.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
  $("theme").addEventListener("click", () => { document.documentElement.dataset.theme = dark() ? "light" : "dark"; });
}

function listWrong(list) {
  const wrong = list.rows.filter((row) => row.wrong);
  if (!wrong.length) return;
  const one = (row) => el("li", {}, el("a", { href: `#r${row.number}` },
    el("span", { class: `mark ${row.status}`, "aria-hidden": "true" }),
    el("span", { class: "title" }, list.way(row) ? el("span", { class: "way" }, `${list.way(row)} › `) : null, row.name, row.turn ? el("span", { class: "way" }, `, ${row.turn}`) : null),
    el("span", { class: "why" }, row.why)));
  const more = wrong.length > MOST_LISTED
    ? el("button", { type: "button", class: "quiet", onclick: () => list.show("failed") }, `List all ${count(wrong.length)}`) : null;
  $("wrong").replaceChildren(el("section", { class: "card" },
    el("h3", {}, "What failed", el("small", {}, counted(wrong.length, "request"))),
    el("ul", { class: "wrong" }, wrong.slice(0, MOST_LISTED).map(one)), more));
}

function topBar(list, row) {
  const go = (target) => { if (target) location.hash = `#r${target.number}`; };
  const button = (label, target) => el("button", { type: "button", class: "quiet", disabled: !target, onclick: () => go(target) }, label);
  const wrong = (other) => other.wrong;
  return el("div", { class: "bar-top" },
    el("a", { class: "quiet", href: "#" }, "← Overview"),
    button("Previous", list.beside(-1)), button("Next", list.beside(1)),
    list.rows.some((other) => other.wrong && other.number !== row.number) ? button("Next failure", list.beside(1, wrong)) : null);
}

async function openRow(list, number) {
  const row = list.rows[number];
  list.mark(number);
  const [panel, source] = await Promise.all([entry("panel", number), entry("source", row.item)]);
  if (location.hash !== `#r${number}`) return; // another was opened meanwhile
  const bar = topBar(list, row);
  if (panel.text) bar.append(el("span", { class: "push" }), copyButton(panel.text, "Copy as text"));
  if (panel.curl) bar.append(copyButton(panel.curl, "Copy curl"));
  $("panel").replaceChildren(bar, ...panelView(row, panel, source, list.way(row)));
  $("panel").hidden = false;
  $("overview").hidden = true;
  $("columns").classList.add("opened");
  $("main").scrollTop = 0;
  document.title = `${words(row.status)} · ${row.name}`;
  if (!list.box.contains(document.activeElement)) $("panel-title").focus({ preventScroll: true });
  if (getComputedStyle($("columns")).display === "flex") scrollTo(0, 0);
}

function openOverview(list) {
  $("panel").hidden = true;
  $("panel").replaceChildren();
  $("overview").hidden = false;
  $("columns").classList.remove("opened");
  document.title = title;
  const link = list.mark(null);
  link?.focus();
}

function keys(list) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement?.tagName ?? "");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      if ($("columns").classList.contains("opened") && getComputedStyle($("list")).display === "none") location.hash = "#";
      setTimeout(() => { list.search.focus(); list.search.select(); });
    } else if (event.key === "Escape") {
      if (document.activeElement === list.search && list.search.value) { list.search.value = ""; list.filter(); }
      else if (typing) document.activeElement.blur();
      else if (list.open !== null) { const last = list.open; location.hash = "#"; setTimeout(() => list.box.querySelector(`[data-number="${last}"]`)?.focus()); }
    } else if (document.activeElement === list.search && (event.key === "ArrowDown" || event.key === "Enter")) {
      event.preventDefault();
      list.box.querySelector("a")?.focus();
    } else if (!typing && (event.key === "j" || event.key === "k")) {
      const to = list.open === null ? list.found[0] : list.beside(event.key === "j" ? 1 : -1);
      if (to) location.hash = `#r${to.number}`;
    } else if (list.box.contains(document.activeElement) && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const item = document.activeElement.closest("li");
      const to = event.key === "ArrowDown" ? item.nextElementSibling : item.previousElementSibling;
      if (to) to.querySelector("a").focus();
      else if (event.key === "ArrowUp") list.search.focus();
    }
  });
}

function route(list) {
  const number = /^#r(\d+)$/.exec(location.hash)?.[1];
  if (number !== undefined && list.rows[Number(number)]) return openRow(list, Number(number));
  return openOverview(list);
}

const title = document.title;

async function start() {
  const [items, rows] = await Promise.all([whole("item"), whole("row")]);
  document.documentElement.classList.add("scripted");
  if (settings.plain) document.documentElement.classList.add("noplain");
  theme();
  for (const time of document.querySelectorAll(".facts time")) time.textContent = new Date(time.dateTime).toLocaleString();
  const fit = () => document.documentElement.style.setProperty("--top", `${document.querySelector(".top").offsetHeight}px`);
  fit();
  addEventListener("resize", fit);
  const list = new List(rows.map((fields, number) => readRow(fields, number, items)), settings);
  await list.filter();
  listWrong(list);
  $("charts").replaceChildren(...charts(list.rows));
  keys(list);
  addEventListener("hashchange", () => route(list));
  await route(list);
  document.documentElement.dataset.ready = "true";
}

// A browser too old to unpack the data, or a file that was cut short: what failed stands in the page as text.
start().catch((error) => {
  document.documentElement.classList.remove("scripted");
  console.error(error);
});
