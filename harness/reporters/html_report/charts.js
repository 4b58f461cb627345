// How long did the answers take: in the order of the requests, and by iteration?

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 720;
const HEIGHT = 150;
const LEFT = 52;
const BARS = 120;

function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const average = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / (numbers.length || 1);

// The least number that at least so much of all numbers do not exceed (nearest rank).
function percentile(sorted, share) {
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? 0;
}

function frame(most, label, ...marks) {
  const y = (ms) => HEIGHT - (ms / most) * HEIGHT;
  const grid = [0, most / 2, most].flatMap((ms) => [
    svg("line", { class: "axis", x1: LEFT, x2: WIDTH, y1: y(ms), y2: y(ms) }),
    svg("text", { x: LEFT - 8, y: y(ms) + 4, "text-anchor": "end" }, duration(ms)),
  ]);
  return svg("svg", { viewBox: `0 -8 ${WIDTH} ${HEIGHT + 30}`, role: "img", "aria-label": label }, ...grid, ...marks);
}

function perRequest(rows) {
  const most = Math.max(...rows.map((row) => row.ms), 1);
  const per = Math.ceil(rows.length / BARS);
  const step = (WIDTH - LEFT) / Math.ceil(rows.length / per);
  const bars = [];
  for (let index = 0; index * per < rows.length; index += 1) {
    const some = rows.slice(index * per, (index + 1) * per);
    const sorted = some.map((row) => row.ms).sort((a, b) => a - b);
    const bar = (ms, kind) => {
      const height = Math.max((ms / most) * HEIGHT, 1);
      const size = { x: LEFT + index * step + step * 0.1, y: HEIGHT - height, width: Math.min(step * 0.8, 28), height };
      return svg("rect", { class: `bar ${kind}`, ...size });
    };
    if (per > 1) bars.push(bar(sorted.at(-1), "most"));
    const bad = some.some((row) => row.wrong);
    const title = per > 1
      ? `requests ${index * per + 1} to ${index * per + some.length}: median ${duration(percentile(sorted, 0.5))}, slowest ${duration(sorted.at(-1))}`
      : `${some[0].name}: ${duration(some[0].ms)}`;
    const drawn = bar(percentile(sorted, 0.5), bad ? "bad" : "");
    drawn.append(svg("title", {}, `${title}${bad ? ", with a failure" : ""}`));
    bars.push(drawn);
  }
  const axis = [
    svg("text", { x: LEFT, y: HEIGHT + 18 }, "first request"),
    svg("text", { x: WIDTH, y: HEIGHT + 18, "text-anchor": "end" }, `last of ${count(rows.length)}`),
  ];
  return frame(most, `Response time of ${counted(rows.length, "request")} in their order`, ...bars, ...axis);
}

function perIteration(rows) {
  const turns = new Map();
  for (const row of rows) turns.set(row.iteration, [...(turns.get(row.iteration) ?? []), row.ms]);
  const means = [...turns].sort((a, b) => a[0] - b[0]).map(([turn, times]) => [turn, average(times)]);
  const most = Math.max(...means.map(([, mean]) => mean), 1);
  const x = (index) => LEFT + 6 + (index / Math.max(means.length - 1, 1)) * (WIDTH - LEFT - 12);
  const points = means.map(([, mean], index) => [x(index), HEIGHT - (mean / most) * HEIGHT]);
  const path = svg("path", { class: "path", d: `M${points.map((point) => point.join(" ")).join("L")}` });
  const dots = means.length > 60 ? [] : means.map(([turn, mean], index) => svg("circle",
    { class: "dot", cx: points[index][0], cy: points[index][1], r: 3 },
    svg("title", {}, `iteration ${turn + 1}: ${duration(mean)}`)));
  const axis = [
    svg("text", { x: LEFT, y: HEIGHT + 18 }, "iteration 1"),
    svg("text", { x: WIDTH, y: HEIGHT + 18, "text-anchor": "end" }, `iteration ${means.at(-1)[0] + 1}`),
  ];
  return frame(most, `Mean response time of ${counted(means.length, "iteration")}`, path, ...dots, ...axis);
}

function charts(rows) {
  const answered = rows.filter((row) => row.code !== null);
  if (!answered.length) return [];
  const sorted = answered.map((row) => row.ms).sort((a, b) => a - b);
  const told = [["median", 0.5], ["p95", 0.95], ["slowest", 1]].map(([name, share]) => `${name} ${duration(percentile(sorted, share))}`).join(" · ");
  const slow = [...answered].sort((a, b) => b.ms - a.ms).slice(0, 5);
  const table = el("table", { class: "slow" }, el("tbody", {}, slow.map((row) => el("tr", {},
    el("td", { class: "number" }, duration(row.ms)),
    el("td", {}, el("a", { href: `#r${row.number}` }, row.name), row.turn ? el("span", { class: "soft" }, ` ${row.turn}`) : null)))));
  const card = (title, small, ...content) => el("section", { class: "card" }, el("h3", {}, title, el("small", {}, small)), ...content);
  const cards = [card("Response time by request", told, perRequest(answered), answered.length > 5 ? table : null)];
  if (new Set(answered.map((row) => row.iteration)).size > 1) cards.push(card("Response time by iteration", "mean", perIteration(answered)));
  return cards;
}
