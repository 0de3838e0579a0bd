// Sort, filter, and what stands behind a cell. The tables are whole without it.
"use strict";
const tables = [...document.querySelectorAll("table[id]")];
const source = document.getElementById("cells");
const data = source && JSON.parse(source.textContent);
const make = (tag, text, attributes = {}) => {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  for (const name in attributes) node.setAttribute(name, attributes[name]);
  return node;
};
const words = (text) => text.toLowerCase().split(/[\s,]+/).filter(Boolean);

// The state is in the address, so that a view can be sent: #rows=mnli&columns=hi&sort=scores.2.down&cell=mnli.xnli.hi
const state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
const remember = (name, value) => {
  value ? state.set(name, value) : state.delete(name);
  try { history.replaceState(null, "", "#" + state); } catch { /* some browsers refuse it for files */ }
};

// Sorting: the first number of a cell, or its text where a column has no numbers. Empty cells and controls come last.
const order = new Map(tables.map((table) => [table, [...table.tBodies[0].rows]]));
const value = (row, column) => {
  const text = (row.cells[column]?.textContent ?? "").replace(/,(?=\d{3})/g, "").trim();
  const found = column && text.match(/^[^\d+-]{0,2}([+-]?\d+(\.\d+)?)/);
  return { text, number: found ? Number(found[1]) : NaN };
};
function sort(table, column, way) {
  const numeric = column && order.get(table).some((row) => !Number.isNaN(value(row, column).number));
  const sign = way === "down" ? -1 : 1;
  const compare = (a, b) => {
    const [one, other] = [value(a, column), value(b, column)];
    if (!numeric) return sign * one.text.localeCompare(other.text);
    const [x, y] = [one.number, other.number];
    return Number.isNaN(x) - Number.isNaN(y) || sign * (x - y) || 0;
  };
  const rows = [...order.get(table)];
  const last = rows.filter((row) => row.classList.contains("control"));
  if (way) rows.sort(compare);
  table.tBodies[0].append(...rows.filter((row) => !last.includes(row)), ...last);
  for (const [index, head] of [...table.tHead.rows[0].cells].entries()) {
    const name = { up: "ascending", down: "descending" }[index === column && way];
    name ? head.setAttribute("aria-sort", name) : head.removeAttribute("aria-sort");
  }
}
for (const table of tables) {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = make("button", undefined, { type: "button", class: "sort" });
    button.append(...head.childNodes);
    head.append(button);
    button.onclick = () => {
      const numeric = column && order.get(table).some((row) => !Number.isNaN(value(row, column).number));
      const ways = numeric ? ["down", "up"] : ["up", "down"];
      const now = { ascending: "up", descending: "down" }[head.getAttribute("aria-sort")];
      const way = now ? ways[ways.indexOf(now) + 1] : ways[0];
      sort(table, column, way);
      remember("sort", way && [table.id, column, way].join("."));
    };
  }
}

