// Where does the data of the page come from? Blocks of deflated JSON, unpacked when something in them is looked at.

const unpacked = new Map(); // the promise of each block's array, by its element; the last few of the large ones
const KEPT = 40;

async function unpack(element) {
  const bytes = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

function block(element) {
  if (!unpacked.has(element)) {
    if (unpacked.size >= KEPT) unpacked.delete(unpacked.keys().next().value);
    unpacked.set(element, unpack(element));
  }
  return unpacked.get(element);
}

const elements = (kind) => [...document.querySelectorAll(`script.${kind}`)];

// All elements of an array, for those that the list needs.
async function whole(kind) {
  return (await Promise.all(elements(kind).map(unpack))).flat();
}

// One element of an array.
async function entry(kind, number) {
  const holder = elements(kind).findLast((element) => Number(element.dataset.first) <= number);
  return (await block(holder))[number - Number(holder.dataset.first)];
}
