// Search by text. Choosing a kind works without this program.
"use strict";
const state = new URLSearchParams(location.hash.slice(1));
const articles = [...document.querySelectorAll("article")];
const input = document.createElement("input");
const count = document.createElement("output");
input.type = "search";
input.placeholder = "text, id or label";
input.setAttribute("aria-label", "show examples with this text");
input.value = state.get("text") ?? "";
document.getElementById(state.get("show") ?? "all")?.click();
const remember = () => {
  const kind = document.querySelector("input[name=show]:checked").id;
  kind === "all" ? state.delete("show") : state.set("show", kind);
  input.value ? state.set("text", input.value) : state.delete("text");
  try { history.replaceState(null, "", "#" + state); } catch { /* some browsers refuse it for files */ }
};
const apply = () => {
  const wanted = input.value.toLowerCase(), kind = document.querySelector("input[name=show]:checked").id;
  let shown = 0;
  for (const article of articles) {
    article.hidden = !article.textContent.toLowerCase().includes(wanted);
    shown += !article.hidden && (kind === "all" || article.classList.contains(kind));
  }
  count.textContent = `${shown} shown`;
};
const bar = document.createElement("form");
bar.className = "bar";
bar.onsubmit = (event) => event.preventDefault();
bar.append(input, count);
document.querySelector(".choose").after(bar);
input.oninput = () => { remember(); apply(); };
for (const radio of document.querySelectorAll("input[name=show]")) radio.onchange = () => { remember(); apply(); };
apply();