// Filters: rows whose name has one of the words; of tables of targets or languages, columns whose head begins with one.
// A table without any is left whole.
function filter(rows, columns) {
  let shown = 0, all = 0;
  for (const table of tables) {
    const heads = [...table.tHead.rows[0].cells];
    const names = (node) => [node.textContent, node.dataset.key ?? ""].map((text) => text.toLowerCase());
    const begins = (head) => columns.some((word) => names(head).some((text) => text.startsWith(word)));
    const wanted = heads.map((head, index) => !index || begins(head));
    const some = table.dataset.row && columns.length && wanted.filter(Boolean).length > 1;
    const own = order.get(table);
    const has = (row) => rows.some((word) => names(row.cells[0]).some((text) => text.includes(word)));
    const match = rows.length ? own.filter(has) : own;
    for (const row of own) row.hidden = match.length > 0 && !match.includes(row) && !row.classList.contains("control");
    for (const row of [table.tHead.rows[0], ...own]) {
      for (const [index, cell] of [...row.cells].entries()) cell.hidden = Boolean(some && !wanted[index]);
    }
    const fold = table.closest("details"), { source, target } = table.dataset;
    const others = source ? [rows, data.sources, source] : target ? [columns, Object.keys(data.targets), target] : null;
    if (fold && others) {
      const fits = (name) => others[0].some((word) => source ? name.includes(word) : name.startsWith(word));
      fold.hidden = others[1].some(fits) && !fits(others[2]);
    }
    shown += match.length, all += own.length;
  }
  count.textContent = !rows.length && !columns.length ? "" : shown ? `${shown} of ${all} rows` : "no such row: all are shown";
}
const bar = make("form", undefined, { class: "bar", role: "search" });
const count = make("output", "", { "aria-live": "polite" });
const inputs = ["rows", "columns"].map((name) => {
  const input = make("input", undefined, { type: "search", placeholder: `${name}: ${name === "rows" ? "mnli squad" : "xnli hi"}`, "aria-label": `show ${name}`, autocomplete: "off", spellcheck: "false" });
  input.value = state.get(name) ?? "";
  return input;
});
const apply = () => filter(...inputs.map((input) => words(input.value)));
for (const [index, name] of ["rows", "columns"].entries()) {
  inputs[index].oninput = () => { remember(name, inputs[index].value.trim()); apply(); };
}
bar.onsubmit = (event) => event.preventDefault();
bar.append(...inputs, count);
document.querySelector("nav")?.after(bar);
apply();
if (state.get("sort")) {
  const [name, column, way] = state.get("sort").split(".");
  const table = tables.find((one) => one.id === name);
  if (table) sort(table, Number(column), way);
}

