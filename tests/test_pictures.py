"""The pictures that the repository holds are the ones that the project draws now."""

import draw_stepper


def test_picture_of_the_stepper_is_current():
    assert draw_stepper.TARGET.read_text(encoding="utf-8") == draw_stepper.drawing()
