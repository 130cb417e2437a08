"""The audio route: everything on the screen as a list that is heard and walked through with a numeric keypad."""
