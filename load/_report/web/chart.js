// The icicle chart: a bar for each import, as wide as it was dear, below the import that it came in.

const ROW = 25; // pixels from one row to the next
const DEEPEST = 26; // rows that are drawn at once; what is deeper is reached by zooming
const FASTEST = 170; // milliseconds that a zoom takes

class Chart {
  /**
   * @param canvas where it is drawn.
   * @param listeners `onPoint(node, x, y)` for what the pointer or the keyboard is on, null for nothing;
   * `onZoom(node)`; `onDeeper(rows)` for how many rows are not drawn.
   */
  constructor(canvas, listeners) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.listeners = listeners;
    this.filtered = false;
    this.pointed = null;
    this.focused = null;
    this.width = 0;
    this.widths = new Map();
    this.frame = 0;
    this.waiting = false;
    canvas.addEventListener("pointermove", (event) => this.point(this.at(event), event.clientX, event.clientY));
    canvas.addEventListener("pointerleave", () => this.point(null));
    canvas.addEventListener("click", (event) => this.click(this.at(event)));
    canvas.addEventListener("keydown", (event) => this.press(event));
    canvas.addEventListener("blur", () => this.focusOn(null));
    new ResizeObserver(([entry]) => {
      this.width = Math.floor(entry.contentRect.width);
      this.resize();
    }).observe(canvas.parentElement);
  }

  /** Show another tree, at the node of the same module if there is one. */
  show(tree, measure) {
    const module = this.zoomed?.module;
    this.tree = tree;
    this.measure = measure;
    this.pointed = this.focused = this.zoomed = null;
    this.mark(this.filtered);
    this.zoom((module && tree.byModule[module.index]) || tree.root, false);
  }

  zoom(node, moves = true) {
    const from = this.zoomed && { start: this.from, end: this.to, top: this.top };
    this.zoomed = node;
    this.listeners.onZoom(node);
    cancelAnimationFrame(this.frame);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!from || !moves || still) {
      this.settle();
      return;
    }
    this.canvas.dataset.moving = "";
    const begun = performance.now();
    const step = (now) => {
      const part = Math.min(1, (now - begun) / FASTEST);
      if (part >= 1) {
        this.settle();
        return;
      }
      const eased = 1 - (1 - part) ** 3;
      this.from = from.start + (node.start - from.start) * eased;
      this.to = from.end + (node.end - from.end) * eased;
      this.top = from.top + (node.depth - from.top) * eased;
      this.draw();
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  settle() {
    this.from = this.zoomed.start;
    this.to = this.zoomed.end;
    this.top = this.zoomed.depth;
    delete this.canvas.dataset.moving;
    this.resize();
    this.draw();
  }

  /** Rows that a node and what is below it need, as far as that can be seen. */
  deepest(node) {
    const least = (node.end - node.start) / Math.max(1, this.width) / 2;
    let depth = 1;
    for (let row = node.depth + 1; row < this.tree.rows.length; row += 1) {
      const nodes = this.tree.rows[row];
      let index = this.first(nodes, node.start);
      while (index < nodes.length && nodes[index].start < node.end && nodes[index].value <= least) index += 1;
      if (index >= nodes.length || nodes[index].start >= node.end) break;
      depth += 1;
    }
    this.listeners.onDeeper(depth - DEEPEST);
    return Math.min(depth, DEEPEST);
  }

  /** Fit the canvas to what it has to show; how wide it can be is told by the observer, as to ask costs a layout. */
  resize() {
    const { width } = this;
    if (!this.tree || !width) return;
    const scale = window.devicePixelRatio || 1;
    this.depths = this.deepest(this.zoomed);
    const height = Math.max(2, this.depths) * ROW;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
      this.canvas.style.height = `${height}px`;
      this.paint(); // now: a canvas is empty when it was resized
    }
  }

  /** Index of the first node of a row that ends behind a place on the axis. */
  first(nodes, place) {
    let low = 0;
    let high = nodes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (nodes[middle].end > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  x(place) {
    return ((place - this.from) / (this.to - this.from)) * this.width;
  }

  /** Draw before the next frame is shown, once for all that asked for it. */
  draw() {
    if (this.waiting) return;
    this.waiting = true;
    this.canvas.dataset.drawing = "";
    requestAnimationFrame(() => {
      this.waiting = false;
      if (this.width) this.paint();
      delete this.canvas.dataset.drawing;
    });
  }

  paint() {
    const { context, canvas } = this;
    const scale = window.devicePixelRatio || 1;
    const { width } = this;
    const height = canvas.height / scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    context.textBaseline = "middle";
    context.font = `12.5px ${getComputedStyle(document.body).fontFamily}`;
    if (!(this.to > this.from)) {
      context.fillStyle = colours.muted;
      context.fillText("Nothing was measured here.", 4, ROW / 2);
      return;
    }
    for (let depth = Math.max(0, Math.floor(this.top)); depth < this.tree.rows.length; depth += 1) {
      const y = (depth - this.top) * ROW;
      if (y > height) break;
      this.drawRow(this.tree.rows[depth], y, width);
    }
    for (const node of [this.pointed, this.focused]) if (node) this.outline(node);
  }

  drawRow(nodes, y, width) {
    let covered = -1;
    for (let index = this.first(nodes, this.from); index < nodes.length; index += 1) {
      const node = nodes[index];
      if (node.start >= this.to) break;
      const left = Math.max(0, this.x(node.start));
      const right = Math.min(width, this.x(node.end));
      if (right - left < 1) { // many that are too narrow stand as one line each pixel
        if (right <= covered || right - left < 0.02) continue;
        covered = Math.floor(left) + 1;
        this.fill(node, Math.floor(left), y, 1);
        continue;
      }
      this.fill(node, left, y, Math.max(1, right - left - (right - left > 3 ? 1 : 0)));
      if (right - left > 34) this.label(node, left, y, right - left);
    }
  }

  fill(node, left, y, width) {
    const { context } = this;
    context.globalAlpha = this.stands(node) ? 1 : 0.2;
    context.fillStyle = colours[colourOf(node.package)];
    if (width > 8) {
      context.beginPath();
      context.roundRect(left, y, width, ROW - 2, 3.5);
      context.fill();
    } else context.fillRect(left, y, width, ROW - 2); // which is much faster, and most are narrow
    if (node.module?.failed) {
      context.fillStyle = colours.bad;
      context.fillRect(left, y, Math.min(4, width), ROW - 2);
    }
    context.globalAlpha = 1;
  }

  /** Whether a node is to be seen among those that were searched for. */
  stands(node) {
    return !this.filtered || node.found || node === this.tree.root;
  }

  /** Mark the modules that match, and the packages without a module of their own that hold such. */
  mark(filtered) {
    this.filtered = filtered;
    this.draw();
    if (!filtered) return;
    for (let depth = this.tree.rows.length - 1; depth >= 0; depth -= 1) {
      for (const node of this.tree.rows[depth]) node.found = node.module ? node.module.matches : node.children.some((each) => each.found);
    }
  }

  label(node, left, y, width) {
    const { context } = this;
    const failed = node.module?.failed ? "✕ " : "";
    const room = width - 14;
    const short = node.label.slice(node.label.lastIndexOf(".") + 1);
    const names = node.module ? [node.label, short] : [node.label];
    const fits = names.map((each) => failed + each).find((each) => this.wide(each) <= room);
    const shown = fits ?? this.cut(failed + names.at(-1), room);
    if (!shown) return;
    context.globalAlpha = this.stands(node) ? 1 : 0.45;
    context.fillStyle = colours["on-fill"];
    context.fillText(shown, left + 7, y + ROW / 2 - 0.5);
    const figure = inWords(node.value, this.measure);
    const end = this.wide(shown) + this.wide(figure) + 14;
    if (end <= room) {
      context.globalAlpha *= 0.85;
      context.fillText(figure, left + width - 8 - this.wide(figure), y + ROW / 2 - 0.5);
    }
    context.globalAlpha = 1;
  }

  wide(text) {
    let width = this.widths.get(text);
    if (width === undefined) {
      width = this.context.measureText(text).width;
      this.widths.set(text, width);
    }
    return width;
  }

  cut(text, room) {
    const letters = Math.floor(text.length * (room / this.wide(text))) - 1;
    return letters < 3 ? "" : `${text.slice(0, letters)}…`;
  }

  outline(node) {
    if (node.depth < this.zoomed.depth) return;
    const left = Math.max(0, this.x(node.start));
    const width = Math.max(2, Math.min(this.width, this.x(node.end)) - left);
    this.context.strokeStyle = node === this.focused ? colours.accent : colours.text;
    this.context.lineWidth = 2;
    this.context.beginPath();
    this.context.roundRect(left + 1, (node.depth - this.top) * ROW + 1, Math.max(1, width - 3), ROW - 4, 3);
    this.context.stroke();
  }

  /** The node under the pointer. */
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const nodes = this.tree.rows[Math.floor((event.clientY - box.top) / ROW) + this.zoomed.depth];
    const place = this.from + ((event.clientX - box.left) / box.width) * (this.to - this.from);
    const node = nodes?.[this.first(nodes, place)];
    return node && node.start <= place && place < this.zoomed.end ? node : null;
  }

  point(node, x, y) {
    if (node !== this.pointed) {
      this.pointed = node;
      this.draw();
    }
    this.listeners.onPoint(node, x, y);
  }

  click(node) {
    if (!node) return;
    this.pointed = null;
    this.listeners.onPoint(null);
    this.zoom(node === this.zoomed && node.parent ? node.parent : node);
  }

  // -- the keyboard ----------------------------------------------------------------------------------------------------

  focusOn(node) {
    this.focused = node;
    this.draw();
    if (!node) {
      this.listeners.onPoint(null);
      return;
    }
    const box = this.canvas.getBoundingClientRect();
    const left = Math.max(0, this.x(node.start));
    this.listeners.onPoint(node, box.left + left, box.top + (node.depth - this.zoomed.depth + 1) * ROW, true);
  }

  press(event) {
    const from = this.focused ?? this.zoomed;
    const next = {
      ArrowDown: () => (this.focused ? this.dearest(from) : from),
      ArrowUp: () => from.parent ?? from,
      ArrowLeft: () => this.neighbour(from, -1),
      ArrowRight: () => this.neighbour(from, 1),
      Home: () => this.tree.root,
      Enter: () => from,
      " ": () => from,
      Escape: () => this.zoomed.parent ?? this.zoomed,
    }[event.key];
    if (!next || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const node = next();
    const zooms = ["Enter", " ", "Escape", "Home"].includes(event.key) || !this.contains(this.zoomed, node);
    if (zooms && node !== this.zoomed) this.zoom(node, false);
    this.focusOn(node);
  }

  contains(outer, node) {
    let each = node;
    while (each && each !== outer) each = each.parent;
    return each === outer && node.depth - outer.depth < DEEPEST;
  }

  dearest(node) {
    let best = null;
    for (const each of node.children) if (each.value > (best?.value ?? 0)) best = each;
    return best ?? node;
  }

  neighbour(node, step) {
    const nodes = this.tree.rows[node.depth];
    for (let index = nodes.indexOf(node) + step; nodes[index]; index += step) {
      if (!this.contains(this.zoomed, nodes[index])) break;
      if (nodes[index].value > 0) return nodes[index];
    }
    return node;
  }
}
