// Suggestions while somebody types, and an order that needs no button. All else works without this.
"use strict";

const DELAY = 120; // milliseconds without a key before we ask
const field = document.getElementById("q");
const form = field.form;
const list = document.createElement("ul");
let asked = ""; // what the list is about, or will be
let request = null;
let timer = 0;
let chosen = -1; // the option that Enter takes; -1 is what was typed

// An address in the channel and locale of this page.
function address(path, parameters) {
  const url = new URL(path, location.origin);
  for (const each of form.querySelectorAll("input[type=hidden]")) {
    url.searchParams.set(each.name, each.value);
  }
  for (const name in parameters) url.searchParams.set(name, parameters[name]);
  return url.href;
}

function price(range) {
  if (!range) return "";
  const style = { style: "currency", currency: range.currency };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(range.min);
}

async function read(words) {
  const answer = await fetch(address("/api/v1/suggest", { q: words }), { signal: request.signal });
  if (!answer.ok) return [];
  const found = await answer.json();
  const { category, brand } = field.dataset;
  return [
    ...found.completions.slice(0, 3).map((q) => ({ text: q, note: "", url: address("/", { q }) })),
    ...found.products.map(({ slug, name, price_range }) => ({
      text: name,
      note: price(price_range),
      url: address(`/products/${encodeURIComponent(slug)}`),
    })),
    ...found.categories.slice(0, 2).map(({ id, name }) => ({
      text: name,
      note: category,
      url: address("/", { category: id }),
    })),
    ...found.brands.slice(0, 2).map(({ id, name }) => ({
      text: name,
      note: brand,
      url: address("/", { brand: id }),
    })),
  ];
}

function open(isOpen) {
  list.hidden = !isOpen;
  field.setAttribute("aria-expanded", String(isOpen));
  choose(-1);
}

function choose(index) {
  chosen = index;
  [...list.children].forEach((option, n) => {
    option.setAttribute("aria-selected", String(n === index));
    if (n === index) option.scrollIntoView({ block: "nearest" });
  });
  if (index < 0) field.removeAttribute("aria-activedescendant");
  else field.setAttribute("aria-activedescendant", list.children[index].id);
}

function show(suggestions) {
  list.replaceChildren(
    ...suggestions.map((each, n) => {
      const option = document.createElement("li");
      option.id = `suggestion-${n}`;
      option.setAttribute("role", "option");
      option.dataset.url = each.url;
      for (const text of [each.text, each.note]) {
        const part = document.createElement("bdi");
        part.textContent = text;
        option.append(part);
      }
      return option;
    }),
  );
  open(suggestions.length > 0);
}

async function suggest() {
  const words = field.value.trim();
  if (words === asked) return;
  asked = words;
  if (request) request.abort();
  if (words.length < 2) {
    show([]);
    return;
  }
  request = new AbortController();
  try {
    const suggestions = await read(words);
    if (words === asked) show(suggestions);
  } catch (error) {
    if (error.name !== "AbortError") show([]); // offline: the button still searches
  }
}

function onKey(event) {
  const count = list.children.length;
  if (event.key === "Escape" && !list.hidden) {
    event.preventDefault(); // the first Escape closes, the next one empties the field
    open(false);
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
    event.preventDefault();
    if (list.hidden) open(true);
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
  } else if (event.key === "Enter" && chosen >= 0 && !event.isComposing) {
    event.preventDefault();
    location.assign(list.children[chosen].dataset.url);
  }
}

list.id = "suggestions";
list.className = "suggestions";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", field.dataset.suggestions);
form.append(list);
for (const [name, value] of [
  ["role", "combobox"],
  ["aria-autocomplete", "list"],
  ["aria-controls", list.id],
  ["aria-expanded", "false"],
]) {
  field.setAttribute(name, value);
}
field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(suggest, DELAY);
});
field.addEventListener("keydown", onKey);
field.addEventListener("blur", () => open(false));
list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field stays focused
list.addEventListener("click", (event) => {
  const option = event.target.closest("li");
  if (option) location.assign(option.dataset.url);
});

const order = document.getElementById("ordering");
if (order) {
  order.form.querySelector("button").hidden = true;
  order.addEventListener("change", () => order.form.submit());
}
