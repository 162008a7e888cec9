import markupsafe

word = markupsafe.Markup("hello")
