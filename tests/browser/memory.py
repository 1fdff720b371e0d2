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
        self.page = page
        self.session = page.context.new_cdp_session(page)

    def count(self, name=None):
        """Count what is there once the garbage is gone.

        Parameters
        ----------
        name : str, optional
            Part of a class. Given one, elements that have it, or lie in one that has it, and are in
            no document are counted too.

        Returns
        -------
        dict
            ``documents``, ``nodes``, ``jsEventListeners``, and perhaps ``detached``.
        """
        counters = self._collect()
        found = {kind: counters[kind] for kind in ("documents", "nodes", "jsEventListeners")}
        return found | ({"detached": self._detached(name)} if name else {})

    def _detached(self, name):
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
        """Collect garbage until three collections in a row find none; return Chromium's counters.

        What a frame, a timer or a decoder still holds is free only a moment later.
        """
        seen = []
        while len(seen) < 30 and (len(seen) < 3 or not seen[-1] == seen[-2] == seen[-3]):
            self.page.wait_for_timeout(100)
            self.session.send("HeapProfiler.collectGarbage")
            seen.append(self.session.send("Memory.getDOMCounters"))
        return seen[-1]
