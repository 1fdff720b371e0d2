"""Number chapters as their files are named, whichever others are written yet."""

from docutils import nodes
from front_page import CHAPTER
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def number_chapters(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Put a chapter's number where Sphinx has counted pages; return the pages to write."""
    chapters = {page: int(m[1]) for page in env.toc_secnumbers if (m := CHAPTER.fullmatch(page))}
    for page, chapter in chapters.items():
        counted = env.toc_secnumbers[page]
        env.toc_secnumbers[page] = {
            heading: number and (chapter, *number[1:]) for heading, number in counted.items()
        }
        for node in [env.titles[page], *env.tocs[page].findall(nodes.reference)]:
            if number := node.get("secnumber"):
                node["secnumber"] = [chapter, *number[1:]]
    return list(chapters)


def setup(app: Sphinx) -> None:
    """Connect it to Sphinx, after what counts."""
    app.connect("env-get-updated", number_chapters, priority=900)
