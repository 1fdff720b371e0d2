"""What nbgrader has to know in every server of the hub, which sets these variables."""

import os

c = get_config()  # noqa: F821, which nbgrader defines
c.CourseDirectory.course_id = os.environ["CNNLAB_COURSE"]
c.Exchange.root = os.environ["CNNLAB_EXCHANGE"]
if gradebook := os.environ.get("CNNLAB_GRADEBOOK"):  # a teacher's, where it is not a file
    c.CourseDirectory.db_url = gradebook
