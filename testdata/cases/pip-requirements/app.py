import importlib.metadata

import markupsafe

print(markupsafe.escape("<b>"), importlib.metadata.version("click"))
