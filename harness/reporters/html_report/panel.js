// What is there to see of one request?

// Differences that say no more than the name of their assertion.
const SAID_BY_THE_NAME = new Set(["status changed", "media type changed"]);
const CODE_KINDS = new Set(["status", "media type"]);

function bit(title, side, ...content) {
  return el("section", { class: "bit" }, el("div", { class: "bit-head" }, el("h4", {}, title), el("span", { class: "soft" }, side)), ...content);
}

function cutNote(body) {
  return body?.of ? el("p", { class: "legend" }, `The first ${count(body.text.length)} of ${count(body.of)} characters.`) : null;
}

// A body as text: JSON set out, anything else as it is, bytes that are no text in hexadecimal.
function textView(text) {
  const tree = parsed(text);
  if (!tree) return el("pre", { class: "text" }, shown(text));
  const rows = [...lines(tree, 0, null, false)];
  return el("pre", { class: "text" }, rows.map((row) => [...lineNodes(row), "\n"]));
}

function bodyView(body, omitted) {
  if (omitted) return [el("p", { class: "soft" }, "The report was asked to leave out this body.")];
  if (!body) return [el("p", { class: "soft" }, "No body.")];
  if (body.hex !== undefined) {
    return [el("p", { class: "soft" }, `${amount(body.bytes)} that are no text; the first of them:`), el("pre", { class: "text" }, body.hex)];
  }
  return [textView(body.text), cutNote(body)];
}

function headersView(message) {
  if (message.headersOmitted) return el("p", { class: "soft" }, "The report was asked to leave out headers.");
  if (!message.headers.length) return el("p", { class: "soft" }, "No headers.");
  return el("table", { class: "headers" }, el("tbody", {}, message.headers.map(([name, value]) => el("tr", {},
    el("th", { scope: "row" }, shown(name)), el("td", {}, shown(value))))));
}

function sentView(sent) {
  const copyBody = sent.body?.text ? copyButton(sent.body.text) : null;
  return [
    el("p", { class: "line bit" }, el("b", {}, shown(sent.method)), " ", shown(sent.url)),
    bit("Headers", "", headersView(sent)),
    bit("Body", [sent.body ? amount(sent.body.bytes) : "", copyBody], ...bodyView(sent.body, sent.omitted)),
  ];
}

function answerView(answer) {
  const copyBody = answer.body?.text ? copyButton(answer.body.text) : null;
  const size = answer.wire === answer.size ? amount(answer.size) : `${amount(answer.size)}, ${amount(answer.wire)} on the wire`;
  return [
    el("p", { class: "line bit" }, shown(answer.version), " ", el("b", {}, String(answer.status)), " ", shown(answer.reason)),
    bit("Headers", "", headersView(answer)),
    bit("Body", [size, copyBody], ...bodyView(answer.body, answer.omitted)),
  ];
}

function pair(expected, actual, example) {
  // The words of a script say by themselves what was expected.
  if (!expected && actual) return el("div", { class: "pair alone" }, el("div", { class: "got" }, el("pre", {}, shown(actual))));
  const side = (title, text, kind) => el("div", { class: kind }, el("h4", {}, title), el("pre", {}, shown(text || "–")));
  return el("div", { class: "pair" }, side(example ? `Expected, as in “${example}”` : "Expected", expected, "want"), side("Actual", actual, "got"));
}

function differencesView(assertion, { places = true } = {}) {
  const cells = (fields) => {
    const [kind, severity, path, , expected, actual, , place] = fields;
    return el("tr", { class: severity },
      el("td", { class: "kind" }, shown(kind), severity === "breaking" ? null : " (allowed)"),
      el("td", {}, shown(path || "–")),
      el("td", { "data-label": "expected" }, shown(expected || "–")),
      el("td", { "data-label": "actual" }, shown(actual || "–")),
      places ? el("td", {}, shown(place)) : null);
  };
  const heads = ["difference", "where", "expected", "actual", ...(places ? ["said at"] : [])];
  return el("table", { class: "differences" },
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, assertion.differences.map(cells)));
}

function faultView(assertion) {
  const breaking = assertion.differences.filter(([kind, severity]) => severity === "breaking" && !SAID_BY_THE_NAME.has(kind));
  return el("section", { class: "fault" },
    el("h3", {}, shown(assertion.name), el("span", { class: "soft" }, assertion.kind)),
    breaking.length ? differencesView({ differences: breaking }, { places: breaking.length > 1 }) : pair(assertion.expected, assertion.actual, assertion.example),
    assertion.more ? el("p", { class: "legend" }, `and ${count(assertion.more)} more`) : null,
    assertion.place ? el("div", { class: "place", tabindex: 0 }, el("pre", {}, assertion.place)) : null);
}

