// What stands around chart and table: the figures at the top, the shares of the packages, the tooltip, failures, cycles.

const failed = modules.filter((module) => module.failed);
const byId = (id) => document.getElementById(id);

function tile(title, figure, unit, more, kind = "") {
  const long = kind && figure.length > 17 ? "long" : "";
  const value = element("div", { className: `value ${kind} ${long}`, title: unit ? "" : figure }, long ? element("span", {}, ...breakable(figure)) : figure);
  if (unit) value.append(element("span", { className: "unit", textContent: unit }));
  return element("div", { className: kind ? "tile wide" : "tile" }, element("dt", { textContent: title }),
    element("dd", {}, value, element("div", { className: "more" }, ...more)));
}

function showTiles() {
  const link = (text, id, className = "") => element("a", { href: `#${id}`, textContent: text, className });
  const harmless = profile.cycles.every((cycle) => !cycle.entry_order_matters);
  const notes = [
    ...(failed.length ? [link(`${grouped.format(failed.length)} failed`, "failed")] : []),
    ...(profile.cycles.length ? [link(plural(profile.cycles.length, "cycle"), "cycles", harmless ? "mild" : "")] : []),
  ];
  const packs = plural(packages.length, "package");
  const known = costs.memory.self.filter((size) => size !== null).length; // of others threads keep it unknown
  const those = known === modules.length ? "with these imports" : `with ${grouped.format(known)} of these imports`;
  const tiles = [
    tile("Modules", grouped.format(modules.length), "", notes.length ? notes.flatMap((each, at) => (at ? [" · ", each] : [each])) : [packs]),
    tile("Time", ...measured(profile.duration, "time"), [modules.length ? `${inWords(profile.duration / modules.length, "time")} a module` : ""]),
    tile("Memory", ...(profile.bytes === null ? ["–", "", ["not measured"]] : [...measured(profile.bytes, "memory"), [those]])),
  ];
  const top = (values, cost) => values.reduce((best, each) => (cost(each) > cost(best) ? each : best));
  if (modules.length) {
    const pack = top(packages, (each) => each.time);
    const module = top(modules, (each) => own(each, "time"));
    tiles.push(
      tile("Slowest package", pack.name, "", [`${inWords(pack.time, "time")} · ${share(pack.time, whole.time)} · ${plural(pack.modules, "module")}`], "word"),
      tile("Slowest module by itself", module.name, "", [`${inWords(own(module, "time"), "time")} · ${share(own(module, "time"), whole.time)}`], "word"),
    );
  }
  byId("tiles").replaceChildren(...tiles);
  const threads = profile.threads > 1 ? `${profile.threads} threads` : "";
  byId("about").textContent = [profile.python && `Python ${profile.python}`, profile.load && `load ${profile.load}`, threads].filter(Boolean).join(" · ");
}

const CHIPS = 11; // packages that are named, at most
const FEW = 3; // that are named however little they cost
const NAMED = 0.005; // part of the whole from which on a package is named

/** The bar of shares, and the packages that can be chosen; `chosen` is the index of one, or null. */
function showPackages(measure, chosen, onChoose) {
  const order = [...packages].sort((one, other) => other[measure] - one[measure]);
  const shown = order.slice(0, CHIPS).filter((each, at) => at < FEW || each[measure] >= whole[measure] * NAMED);
  if (chosen !== null && !shown.includes(packages[chosen])) shown.push(packages[chosen]);
  const others = order.filter((each) => !shown.includes(each));
  const rest = sum(others.map((each) => each[measure]));
  const parts = [...shown.map((each) => [each[measure], each.colour]), [rest, "other"]].filter(([value]) => value > 0).map(([value, colour]) => {
    const part = element("span");
    part.style.flexGrow = String(whole[measure] ? value / whole[measure] : 0);
    part.style.background = `var(--${colour})`;
    return part;
  });
  byId("shares").replaceChildren(...parts);
  const chips = shown.map((each) => {
    const figure = `${inWords(each[measure], measure)} · ${share(each[measure], whole[measure]) || "–"}`;
    const button = element("button", { type: "button" }, dot(each.index), each.name, element("span", { className: "figure", textContent: figure }));
    button.setAttribute("aria-pressed", String(each.index === chosen));
    button.addEventListener("click", () => onChoose(each.index === chosen ? null : each.index));
    return element("li", {}, button);
  });
  if (others.length) chips.push(element("li", { className: "rest muted", textContent: `${plural(others.length, "other")}, ${inWords(rest, measure)}` }));
  byId("chips").replaceChildren(...chips);
}

/** What is known of a node, as pairs of words. */
function facts(node, measure) {
  const { module } = node;
  const known = [];
  if (!module) {
    known.push([measure === "memory" ? "Memory" : "Time", `${inWords(node.value, measure)} · ${share(node.value, whole[measure])}`]);
    return known;
  }
  const cost = (kind, part) => {
    const value = costs[kind][part][module.index];
    return value === null ? "not measured" : `${inWords(value, kind)} · ${share(value, whole[kind])}`;
  };
  known.push(["Self", cost("time", "self")], ["Total", cost("time", "total")]);
  if (sum(module.parts) > 0) known.push(["Find, create, run", module.parts.map((each) => inWords(each, "time")).join(", ")]);
  if (node.holds) known.unshift(["With all in it", `${inWords(node.value, measure)} · ${share(node.value, whole[measure])}`]);
  if (hasMemory) known.push(["Memory, self", cost("memory", "self")], ["Memory, total", cost("memory", "total")]);
  if (module.importer || module.place) known.push(["Imported by", [module.importer, shorter(module.place)].filter(Boolean).join(", ")]);
  if (module.origin) known.push(["From", shorter(module.origin)]);
  if (profile.threads > 1) known.push(["Thread", String(module.thread + 1)]);
  return known;
}

