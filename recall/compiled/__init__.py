"""The compiled notice: the form that a law wants, made of the notice's own words and the law's fixed ones."""
