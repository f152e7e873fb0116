// How the icicle chart is painted: rows of bars, their labels, and the frames around what is pointed at.

const ROW = 25; // pixels from one row to the next

class Drawing {
  /** @param canvas what is painted on. */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.filtered = false;
    this.pointed = null;
    this.focused = null;
    this.width = 0;
    this.widths = new Map();
    this.waiting = false;
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
}
