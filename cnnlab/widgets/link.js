// Links modules that are at hand as text: before this stands `sources`, each module's name with its text.
const urls = new Map();

/** The data: URL of a module, its relative imports replaced by theirs. One text, one URL: it is compiled once. */
function link(name) {
  if (!urls.has(name)) {
    const text = sources[name].replace(/from "\.\/([\w.]+)"/g, (_, other) => `from "${link(other)}"`);
    let binary = "";
    for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
    urls.set(name, "data:text/javascript;base64," + btoa(binary));
  }
  return urls.get(name);
}