// Details: a cell knows its source, target and language from its table; what it does not know is listed.
const figure = (number, signed) => Number.isFinite(number) ? (signed && number >= 0 ? "+" : "") + number.toFixed(1) : "";
const place = (target, source, language) => data.sources.indexOf(source) * data.targets[target].languages.length + data.targets[target].languages.indexOf(language);
const get = (what, { target, source, language }) => data.targets[target][what]?.[place(target, source, language)];
function address(cell) {
  const row = cell.parentElement, table = row.closest("table");
  const head = table.tHead.rows[0].cells[cell.cellIndex];
  const name = (node) => node.dataset.key || node.textContent;
  const found = { ...table.dataset };
  found[table.dataset.row] = name(row.cells[0]);
  found[table.dataset.column] = name(head);
  const { target, source, language } = found;
  const known = data.sources.includes(source) && (target ? data.targets[target] : language);
  if (!known || !cell.textContent) return null;
  const has = target && data.targets[target].languages.includes(language);
  return { target, source, language: target && !has ? undefined : language };
}
function brief({ target, source, language }) {
  if (!target || !language) return [source, target && data.targets[target].title, language].filter(Boolean).join(", ");
  const at = { source, target, language }, own = get("values", at), change = get("changes", at), { title, of } = data.targets[target];
  const parts = [`${title}, ${language}, from ${source}: ${figure(get("means", at))}${of ? `, ${of}` : ""}`];
  if (own.length > 1) parts.push("seeds " + own.map((one) => figure(one)).join(", "));
  if (change !== null) parts.push(`${figure(change, true)} against none`);
  return parts.join("; ");
}
const panel = make("aside", undefined, { id: "panel", tabindex: "-1", "aria-label": "details" });
panel.hidden = true;
let from = null;
const close = () => { panel.hidden = true; remember("cell", ""); from?.focus({ preventScroll: true }); };
function copy(text) {
  const button = make("button", "copy", { type: "button", class: "copy" });
  const code = make("code", text);
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "copied";
    } catch {
      getSelection().selectAllChildren(code);
      button.textContent = "press Ctrl+C";
    }
  };
  const line = make("p", undefined, { class: "command" });
  line.append(code, button);
  return line;
}
function one(at) {
  const own = get("values", at), intervals = get("intervals", at);
  const list = make("ul");
  const other = data.sources.find((name) => name !== at.source) ?? at.source;
  const pair = (at.source === "none" ? [at.source, other] : ["none", at.source]).join(" ");
  for (const [index, seed] of data.seeds.entries()) {
    const line = make("li"), where = data.link.replace("TARGET", at.target).replace("SOURCE", at.source).replace("SEED", seed);
    const ends = intervals?.[index];
    line.append(`seed ${seed}: ${figure(own[index])}`, ends ? ` (${figure(ends[0])} to ${figure(ends[1])} over examples) ` : " ", make("a", "predictions", { href: where }));
    line.append(copy(`xstilts rebuild ${at.source} ${at.target} ${at.language} --seed ${seed}`));
    line.append(copy(`xstilts errors ${at.target} ${at.language} ${pair} --seed ${seed}`));
    list.append(line);
  }
  return [list];
}
function many(at) {
  const targets = at.target ? [at.target] : Object.keys(data.targets);
  const list = make("p", undefined, { class: "cells" });
  for (const target of targets) {
    for (const language of data.targets[target].languages) {
      if (at.language && at.language !== language) continue;
      const own = { ...at, target, language };
      const button = make("button", `${at.target ? language : data.targets[target].title} ${figure(get("means", own))}`, { type: "button", title: brief(own) });
      button.onclick = () => show(own);
      list.append(button);
    }
  }
  const both = targets.filter((target) => data.targets[target].of && (!at.language || data.targets[target].languages.includes(at.language)));
  const parts = [list, ...both.slice(0, 1).map((one) => make("p", `${both.map((target) => data.targets[target].title).join(", ")}: ${data.targets[one].of}`, { class: "soft" }))];
  const gain = at.target && data.gains[at.target]?.[at.source];
  if (!gain) return parts;
  const [delta, low, high, p] = gain;
  const ends = low === null ? "" : ` (${figure(low, true)} to ${figure(high, true)} at ${100 * data.level} %)`;
  return [make("p", `Against none ${figure(delta, true)}${ends}, p ${p === null ? "unknown" : p < 0.001 ? "< 0.001" : "= " + p.toFixed(3)} after Holm${data.seeds.length > 1 ? "" : "; one seed, so over examples alone"}`), ...parts];
}
function show(at) {
  const end = make("button", "close", { type: "button", class: "close" });
  end.onclick = close;
  panel.replaceChildren(end, make("b", brief(at)), ...(at.target && at.language ? one(at) : many(at)));
  panel.hidden = false;
  remember("cell", [at.source, at.target, at.language].join("."));
  panel.focus({ preventScroll: true });
}
// SOURCE.TARGET.LANGUAGE of an address, target or language empty for all of them; nothing if there is no such cell.
function known(text) {
  const parts = text.split("."), language = parts.pop(), target = parts.pop(), name = parts.join(".");
  const targets = Object.keys(data.targets).filter((one) => !target || one === target);
  const there = targets.some((one) => !language || data.targets[one].languages.includes(language));
  if (!data.sources.includes(name) || !there || (!target && !language)) return null;
  return { source: name, target: target || undefined, language: language || undefined };
}
if (data) {
  document.body.append(panel);
  for (const table of tables.filter((one) => one.dataset.row)) {
    const first = table.querySelector("tbody td");
    if (first) first.tabIndex = 0;
    const open = (cell) => {
      const at = address(cell);
      if (at) { from = cell; show(at); }
    };
    table.classList.add("deep");
    table.tBodies[0].onclick = (event) => {
      const cell = event.target.closest("td");
      if (cell) { cell.tabIndex = -1; open(cell); }
    };
    table.tBodies[0].onmouseover = (event) => {
      const cell = event.target.closest("td"), at = cell && !cell.title && address(cell);
      if (at) cell.title = brief(at);
    };
    table.tBodies[0].onkeydown = (event) => {
      const cell = event.target.closest("td");
      if (!cell) return;
      const row = cell.parentElement, step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(cell); }
      if (!step) return;
      const seen = (list) => [...list].filter((node) => !node.hidden);
      const rows = seen(table.tBodies[0].rows), to = rows[rows.indexOf(row) + step[0]];
      const cells = seen(row.cells), column = cells[cells.indexOf(cell) + step[1]]?.cellIndex;
      const next = to?.cells[column];
      if (next?.tagName !== "TD") return;
      event.preventDefault();
      cell.tabIndex = -1, next.tabIndex = 0;
      next.focus();
    };
  }
  addEventListener("keydown", (event) => { if (event.key === "Escape" && !panel.hidden) close(); });
  if (state.get("cell")) {
    const at = known(state.get("cell"));
    at ? show(at) : remember("cell", "");
  }
}
