"use strict";
// The profile as the page uses it: modules, packages, and the two shapes of the chart. Sizes are in bytes, times in
// tenths of a microsecond: whole numbers, which the browser keeps without making an object of each.

const profile = JSON.parse(document.getElementById("profile").textContent);

const columns = profile.columns;
const path = (number) => profile.folders[profile.files[number][0]] + profile.files[number][1];

// Of each module in its turn, what it cost by itself and in all.
const costs = {
  time: { self: columns.self_duration, total: columns.duration },
  memory: { self: columns.self_memory, total: columns.memory },
};

/** A module; what is not needed for the first picture is put together when it is asked for. */
class Module {
  constructor(index) {
    this.index = index;
    this.name = columns.name[index];
    this.parent = columns.parent[index];
    this.package = columns.package[index];
    this.failed = index in profile.errors;
    this.matches = true;
  }

  get lower() { return this.name.toLowerCase(); }
  get errors() { return profile.errors[this.index] ?? []; }
  get thread() { return columns.thread[this.index]; }
  get origin() { return path(columns.origin[this.index]); }

  get importer() {
    const importer = columns.importer[this.index];
    return typeof importer === "number" ? columns.name[importer] : importer;
  }

  get place() {
    const line = columns.line[this.index];
    return path(columns.file[this.index]) + (line ? `:${line}` : "");
  }

  /** What finding it, making the module and running its body took. */
  get parts() { return [columns.find, columns.create, columns.execute].map((column) => column[this.index]); }
}

const modules = columns.name.map((_, index) => new Module(index));

const hasMemory = costs.memory.self.some((size) => size !== null);

const sum = (values) => values.reduce((total, value) => total + value, 0);
const own = (module, measure) => Math.max(0, costs[measure].self[module.index] ?? 0);

// What all modules cost by themselves, and what each package does.
const whole = { time: 0, memory: 0 };
const packages = profile.packages.map((name, index) => ({ index, name, time: 0, memory: 0, modules: 0, colour: "other" }));
for (const module of modules) {
  const pack = packages[module.package];
  pack.time += own(module, "time");
  pack.memory += own(module, "memory");
  pack.modules += 1;
}
for (const pack of packages) {
  whole.time += pack.time;
  whole.memory += pack.memory;
}

const NONE = []; // the children of those that have none

/** The nodes of a chart: of each its place on the axis of cost from `start` to `end`, its depth, and who is below it. */
function node(label, module, pack, parent) {
  const made = { label, module, package: pack, parent, depth: parent ? parent.depth + 1 : 0, children: NONE, value: 0, start: 0, end: 0, found: true, holds: false };
  if (!parent) return made;
  if (parent.children === NONE) parent.children = [made];
  else parent.children.push(made);
  return made;
}

/** Who came in whose import, in the order in which they came. */
function importTree(measure) {
  const root = node(profile.title || "all imports", null, null, null);
  const nodes = modules.map(() => null);
  for (const module of modules) { // parents stand before what came in their course
    const parent = module.parent < 0 ? root : nodes[module.parent];
    nodes[module.index] = node(module.name, module, module.package, parent);
  }
  for (let index = nodes.length - 1; index >= 0; index -= 1) {
    const each = nodes[index];
    each.value += own(each.module, measure);
    each.parent.value += each.value;
  }
  return laidOut(root, nodes);
}

/** The modules by their names, packages above what is in them, the dearest first; each with what it cost by itself. */
function nameTree(measure) {
  const root = node(profile.title || "all imports", null, null, null);
  const groups = packages.map((pack) => node(pack.name, null, pack.index, root));
  const named = new Map();
  const find = (name, module) => {
    let each = named.get(name);
    if (!each) {
      const dot = name.lastIndexOf(".");
      const group = groups[module.package];
      const parent = dot > 0 ? find(name.slice(0, dot), module) : group;
      each = name === group.label ? group : node(name, null, module.package, parent);
      named.set(name, each);
    }
    return each;
  };
  const nodes = modules.map((module) => {
    const each = find(module.name, module);
    each.module = module;
    return each;
  });
  const every = [root];
  for (let index = 0; index < every.length; index += 1) every.push(...every[index].children);
  for (const each of every.reverse()) { // what is in a package before it
    each.holds = each.children.length > 0;
    each.value += each.module ? own(each.module, measure) : 0;
    if (each.parent) each.parent.value += each.value;
    if (each.children.length > 1) each.children.sort((one, other) => other.value - one.value);
  }
  return laidOut(root, nodes);
}

/** Places on the axis, and the nodes of each depth from left to right. */
function laidOut(root, byModule) {
  const rows = [];
  const waiting = [root];
  root.end = root.value;
  while (waiting.length) {
    const each = waiting.pop();
    (rows[each.depth] ??= []).push(each);
    let start = each.start;
    for (const child of each.children) {
      child.start = start;
      start += child.value;
      child.end = start;
    }
    for (let index = each.children.length - 1; index >= 0; index -= 1) waiting.push(each.children[index]);
  }
  return { root, rows, byModule };
}

const trees = new Map();
function treeOf(measure, view) {
  const key = `${measure} ${view}`;
  if (!trees.has(key)) trees.set(key, view === "self" ? nameTree(measure) : importTree(measure));
  return trees.get(key);
}

// -- figures in words --------------------------------------------------------------------------------------------------

const grouped = new Intl.NumberFormat("en");
const withDigits = [0, 1, 2].map((digits) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));

function digitsOf(value) {
  const size = Math.abs(value);
  return withDigits[size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2].format(value).replace("-", "−");
}

/** A figure and its unit. */
function measured(value, measure) {
  if (value === null) return ["–", ""];
  if (measure === "memory") {
    if (Math.abs(value) >= 1e9) return [digitsOf(value / 1e9), "GB"];
    return Math.abs(value) >= 1e6 || value === 0 ? [digitsOf(value / 1e6), "MB"] : [digitsOf(value / 1e3), "kB"];
  }
  const seconds = value / 1e7;
  return Math.abs(seconds) >= 1 ? [digitsOf(seconds), "s"] : [digitsOf(seconds * 1e3), "ms"];
}

const inWords = (value, measure) => measured(value, measure).join(" ").trim();

/** In one unit, so that a column can be compared by eye. */
function inColumn(value, measure) {
  if (value === null) return "–";
  const scaled = measure === "memory" ? value / 1e6 : value / 1e4;
  return withDigits[Math.abs(scaled) >= 1000 ? 0 : measure === "memory" ? 1 : 2].format(scaled).replace("-", "−");
}

function share(value, total) {
  if (!total) return "";
  if (!value) return "0 %";
  const part = (value / total) * 100;
  return part > 0 && part < 0.1 ? "< 0.1 %" : `${part.toFixed(part >= 10 ? 0 : 1)} %`;
}

const plural = (count, word) => `${grouped.format(count)} ${word}${count === 1 ? "" : "s"}`;

/** A dotted name that may be broken behind its dots. */
const breakable = (name) => name.split(/(?<=\.)/).flatMap((part, at) => (at ? [element("wbr"), part] : [part]));

/** A path without what all paths begin with. */
const shorter = (path) => path.replace(/^.*[\\/](?:site-packages|dist-packages|python3\.\d+t?)[\\/]/, "");

/** An element with text and children; nothing is ever read as HTML. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