function showTip(node, measure, x, y) {
  const tip = byId("tip");
  tip.hidden = !node;
  if (!node) return;
  const heading = element("h3", {}, ...(node.package === null ? [] : [dot(node.package)]), element("span", { textContent: node.label }));
  const list = element("dl", {}, ...facts(node, measure).flatMap(([term, text]) => [element("dt", { textContent: term }), element("dd", { textContent: text })]));
  const errors = (node.module?.errors ?? []).map((error) => element("p", { className: "bad", textContent: `✕ ${error}` }));
  tip.replaceChildren(heading, list, ...errors);
  const { width, height } = tip.getBoundingClientRect();
  const left = Math.max(12, Math.min(x + 14, innerWidth - width - 12));
  const below = y + 18 + height <= innerHeight - 8;
  tip.style.transform = `translate(${left}px, ${below ? y + 18 : Math.max(8, y - height - 14)}px)`;
}

function spoken(node, measure) {
  const told = facts(node, measure).map(([term, text]) => `${term}: ${text}`);
  return [node.label, ...told, ...(node.module?.errors ?? []).map((error) => `failed: ${error}`)].join("; ");
}

function showFailed() {
  byId("failed").hidden = !failed.length;
  byId("failed-list").replaceChildren(...failed.map((module) => {
    const times = new Map();
    for (const error of module.errors) times.set(error, (times.get(error) ?? 0) + 1);
    const errors = [...times].map(([error, count]) => element("div", { className: "error" }, error, count > 1 ? ` (${count} times)` : ""));
    return element("li", {}, element("strong", {}, ...breakable(module.name)), element("div", {}, ...errors),
      element("span", { className: "muted small", textContent: shorter(module.place) }));
  }));
}

const isSame = (one, other) => other && one.importer === other.importer && one.imported === other.imported && one.file === other.file && one.line === other.line;

const NEEDED = "is used as the module runs, or taken from it by others, and all of that has to move as well";

function statement(each, isBreaker, isFree) {
  const made = element("li", {}, element("code", { textContent: each.text || `${each.importer} imports ${each.imported}` }),
    element("span", { className: "muted small", textContent: `${shorter(each.file)}${each.line ? `:${each.line}` : ""}` }));
  if (isBreaker) {
    made.className = "breaker";
    const text = isFree ? "moved into a function, it ends the cycle" : "moved into a function with what needs it, it ends the cycle";
    made.append(" ", element("span", { className: "badge good", title: isFree ? "" : `What it binds ${NEEDED}.`, textContent: text }));
  }
  return made;
}

function ring(cycle) {
  const names = [...cycle.modules, ...cycle.modules.slice(0, 1)];
  const parts = names.flatMap((name, at) => (at ? ["→", element("code", { textContent: name })] : [element("code", { textContent: name })]));
  if (cycle.entry_order_matters) parts.push(element("span", { className: "badge", textContent: "works or fails by which is imported first" }));
  const statements = cycle.breaker && !cycle.statements.some((each) => isSame(each, cycle.breaker)) ? [...cycle.statements, cycle.breaker] : cycle.statements;
  return element("li", {}, element("div", { className: "ring" }, ...parts),
    element("ul", { className: "statements" }, ...statements.map((each) => statement(each, isSame(each, cycle.breaker), cycle.is_free))));
}

/** What would end all cycles of modules that hang together. */
function tangle(group) {
  const many = `${plural(group.cycles.length, "cycle")} of ${plural(group.modules.length, "module")}`;
  const few = group.is_smallest && group.breakers.length > 1 ? ", and no fewer will do" : "";
  const text = `${many}: all end where ${plural(group.breakers.length, "statement")} move${group.breakers.length > 1 ? "" : "s"} into functions${few}`;
  const needed = group.is_free ? [] : [element("p", { className: "muted small", textContent: `${group.breakers.length > 1 ? "Of some of them, what they bind" : "What it binds"} ${NEEDED}.` })];
  return element("li", { className: "tangle", title: group.modules.join(", ") }, element("div", { className: "ring" }, element("strong", { textContent: text })), ...needed,
    element("ul", { className: "statements" }, ...group.breakers.map((each) => statement(each, false))));
}

function showCycles() {
  byId("cycles").hidden = !profile.cycles.length;
  const tangles = new Map(profile.cycle_groups.filter((each) => each.cycles.length > 1).map((each) => [each.cycles[0], tangle(each)]));
  byId("cycles-list").replaceChildren(...profile.cycles.flatMap((cycle, at) => (tangles.has(at) ? [tangles.get(at), ring(cycle)] : [ring(cycle)])));
}

function showSuggestions() {
  byId("suggestions").hidden = !profile.suggestions.length;
  byId("suggestions-list").replaceChildren(...profile.suggestions.map((each) => element("li", {},
    element("div", { className: "ring" }, element("code", { textContent: each.statement }),
      element("span", { className: "badge", textContent: `${(each.seconds * 1000).toFixed(1)} ms` }),
      ...(each.bytes ? [element("span", { className: "badge", textContent: `${(each.bytes / 1e6).toFixed(1)} MB` })] : []),
      element("span", { className: "muted small", textContent: each.place })),
    element("p", { textContent: each.text }))));
}
