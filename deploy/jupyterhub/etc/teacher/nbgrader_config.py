"""Where a teacher's formgrader finds the course: in the home, in the folder of its name."""

import os
from pathlib import Path

c = get_config()  # noqa: F821, which nbgrader defines
course = Path.home() / os.environ["CNNLAB_COURSE"]
c.CourseDirectory.root = str(course)
# The course says so, too; but this server may have started before there was one.
c.Autograde.exporter_class = "cnnlab.classroom.refusal.Refusal"
if (course / "nbgrader_config.py").is_file():
    load_subconfig(str(course / "nbgrader_config.py"))  # noqa: F821