function errorView(panel) {
  return panel.error ? el("section", { class: "fault" }, el("h3", {}, "The request could not be made"), el("div", { class: "place" }, el("pre", {}, panel.error))) : null;
}

// The example that the body was judged by, if it has a body of its own.
function contractOf(panel, source) {
  const judged = panel.assertions.find((assertion) => ["body", "schema"].includes(assertion.kind) && assertion.example);
  const name = judged?.example ?? panel.example;
  const named = source.examples.filter((example) => example.name === name);
  return named.find((example) => example.code === panel.answer?.status) ?? named[0] ?? null;
}

function comparisonView(panel, source) {
  const example = contractOf(panel, source);
  const answer = panel.answer;
  if (!example?.body || !answer || answer.omitted || answer.body?.hex !== undefined) return null;
  const differences = panel.assertions.flatMap((assertion) => assertion.differences);
  const place = example.line ? `${source.file}:${example.line}` : source.file;
  const names = [["Expected ", el("small", {}, `example “${example.name}”, ${place}`)], ["Actual ", el("small", {}, `${answer.status} ${answer.reason}`)]];
  return [...compareView(example.body.text, answer.body?.text ?? "", differences, names), cutNote(answer.body)];
}

// What became of an assertion, in a word that is the class of its mark too.
const outcome = (assertion) => (assertion.skipped ? "skipped" : assertion.passed ? "passed" : "failed");

function checksView(panel) {
  const one = (assertion) => el("li", { class: outcome(assertion) },
    el("span", { class: `mark ${outcome(assertion)}`, "aria-hidden": "true" }),
    el("span", { class: "what" }, shown(assertion.name), el("span", { class: assertion.skipped ? "soft" : "hidden" }, ` ${outcome(assertion)}`)),
    el("span", { class: "kind-of" }, assertion.kind),
    assertion.differences.some(([kind]) => !SAID_BY_THE_NAME.has(kind)) ? el("div", { class: "why" }, differencesView(assertion))
      : assertion.passed ? null : el("span", { class: "why" }, shown(assertion.expected || !assertion.actual ? `expected ${assertion.expected || "–"}, actual ${assertion.actual || "–"}` : assertion.actual)));
  if (panel.assertions.length) return el("ul", { class: "checks" }, panel.assertions.map(one));
  return el("p", { class: "soft" }, "Nothing judged this answer.");
}

// Requests beside the item's own, each with its answer, to be opened.
function exchangesView(exchanges) {
  return exchanges.map((each, index) => el("details", {},
    el("summary", {}, `${index + 1}. `, el("span", { class: "line" }, shown(`${each.sent.method} ${each.sent.url}`), " → ", el("b", {}, String(each.answer.status)))),
    el("div", {}, el("h3", {}, "Sent"), ...sentView(each.sent), el("h3", {}, "Came back"), ...answerView(each.answer))));
}

function sourceView(source) {
  const place = source.line ? `${source.file}:${source.line}` : source.file;
  const parts = [el("p", { class: "meta" }, el("span", { class: "mono" }, place), el("span", { class: "mono" }, source.path), el("span", { class: "mono" }, source.id))];
  if (source.description.length) parts.push(bit("Description", "", el("div", { class: "text described" }, described(source.description))));
  for (const script of source.scripts) {
    const title = `Script: ${script.listen}${script.owner ? ` of “${script.owner}”` : ""}`;
    parts.push(bit(title, copyButton(script.text), el("pre", { class: "text" }, shown(script.text)), cutNote(script)));
  }
  if (source.json) parts.push(bit("As in the collection", copyButton(source.json.text), textView(source.json.text), cutNote(source.json)));
  for (const example of source.examples) {
    const title = `Example “${example.name}”`;
    const body = example.body ? [textView(example.body.text), cutNote(example.body)] : [el("p", { class: "soft" }, "No body was saved.")];
    const code = example.code === null ? "no status" : `${example.code} ${example.status}`;
    parts.push(el("details", {}, el("summary", {}, shown(title), el("span", { class: "soft" }, ` ${code}`)),
      el("div", {}, example.headers.length ? bit("Headers", "", headersView(example)) : null, ...body)));
  }
  if (source.more) parts.push(el("p", { class: "soft" }, `and ${counted(source.more, "more example")} in the collection`));
  return parts;
}

function codeView(panel) {
  return [["curl", panel.curl], ...(panel.code ?? [])].filter(([, text]) => text)
    .map(([name, text]) => bit(name, copyButton(text), el("pre", { class: "text" }, shown(text))));
}

function consoleView(panel) {
  return el("ul", { class: "checks console" }, panel.console.map(([level, text, script]) => el("li", { class: level },
    el("span", { class: "kind-of" }, level), el("pre", {}, shown(text)), el("span", { class: "kind-of" }, shown(script)))));
}

