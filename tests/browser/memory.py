"""Count what Chromium holds in memory for a page."""

# The prototypes of the kinds of elements are among what is found, and are no elements.
DETACHED = """function (name) {
  const elements = this.filter((node) => !Object.hasOwn(node, "constructor"));
  const ours = elements.filter((node) => node.closest(`[class*="${name}"]`));
  return ours.filter((node) => !node.isConnected).length;
}"""


class Memory:
    """What Chromium holds in memory for a page, whether it is in a document or not."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)

    def count(self):
        """Documents, nodes and listeners, once the garbage is gone."""
        self._collect()
        counters = self.session.send("Memory.getDOMCounters")
        return {name: counters[name] for name in ("documents", "nodes", "jsEventListeners")}

    def heap(self):
        """Bytes of the page's objects, once the garbage is gone."""
        self._collect()
        return self.session.send("Runtime.getHeapUsage")["usedSize"]

    def detached(self, name):
        """How many elements with a class of that name, or inside of one, are in no document."""
        self._collect()
        send = self.session.send
        one = {"objectGroup": "counted"}
        kind = send("Runtime.evaluate", {"expression": "Element.prototype", **one})["result"]
        found = send("Runtime.queryObjects", {"prototypeObjectId": kind["objectId"], **one})
        answer = send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": DETACHED,
                "objectId": found["objects"]["objectId"],
                "arguments": [{"value": name}],
                "returnByValue": True,
            },
        )
        send("Runtime.releaseObjectGroup", one)
        return answer["result"]["value"]

    def _collect(self):
        for _ in range(3):
            self.session.send("HeapProfiler.collectGarbage")
