"""What lies where an agent's settings ought to."""

import os

import pytest

from dreamd.errors import SettingsError
from dreamd.integrations.install import installing, removing


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path, make):
    path = tmp_path / "settings.json"
    make(path)
    for change in (lambda: installing(path, {}), lambda: removing(path)):
        with pytest.raises(SettingsError, match="no regular file"):
            change()
