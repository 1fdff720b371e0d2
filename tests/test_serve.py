"""The command that shows the built site: what it says where it can't."""

import pytest
import serve

pytestmark = pytest.mark.any_cpu


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "the following arguments are required: FOLDER"),
        ([".", "99999"], "PORT must be a number from 1 to 65535; got 99999"),
        ([".", "0"], "PORT must be a number from 1 to 65535; got 0"),
        ([".", "nine"], "argument PORT: invalid int value: 'nine'"),
        (["nowhere"], "there is no folder nowhere; make book builds the pages"),
    ],
)
def test_what_can_not_be_served_gets_a_sentence(capsys, arguments, words):
    with pytest.raises(SystemExit):
        serve.main(arguments)
    assert words in capsys.readouterr().err


def test_a_port_in_use_gets_a_sentence(tmp_path):
    with serve.listen(tmp_path, None) as server, pytest.raises(SystemExit, match="is in use"):
        serve.listen(tmp_path, server.server_port)
