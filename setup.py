"""Ships the trained models of ``models/`` inside the wheel; everything else is in ``pyproject.toml``."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithModels(build_py):
    """Copies ``models/`` to ``replyassist/_models``, where :mod:`replyassist.model_files` looks for it."""

    def run(self) -> None:
        """Build the package, then add the models; an editable install reads them from the checkout."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib, "replyassist", "_models")
            shutil.copytree("models", target, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithModels})
