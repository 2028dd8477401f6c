"""The verbs of the command line, one module a group; each talks to the same functions as the screens."""
