// The table of all modules; of its rows only those that can be seen are elements.

const LINE = 33; // pixels of a row, with its line
const AROUND = 8; // rows made above and below those that are seen

class Table {
  /**
   * @param frame the element that scrolls, with the table in it.
   * @param onChoose called with the module that was chosen.
   */
  constructor(frame, onChoose) {
    this.frame = frame;
    this.table = frame.querySelector("table");
    this.body = frame.querySelector("tbody");
    this.onChoose = onChoose;
    this.rows = modules;
    this.current = -1;
    this.columns = [
      { key: "name", title: "Module", kind: "name", value: (module) => module.lower },
      ...Table.figures("time", "Self ms", "Total ms"),
      ...(hasMemory ? Table.figures("memory", "Self MB", "Total MB") : []),
      { key: "where", title: "Imported at", kind: "where", value: (module) => shorter(module.place) },
    ];
    this.sorted = { column: this.columns[1], falls: true };
    this.makeHeads();
    this.top = 0; // as far as the frame is scrolled
    frame.addEventListener("scroll", () => {
      this.top = frame.scrollTop;
      this.render();
    });
    frame.addEventListener("keydown", (event) => this.press(event));
    this.body.addEventListener("click", (event) => this.choose(Number(event.target.closest("tr[data-row]")?.dataset.row ?? -1)));
    this.height = 620; // of the frame and of the heads, until they are told
    this.head = 39;
    new ResizeObserver(() => {
      const told = [frame.clientHeight, this.table.tHead.offsetHeight];
      if (told[0] <= this.height && told[1] === this.head) return; // there are rows enough
      [this.height, this.head] = told;
      this.render();
    }).observe(frame);
  }

  static figures(measure, self, total) {
    const column = (cost, title) => ({
      key: `${measure} ${cost}`, title, kind: "number", measure, cost, minor: cost === "total" && measure === "memory",
      value: (module) => costs[measure][cost][module.index] ?? -Infinity,
      most: costs[measure][cost].reduce((most, value) => (value > most ? value : most), 0),
    });
    return [column("self", self), column("total", total)];
  }

  makeHeads() {
    const heads = this.columns.map((column) => {
      const button = element("button", { type: "button", textContent: column.title });
      button.addEventListener("click", () => this.sortBy(column));
      column.head = element("th", { scope: "col", className: `${column.kind} ${column.measure ?? ""} ${column.minor ? "minor" : ""}` }, button);
      return column.head;
    });
    this.table.querySelector("thead tr").replaceChildren(...heads);
  }

  /** Sort by a column: figures from the largest, words from the first; the other way round when it is so already. */
  sortBy(column, falls = column === this.sorted.column ? !this.sorted.falls : column.kind === "number") {
    this.sorted = { column, falls };
    this.current = -1;
    this.show(this.rows);
  }

  /** Sort by what a measure costs by itself, where the table is sorted by the other measure. */
  follow(measure) {
    this.table.dataset.measure = measure; // of which alone there is room where it is narrow
    const { column } = this.sorted;
    if (!column.measure || column.measure === measure) return;
    this.sortBy(this.columns.find((each) => each.measure === measure && each.cost === column.cost), true);
  }

  show(rows) {
    const { column, falls } = this.sorted;
    for (const each of this.columns) {
      if (each === column) each.head.setAttribute("aria-sort", falls ? "descending" : "ascending");
      else each.head.removeAttribute("aria-sort");
    }
    const chosen = this.rows[this.current];
    const sign = falls ? -1 : 1;
    const compare = (one, other) => {
      const left = column.value(one);
      const right = column.value(other);
      return left < right ? -sign : left > right ? sign : one.index - other.index;
    };
    this.rows = [...rows].sort(compare);
    this.current = chosen ? this.rows.indexOf(chosen) : -1;
    this.table.setAttribute("aria-rowcount", String(this.rows.length + 1));
    if (this.top) this.frame.scrollTop = this.top = 0;
    this.render();
  }

  render() {
    const first = Math.max(0, Math.floor((this.top - this.head) / LINE) - AROUND);
    const last = Math.min(this.rows.length, Math.ceil((this.top + this.height) / LINE) + AROUND);
    const made = [this.space(first)];
    for (let index = first; index < last; index += 1) made.push(this.row(index));
    made.push(this.space(this.rows.length - last));
    if (!this.rows.length) {
      made.push(element("tr", { className: "space" }, element("td", { className: "nothing", textContent: "No module matches." })));
    }
    this.body.replaceChildren(...made);
    if (this.current >= first && this.current < last) this.table.setAttribute("aria-activedescendant", `row-${this.current}`);
    else this.table.removeAttribute("aria-activedescendant");
  }

  space(rows) {
    const cell = element("td"); // one: columns that are not shown would count as well
    cell.style.height = `${rows * LINE}px`;
    return element("tr", { className: "space", ariaHidden: "true" }, cell);
  }

  row(index) {
    const module = this.rows[index];
    const made = element("tr", { id: `row-${index}`, className: index === this.current ? "current" : "", ariaRowIndex: String(index + 2) });
    made.dataset.row = String(index);
    if (index === this.current) made.ariaSelected = "true";
    made.append(...this.columns.map((column) => this.cell(column, module)));
    return made;
  }

  cell(column, module) {
    if (column.kind === "name") {
      const failed = module.failed;
      const cell = element("td", { className: failed ? "name failed" : "name", title: failed ? module.errors.join("\n") : module.name });
      cell.append(dot(module.package), failed ? `✕ ${module.name}` : module.name);
      return cell;
    }
    if (column.kind === "where") {
      return element("td", { className: "where", title: module.place }, element("bdi", { textContent: shorter(module.place) }));
    }
    const value = costs[column.measure][column.cost][module.index];
    const part = column.most && value > 0 ? value / column.most : 0;
    const bar = element("i", { ariaHidden: "true" });
    bar.style.width = `calc((100% - 12px) * ${part.toFixed(4)})`;
    return element("td", { className: `number ${column.measure} ${column.minor ? "minor" : ""} ${part < 0.005 ? "dim" : ""}` }, bar,
      element("span", { textContent: inColumn(value, column.measure) }));
  }

  // -- choosing --------------------------------------------------------------------------------------------------------

  choose(index) {
    if (!this.rows[index]) return;
    this.current = index;
    this.render();
    this.onChoose(this.rows[index]);
  }

  press(event) {
    if (event.target !== this.table || event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.frame.clientHeight / LINE) - 2);
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key === "Enter" || event.key === " ") this.choose(this.current);
    else if (event.key in steps) this.move(Math.min(this.rows.length - 1, Math.max(0, this.current + steps[event.key])));
    else return;
    event.preventDefault();
  }

  move(index) {
    this.current = index;
    const above = index * LINE;
    const under = above + LINE + this.head - this.frame.clientHeight;
    if (above < this.top) this.frame.scrollTop = above;
    else if (under > this.top) this.frame.scrollTop = under;
    this.top = this.frame.scrollTop;
    this.render();
  }
}
