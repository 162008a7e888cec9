word = "far"
