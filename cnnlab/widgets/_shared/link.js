// Links modules that are at hand as text: before this stands `sources`, each module's path with its text.
const urls = new Map();

/** The data: URL of a module, its relative imports replaced by theirs. One text, one URL: it is compiled once. */
function link(name) {
  if (!urls.has(name)) {
    const path = (other) => new URL(other, `file:///${name}`).pathname.slice(1);
    const text = sources[name].replace(/from "(\.{1,2}\/[\w./]+)"/g, (_, other) => `from "${link(path(other))}"`);
    let binary = "";
    for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
    urls.set(name, "data:text/javascript;base64," + btoa(binary));
  }
  return urls.get(name);
}
