import blinker, click, greet
