// The icicle chart: a bar for each import, as wide as it was dear, below the import that it came in.

const DEEPEST = 26; // rows that are drawn at once; what is deeper is reached by zooming
const FASTEST = 170; // milliseconds that a zoom takes

class Chart extends Drawing {
  /**
   * @param canvas where it is drawn.
   * @param listeners `onPoint(node, x, y)` for what the pointer or the keyboard is on, null for nothing;
   * `onZoom(node)`; `onDeeper(rows)` for how many rows are not drawn.
   */
  constructor(canvas, listeners) {
    super(canvas);
    this.listeners = listeners;
    this.frame = 0;
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

  /** Mark the modules that match, and the packages without a module of their own that hold such. */
  mark(filtered) {
    this.filtered = filtered;
    this.draw();
    if (!filtered) return;
    for (let depth = this.tree.rows.length - 1; depth >= 0; depth -= 1) {
      for (const node of this.tree.rows[depth]) node.found = node.module ? node.module.matches : node.children.some((each) => each.found);
    }
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