function asidesView(panel) {
  return [el("p", { class: "soft bit" }, "Requests that scripts made with pm.sendRequest."), exchangesView(panel.asides),
    panel.moreAsides ? el("p", { class: "soft" }, `and ${count(panel.moreAsides)} more`) : null];
}

// The tabs of a request: name, what counts in it, and what makes its content when it is opened.
function tabsOf(panel, source) {
  const failed = panel.assertions.filter((assertion) => !assertion.passed).length;
  const tabs = [];
  const comparison = comparisonView(panel, source);
  if (comparison) tabs.push(["Compare", null, () => comparison]);
  if (panel.answer) tabs.push(["Response", null, () => answerView(panel.answer)]);
  // The example of a 200 says little of an answer that is none: what it says comes first.
  if (panel.assertions.some((assertion) => !assertion.passed && CODE_KINDS.has(assertion.kind))) tabs.reverse();
  if (panel.sent) tabs.push(["Request", null, () => sentView(panel.sent)]);
  if (panel.hops.length) tabs.push(["Redirects", count(panel.hops.length), () => exchangesView(panel.hops)]);
  if (panel.asides.length) tabs.push(["By scripts", count(panel.asides.length + panel.moreAsides), () => asidesView(panel)]);
  if (panel.answer || panel.assertions.length) tabs.push(["Assertions", failed ? `${failed} of ${panel.assertions.length} failed` : count(panel.assertions.length), () => checksView(panel), failed]);
  if (panel.console.length) tabs.push(["Console", count(panel.console.length), () => consoleView(panel)]);
  tabs.push(["Item", null, () => sourceView(source)]);
  if (panel.curl) tabs.push(["Code", null, () => codeView(panel)]);
  return tabs;
}

function tabView(tabs) {
  const content = el("div", { role: "tabpanel", id: "tab-content", tabindex: 0 });
  const choose = (index, focus) => {
    buttons.forEach((button, other) => {
      button.setAttribute("aria-selected", String(other === index));
      button.tabIndex = other === index ? 0 : -1;
    });
    content.setAttribute("aria-labelledby", buttons[index].id);
    content.replaceChildren(...[tabs[index][2]()].flat(Infinity).filter(Boolean));
    if (focus) buttons[index].focus();
  };
  const buttons = tabs.map(([name, number, , bad], index) => el("button",
    { type: "button", role: "tab", id: `tab-${index}`, "aria-controls": "tab-content", onclick: () => choose(index) },
    name, number ? el("span", { class: bad ? "count bad" : "count" }, number) : null));
  const bar = el("div", { role: "tablist", class: "tabs", "aria-label": "About this request" }, buttons);
  bar.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    choose((to + buttons.length) % buttons.length, true);
  });
  choose(0);
  return [bar, content];
}

function panelView(row, panel, source, way) {
  const answer = panel.answer;
  const line = [el("b", {}, panel.sent?.method ?? panel.method), " ", shown(panel.sent?.url ?? row.url)];
  const when = panel.at ? new Date(panel.at * 1000) : null;
  const place = source.line ? `${source.file}:${source.line}` : source.file;
  return [
    way ? el("p", { class: "crumbs" }, shown(way)) : null,
    el("div", { class: "head" }, el("h2", { id: "panel-title", tabindex: -1 }, shown(row.name)), el("span", { class: `badge ${row.status}` }, words(row.status)), row.turn ? el("span", { class: "soft" }, row.turn) : null),
    el("p", { class: "line" }, line, answer ? [" → ", el("b", {}, String(answer.status)), " ", shown(answer.reason)] : null),
    el("p", { class: "meta" },
      answer ? el("span", {}, duration(row.ms)) : null,
      answer ? el("span", {}, amount(answer.size)) : null,
      when ? el("time", { datetime: when.toISOString() }, when.toLocaleTimeString()) : null,
      el("span", { class: "mono" }, place)),
    panel.reason && !row.wrong ? el("p", { class: "remark" }, shown(panel.reason)) : null,
    errorView(panel),
    panel.assertions.filter((assertion) => !assertion.passed).map(faultView),
    panel.reason && row.wrong && !panel.error ? el("p", { class: "remark" }, shown(panel.reason)) : null,
    panel.jumpedTo === null ? null : el("p", { class: "remark" }, panel.jumpedTo ? ["A script went on to ", shown(panel.jumpedTo)] : "A script ended the iteration here."),
    panel.notes.map((note) => el("p", { class: "remark" }, "note: ", shown(note))),
    ...tabView(tabsOf(panel, source)),
  ].flat(Infinity).filter(Boolean);
}
