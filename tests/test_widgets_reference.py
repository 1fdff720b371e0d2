"""The table of a widget's traits, and a page of one's own."""

import pytest
import traitlets

from cnnlab import widgets
from cnnlab.widgets import ConvStepper, Quiz, site
from cnnlab.widgets._shared.base import LabWidget
from cnnlab.widgets.reference import traits_of

pytestmark = pytest.mark.any_cpu


@pytest.mark.parametrize("name", widgets.__all__)
def test_every_trait_of_every_widget_is_explained(name):
    widget = getattr(widgets, name)
    rows = traits_of(widget)
    assert {row.name for row in rows} == set(widget.class_traits(sync=True)) - set(
        LabWidget.class_traits(sync=True)
    )
    assert all(row.kind and row.meaning for row in rows)


def test_rows_are_plain_words_with_defaults():
    rows = {row.name: row for row in traits_of(ConvStepper)}
    assert rows["speed"].default == "2"
    assert rows["image"].default == ""
    assert rows["kernel"].kind == "array_like of shape (K_h, K_w) or str"
    assert "`" not in "".join(row.meaning for row in rows.values())


def test_a_trait_without_a_word_is_an_error():
    class Silent(Quiz):
        """A quiz with a secret."""

        secret = traitlets.Int(0).tag(sync=True)

    with pytest.raises(ValueError, match="docstring of Silent does not explain"):
        traits_of(Silent)


def test_the_table_escapes_what_it_shows():
    table = traits_of(Quiz)._repr_html_()
    assert table.count("<tr>") == 1 + len(traits_of(Quiz))
    assert "{&quot;ask&quot;: str" in table


def test_a_page_holds_its_widgets_and_all_they_need():
    page = site.page(ConvStepper([[1, 2]], [[1]]), ConvStepper([[1]], [[2]]))
    assert page.count("data-module=") == 2
    assert page.index("<style>") < page.index("<main>") < page.index("<script>")
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "<h1>A &lt; B</h1>" in site.page(title="A < B")
