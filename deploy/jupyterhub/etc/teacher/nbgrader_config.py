"""Where a teacher's formgrader finds the course: in the home, in the folder of its name."""

import os
from pathlib import Path

c = get_config()  # noqa: F821, which nbgrader defines
course = Path.home() / os.environ["CNNLAB_COURSE"]
c.CourseDirectory.root = str(course)
# The course says so, too; but this server may have started before there was one.
c.Autograde.exporter_class = "cnnlab.classroom.refusal.Refusal"
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {
    "clean_html": "cnnlab.classroom.render.clean",
    "markdown2html": "cnnlab.classroom.render.markdown",
    "strip_files_prefix": "cnnlab.classroom.render.strip_files_prefix",
}
c.HTMLExporter.preprocessors = ["cnnlab.classroom.render.plain"]
if (course / "nbgrader_config.py").is_file():
    load_subconfig(str(course / "nbgrader_config.py"))  # noqa: F821
