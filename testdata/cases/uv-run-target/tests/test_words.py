import pathlib
import unittest


class Words(unittest.TestCase):
    def test_what_the_steps_made_is_there(self):
        self.assertEqual(pathlib.Path("words").read_text(), "one two")


if __name__ == "__main__":
    unittest.main()
