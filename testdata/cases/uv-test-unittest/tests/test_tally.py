import unittest

import iniconfig
import tally

from .numbers import NUMBERS


class Total(unittest.TestCase):
    def test_total_of_the_installed_package(self):
        self.assertEqual(tally.total(NUMBERS), 6)
        self.assertTrue(tally.__file__.startswith("/opt/venv/"))
        self.assertTrue(iniconfig.IniConfig)
