// Ten colours for the packages that cost most, one for the standard library, one for all others.

const COLOURS = 10;
const standard = "standard library";

function costliness(pack) {
  return Math.max(whole.time ? pack.time / whole.time : 0, whole.memory ? pack.memory / whole.memory : 0);
}

{
  const order = [...packages].sort((one, other) => costliness(other) - costliness(one));
  let next = 0;
  for (const pack of order) {
    if (pack.name === standard) pack.colour = "standard";
    else if (next < COLOURS) pack.colour = `c${next++}`;
  }
}

let colours = {};

/** Take over the colours of the theme that holds; the chart is drawn with them, elements use the variables. */
function readColours() {
  const names = ["standard", "other", "root", "text", "muted", "accent", "bad", "on-fill"];
  for (let index = 0; index < COLOURS; index += 1) names.push(`c${index}`);
  const probe = document.body.appendChild(element("span", { hidden: true }));
  colours = Object.fromEntries(names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  }));
  probe.remove();
}

const colourOf = (pack) => (pack === null ? "root" : packages[pack].colour);

/** A small square in the colour of a package. */
function dot(pack) {
  const made = element("span", { className: "dot", ariaHidden: "true" });
  made.style.background = `var(--${colourOf(pack)})`;
  return made;
}
