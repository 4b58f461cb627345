// How does data become nodes? By creating each of them: no text is ever read as HTML.

function el(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "class") node.className = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Controls, what has no width or turns the direction of text, lone surrogates: written out, as the terminal report does.
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function escaped(character) {
  const number = character.charCodeAt(0);
  const digits = number.toString(16);
  return number < 0x100 ? `\\x${digits.padStart(2, "0")}` : `\\u${digits.padStart(4, "0")}`;
}

// A text as it may be shown anywhere: its own characters, and what nobody would see as marked escapes.
function shown(text) {
  const parts = [];
  let from = 0;
  const whole = text.replaceAll("\r\n", "\n");
  for (const match of whole.matchAll(UNSEEN)) {
    parts.push(whole.slice(from, match.index), el("span", { class: "escape" }, escaped(match[0])));
    from = match.index + match[0].length;
  }
  parts.push(whole.slice(from));
  return parts.filter((part) => part !== "");
}

const count = (number) => number.toLocaleString("en");
const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
const words = (status) => status.replaceAll("_", " ");

function amount(bytes) {
  if (bytes < 1000) return counted(bytes, "byte");
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function duration(ms) {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 10000 ? `${count(Math.round(ms))} ms` : `${(ms / 1000).toFixed(1)} s`;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without the clipboard's permission the old way works, from a field nobody sees.
    const field = el("textarea", { class: "hidden", "aria-hidden": "true" });
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw new Error("the browser does not let this page copy");
  }
}

function copyButton(text, label = "Copy") {
  const button = el("button", { type: "button", class: "copy" }, label);
  button.addEventListener("click", async () => {
    const back = document.activeElement;
    try {
      await copy(text);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Could not copy";
    }
    back?.focus();
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

// Descriptions come as trees of these elements; nothing else is made.
const DESCRIBED = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "em", "strong", "s",
  "hr", "br", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "a"]);

function described(nodes) {
  return nodes.map((node) => {
    if (typeof node === "string") return shown(node);
    const [name, { href }, children] = node;
    if (!DESCRIBED.has(name)) return described(children);
    const link = name === "a" && /^(https?:\/\/|mailto:)/i.test(href ?? "");
    return el(name, link ? { href, target: "_blank", rel: "noopener noreferrer" } : {}, described(children));
  });
}
