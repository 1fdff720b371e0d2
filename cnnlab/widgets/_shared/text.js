// Numbers as the widgets print them and read them: the twin of text.py. The tests hold both to the same numbers.

/** A number as the widgets print it: 4 decimals below 1, 2 above, none that are not needed; "1.5e9" from there on. */
export function format(value) {
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === Infinity) return `${sign}∞`;
  if (size >= 1e9) return sign + power(size.toExponential(2));
  const text = size.toFixed(size < 1 ? 4 : 2).replace(/\.?0+$/, "");
  if (text !== "0") return sign + text;
  return size ? sign + power(size.toExponential(0)) : "0";
}

/** "1.50e+9" as "1.5e9" */
function power(text) {
  return text.replace(/\.?0*e\+?/, "e").replace("-", "−");
}

const LONGEST = 6; // letters of a number that is written out to its last digit, or as a fraction

/** A number that can be typed: exact where it is a short decimal or a fraction such as 1/9, else as `format` has it. */
export function entry(value, widest = 12) {
  const text = format(value);
  const size = Math.abs(value);
  if (parse(text) === value || !Number.isFinite(value)) return text;
  const sign = value < 0 ? "−" : "";
  if (size >= 1 && String(size).length <= LONGEST) return sign + size;
  const [over, under] = fraction(size);
  const exact = `${over}/${under}`;
  return under && exact.length <= LONGEST && (over === 1 || under <= widest) ? sign + exact : text;
}

/** An entry of a kernel, where fractions are at home: any up to thousandths. */
export function weight(value) {
  return entry(value, 1000);
}

/** The fraction in lowest terms, up to thousandths, that is this very number; [0, 0] if there is none. */
function fraction(size) {
  for (let under = 2; under <= 1000 && size < 1e4; under++) {
    const over = Math.round(size * under);
    if (over / under === size) return [over, under];
  }
  return [0, 0];
}

/** "=", or "≈" where a number around it is written rounded; `entries` and `weights` are those that are written as such. */
export function equals(results, entries = [], weights = []) {
  const whole = (write) => (value) => !Number.isFinite(value) || Math.abs(parse(write(value)) - value) <= 1e-9 * Math.abs(value);
  return results.every(whole(format)) && entries.every(whole((value) => entry(value))) && weights.every(whole(weight)) ? "=" : "≈";
}

/** A weight small enough for the corner of a cell: "1/6", ".02" for 2/81, ".004" for 1/256. */
export function short(value) {
  const text = weight(value);
  if (text.includes("/") && text.length <= 4) return text;
  const rounded = Math.abs(value) < 1e15 ? Math.round(value * 100) / 100 || Number(value.toPrecision(1)) : value;
  return format(rounded).replace(/^(−?)0\./, "$1.");
}

/** An entry inside a sum: a negative number stands in brackets, and so does a fraction. */
export function factor(value, write = entry) {
  const text = write(value);
  return value < 0 || text.includes("/") ? `(${text})` : text;
}

const DIGITS = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const GROUPS = /^[-+]?[1-9]\d{0,2}(,\d{3})+$/; // "1,000": a thousand to some, one to others

/** What a reader typed, as a number: all that is written here, and a decimal comma. NaN when it is none. */
export function parse(text) {
  const [over, under, ...rest] = typed(text).split("/").map((part) => {
    const plain = part.trim();
    const point = GROUPS.test(plain) ? plain : plain.replace(",", ".");
    return DIGITS.test(point) ? Number(point) : NaN;
  });
  const value = rest.length ? NaN : under === undefined ? over : over / under;
  return Number.isFinite(value) ? value : NaN;
}

/** Why that is no number, and what would do. */
export function refusal(text) {
  const plain = typed(text);
  if (!plain) return "An empty cell is not a number";
  const shown = plain.replaceAll("-", "−");
  const came = `“${shown}”`;
  if (GROUPS.test(plain)) {
    const joined = shown.replaceAll(",", "");
    const [whole, ...groups] = shown.split(",");
    if (groups.length > 1) return `${came} has commas in it: type ${joined}`;
    return `${came} may mean ${joined} or ${whole}.${groups[0]}: type the one that you mean`;
  }
  const parts = plain.split("/");
  if (parts.length === 2 && parts.every((part) => !Number.isNaN(parse(part))) && parse(parts[1]) === 0) return `${came} divides by 0`;
  if (DIGITS.test(plain)) return `${came} is too large`;
  return /^[-+]?(nan|inf(inity)?|∞)$/i.test(plain) ? `${came} is no finite number` : `${came} is not a number`;
}

/** With the keyboard's minus for all that looks like one. */
function typed(text) {
  return text.trim().replace(/[−–‐‑]/g, "-");
}

/** "1 cell", "3 cells" */
export function counted(number, noun) {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

export function capital(text) {
  return text[0].toUpperCase() + text.slice(1);
}
