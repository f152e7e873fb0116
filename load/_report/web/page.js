// Joins the parts: what is chosen, and what follows from it.

const state = { measure: "time", view: "cumulative", words: [], package: null };

const table = new Table(byId("frame"), (module) => {
  const node = chart.tree.byModule[module.index];
  chart.zoom(node.parent && node.value < node.parent.value * 0.5 ? node.parent : node);
  chart.focused = node;
  chart.draw();
  byId("spoken").textContent = spoken(node, state.measure);
  const frame = byId("chart-frame").getBoundingClientRect();
  if (frame.top < 60 || frame.top > innerHeight - 160) byId("chart-heading").scrollIntoView({ block: "start" });
});

const chart = new Chart(byId("chart"), {
  onPoint(node, x, y, byKeyboard = false) {
    showTip(node, state.measure, x, y);
    if (byKeyboard) byId("spoken").textContent = spoken(node, state.measure);
  },
  onDeeper(rows) {
    byId("deeper").hidden = rows <= 0;
    byId("deeper").textContent = `${plural(rows, "row")} of imports lie deeper: zoom in to see them.`;
  },
  onZoom(node) {
    const path = [];
    for (let each = node; each; each = each.parent) path.unshift(each);
    byId("crumbs").replaceChildren(...path.map((each) => {
      if (each === node) return element("li", { ariaCurrent: "true" }, element("span", { textContent: each.label }));
      const button = element("button", { type: "button", textContent: each.label });
      button.addEventListener("click", () => chart.zoom(each));
      return element("li", {}, button);
    }));
  },
});

const NOTES = {
  "time cumulative": "A bar is as wide as its import took, with all that came in its course below it.",
  "time self": "What modules took by themselves, without what they imported; a package is above what is in it.",
  "memory cumulative": "A bar is as wide as the memory that came with its import, with all that came in its course below it.",
  "memory self": "The memory that came with modules by themselves, without what they imported; a package is above what is in it.",
};

function showTree() {
  const { measure, view } = state;
  byId("chart-heading").textContent = view === "self" ? "What costs by itself" : "Who imports what";
  byId("chart-note").textContent = NOTES[`${measure} ${view}`];
  byId("shares-heading").textContent = measure === "memory" ? "Memory by package" : "Time by package";
  for (const [id, value] of [["measure", measure], ["view", view]]) {
    for (const button of byId(id).children) {
      const on = button.dataset.value === value;
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
    }
  }
  showPackages(measure, state.package, choosePackage);
  showTip(null);
  chart.show(treeOf(measure, view), measure);
}

function showMatches() {
  const { words, measure } = state;
  const filtered = words.length > 0 || state.package !== null;
  const found = [];
  for (const module of modules) {
    module.matches = (state.package === null || module.package === state.package) && words.every((word) => module.lower.includes(word));
    if (module.matches) found.push(module);
  }
  table.show(found);
  chart.mark(filtered);
  const cost = inWords(sum(found.map((module) => own(module, measure))), measure);
  byId("found").textContent = filtered ? `${grouped.format(found.length)} of ${plural(modules.length, "module")} · ${cost} by themselves` : "";
  byId("filter").hidden = state.package === null;
  byId("filter").textContent = state.package === null ? "" : `${packages[state.package].name} ✕`;
  byId("filter").ariaLabel = state.package === null ? "" : `Show all packages, not only ${packages[state.package].name}`;
}

function choosePackage(index) {
  const at = [...byId("chips").querySelectorAll("button")].indexOf(document.activeElement);
  state.package = index;
  showPackages(state.measure, state.package, choosePackage);
  if (at >= 0) byId("chips").querySelectorAll("button")[at]?.focus();
  showMatches();
}

/** Buttons of which one is on; the arrows of the keyboard go from one to the next. */
function makeSwitch(id, onChange) {
  const set = byId(id);
  const choose = (button) => {
    if (button.disabled) return;
    onChange(button.dataset.value);
    button.focus();
  };
  set.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) choose(button);
  });
  set.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...set.children];
    choose(buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length]);
  });
}

makeSwitch("measure", (value) => {
  state.measure = value;
  showTree();
  table.follow(value);
  showMatches();
});
makeSwitch("view", (value) => {
  state.view = value;
  showTree();
});

byId("search").addEventListener("input", (event) => {
  state.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  showMatches();
});
byId("search").addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.target.value = "";
  state.words = [];
  showMatches();
});
byId("filter").addEventListener("click", () => {
  choosePackage(null);
  byId("search").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
  event.preventDefault();
  byId("search").focus();
});
addEventListener("scroll", () => showTip(null), { passive: true });

const dark = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
function redraw() {
  readColours();
  chart.draw();
}
byId("theme").addEventListener("click", () => {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  redraw();
});
dark.addEventListener("change", redraw);

if (!hasMemory) {
  const button = byId("measure").querySelector("[data-value=memory]");
  button.disabled = true;
  button.title = "Memory was not measured";
}
readColours();
showTiles();
table.follow(state.measure);
showTree();
showMatches();
showFailed();
showCycles();
showSuggestions();
document.documentElement.dataset.ready = "";
