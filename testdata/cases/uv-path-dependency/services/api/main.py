import core
print(core.word)
